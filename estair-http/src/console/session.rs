//! Sessions of the console: the cookie that opens one, and the one that keeps the language.

use axum::http::header::{HeaderMap, HeaderValue};
use estair_core::actor::Actor;

use super::cookie::cookie;
use super::failure::Failure;
use super::state::Console;
use super::wording::Lang;

/// The session that the cookie opens, with its secret.
pub(super) async fn open(console: &Console, headers: &HeaderMap) -> Result<Option<(Actor, String)>, Failure> {
    let Some(secret) = cookie(headers, cookie_name(console)) else { return Ok(None) };
    let actor = console.sessions.actor(secret).await?;
    Ok(actor.map(|actor| (actor, secret.to_owned())))
}

fn is_https(console: &Console) -> bool {
    console.options.https
}

fn cookie_name(console: &Console) -> &'static str {
    if is_https(console) { "__Host-estair-console" } else { "estair-console" }
}

/// A `__Host-` cookie belongs to the whole host and travels over https alone; the other one stays below the prefix.
pub(super) fn set_cookie(console: &Console, secret: &str, rest: &str) -> Option<HeaderValue> {
    let name = cookie_name(console);
    let scope = if is_https(console) { "; Path=/; Secure".to_owned() } else { format!("; Path={}", console.home()) };
    HeaderValue::from_str(&format!("{name}={secret}{scope}; HttpOnly; SameSite=Strict{rest}")).ok()
}

/// The cookie that keeps the language for a year.
pub(super) fn lang_cookie(console: &Console, lang: Lang) -> Option<HeaderValue> {
    let secure = if is_https(console) { "; Secure" } else { "" };
    let name = lang.name();
    let path = console.home();
    let text = format!("{}={name}; Path={path}; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}", Lang::COOKIE);
    HeaderValue::from_str(&text).ok()
}

//! Sessions of the console: the cookie that opens one, and the one that keeps the language.

use axum::http::Extensions;
use axum::http::header::HeaderValue;
use axum::http::request::Parts;
use estair_core::actor::Actor;

use super::cookie::cookie;
use super::failure::Failure;
use super::state::Console;
use super::wording::Lang;
use crate::proxies::OverHttps;

/// The session that the cookie opens, with its secret.
pub(super) async fn open(console: &Console, parts: &Parts) -> Result<Option<(Actor, String)>, Failure> {
    let secure = is_secure(console, &parts.extensions);
    let Some(secret) = cookie(&parts.headers, cookie_name(secure)) else { return Ok(None) };
    let actor = console.sessions.actor(secret).await?;
    Ok(actor.map(|actor| (actor, secret.to_owned())))
}

/// Is the console reached over https? The host says so, or a proxy that it trusts.
pub(super) fn is_secure(console: &Console, extensions: &Extensions) -> bool {
    console.options.https || extensions.get::<OverHttps>().is_some()
}

fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-estair-console" } else { "estair-console" }
}

/// A `__Host-` cookie belongs to the whole host and travels over https alone; the other one stays below the prefix.
pub(super) fn set_cookie(console: &Console, secure: bool, secret: &str, rest: &str) -> Option<HeaderValue> {
    let name = cookie_name(secure);
    let scope = if secure { "; Path=/; Secure".to_owned() } else { format!("; Path={}", console.home()) };
    HeaderValue::from_str(&format!("{name}={secret}{scope}; HttpOnly; SameSite=Strict{rest}")).ok()
}

/// The cookie that keeps the language for a year.
pub(super) fn lang_cookie(console: &Console, secure: bool, lang: Lang) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let name = lang.name();
    let path = console.home();
    let text = format!("{}={name}; Path={path}; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}", Lang::COOKIE);
    HeaderValue::from_str(&text).ok()
}

//! Who is at the browser: the cookie, signing in and out, and the token that binds a form to its session.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use estair_core::actor::{Actor, Origin};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Console;
use super::failure::Failure;
use super::fields::Fields;
use super::frame::{Frame, Section};
use super::guard::render;
use super::wording::Lang;
use crate::actor::origin_of;

/// A member of staff who is signed in.
#[derive(Clone)]
pub(super) struct Visitor {
    /// On whose behalf commands are decided.
    pub(super) actor: Actor,
    /// From where they come (W5).
    pub(super) origin: Origin,
    /// What every form of this session carries.
    pub(super) csrf: String,
    /// The language of the pages.
    pub(super) lang: Lang,
    /// The path and query that are asked for, below the prefix.
    pub(super) path: String,
    /// The session.
    pub(super) secret: String,
}

impl Visitor {
    /// From a session and the request it came with.
    pub(super) fn new(actor: Actor, secret: String, parts: &Parts, lang: Lang, path: &str) -> Self {
        Self { actor, origin: origin_of(parts), csrf: token_of(&secret), lang, path: path.to_owned(), secret }
    }
}

/// The token bound to a session: nobody without the cookie's secret can make it, and it does not give the secret away.
fn token_of(secret: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        // A MAC takes keys of any length; were it not so, no form would be accepted.
        return String::new();
    };
    mac.update(b"estair console form");
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// The session that the cookie opens, with its secret.
pub(super) async fn open(console: &Console, headers: &HeaderMap) -> Result<Option<(Actor, String)>, Failure> {
    let Some(secret) = cookie(headers, cookie_name(console)) else { return Ok(None) };
    let actor = console.sessions.actor(secret).await.map_err(Failure::Store)?;
    Ok(actor.map(|actor| (actor, secret.to_owned())))
}

/// A cookie's value.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}

fn is_https(console: &Console) -> bool {
    console.options.https
}

fn cookie_name(console: &Console) -> &'static str {
    if is_https(console) { "__Host-estair-console" } else { "estair-console" }
}

/// A `__Host-` cookie belongs to the whole host and travels over https alone; the other one stays below the prefix.
fn set_cookie(console: &Console, secret: &str, rest: &str) -> Option<HeaderValue> {
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

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    p: Frame,
    next: String,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "ask_again.html")]
struct AskAgain {
    p: Frame,
}

/// A page that asks for itself again, now as a page of this site.
pub(super) fn ask_again(frame: Frame, to: &str) -> Response {
    let mut response = render(StatusCode::OK, &AskAgain { p: frame });
    if let Ok(value) = HeaderValue::from_str(&format!("0; url={to}")) {
        response.headers_mut().insert("refresh", value);
    }
    response
}

fn sign_in_page(console: &Console, lang: Lang, fields: &Fields, wrong: bool) -> Response {
    let p = Frame::new(console, None, lang, "/sign-in", Section::None);
    let status = if wrong { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    render(status, &SignIn { p, next: fields.shown("next"), wrong })
}

/// The sign-in page.
pub(super) async fn form(
    State(console): State<Console>,
    Extension(lang): Extension<Lang>,
    Extension(fields): Extension<Fields>,
) -> Response {
    sign_in_page(&console, lang, &fields, false)
}

/// Opens a session for the token. A client's session is closed at once: the console is for staff.
pub(super) async fn sign_in(
    State(console): State<Console>,
    Extension(lang): Extension<Lang>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Failure> {
    let token = fields.get("token").unwrap_or_default();
    let Some(secret) = console.sessions.sign_in(token).await.map_err(Failure::Store)? else {
        return Ok(sign_in_page(&console, lang, &fields, true));
    };
    let actor = console.sessions.actor(&secret).await.map_err(Failure::Store)?;
    if !actor.is_some_and(|actor| actor.role().is_staff()) {
        console.sessions.sign_out(&secret).await.map_err(Failure::Store)?;
        return Err(Failure::NotStaff);
    }
    let next = fields.get("next").filter(|next| is_local(next)).unwrap_or("/");
    let mut response = Redirect::to(&console.url(next)).into_response();
    if let Some(cookie) = set_cookie(&console, &secret, "") {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A path of this console, and not an address elsewhere that looks like one.
fn is_local(next: &str) -> bool {
    let plain = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    plain && next.parse::<Uri>().is_ok_and(|uri| uri.host().is_none())
}

/// Ends the session.
pub(super) async fn sign_out(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    console.sessions.sign_out(&visitor.secret).await.map_err(Failure::Store)?;
    let mut response = Redirect::to(&console.url("/sign-in")).into_response();
    if let Some(cookie) = set_cookie(&console, "", "; Max-Age=0") {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_token_belongs_to_one_session() {
        assert_ne!(token_of("one"), token_of("two"));
        assert_eq!(token_of("one"), token_of("one"));
        assert!(!token_of("one").contains("one"));
    }

    #[test]
    fn after_signing_in_nobody_is_sent_elsewhere() {
        for local in ["/", "/requests/12", "/messages?status=failed&q=a%20b"] {
            assert!(is_local(local), "{local}");
        }
        for foreign in
            ["//evil.example.test", "https://evil.example.test/", "/\\evil.example.test", "evil", "/a\r\nb: c"]
        {
            assert!(!is_local(foreign), "{foreign}");
        }
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("xestair-console=no; estair-console=yes; a=b"));
        assert_eq!(cookie(&headers, "estair-console"), Some("yes"));
        assert_eq!(cookie(&headers, "console"), None);
    }
}

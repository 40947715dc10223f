//! Signing in and out.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{Extensions, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use crate::console::failure::Failure;
use crate::console::form::{Form, address};
use crate::console::frame::{Frame, Section};
use crate::console::render::render;
use crate::console::session::{is_secure, set_cookie};
use crate::console::state::{Console, too_many};
use crate::console::visitor::{Visitor, has_pages};
use crate::console::wording::Lang;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    p: Frame,
    next: String,
    /// May a link be asked for (A6)?
    by_link: bool,
    /// Why nobody was signed in, as the key of its words.
    wrong: Option<&'static str>,
}

/// The page, with why nobody was signed in.
pub(super) fn sign_in_page(console: &Console, lang: Lang, f: &Form, wrong: Option<&'static str>) -> Response {
    let query = address("/sign-in", &f.get("done").map(|done| ("done", done)).into_iter().collect::<Vec<_>>());
    let p = Frame::new(console, None, lang, &query, Section::None);
    let status = if wrong.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    render(status, &SignIn { p, next: f.shown("next"), by_link: console.options.links.is_some(), wrong })
}

/// The sign-in page.
pub(super) async fn form(
    State(console): State<Console>,
    Extension(lang): Extension<Lang>,
    Extension(f): Extension<Form>,
) -> Response {
    sign_in_page(&console, lang, &f, None)
}

/// Opens a session for the token. One of somebody who has no pages here, a service say, is closed at once.
pub(super) async fn sign_in(
    State(console): State<Console>,
    Extension(lang): Extension<Lang>,
    Extension(f): Extension<Form>,
    extensions: Extensions,
) -> Result<Response, Failure> {
    let token = f.get("token").unwrap_or_default();
    // Whoever sends nothing has tried nothing; a good token is served however many tries there were before it.
    let allowed = match token {
        "" => Ok(()),
        _ => console.options.limits.signs_in(&extensions, console.access.now()).await,
    };
    let Some(secret) = console.sessions.sign_in(token).await? else {
        allowed.map_err(too_many)?;
        return Ok(sign_in_page(&console, lang, &f, Some("sign_in.wrong")));
    };
    enter(&console, &secret, &f, &extensions).await
}

/// In, with a session that was just opened, and on to where the visitor was going.
pub(super) async fn enter(
    console: &Console,
    secret: &str,
    f: &Form,
    extensions: &Extensions,
) -> Result<Response, Failure> {
    let actor = console.sessions.actor(secret).await?;
    if !actor.is_some_and(|actor| has_pages(actor.role(), console.is_apart())) {
        console.sessions.sign_out(secret).await?;
        return Err(Failure::NotStaff);
    }
    let next = f.get("next").filter(|next| is_local(next)).unwrap_or("/");
    let mut response = Redirect::to(&console.url(next)).into_response();
    if let Some(cookie) = set_cookie(console, is_secure(console, extensions), secret, "") {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A path of this console, and not an address elsewhere that looks like one.
pub(super) fn is_local(next: &str) -> bool {
    let plain = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    let plain = plain && next.bytes().all(|byte| byte.is_ascii_graphic());
    plain && next.parse::<Uri>().is_ok_and(|uri| uri.host().is_none())
}

/// Ends the session.
pub(super) async fn sign_out(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    extensions: Extensions,
) -> Result<Response, Failure> {
    console.sessions.sign_out(&visitor.secret).await?;
    let mut response = Redirect::to(&console.url("/sign-in")).into_response();
    if let Some(cookie) = set_cookie(&console, is_secure(&console, &extensions), "", "; Max-Age=0") {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_is_sent_elsewhere() {
        for local in ["/", "/requests/12", "/messages?status=failed&q=a%20b"] {
            assert!(is_local(local), "{local}");
        }
        for foreign in [
            "//evil.example.test",
            "https://evil.example.test/",
            "/\\evil.example.test",
            "evil",
            "/a\r\nb: c",
            "/a\u{7f}",
            "/a b",
            "/é",
        ] {
            assert!(!is_local(foreign), "{foreign}");
        }
    }
}

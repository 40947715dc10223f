//! Signing in with a link that is mailed (A6).
//!
//! The answer is the same whether anybody has the address or not: it is given before that is looked for. Opening the link shows a
//! button and nothing else, for programs that read mails open links; pressing it uses the link up.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{Extensions, StatusCode};
use axum::response::Response;

use super::sign_in::{enter, is_local, sign_in_page};
use crate::console::failure::Failure;
use crate::console::form::{Form, address};
use crate::console::frame::{Frame, Section};
use crate::console::render::render;
use crate::console::state::{Console, too_many};
use crate::console::wording::Lang;
use crate::host::{LinkAsked, SignInLinks};

/// What is longer is no address that mail can reach (A3).
const MAX_EMAIL: usize = 254;

/// What is longer is left out of a mail: the link leads to the first page then.
const MAX_NEXT: usize = 500;

fn links(console: &Console) -> Result<Arc<dyn SignInLinks>, Failure> {
    console.options.links.clone().ok_or(Failure::NotFound)
}

/// Asks for a link.
pub(super) async fn ask(
    State(console): State<Console>,
    Extension(lang): Extension<Lang>,
    Extension(f): Extension<Form>,
    extensions: Extensions,
) -> Result<Response, Failure> {
    let links = links(&console)?;
    let email = f.get("email").filter(|email| email.len() <= MAX_EMAIL).unwrap_or_default();
    console.options.limits.asks_for_link(&extensions, email, console.access.now()).await.map_err(too_many)?;
    let next = f.get("next").filter(|next| is_local(next));
    if !email.is_empty() {
        let next = next.filter(|next| next.len() <= MAX_NEXT).map(str::to_owned);
        console.mail_link(links, LinkAsked { email: email.to_owned(), language: lang.name(), next })?;
    }
    let back = [("done", Some("link_asked")), ("next", next)];
    let back: Vec<_> = back.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    Ok(console.redirect(&address("/sign-in", &back)))
}

#[derive(Template)]
#[template(path = "sign_in_link.html")]
struct PressPage {
    p: Frame,
    link: String,
    next: String,
}

/// The page that a link opens, which says nothing about the link.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(lang): Extension<Lang>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    links(&console)?;
    let path = f.address_with("/sign-in/link", "lang", "");
    let p = Frame::new(&console, None, lang, &path, Section::None);
    let mut response = render(StatusCode::OK, &PressPage { p, link: f.shown("link"), next: f.shown("next") });
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Signs in.
pub(super) async fn sign_in(
    State(console): State<Console>,
    Extension(lang): Extension<Lang>,
    Extension(f): Extension<Form>,
    extensions: Extensions,
) -> Result<Response, Failure> {
    let links = links(&console)?;
    // As with tokens: a good link is served however many tries there were before it.
    let allowed = console.options.limits.signs_in(&extensions, console.access.now()).await;
    let Some(secret) = links.sign_in(f.get("link").unwrap_or_default()).await? else {
        allowed.map_err(too_many)?;
        return Ok(sign_in_page(&console, lang, &f, Some("sign_in.link_gone")));
    };
    enter(&console, &secret, &f, &extensions).await
}

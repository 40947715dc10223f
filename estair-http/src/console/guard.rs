//! What every request passes before a handler sees it: language, origin, session, role, token.

use std::net::IpAddr;

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::failure::Failure;
use super::form::{Form, address};
use super::frame::{Frame, Section};
use super::render::render;
use super::session;
use super::state::{Console, too_many};
#[cfg(feature = "payments")]
use super::upload;
use super::visitor::{Visitor, has_pages};
use super::wording::Lang;
use crate::arriving;

/// Most bytes of a form.
const MAX_FORM: usize = 64 * 1024;

/// The middleware before every handler. It leaves the visitor with the answer, for the page of a failure.
pub(super) async fn guard(State(console): State<Console>, request: Request, next: Next) -> Response {
    let mut visitor = None;
    let mut response = match admit(&console, request, &mut visitor).await {
        Ok(request) => next.run(request).await,
        Err(response) => response,
    };
    if let Some(visitor) = visitor {
        response.extensions_mut().insert(visitor);
    }
    response
}

/// Before what is for staff alone: a client is refused, whatever the handler behind it would have read.
pub(super) async fn staff_alone(request: Request, next: Next) -> Response {
    match request.extensions().get::<Visitor>().is_some_and(Visitor::is_client) {
        true => Failure::NotStaff.into_response(),
        false => next.run(request).await,
    }
}

/// Lets a request through to its handler, with the visitor and the fields of its address or form, or answers it here.
async fn admit(console: &Console, request: Request, visitor: &mut Option<Visitor>) -> Result<Request, Response> {
    let (mut parts, body) = request.into_parts();
    let (lang, path) = (Lang::of(&parts.headers), page_of(&parts.method, &parts.uri).to_owned());
    let safe = matches!(parts.method, Method::GET | Method::HEAD);
    if !is_own_host(&parts.headers, console.options.origin.as_deref()) {
        return Err(Failure::ForeignHost.into_response());
    }
    if safe && let Some(answer) = switch_language(console, &parts) {
        return Err(answer);
    }
    if !safe && !same_origin(&parts.headers, console.options.origin.as_deref()) {
        return Err(Failure::ForeignOrigin.into_response());
    }
    if !is_public(parts.uri.path()) {
        let session = session::open(console, &parts).await.map_err(Failure::into_response)?;
        let Some((actor, secret)) = session else {
            return Err(ask_to_sign_in(console, &parts.headers, safe, &path, lang));
        };
        if !has_pages(actor.role(), console.is_apart()) {
            return Err(Failure::NotStaff.into_response());
        }
        let limits = &console.options.limits;
        limits.asks(&actor.scope(), console.access.now()).map_err(|problem| too_many(problem).into_response())?;
        let called = console.access.names(actor.user()).await;
        let who = Visitor::new((actor, called), secret, console.access.seed(), &parts, lang, &path);
        *visitor = Some(who);
    }
    // Whoever has no session sends nothing that is kept.
    let form = match safe {
        true => Ok(Form::decode(parts.uri.query().unwrap_or_default())),
        false => read_form(&mut parts, body).await,
    };
    let form = form.map_err(Failure::into_response)?;
    form.check(!safe).map_err(|refusal| Failure::from(refusal).into_response())?;
    if let Some(who) = visitor {
        if !safe && !who.has_sent(form.get("csrf").unwrap_or_default()) {
            return Err(Failure::ForeignForm.into_response());
        }
        parts.extensions.insert(who.clone());
    }
    parts.extensions.insert(lang);
    parts.extensions.insert(form);
    Ok(Request::from_parts(parts, Body::empty()))
}

/// What is served without a session.
fn is_public(route: &str) -> bool {
    route == "/sign-in" || route.starts_with("/sign-in/") || route.starts_with("/assets/")
}

/// The fields of a form; a file that it brings is left with the request.
async fn read_form(parts: &mut Parts, body: Body) -> Result<Form, Failure> {
    #[cfg(feature = "payments")]
    if upload::is_upload(parts) {
        let (form, file) = upload::read(&parts.headers, body).await?;
        parts.extensions.insert(file);
        return Ok(form);
    }
    let headers = &parts.headers;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let encoded = headers.contains_key(header::CONTENT_ENCODING);
    if encoded || !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Failure::Unreadable);
    }
    let bytes = arriving::whole(headers, body, MAX_FORM).await?;
    std::str::from_utf8(&bytes).map(Form::decode).map_err(|_| Failure::Unreadable)
}

/// Does the request come from a page of this very origin? Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`;
/// who says neither is refused.
fn same_origin(headers: &HeaderMap, public: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text("origin") else { return text("sec-fetch-site") == Some("same-origin") };
    let own = match public {
        Some(public) => origin == public.trim_end_matches('/'),
        None => text("host").is_some_and(|host| origin.split_once("://").is_some_and(|(_, from)| from == host)),
    };
    own && text("sec-fetch-site").is_none_or(|site| site == "same-origin")
}

/// Is the console asked for by a name of its own? A name that somebody else has pointed at this address would be an origin of
/// theirs. Where the host says its origin a proxy may write what it likes: browsers say the origin itself.
fn is_own_host(headers: &HeaderMap, public: Option<&str>) -> bool {
    let Some(host) = headers.get(header::HOST).filter(|_| public.is_none()) else { return true };
    let Some(authority) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else { return false };
    let name = authority.host();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    address.parse::<IpAddr>().is_ok() || name.eq_ignore_ascii_case("localhost")
}

/// `?lang=` keeps the choice in a cookie and leads back to the same page.
fn switch_language(console: &Console, parts: &Parts) -> Option<Response> {
    let uri = &parts.uri;
    let form = Form::decode(uri.query()?);
    let lang = Lang::from_name(form.get("lang")?)?;
    let back = console.url(&form.address_with(uri.path(), "lang", ""));
    let mut response = match HeaderValue::from_str(&back) {
        Ok(back) => (StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response(),
        Err(_) => return Some(Failure::NotFound.into_response()),
    };
    response.headers_mut().append(
        header::SET_COOKIE,
        session::lang_cookie(console, session::is_secure(console, &parts.extensions), lang)?,
    );
    Some(response)
}

/// To the sign-in page, and back afterwards. A link in a mail comes without the cookie, which is `SameSite=Strict`: the
/// browser is told to ask again, from here.
fn ask_to_sign_in(console: &Console, headers: &HeaderMap, safe: bool, path: &str, lang: Lang) -> Response {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let navigates = headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
    if safe && navigates && site == Some("cross-site") {
        let frame = Frame::new(console, None, lang, path, Section::None);
        return ask_again(frame, &console.url(path));
    }
    if !safe || headers.get(header::ACCEPT).is_some_and(|accept| accept == "text/event-stream") {
        return Failure::SignedOut.into_response();
    }
    let next = [("next", path)];
    let next = if path == "/" { &[][..] } else { &next[..] };
    Redirect::to(&console.url(&address("/sign-in", next))).into_response()
}

#[derive(Template)]
#[template(path = "ask_again.html")]
struct AskAgain {
    p: Frame,
}

/// A page that asks for itself again, now as a page of this site.
fn ask_again(frame: Frame, to: &str) -> Response {
    let mut response = render(StatusCode::OK, &AskAgain { p: frame });
    if let Ok(value) = HeaderValue::from_str(&format!("0; url={to}")) {
        response.headers_mut().insert("refresh", value);
    }
    response
}

/// The path and query that are asked for, below the prefix.
pub(super) fn asked_path(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |path| path.as_str())
}

/// Ends of the paths to which the forms of a page are sent, where the page itself is one step above.
const FORMS: [&str; 8] = ["/ask", "/comments", "/devices", "/draft", "/limit", "/pause", "/replay", "/tokens"];

/// The page that is asked for, or on which the form stands that was sent: what "the same page again" means, in another language
/// or after signing in.
pub(super) fn page_of<'u>(method: &Method, uri: &'u Uri) -> &'u str {
    let path = asked_path(uri);
    let above = FORMS.iter().find_map(|end| path.strip_suffix(end));
    if method.is_safe() { path } else { above.unwrap_or(path) }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn a_form_belongs_to_the_page_it_stands_on() {
        for (sent, page) in
            [("/requests/1/comments", "/requests/1"), ("/requests/1", "/requests/1"), ("/messages/pause", "/messages")]
        {
            assert_eq!(page_of(&Method::POST, &Uri::from_static(sent)), page);
            assert_eq!(page_of(&Method::GET, &Uri::from_static(sent)), sent);
        }
    }

    #[test]
    fn only_the_same_origin_may_change_things() {
        let here = [("host", "estair.example.test"), ("origin", "https://estair.example.test")];
        assert!(same_origin(&headers(&here), None));
        assert!(same_origin(&headers(&[("sec-fetch-site", "same-origin")]), None));
        for foreign in ["same-site", "cross-site", "none"] {
            assert!(!same_origin(&headers(&[here[0], here[1], ("sec-fetch-site", foreign)]), None), "{foreign}");
        }
        for origin in ["https://evil.example.test", "null", "https://estair.example.test.evil.example.test"] {
            assert!(!same_origin(&headers(&[here[0], ("origin", origin)]), None), "{origin}");
        }
        assert!(!same_origin(&headers(&[here[0]]), None), "nothing said is refused");
        assert!(!same_origin(&headers(&here), Some("https://other.example.test")));
        assert!(same_origin(&headers(&here), Some("https://estair.example.test/")));
    }
}

//! The style and the script, embedded: nothing is read from disk and nothing comes from outside.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use serde_json::json;

use crate::compression::Unchanging;
use crate::console::failure::Failure;
use crate::console::state::Console;
use crate::console::wording::Lang;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

const TYPES: [(&str, &str); 4] = [
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
];

/// What shows pushes: it may work for all of the console, though it lies among the assets.
const WORKER: &str = "worker.js";

/// An asset by its name.
pub(super) async fn serve(State(console): State<Console>, Path(name): Path<String>) -> Result<Response, Failure> {
    let asset = Assets::get(&name).ok_or(Failure::NotFound)?;
    let extension = name.rsplit('.').next().unwrap_or_default();
    let (_, kind) = TYPES.iter().find(|(known, _)| *known == extension).ok_or(Failure::NotFound)?;
    let headers = [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "public, max-age=300")];
    let mut response = (headers, Unchanging::file(&name, asset.data)).into_response();
    if name == WORKER
        && let Ok(scope) = HeaderValue::from_str(console.home())
    {
        response.headers_mut().insert(HeaderName::from_static("service-worker-allowed"), scope);
    }
    Ok(response)
}

/// What a phone installs the space of an agency by.
pub(super) async fn manifest(State(console): State<Console>, Extension(lang): Extension<Lang>) -> Response {
    let icon = |size: &str, purpose: &str| {
        let src = console.url(&format!("/assets/icon-{size}.png"));
        json!({ "src": src, "sizes": format!("{size}x{size}"), "type": "image/png", "purpose": purpose })
    };
    let manifest = json!({
        "id": console.home(), "start_url": console.home(), "scope": console.home(), "display": "standalone", "lang": lang.name(),
        "name": "ESTAIR", "short_name": "ESTAIR", "background_color": "#f6f7f8", "theme_color": "#0f6b78",
        "icons": [icon("192", "any"), icon("512", "any"), icon("512", "maskable")],
    });
    ([(header::CONTENT_TYPE, "application/manifest+json")], manifest.to_string()).into_response()
}

//! The style and the script, embedded: nothing is read from disk and nothing comes from outside.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::console::failure::Failure;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

const TYPES: [(&str, &str); 3] =
    [("css", "text/css; charset=utf-8"), ("js", "text/javascript; charset=utf-8"), ("svg", "image/svg+xml")];

/// An asset by its name.
pub(super) async fn serve(Path(name): Path<String>) -> Result<Response, Failure> {
    let asset = Assets::get(&name).ok_or(Failure::NotFound)?;
    let extension = name.rsplit('.').next().unwrap_or_default();
    let (_, kind) = TYPES.iter().find(|(known, _)| *known == extension).ok_or(Failure::NotFound)?;
    let headers = [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "public, max-age=300")];
    Ok((headers, asset.data).into_response())
}

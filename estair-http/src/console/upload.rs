//! A form that brings a file, as a browser sends it without a script: `multipart/form-data`.
//!
//! One page alone takes one. Guarantees: the body of every other form keeps its bound; nothing of a file is read before there is a
//! session.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use futures::stream;

use super::failure::Failure;
use super::form::Form;
use crate::arriving;
use crate::payments::MAX_FILE;

/// The page whose form brings a file.
pub(super) const PATH: &str = "/payments";

/// Most bytes of what is typed beside it.
const MAX_BESIDE: usize = 64 * 1024;

/// Most fields of the form.
const MAX_FIELDS: usize = 32;

/// The file of a form; empty when none was chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Upload(pub(super) Bytes);

/// Is this the form that brings a file?
pub(super) fn is_upload(parts: &Parts) -> bool {
    parts.uri.path() == PATH && kind_of(&parts.headers).starts_with("multipart/form-data")
}

fn kind_of(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Reads the fields, and the file.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<(Form, Upload), Failure> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Failure::Unreadable);
    }
    let unreadable = |_: multer::Error| Failure::Unreadable;
    let boundary = multer::parse_boundary(kind_of(headers)).map_err(unreadable)?;
    let bytes = arriving::whole(headers, body, MAX_FILE + MAX_BESIDE).await?;
    let mut parts = multer::Multipart::new(stream::iter([Ok::<_, Infallible>(bytes)]), boundary);
    let (mut fields, mut upload) = (Vec::new(), Upload::default());
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        if fields.len() == MAX_FIELDS {
            return Err(Failure::Unreadable);
        }
        let value = part.bytes().await.map_err(unreadable)?;
        match name.as_str() {
            "file" => upload = Upload(value),
            _ => fields.push((name, String::from_utf8(value.into()).map_err(|_| Failure::Unreadable)?)),
        }
    }
    Ok((Form::of(fields), upload))
}

//! The users' guide and the training sheets (`docs/guide`), from inside the program: the console's "Aide" leads there.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use estair_http::problem::{Problem, UNKNOWN_PATH};

/// Where the guide is.
pub const PATH: &str = "/aide";

const GUIDE: &str = "guide-utilisateur.pdf";

const FILES: [(&str, &[u8]); 3] = [
    (GUIDE, include_bytes!("../../../docs/guide/pdf/guide-utilisateur.pdf")),
    ("fiche-finance.pdf", include_bytes!("../../../docs/guide/pdf/fiche-finance.pdf")),
    ("fiche-operation.pdf", include_bytes!("../../../docs/guide/pdf/fiche-operation.pdf")),
];

/// `/aide` leads to the guide; the files are for everybody: they hold no figure of anyone.
pub fn router() -> Router {
    Router::new()
        .route(PATH, get(async || Redirect::temporary(&format!("{PATH}/{GUIDE}"))))
        .route("/aide/{file}", get(file))
}

async fn file(Path(name): Path<String>) -> Response {
    let Some((_, bytes)) = FILES.iter().find(|(known, _)| *known == name) else {
        return Problem::http(&UNKNOWN_PATH, "there is no such file").into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (StatusCode::OK, headers, *bytes).into_response()
}

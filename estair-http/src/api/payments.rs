//! Files of payments (L7).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use estair_core::clock::rfc3339;
use estair_core::id::MovementId;
use estair_core::movement::{Movement, Source};
use estair_core::payment_file::{Line, Reconciliation, SOURCES};
use estair_core::permission::Permission;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::row::Row;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::answer::mark_replayed;
use super::head::Head;
use super::state::Api;
use crate::arriving;
use crate::caller::Caller;
use crate::payments::{File, MAX_FILE, Outcome, Payments, RowOutcome, Unreadable, counts_of, read_apart};
use crate::problem::{BODY_TOO_LARGE, Problem, UNSUPPORTED_MEDIA_TYPE};
use crate::query::Params;
use crate::runner;
use crate::shapes::ProblemShape;

/// The types that a file may say it is; what says nothing is looked at.
const KINDS: [&str; 6] = [
    "text/csv",
    "text/plain",
    "application/csv",
    "application/vnd.ms-excel",
    "application/octet-stream",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

/// A file as a body, of at most 16 MiB.
pub(super) struct Upload(Bytes);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        require_file(&parts.headers)?;
        Ok(Self(arriving::whole(&parts.headers, body, MAX_FILE).await?))
    }
}

fn require_file(headers: &HeaderMap) -> Result<(), Problem> {
    let refused = |detail: &str| Err(Problem::http(&UNSUPPORTED_MEDIA_TYPE, detail));
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return refused("send it without a Content-Encoding");
    }
    let known = |kind: &str| {
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        KINDS.contains(&essence.as_str())
    };
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    if kinds.any(|kind| !kind.to_str().is_ok_and(known)) {
        return refused("send the file itself, as text/csv or as a workbook (XLSX)");
    }
    Ok(())
}

/// The file that was posted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentFile)]
struct FileShape {
    /// SHA-256 of its bytes: it stands in the payload of each movement, which is sealed with the audit trail.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
    /// Rows below the header.
    rows: usize,
}

/// How many rows came to what.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentCounts)]
struct Counts {
    created: u64,
    existing: u64,
    refused: u64,
    would_create: u64,
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentRow)]
struct RowShape {
    /// Its line in the file; the header is 1.
    row: u64,
    /// The source's reference.
    reference: Option<String>,
    /// `created`, `existing`, `refused` or, of a dry run, `would_create`.
    #[schema(example = "created")]
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mouvement_id: Option<u64>,
    /// Why it was refused: a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProblemShape>)]
    error: Option<Value>,
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PostedPayments)]
pub(super) struct Posted {
    file: FileShape,
    counts: Counts,
    /// In the order of the file.
    rows: Vec<RowShape>,
}

/// A row of the file, as it would be posted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentLine)]
struct LineShape {
    row: u64,
    reference: Option<String>,
    account_id: Option<u64>,
    /// `payment`, `debit` or `refund`.
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    /// Signed.
    #[schema(example = "25000")]
    amount: Option<String>,
    /// The day that the file names.
    date: Option<String>,
    /// What cannot be read of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    errors: Vec<Value>,
}

/// A movement of the book beside a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentInBook)]
struct BookShape {
    mouvement_id: u64,
    reference: Option<String>,
    account_id: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Signed.
    #[schema(example = "25000")]
    amount: String,
    /// The operation's own instant.
    date: Option<String>,
    /// The day it belongs to in the book.
    business_day: Option<String>,
}

/// A row and its movement, which say different things.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentDifference)]
struct DifferenceShape {
    file: LineShape,
    book: BookShape,
}

/// A file beside the book, from the file's first to its last date.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentReconciliation)]
pub(super) struct Reconciled {
    /// Rows without a movement.
    only_in_file: Vec<LineShape>,
    /// Movements of the source without a row.
    only_in_book: Vec<BookShape>,
    /// Rows whose movement has another account, type or amount.
    different: Vec<DifferenceShape>,
}

/// What became of a file, or how it differs from the book.
#[derive(ToSchema)]
#[schema(as = PaymentsAnswer)]
#[serde(untagged)]
#[expect(dead_code, reason = "documents what `post` answers")]
pub(super) enum Answer {
    /// Posted, or tried.
    Posted(Posted),
    /// Compared.
    Reconciled(Reconciled),
}

/// Posts the payments, or the sales, that a file lists: for finance and admin.
///
/// The body is the file itself: CSV with any separator, or a workbook (XLSX, its first sheet). Its first row names the columns:
/// `reference`, `amount`, one of `account_id`, `account_reference` and `account_name`, and if wanted `currency`, `date` and
/// `description`, in any order; or those of the source's own export. Payments are positive; a sale of `bsp` is a debit, a
/// negative one a refund. The same reference again is the same payment. At most 16 MiB, 100,000 rows, 256 MiB unpacked (413).
/// A file that takes longer than an answer may is finished all the same: sent again, its rows are there.
#[utoipa::path(
    post, path = "/api/paiements", operation_id = "postPayments", tag = "movements",
    params(
        ("source" = String, Query, description = "`bmp`, `wave`, `orange`, `spc`, `bsp` or `email_banking`"),
        ("dry_run" = Option<bool>, Query, description = "says what would be done, and writes nothing"),
        ("reconcile" = Option<bool>, Query, description = "compares the file with the book, and writes nothing"),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key and file give the first answer again"),
    ),
    request_body(content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses(
        (status = 200, description = "What became of the rows; with `reconcile` a comparison", body = Answer),
    ),
)]
pub(super) async fn post(
    State(api): State<Api>,
    caller: Caller,
    uri: Uri,
    head: Head,
    upload: Upload,
) -> Result<Response, Problem> {
    let mut params = Params::of(&uri);
    let names = SOURCES.map(Source::name);
    let source = params.one_of("source", of_file, &names);
    let dry_run = params.yes("dry_run");
    let compare = params.yes("reconcile");
    if source.is_none() && !params.has_fault("source") {
        params.faults([FieldError::new("source", "is needed")]);
    }
    if dry_run && compare {
        params.faults([FieldError::new("reconcile", "is not for a dry run: it writes nothing by itself")]);
    }
    params.finish()?;
    let source = source.ok_or_else(|| Refusal::invalid("source", "is needed"))?;
    let payments = Payments { book: api.access.book().clone(), view: api.view(&caller), origin: caller.origin.clone() };
    let Upload(bytes) = upload;
    let file = match read_apart(Some(source), bytes).await? {
        Ok(file) => file,
        Err(Ok(Unreadable::TooLarge(why) | Unreadable::Broken(why))) => {
            return Err(Problem::http(&BODY_TOO_LARGE, why));
        }
        Err(Err(refusal)) => return Err(refusal.into()),
    };
    api.view(&caller).require(Permission::PostPayments)?;
    if compare {
        return Ok(Json(reconciled(payments.reconcile(file).await?)).into_response());
    }
    let shape = FileShape { sha256: file.sha256.to_string(), rows: file.lines.len() };
    if dry_run {
        let rows = payments.try_out(file).await?;
        return Ok(Json(posted(shape, rows)).into_response());
    }
    let rows = post_with_key(&api, &caller, &head, payments, file).await?;
    let replayed =
        !rows.is_empty() && rows.iter().all(|row| row.replayed || matches!(row.outcome, Outcome::Refused(_)));
    let replayed = replayed && rows.iter().any(|row| row.replayed);
    let mut response = Json(posted(shape, rows)).into_response();
    mark_replayed(&mut response, replayed);
    Ok(response)
}

/// Posts to the end, whoever hangs up; a key belongs to this file.
async fn post_with_key(
    api: &Api,
    caller: &Caller,
    head: &Head,
    payments: Payments,
    file: File,
) -> Result<Vec<RowOutcome>, Problem> {
    let content = format!("{}\n{}", file.source, file.sha256);
    let key = head.key_of(&content).map_err(|fault| Refusal::Invalid(vec![fault]))?;
    let call = api.enter(caller, key.as_ref())?;
    let work = async move {
        let rows = payments.post(file, key.as_ref()).await;
        drop(call);
        rows
    };
    Ok(runner::to_the_end(work).await??)
}

fn of_file(name: &str) -> Option<Source> {
    Source::from_name(name).filter(|source| SOURCES.contains(source))
}

fn posted(file: FileShape, rows: Vec<RowOutcome>) -> Posted {
    let counts = counts_of(&rows);
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    let counts = Counts {
        created: count("created"),
        existing: count("existing"),
        refused: count("refused"),
        would_create: count("would_create"),
    };
    Posted { file, counts, rows: rows.into_iter().map(row_shape).collect() }
}

fn row_shape(row: RowOutcome) -> RowShape {
    let RowOutcome { row, reference, outcome, .. } = row;
    let (name, movement) = (outcome.name(), outcome.movement());
    let error = match outcome {
        Outcome::Refused(error) => Some(Problem::from(error).to_json()),
        _ => None,
    };
    RowShape { row, reference, outcome: name, mouvement_id: movement.map(|id| id.0), error }
}

fn reconciled(found: Reconciliation) -> Reconciled {
    Reconciled {
        only_in_file: found.only_in_file.iter().map(line_shape).collect(),
        only_in_book: found.only_in_book.iter().map(book_shape).collect(),
        different: found
            .different
            .iter()
            .map(|pair| DifferenceShape { file: line_shape(&pair.line), book: book_shape(&pair.movement) })
            .collect(),
    }
}

fn line_shape(line: &Line) -> LineShape {
    let draft = &line.draft;
    LineShape {
        row: line.row,
        reference: draft.reference.clone(),
        account_id: draft.account.map(|id| id.0),
        kind: draft.kind.map(|kind| kind.name()),
        amount: line.shown_amount(),
        date: line.day.map(|day| day.to_string()),
        errors: draft
            .faults
            .iter()
            .map(|fault| serde_json::json!({ "field": fault.field, "message": fault.message }))
            .collect(),
    }
}

fn book_shape(row: &Row<MovementId, Movement>) -> BookShape {
    BookShape {
        mouvement_id: row.id.0,
        reference: row.reference.clone(),
        account_id: row.account.0,
        kind: row.kind.name(),
        amount: row.amount.to_string(),
        date: row.details.created.map(rfc3339),
        business_day: row.posted.map(|posted| posted.day.to_string()),
    }
}

//! Every row of every table, whatever account it names: what the last fact about it keeps, and what it belongs to (V1, V2).

use crate::audit::{AuditKeys, evidence};
use crate::category::Status;
use crate::id::{CommentId, MovementId, SupportId};
use crate::row::{Comment, Link, Row};
use crate::store::{AuditReader, AuditedFailure, AuditedRequest, AuditedSupport, RELATIONS, StoreError};
use crate::verify::{BATCH, Finding, Report};

pub(super) async fn verify_rows(
    reader: &dyn AuditReader,
    keys: Option<&AuditKeys>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let requests = verify_requests(reader, report).await;
    report.note(requests)?;
    let supports = verify_supports(reader, report).await;
    report.note(supports)?;
    let failures = verify_failures(reader, report).await;
    report.note(failures)?;
    for (import, seal) in reader.undone_imports().await? {
        if import.is_sealed_by(seal, keys) == Some(false) {
            let problem = format!(
                "import run {}: what is kept of its undoing was written with another key, or changed",
                import.run
            );
            report.find(Finding { problem, ..Finding::default() });
        }
    }
    for relation in &RELATIONS {
        for key in reader.orphans(relation, BATCH).await? {
            let problem = format!(
                "row {key} of {} names in {} a row of {} that is not there",
                relation.table, relation.column, relation.target
            );
            report.find(Finding { problem, ..Finding::default() });
        }
    }
    Ok(())
}

async fn verify_requests(reader: &dyn AuditReader, report: &mut Report) -> Result<(), StoreError> {
    let mut last = None;
    loop {
        let batch = reader.audit_requests(last, BATCH).await?;
        let (full, before) = (batch.len() == BATCH as usize, last);
        last = batch.last().map(|one| one.row.id);
        let mut previous = before;
        for one in batch {
            let id = one.row.id;
            if !problems_of_request(&one).is_empty() {
                // It may have changed between the looks at its tables: a second look tells.
                let again = reader.audit_requests(previous, 1).await?;
                let again = again.iter().find(|again| again.row.id == id);
                for problem in again.map(problems_of_request).unwrap_or_default() {
                    let movement = one.row.movement.and_then(Link::known);
                    report.find(Finding::on_request(id, problem).with_movement(movement).of_account(one.row.account));
                }
            }
            previous = Some(id);
        }
        if !full {
            return Ok(());
        }
    }
}

/// What is wrong with a request: with its row, with the movement that it names, with what carries it.
fn problems_of_request(one: &AuditedRequest) -> Vec<&'static str> {
    let request = &one.row;
    let named = one.movement.as_ref();
    let closed = request.status == Status::Closed;
    let live = request.parent.filter(|_| !request.status.is_final());
    let under_way = matches!(request.status, Status::ToTreat | Status::Processing);
    let same_money = named.is_none_or(|movement| {
        movement.account == request.account
            && movement.amount.magnitude() == request.amount
            && movement.amount.currency() == request.amount.currency()
    });
    let expected = [
        (
            one.subject == Some(evidence::of_request(request, named.map(|movement| movement.uuid))),
            "it is not what the last fact about it keeps",
        ),
        (closed || request.movement.is_none(), "the request names a movement and is not closed"),
        (!closed || named.is_some() || one.imported, "the request is closed without a movement"),
        (named.is_none_or(|movement| movement.request == Some(request.id)), "its movement belongs to another request"),
        (named.is_none_or(|movement| movement.counts()), "its movement is not written"),
        (same_money, "its movement is of another account or amount"),
        (
            named.is_none_or(|movement| movement.kind == request.definition().movement),
            "its movement is of another type",
        ),
        (one.live_parent == live, "it is marked as the live cancellation of another request, or of none"),
        (!under_way || one.in_outbox, "its execution has no outbox entry"),
        (are_told(&one.comments, &one.told), "its comments are not what its facts keep"),
    ];
    expected.into_iter().filter(|(holds, _)| !holds).map(|(_, problem)| problem).collect()
}

async fn verify_supports(reader: &dyn AuditReader, report: &mut Report) -> Result<(), StoreError> {
    let mut last: Option<SupportId> = None;
    loop {
        let batch = reader.audit_supports(last, BATCH).await?;
        let full = batch.len() == BATCH as usize;
        let mut previous = last;
        last = batch.last().map(|one| one.row.id);
        for one in batch {
            let id = one.row.id;
            if !problems_of_support(&one).is_empty() {
                let again = reader.audit_supports(previous, 1).await?;
                let again = again.iter().find(|again| again.row.id == id);
                for problem in again.map(problems_of_support).unwrap_or_default() {
                    report.find(Finding::on_support(id, problem).of_account(one.row.account));
                }
            }
            previous = Some(id);
        }
        if !full {
            return Ok(());
        }
    }
}

fn problems_of_support(one: &AuditedSupport) -> Vec<&'static str> {
    let expected = [
        (one.subject == Some(evidence::of_support(&one.row)), "it is not what the last fact about it keeps"),
        (are_told(&one.comments, &one.told), "its comments are not what its facts keep"),
    ];
    expected.into_iter().filter(|(holds, _)| !holds).map(|(_, problem)| problem).collect()
}

/// Are these comments what the facts keep of them, in order?
fn are_told(comments: &[Row<CommentId, Comment>], told: &[String]) -> bool {
    comments.iter().map(|comment| evidence::of_comment(comment).to_string()).eq(told.iter().cloned())
}

async fn verify_failures(reader: &dyn AuditReader, report: &mut Report) -> Result<(), StoreError> {
    let mut last: Option<MovementId> = None;
    loop {
        let batch = reader.audit_failures(last, BATCH).await?;
        let full = batch.len() == BATCH as usize;
        let mut previous = last;
        last = batch.last().map(|one| one.row.id);
        for one in batch {
            let id = one.row.id;
            if !is_told(&one) {
                let again = reader.audit_failures(previous, 1).await?;
                if again.iter().any(|again| again.row.id == id && !is_told(again)) {
                    let problem = "is not written, and is not what the last fact about it keeps";
                    report.find(Finding::on_movement(id, problem).of_account(one.row.account));
                }
            }
            previous = Some(id);
        }
        if !full {
            return Ok(());
        }
    }
}

fn is_told(one: &AuditedFailure) -> bool {
    let untouched = one.row.posted.is_none()
        && one.row.completed_at.is_none()
        && one.row.cancelled_at.is_none()
        && one.row.result().is_none()
        && !one.row.is_deleted;
    untouched && one.subject == Some(evidence::of_failed_movement(&one.row))
}

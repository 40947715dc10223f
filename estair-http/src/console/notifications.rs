//! Notifications: what is delivered to whom and where it stands, the templates, and a test.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::notification::{Channel, Notice};
use estair_core::notify::{DeliveryFilter, DeliveryRecord, Outgoing};
use estair_core::permission::{Permission, require};
use estair_core::queue::{Attempt, Depth, JobStatus};
use estair_core::read::Page;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::text::{MAX_LINE, bounded};

use super::failure::Failure;
use super::fields::{Fields, accept, id_in_path};
use super::frame::{Frame, Section};
use super::guard::render;
use super::session::Visitor;
use super::{Console, Rendered};

/// The book's own deliveries, or the alerts of Messager.
fn outgoing<'c>(console: &'c Console, f: &Fields) -> Result<&'c dyn Outgoing, Failure> {
    match (f.get("of"), &console.host.messager) {
        (Some("messager"), Some(messager)) => Ok(messager.as_ref()),
        (Some("messager"), None) => Err(Failure::NotFound),
        _ => Ok(console.host.outgoing.as_ref()),
    }
}

#[derive(Template)]
#[template(path = "notifications.html")]
struct ListPage {
    p: Frame,
    f: Fields,
    depth: Depth,
    rows: Vec<DeliveryRecord>,
    next: Option<String>,
    first: Option<String>,
    of_messager: bool,
    has_messager: bool,
    has_templates: bool,
}

/// The list; its filters are its address.
pub(super) async fn list(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadNotifications)?;
    let mut faults = Vec::new();
    let filter = DeliveryFilter {
        status: f.read("status", &mut faults, JobStatus::from_name),
        channel: f.read("channel", &mut faults, Channel::from_name),
        request: f.id("requete_id", &mut faults),
    };
    let page = f.page(&mut faults);
    accept(faults)?;
    let outgoing = outgoing(&console, &f)?;
    let slice = outgoing.deliveries(&filter, page).await?;
    let depth = outgoing.depth(console.host.clock.now()).await?;
    let at = |before: &str| console.url(&f.address_with("/notifications", "before", before));
    let page = ListPage {
        p: Frame::of(&console, &visitor, Section::Notifications),
        depth,
        next: slice.next.map(|key| at(&key.to_string())),
        first: page.before.map(|_| at("")),
        rows: slice.items,
        of_messager: f.get("of") == Some("messager"),
        has_messager: console.host.messager.is_some(),
        has_templates: console.options.preview.is_some() || console.options.test_send.is_some(),
        f,
    };
    Ok(render(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "notification.html")]
struct DeliveryPage {
    p: Frame,
    record: DeliveryRecord,
    attempts: Vec<Attempt>,
    of_messager: bool,
}

impl DeliveryPage {
    fn params(&self) -> String {
        self.p.json(&serde_json::Value::Object(self.record.delivery.params.clone()))
    }
}

/// One delivery with its attempts.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadNotifications)?;
    let id: u64 = id_in_path(&id)?;
    let outgoing = outgoing(&console, &f)?;
    // The list is cut by ids, newest first: the first row at or below this one is the one, if it exists.
    let page = Page { limit: 1, before: id.checked_add(1) };
    let found = outgoing.deliveries(&DeliveryFilter::default(), page).await?.items.into_iter().find(|row| row.id == id);
    let record = found.ok_or(Refusal::NotFound { what: "delivery" })?;
    let attempts = outgoing.delivery_attempts(id).await?;
    let p = Frame::of(&console, &visitor, Section::Notifications);
    let of_messager = f.get("of") == Some("messager");
    Ok(render(StatusCode::OK, &DeliveryPage { p, record, attempts, of_messager }))
}

/// A template, shown with example figures.
struct Example {
    notice: Notice,
    channel: Channel,
    rendered: Option<Rendered>,
}

#[derive(Template)]
#[template(path = "templates.html")]
struct TemplatesPage {
    p: Frame,
    f: Fields,
    notice: Notice,
    notices: Vec<Notice>,
    examples: Vec<Example>,
    can_send: bool,
    wrong: Option<String>,
}

/// The templates of one notice, by each of its channels.
pub(super) async fn templates(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    show_templates(&console, &visitor, f, None, None)
}

fn show_templates(
    console: &Console,
    visitor: &Visitor,
    f: Fields,
    failure: Option<Failure>,
    wrong: Option<String>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadNotifications)?;
    if console.options.preview.is_none() && console.options.test_send.is_none() {
        return Err(Failure::NotFound);
    }
    let notice = f.get("notice").and_then(Notice::from_name).unwrap_or(Notice::CreditRequested);
    let examples = notice.rule().channels.iter().map(|channel| Example {
        notice,
        channel: *channel,
        rendered: console.options.preview.as_ref().and_then(|preview| preview(notice, *channel)),
    });
    let page = TemplatesPage {
        p: Frame::of(console, visitor, Section::Notifications).after(failure.as_ref()),
        notice,
        notices: Notice::ALL.to_vec(),
        examples: examples.collect(),
        can_send: console.options.test_send.is_some(),
        f,
        wrong,
    };
    let bad = page.wrong.as_ref().map(|_| StatusCode::BAD_GATEWAY);
    Ok(render(failure.map(|failure| failure.status()).or(bad).unwrap_or(StatusCode::OK), &page))
}

/// Sends an example to an address.
pub(super) async fn test(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
) -> Result<Response, Failure> {
    require(&visitor.actor, Permission::ReadNotifications)?;
    let Some(send) = console.options.test_send.clone() else { return Err(Failure::NotFound) };
    let (notice, channel, to) = match read_test(&f) {
        Ok(test) => test,
        Err(refusal) => return show_templates(&console, &visitor, f, Some(refusal.into()), None),
    };
    match send(notice, channel, to).await {
        Ok(()) => Ok(console.redirect(&format!("/notifications/templates?notice={notice}&done=sent"))),
        Err(wrong) => show_templates(&console, &visitor, f, None, Some(wrong)),
    }
}

/// What to send by which channel; only mail needs an address, the other channels know theirs.
fn read_test(f: &Fields) -> Result<(Notice, Channel, String), Refusal> {
    let mut faults = Vec::new();
    let notice = f.read("notice", &mut faults, Notice::from_name);
    let channel = f.read("channel", &mut faults, Channel::from_name);
    let to = match channel {
        Some(Channel::Email) => estair_core::text::email("to", f.get("to").unwrap_or_default()),
        _ => f.get("to").map_or(Ok(String::new()), |to| bounded("to", to, MAX_LINE)),
    };
    let to = to.map_err(|fault| faults.push(fault)).unwrap_or_default();
    match (notice, channel) {
        (Some(notice), Some(channel)) if faults.is_empty() => Ok((notice, channel, to)),
        _ => {
            if faults.is_empty() {
                faults.push(FieldError::new("channel", "is needed"));
            }
            Err(Refusal::Invalid(faults))
        }
    }
}

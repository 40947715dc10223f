//! Notifications: what is delivered to whom and where it stands, the templates, and a test.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use estair_core::email;
use estair_core::notice::{Channel, Notice};
use estair_core::notification::{NotificationFilter, NotificationRecord};
use estair_core::permission::Permission;
use estair_core::queue::{Attempt, Depth, JobStatus};
use estair_core::refusal::{FieldError, Refusal};
use estair_core::text::{MAX_LINE, bounded};
use serde_json::Value;

use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::options::{NotSent, Rendered};
use crate::console::path::Id;
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::notifications::NotificationsView;

/// The book's own notifications, or the alerts of Messager.
fn view(console: &Console, visitor: &Visitor, f: &Form) -> Result<NotificationsView, Failure> {
    match f.get("of") {
        Some("messager") => console.access.alerts(visitor.actor).ok_or(Failure::NotFound),
        _ => Ok(console.access.notifications(visitor.actor)),
    }
}

#[derive(Template)]
#[template(path = "notifications.html")]
struct ListPage {
    p: Frame,
    f: Form,
    depth: Depth,
    rows: Vec<NotificationRecord>,
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
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let mut faults = Vec::new();
    let filter = NotificationFilter {
        status: f.read("status", &mut faults, JobStatus::from_name),
        notice: f.read("notice", &mut faults, Notice::from_name),
        channel: f.read("channel", &mut faults, Channel::from_name),
        request: f.id("requete_id", &mut faults),
    };
    let page = f.page(&mut faults);
    accept(faults)?;
    let notifications = view(&console, &visitor, &f)?;
    let slice = notifications.list(&filter, page).await?;
    let depth = notifications.depth(console.access.now()).await?;
    let at = |before: &str| console.url(&f.address_with("/notifications", "before", before));
    let page = ListPage {
        p: Frame::of(&console, &visitor, Section::Notifications),
        depth,
        next: slice.next.map(|key| at(&key.to_string())),
        first: page.before.map(|_| at("")),
        rows: slice.items,
        of_messager: f.get("of") == Some("messager"),
        has_messager: console.access.has_messager(),
        has_templates: console.options.preview.is_some() || console.options.test_send.is_some(),
        f,
    };
    Ok(render(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "notification.html")]
struct NotificationPage {
    p: Frame,
    may_resend: bool,
    record: NotificationRecord,
    attempts: Vec<Attempt>,
    of_messager: bool,
}

impl NotificationPage {
    /// The request that it is about.
    fn request(&self) -> Option<u64> {
        self.record.notification.params.get("requete_id").and_then(Value::as_u64)
    }

    fn params(&self) -> String {
        self.p.json(&Value::Object(self.record.notification.params.clone()))
    }
}

/// One notification with its attempts.
pub(super) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<u64>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show(&console, &visitor, id, f, None).await
}

async fn show(
    console: &Console,
    visitor: &Visitor,
    id: u64,
    f: Form,
    failure: Option<Failure>,
) -> Result<Response, Failure> {
    let (record, attempts) = view(console, visitor, &f)?.one(id).await?;
    let p = Frame::of(console, visitor, Section::Notifications).after(failure.as_ref());
    let of_messager = f.get("of") == Some("messager");
    let has_ended = matches!(record.status, JobStatus::Failed | JobStatus::Skipped);
    let may_resend = has_ended && p.may(Permission::SendNotifications);
    let status = failure.map_or(StatusCode::OK, |failure| failure.status());
    Ok(render(status, &NotificationPage { p, may_resend, record, attempts, of_messager }))
}

/// Sends one again that failed or was skipped (N3). A form that comes twice sends once.
pub(super) async fn resend(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Id(id): Id<u64>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let notifications = view(&console, &visitor, &f)?;
    if console.is_first(&visitor, &f) {
        let sent = notifications.resend(id, &console.view(&visitor), console.access.now()).await;
        if let Err(error) = sent {
            return show(&console, &visitor, id, f, Some(error.into())).await;
        }
    }
    let of = if f.get("of") == Some("messager") { "&of=messager" } else { "" };
    Ok(console.redirect(&format!("/notifications/{id}?done=resent{of}")))
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
    f: Form,
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
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    show_templates(&console, &visitor, f, None, None)
}

fn show_templates(
    console: &Console,
    visitor: &Visitor,
    f: Form,
    failure: Option<Failure>,
    wrong: Option<NotSent>,
) -> Result<Response, Failure> {
    console.view(visitor).require(Permission::ReadNotifications)?;
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
        can_send: console.options.test_send.is_some() && console.view(visitor).may(Permission::SendNotifications),
        f,
        wrong: wrong.clone().map(|wrong| match wrong {
            NotSent::Off => visitor.lang.find("templates.off").unwrap_or_default().to_owned(),
            NotSent::Failed(error) => error,
        }),
    };
    let bad = wrong.map(|wrong| match wrong {
        NotSent::Off => StatusCode::UNPROCESSABLE_ENTITY,
        NotSent::Failed(_) => StatusCode::BAD_GATEWAY,
    });
    Ok(render(failure.map(|failure| failure.status()).or(bad).unwrap_or(StatusCode::OK), &page))
}

/// Sends an example to an address.
pub(super) async fn test(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    console.view(&visitor).require(Permission::SendNotifications)?;
    let Some(send) = console.options.test_send.clone() else { return Err(Failure::NotFound) };
    let (notice, channel, to) = match read_test(&f) {
        Ok(test) => test,
        Err(refusal) => return show_templates(&console, &visitor, f, Some(refusal.into()), None),
    };
    let sent = if console.is_first(&visitor, &f) { send(notice, channel, to).await } else { Ok(()) };
    match sent {
        Ok(()) => Ok(console.redirect(&format!("/notifications/templates?notice={notice}&done=sent"))),
        Err(wrong) => show_templates(&console, &visitor, f, None, Some(wrong)),
    }
}

/// What to send by which channel; only mail needs an address, the other channels know theirs.
fn read_test(f: &Form) -> Result<(Notice, Channel, String), Refusal> {
    let mut faults = Vec::new();
    let notice = f.read("notice", &mut faults, Notice::from_name);
    let channel = f.read("channel", &mut faults, Channel::from_name);
    let to = match channel {
        Some(Channel::Email) => email::checked("to", f.get("to").unwrap_or_default()),
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

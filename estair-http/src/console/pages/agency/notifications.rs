//! What somebody of an agency is told, and by which channel; the browser as a device of theirs.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use estair_core::notice::{Channel, Notice, choices};
use estair_core::notification::{PushSubscription, Subscribed};
use estair_core::refusal::{FieldError, Refusal};
use serde_json::json;

use crate::console::failure::Failure;
use crate::console::form::{Form, accept};
use crate::console::frame::{Frame, Section};
use crate::console::render::render;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::subscriptions::{OwnSubscriptions, faults_of};

/// What these pages do.
const ACTION: &str = "choose notifications";

/// A notice, with the channels by which it reaches the visitor, each on or off.
struct Choice {
    notice: Notice,
    channels: Vec<(Channel, bool)>,
}

#[derive(Template)]
#[template(path = "agency/notifications.html")]
struct ChoicesPage {
    p: Frame,
    choices: Vec<Choice>,
    /// With what the server signs its pushes, where it sends any.
    push_key: Option<String>,
}

fn own(console: &Console, visitor: &Visitor) -> Result<OwnSubscriptions, Failure> {
    Ok(console.access.subscriptions(&visitor.actor, ACTION)?)
}

/// The choices.
pub(in crate::console::pages) async fn page(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let outs = own(&console, &visitor)?.opt_outs().await?;
    let mut shown: Vec<Choice> = Vec::new();
    for (notice, channel) in choices(visitor.actor.role()) {
        let on = (channel, !outs.contains(&(notice, channel)));
        match shown.last_mut().filter(|last| last.notice == notice) {
            Some(last) => last.channels.push(on),
            None => shown.push(Choice { notice, channels: vec![on] }),
        }
    }
    let p = Frame::of(&console, &visitor, Section::Notifications);
    let push_key = console.options.push.as_ref().map(|push| push.public_key.clone());
    Ok(render(StatusCode::OK, &ChoicesPage { p, choices: shown, push_key }))
}

/// Keeps them: what is ticked is on, what is not is off.
pub(in crate::console::pages) async fn choose(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let own = own(&console, &visitor)?;
    let outs = own.opt_outs().await?;
    for (notice, channel) in choices(visitor.actor.role()) {
        let ticked = f.get(&format!("{notice}.{channel}")).is_some();
        if ticked == outs.contains(&(notice, channel)) {
            own.set(notice, channel, ticked).await?;
        }
    }
    Ok(console.redirect("/notifications?done=chosen"))
}

/// Makes this browser a device of the visitor's, or forgets it, as the script of the page asks.
pub(in crate::console::pages) async fn device(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
) -> Result<Response, Failure> {
    let (Some(push), own) = (&console.options.push, own(&console, &visitor)?) else { return Err(Failure::NotFound) };
    if f.is("do", "forget") {
        let known = own.unsubscribe(&f.shown("endpoint")).await?;
        return Ok(Json(json!({ "known": known })).into_response());
    }
    let device = PushSubscription { endpoint: f.shown("endpoint"), p256dh: f.shown("p256dh"), auth: f.shown("auth") };
    accept(faults_of(&device, &push.hosts))?;
    if own.subscribe(device, console.access.now(), None, ()).await? != Subscribed::Kept {
        return Err(Refusal::Invalid(vec![FieldError::new("endpoint", "is known with other keys")]).into());
    }
    Ok((StatusCode::CREATED, Json(json!({ "known": true }))).into_response())
}

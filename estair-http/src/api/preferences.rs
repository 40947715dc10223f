//! What people want to be told, and by which channel: each user's own choices.

use axum::Json;
use axum::extract::State;
use estair_core::actor::Actor;
use estair_core::notice::{Channel, Notice, choices};
use estair_core::refusal::{FieldError, Refusal};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::state::Api;
use crate::body::{Body, Fields};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::subscriptions::OwnSubscriptions;

/// What the calls of this file do.
const ACTION: &str = "choose notifications";
/// Most preferences that one call may change: more than there are.
const MAX_PREFERENCES: usize = 100;

/// Whether the caller is told something by a channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Preference {
    #[schema(example = "support_resolved")]
    notice: &'static str,
    /// `email` or `push`. A Teams channel is nobody's own.
    #[schema(example = "email")]
    channel: &'static str,
    on: bool,
}

/// All that the caller can choose.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Preferences {
    /// In the order of the notification matrix; empty for a role that nothing is sent to.
    preferences: Vec<Preference>,
}

/// Shows what the caller is told by which channel. Everything is on until it is switched off.
#[utoipa::path(
    get, path = "/api/notifications/preferences", operation_id = "getNotificationPreferences", tag = "notifications",
    responses((status = 200, description = "What reaches the caller's role, and whether it is on", body = Preferences)),
)]
pub(super) async fn show(State(api): State<Api>, caller: Caller) -> Result<Json<Preferences>, Problem> {
    let own = api.access.subscriptions(&caller.actor, ACTION)?;
    Ok(Json(shown(&own, &caller.actor).await?))
}

/// Changes to the caller's preferences.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents the body that `change` reads")]
pub(super) struct PreferenceChanges {
    /// What is left out stays as it is.
    preferences: Vec<PreferenceChange>,
}

/// One choice.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents the body that `change` reads")]
pub(super) struct PreferenceChange {
    #[schema(example = "support_resolved")]
    notice: String,
    #[schema(example = "email")]
    channel: String,
    on: bool,
}

/// Switches notices on or off, each by its channel. Critical alerts may not be switched off. An account's own mail address
/// gets no more mail of a kind when all of the account's people have switched it off.
#[utoipa::path(
    put, path = "/api/notifications/preferences", operation_id = "setNotificationPreferences", tag = "notifications",
    request_body = PreferenceChanges,
    responses((status = 200, description = "All of the caller's preferences, after the change", body = Preferences)),
)]
pub(super) async fn change(State(api): State<Api>, caller: Caller, body: Body) -> Result<Json<Preferences>, Problem> {
    let mut fields = body.fields()?;
    let changes = read(&mut fields, &caller.actor);
    let faults = fields.finish();
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    let own = api.access.subscriptions(&caller.actor, ACTION)?;
    for (notice, channel, on) in changes {
        own.set(notice, channel, on).await?;
    }
    Ok(Json(shown(&own, &caller.actor).await?))
}

async fn shown(own: &OwnSubscriptions, actor: &Actor) -> Result<Preferences, Problem> {
    let outs = own.opt_outs().await?;
    let preference = |(notice, channel): (Notice, Channel)| Preference {
        notice: notice.name(),
        channel: channel.name(),
        on: !outs.contains(&(notice, channel)),
    };
    Ok(Preferences { preferences: choices(actor.role()).into_iter().map(preference).collect() })
}

/// The changes of a body; what is wrong with them is noted.
fn read(fields: &mut Fields, actor: &Actor) -> Vec<(Notice, Channel, bool)> {
    fields.need("preferences");
    let items = fields.take_array("preferences").unwrap_or_default();
    if items.len() > MAX_PREFERENCES {
        fields.fault("preferences", format_args!("more than {MAX_PREFERENCES}"));
        return Vec::new();
    }
    let mut changes: Vec<(Notice, Channel, bool)> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        match one(&format!("preferences[{place}]"), item, actor) {
            Ok(change) if changes.iter().any(|earlier| (earlier.0, earlier.1) == (change.0, change.1)) => {
                fields.fault(&format!("preferences[{place}]"), "is there more than once");
            }
            Ok(change) => changes.push(change),
            Err(faults) => fields.faults(faults),
        }
    }
    changes
}

fn one(name: &str, item: &RawValue, actor: &Actor) -> Result<(Notice, Channel, bool), Vec<FieldError>> {
    let mut fields = Fields::nested(name, item);
    ["notice", "channel", "on"].into_iter().for_each(|needed| fields.need(needed));
    let notice = fields.take_enum("notice", Notice::from_name, Notice::ALL.iter().map(|notice| notice.name()));
    let channel = fields.take_enum("channel", Channel::from_name, Channel::ALL.iter().map(|channel| channel.name()));
    let on = fields.take_bool("on");
    if let (Some(notice), Some(channel)) = (notice, channel) {
        if !notice.may_opt_out() && on == Some(false) {
            fields.fault("on", "a critical alert may not be switched off");
        } else if !choices(actor.role()).contains(&(notice, channel)) {
            fields.fault("notice", "does not reach you by this channel");
        }
    }
    let faults = fields.finish();
    match (notice, channel, on) {
        (Some(notice), Some(channel), Some(on)) if faults.is_empty() => Ok((notice, channel, on)),
        _ if faults.is_empty() => Err(vec![FieldError::new(name, "is not whole")]),
        _ => Err(faults),
    }
}

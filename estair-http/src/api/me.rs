//! Who the caller is, and what the caller may do.

use std::borrow::Cow;

use axum::Json;
use axum::extract::State;
use estair_core::actor::Actor;
use estair_core::permission::{MATRIX, Permission, permissions_of};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::state::Api;
use crate::caller::Caller;
use crate::problem::Problem;

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// Null for the program itself.
    user_id: Option<u64>,
    /// What the host calls this person; null where it does not say.
    name: Option<String>,
    #[schema(example = "client")]
    role: &'static str,
    /// `agency` or `agent`; null but for clients.
    kind: Option<&'static str>,
    /// A client's account.
    account_id: Option<u64>,
    /// What the role may do: a client on what belongs to its account, everybody else on everything.
    #[schema(value_type = Vec<PermissionWord>)]
    permissions: Vec<&'static str>,
}

/// What somebody may do.
pub(super) struct PermissionWord;

impl PartialSchema for PermissionWord {
    fn schema() -> RefOr<Schema> {
        let mut words: Vec<_> =
            MATRIX.iter().flat_map(|(.., granted)| granted.iter().copied().map(Permission::word)).collect();
        words.sort_unstable();
        words.dedup();
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .enum_values(Some(words))
            .description(Some("One line of the permission matrix"))
            .into()
    }
}

impl ToSchema for PermissionWord {
    fn name() -> Cow<'static, str> {
        "Permission".into()
    }
}

/// Shows who asks, and what that role may do.
#[utoipa::path(
    get, path = "/api/moi", operation_id = "getMe", tag = "people",
    responses((status = 200, description = "The caller", body = Me)),
)]
pub(super) async fn show(State(api): State<Api>, caller: Caller) -> Result<Json<Me>, Problem> {
    let actor = caller.actor;
    let called = api.access.names(actor.user()).await;
    Ok(Json(Me {
        user_id: actor.user().map(|id| id.0),
        name: actor.user().and_then(|id| called.name(id)).map(str::to_owned),
        role: actor.role().name(),
        kind: match actor {
            Actor::Client { kind, .. } => Some(kind.name()),
            _ => None,
        },
        account_id: actor.account().map(|id| id.0),
        permissions: permissions_of(actor.role()).iter().copied().map(Permission::word).collect(),
    }))
}

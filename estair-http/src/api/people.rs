//! The people of a host and their tokens (A4): who creates them, and what is shown of them.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use estair_core::actor::{ClientKind, Role};
use estair_core::clock::rfc3339;
use estair_core::email;
use estair_core::id::{AccountId, UserId};
use estair_core::membership::Membership;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::text::{self, MAX_LINE};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{List, created, mark_replayed, object};
use super::head::Head;
use super::state::Api;
use crate::body::{Body, Fields};
use crate::caller::{Caller, Id};
use crate::names::names;
use crate::people::{
    NewPerson, PeopleView, Person, PersonFilter, PersonPatch, PersonToken, TokenId, needs_email, role_of,
};
use crate::problem::{Problem, UNKNOWN_PATH, in_order};
use crate::query::{Params, cursor_after};
use crate::total::total;

const LIST: &str = "personnes";

/// Somebody who uses the host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(super) struct PersonShape {
    id: u64,
    name: String,
    email: Option<String>,
    /// `client`, `operation`, `finance`, `admin`, `service` or `auditor`.
    #[schema(example = "operation")]
    role: &'static str,
    /// A client's account.
    account_id: Option<u64>,
    /// `agency` or `agent`, of a client.
    kind: Option<&'static str>,
    /// Is this person shut out?
    disabled: bool,
    /// When a token or a session was last used, to a minute.
    last_used_at: Option<String>,
}

/// Somebody who uses the host, with the tokens that were not withdrawn.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonWithTokens {
    #[serde(flatten)]
    person: PersonShape,
    /// Newest first, at most 200.
    tokens: Vec<TokenShape>,
}

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonToken)]
pub(super) struct TokenShape {
    id: u64,
    /// What it is for.
    name: Option<String>,
    created_at: String,
    /// When it, or a session opened with it, was last used, to a minute.
    last_used_at: Option<String>,
}

fn shape(person: &Person) -> PersonShape {
    PersonShape {
        id: person.id.0,
        name: person.name.clone(),
        email: person.email.clone(),
        role: person.membership.role().name(),
        account_id: person.membership.account().map(|id| id.0),
        kind: person.membership.kind().map(ClientKind::name),
        disabled: person.disabled,
        last_used_at: person.last_used_at.map(rfc3339),
    }
}

fn token_shape(token: PersonToken) -> TokenShape {
    TokenShape {
        id: token.id,
        name: token.name,
        created_at: rfc3339(token.created_at),
        last_used_at: token.last_used_at.map(rfc3339),
    }
}

/// Somebody as they are now.
async fn shown(view: &PeopleView, person: &Person) -> Result<PersonWithTokens, Problem> {
    let tokens = view.tokens(person.id).await?;
    Ok(PersonWithTokens { person: shape(person), tokens: tokens.into_iter().map(token_shape).collect() })
}

/// The people as the caller may manage them. The routes are there where the host has people.
fn people(api: &Api, caller: &Caller) -> Result<PeopleView, Problem> {
    api.access.people(caller.actor).ok_or_else(|| Problem::http(&UNKNOWN_PATH, "the host has no people"))
}

/// Lists people, newest first.
#[utoipa::path(
    get, path = "/api/personnes", operation_id = "listPeople", tag = "people",
    params(
        ("role" = Option<String>, Query, description = "of this role"),
        ("account_id" = Option<u64>, Query, description = "clients of this account"),
        ("disabled" = Option<bool>, Query, description = "shut out, or not"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((status = 200, description = "A page of people", body = List<PersonShape>)),
)]
pub(super) async fn list(State(api): State<Api>, caller: Caller, uri: Uri) -> Result<Json<List<PersonShape>>, Problem> {
    let mut params = Params::of(&uri);
    let filter = PersonFilter {
        role: params.one_of("role", role_of, &roles()),
        account: params.id("account_id"),
        disabled: params.one_of("disabled", |text| text.parse::<bool>().ok(), &["true", "false"]),
    };
    let (page, counts) = (params.page(LIST), params.count());
    params.finish()?;
    let people = people(&api, &caller)?;
    let slice = people.list(&filter, page).await?;
    let total = total!(counts, page => people.list(&filter, page).await?);
    let next_cursor = cursor_after(LIST, &slice);
    Ok(Json(List::of(slice.items.iter().map(shape).collect(), next_cursor).with_total(total)))
}

/// Shows one person with the tokens.
#[utoipa::path(
    get, path = "/api/personnes/{id}", operation_id = "getPerson", tag = "people",
    params(("id" = u64, Path, description = "the person's number")),
    responses((status = 200, description = "The person, with the tokens that were not withdrawn", body = PersonWithTokens)),
)]
pub(super) async fn one(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<UserId>,
) -> Result<Json<PersonWithTokens>, Problem> {
    let view = people(&api, &caller)?;
    let person = view.one(id).await?;
    Ok(Json(shown(&view, &person).await?))
}

/// Somebody to be created. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = NewPerson,
    example = json!({"name": "Awa Koné", "email": "awa@example.test", "role": "client", "account_id": 1, "kind": "agency"})
)]
#[expect(dead_code, reason = "documents the body that `create` reads")]
pub(super) struct NewPersonBody {
    /// At most 255 characters.
    name: String,
    /// An address that mail can reach; a service may go without.
    email: Option<String>,
    /// `client`, `operation`, `finance`, `admin`, `service` or `auditor`.
    role: String,
    /// Needed for a client, and nobody else's.
    account_id: Option<u64>,
    /// `agency` (when it is left out) or `agent`, of a client.
    kind: Option<String>,
    /// False when it is left out.
    disabled: Option<bool>,
}

/// Creates somebody, who has no token yet.
#[utoipa::path(
    post, path = "/api/personnes", operation_id = "createPerson", tag = "people",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    request_body = NewPersonBody,
    responses((status = 201, description = "The person as created", body = PersonWithTokens)),
)]
pub(super) async fn create(
    State(api): State<Api>,
    caller: Caller,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let view = people(&api, &caller)?;
    let mut fields = body.fields()?;
    let key = head.key(&mut fields);
    let name = needed(&mut fields, "name");
    let is_email_told = fields.has("email");
    let email = address(&mut fields);
    let lacks_email = !is_email_told || email == Some(None);
    fields.need("role");
    let said = Said::read(&mut fields);
    let disabled = fields.take_bool("disabled").unwrap_or(false);
    said.require_account(&api, &caller).await?;
    if lacks_email && said.role.is_some_and(needs_email) {
        fields.fault("email", "is needed");
    }
    let membership = said.role.map(|role| Membership::new(role, said.account, said.kind)).transpose();
    let membership = membership.map_err(|fault| fields.faults([fault])).ok().flatten();
    let faults = fields.finish();
    let person = match (name, membership) {
        (Some(name), Some(membership)) if faults.is_empty() => {
            NewPerson { name, email: email.flatten(), membership, disabled }
        }
        _ => return Err(Refusal::Invalid(faults).into()),
    };
    view.require()?;
    let call = api.enter(&caller, key.as_ref())?;
    let made = view.create(person, key, call).await?;
    let body = PersonWithTokens { person: shape(&made.made), tokens: Vec::new() };
    Ok(created(&head, made.made.id.0, None, made.replayed, &body))
}

/// What is to change of somebody. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonPatch, example = json!({"disabled": true}))]
#[expect(dead_code, reason = "documents the body that `update` reads")]
pub(super) struct PersonChange {
    name: Option<String>,
    /// Null takes the address away.
    email: Option<String>,
    /// Who is no client any more has no account and no kind any more.
    role: Option<String>,
    account_id: Option<u64>,
    kind: Option<String>,
    /// Who is disabled is out at once, from sessions and streams within a second.
    disabled: Option<bool>,
}

/// Changes somebody. Who is disabled is out at once.
#[utoipa::path(
    patch, path = "/api/personnes/{id}", operation_id = "updatePerson", tag = "people",
    params(("id" = u64, Path, description = "the person's number")),
    request_body = PersonChange,
    responses((status = 200, description = "The person as of now", body = PersonWithTokens)),
)]
pub(super) async fn update(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<UserId>,
    body: Body,
) -> Result<Json<PersonWithTokens>, Problem> {
    let view = people(&api, &caller)?;
    let ((), mut fields) = in_order(view.seen(id).await, body.fields())?;
    if PATCHED.iter().all(|name| !fields.has(name)) {
        fields.fault("name", format_args!("one of {} is needed", PATCHED.join(", ")));
    }
    let name = if fields.has("name") { needed(&mut fields, "name") } else { None };
    let email = address(&mut fields);
    fields.refuse_null(["role", "disabled"]);
    let said = Said::read(&mut fields);
    let disabled = fields.take_bool("disabled");
    said.require_account(&api, &caller).await?;
    let faults = fields.finish();
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    let was = view.one(id).await?.membership;
    let membership = said.changes(was).map_err(|fault| Refusal::Invalid(vec![fault]))?;
    let changed = view.change(id, PersonPatch { name, email, membership, disabled }).await?;
    Ok(Json(shown(&view, &changed).await?))
}

/// The fields of a change.
const PATCHED: [&str; 6] = ["name", "email", "role", "account_id", "kind", "disabled"];

/// A token to be given. Other fields are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewToken, example = json!({"name": "Poste du guichet 2"}))]
#[expect(dead_code, reason = "documents the body that `give` reads")]
pub(super) struct NewTokenBody {
    /// What it is for, at most 255 characters.
    name: Option<String>,
}

/// A token that was given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GivenToken)]
pub(super) struct Given {
    id: u64,
    /// Shown this once: it is not kept.
    token: String,
}

/// Gives somebody a token.
#[utoipa::path(
    post, path = "/api/personnes/{id}/jetons", operation_id = "giveToken", tag = "people",
    params(
        ("id" = u64, Path, description = "the person's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again"),
    ),
    request_body = NewTokenBody,
    responses((status = 201, description = "The token, shown this once", body = Given)),
)]
pub(super) async fn give(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<UserId>,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let view = people(&api, &caller)?;
    let ((), mut fields) = in_order(view.seen(id).await, body.fields_if_any())?;
    let key = head.key(&mut fields);
    let name = fields.take_text("name", MAX_LINE);
    let faults = fields.finish();
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults).into());
    }
    view.require()?;
    let call = api.enter(&caller, key.as_ref())?;
    let given = view.give_token(id, name, key, call).await?;
    let body = Given { id: given.made.id, token: given.made.secret };
    let mut response = object(StatusCode::CREATED, None, &body);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    mark_replayed(&mut response, given.replayed);
    Ok(response)
}

/// Withdraws a token for good; the sessions that were opened with it end.
#[utoipa::path(
    delete, path = "/api/jetons/{id}", operation_id = "withdrawToken", tag = "people",
    params(("id" = u64, Path, description = "the token's number")),
    responses((status = 204, description = "The token is withdrawn")),
)]
pub(super) async fn withdraw(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<TokenId>,
    uri: Uri,
) -> Result<StatusCode, Problem> {
    let people = people(&api, &caller)?;
    Params::of(&uri).finish()?;
    people.withdraw_token(id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a body says of who somebody is.
struct Said {
    role: Option<Role>,
    account: Option<AccountId>,
    kind: Option<ClientKind>,
    /// Is it said that there is no account?
    no_account: bool,
}

impl Said {
    fn read(fields: &mut Fields) -> Self {
        let no_account = fields.take_null("account_id");
        Self {
            role: fields.take_enum("role", role_of, roles()),
            account: fields.take_u64("account_id").map(AccountId),
            kind: fields.take_enum("kind", ClientKind::from_name, names!(ClientKind)),
            no_account,
        }
    }

    /// An account that the caller does not see is not found, like one that is not there (P2).
    async fn require_account(&self, api: &Api, caller: &Caller) -> Result<(), Problem> {
        match self.account {
            Some(id) => Ok(api.view(caller).account(id).await.map(|_| ())?),
            None => Ok(()),
        }
    }

    /// Who somebody becomes; none who is the same as before.
    fn changes(&self, was: Membership) -> Result<Option<Membership>, FieldError> {
        let now = was.changed(self.role, self.account, self.kind)?;
        if self.no_account && now.role() == Role::Client {
            return Err(FieldError::new("account_id", "is needed for a client"));
        }
        Ok((now != was).then_some(now))
    }
}

/// The roles that somebody may have.
fn roles() -> Vec<&'static str> {
    Role::ALL.into_iter().map(Role::name).filter(|name| role_of(name).is_some()).collect()
}

/// A text of one line that must be there.
fn needed(fields: &mut Fields, name: &str) -> Option<String> {
    fields.need(name);
    let given = fields.take_string(name)?;
    text::bounded(name, &given, MAX_LINE).map_err(|fault| fields.fault(name, fault.message)).ok()
}

/// An address that mail can reach (A3); null is none.
fn address(fields: &mut Fields) -> Option<Option<String>> {
    if fields.take_null("email") {
        return Some(None);
    }
    let given = fields.take_string("email")?;
    email::checked("email", &given).map(Some).map_err(|fault| fields.fault("email", fault.message)).ok()
}

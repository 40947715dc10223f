//! For whom a console elsewhere asks: an ESTAIR names the person in headers beside its console token (G10).
//!
//! A host believes them with a console token alone. What the person may is the core's matrix, as everywhere: the headers grant
//! no more than the role that they name.

use axum::http::request::Parts;
use estair_core::actor::{Actor, ClientKind, Role};
use estair_core::id::{AccountId, UserId};

use crate::caller::read_id;

/// The person's number at the console.
pub const ID: &str = "x-actor-id";
/// The person's name, percent-encoded.
pub const NAME: &str = "x-actor-name";
/// The person's role.
pub const ROLE: &str = "x-actor-role";

/// The actor for whom a console asks: the person that it names, or its own program, which may only read, where it names
/// nobody. None where it names somebody who cannot be.
#[must_use]
pub fn actor_of(parts: &Parts) -> Option<Actor> {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let role = match text(ROLE) {
        None if text(ID).is_none() => return Some(Actor::System),
        role => Role::from_name(role?)?,
    };
    let user = text(ID).and_then(read_id::<UserId>);
    let actor = match role {
        Role::System => Actor::System,
        Role::Operation => Actor::Operation(user?),
        Role::Finance => Actor::Finance(user?),
        Role::Admin => Actor::Admin(user?),
        Role::Service => Actor::service(user?),
        Role::Auditor => Actor::Auditor(user?),
        // Of no account that there is: a client has no right here.
        Role::Client => Actor::Client { user: user?, account: AccountId(0), kind: ClientKind::Agency },
    };
    if !matches!(parts.method, axum::http::Method::GET | axum::http::Method::HEAD) {
        let (path, name) = (parts.uri.path(), text(NAME).unwrap_or_default());
        tracing::info!(actor = %actor.scope(), ?name, path, "a console asks for a person");
    }
    Some(actor)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn named(headers: &[(&str, &str)]) -> Option<Actor> {
        let request = headers.iter().fold(Request::get("/"), |request, (name, value)| request.header(*name, *value));
        actor_of(&request.body(()).unwrap().into_parts().0)
    }

    // rule: G10
    #[test]
    fn g10_a_console_names_the_person_it_asks_for() {
        assert_eq!(named(&[]), Some(Actor::System));
        assert_eq!(named(&[(ID, "7"), (ROLE, "finance")]), Some(Actor::Finance(UserId(7))));
        assert_eq!(named(&[(ROLE, "system")]), Some(Actor::System));
        for wrong in
            [&[(ID, "7")][..], &[(ROLE, "finance")], &[(ID, "-1"), (ROLE, "admin")], &[(ID, "7"), (ROLE, "king")]]
        {
            assert_eq!(named(wrong), None, "{wrong:?}");
        }
    }
}

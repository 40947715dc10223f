//! The book's database goes away under a server that runs: it says so, serves again as soon as the database does, and stops all
//! the same.

use estair_tests::database::{Databases, Kind};
use estair_tests::databases;
use estair_tests::gate::Gate;
use estair_tests::patience::in_time;
use serde_json::{Value, json};

use crate::world::{REQUESTS, World, credit, eventually};

/// Is the storage among what the probe misses?
async fn is_missing(world: &World) -> bool {
    let ready = in_time("the probe", world.call("nobody", "GET", "/readyz", Value::Null)).await;
    let storage = |check: &&Value| check["name"] == "storage";
    let ok = ready.body["checks"].as_array().unwrap().iter().find(storage).unwrap()["ok"].as_bool().unwrap();
    assert_eq!(ready.status == 200, ready.body["status"] == "ready", "{}", ready.text);
    assert!(ok || ready.status == 503, "{}", ready.text);
    !ok
}

/// Calls that read and write are answered, and say that it is not there.
async fn says_so(world: &World) {
    for (method, path, body) in [
        ("GET", "/api/accounts", Value::Null),
        ("POST", REQUESTS, credit(5)),
        ("PATCH", "/api/requetes-financieres/1", json!({ "status": "to_treat" })),
        ("GET", "/api/moi", Value::Null),
    ] {
        let answer = in_time(path, world.call("finance", method, path, body)).await;
        assert_eq!(answer.refusal(), (503, "storage_unavailable"), "{path}: {}", answer.text);
    }
    assert!(is_missing(world).await);
    assert_eq!(in_time("alive", world.call("nobody", "GET", "/healthz", Value::Null)).await.status, 200);
}

async fn goes_away(kind: Kind) {
    let databases: Databases = databases!(kind);
    let (book, mut gate) = Gate::of_url(&databases.create().await).await;
    let messages = databases.create().await;
    let urls = [("ESTAIR_DATABASE_URL", book.as_str()), ("MESSAGER_DATABASE_URL", messages.as_str())];
    let world = World::new(&urls).await;
    world.granted("client1", 1_000).await;
    assert!(!is_missing(&world).await);

    // Killed: its connections are cut, and nobody listens. Then one that is there and says nothing.
    for stalls in [false, true] {
        if stalls {
            gate.stall()
        } else {
            gate.close().await
        }
        says_so(&world).await;
        gate.open().await;
        eventually("it serves again", || async {
            let answer = world.call("client1", "GET", "/api/accounts/1", Value::Null).await;
            (answer.status == 200).then_some(())
        })
        .await;
        eventually("it is ready again", || async { (!is_missing(&world).await).then_some(()) }).await;
        world.granted("client1", 1_000).await;
    }
    gate.close().await;
    says_so(&world).await;
    // Within the bound of every stop: nothing waits for the database for ever.
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mariadb_that_is_killed_under_a_server_is_said_and_a_stop_ends() {
    goes_away(Kind::MariaDb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_is_killed_under_a_server_is_said_and_a_stop_ends() {
    goes_away(Kind::Postgres).await;
}

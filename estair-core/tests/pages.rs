//! The pages under `docs/` that are made from the tables of the core. A page that differs from its table fails;
//! `ESTAIR_WRITE_PAGES=1 cargo test -p estair-core --test pages` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use estair_core::actor::Role;
use estair_core::category::{DEFINITIONS, Definition, Expiry, Flow, Status, TRANSITIONS, Transition};
use estair_core::movement::TYPES;
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::permission::{MATRIX, Permission, granted};
use estair_core::refusal::{CATALOGUE, Class};
use estair_core::support;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// Compares a page with what the tables say, or writes it.
fn check(name: &str, page: &str) {
    let wanted = &format!("{}\n", page.trim_end());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("ESTAIR_WRITE_PAGES").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = found.lines().zip(wanted.lines()).position(|(found, wanted)| found != wanted);
    let line = differs.unwrap_or_else(|| found.lines().count().min(wanted.lines().count())) + 1;
    assert!(
        found == *wanted,
        "docs/{name} differs from the tables at line {line}: ESTAIR_WRITE_PAGES=1 writes it anew"
    );
}

fn heading(title: &str, from: &str) -> String {
    format!(
        "# {title}\n\n<!-- Made from {from} by estair-core/tests/pages.rs: change the table, not this page. -->\n\n"
    )
}

fn join<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "" }
}

// rule: T1
#[test]
fn the_page_of_transitions_t1_is_the_table() {
    let mut page = heading("Categories and transitions", "`estair-core/src/category.rs` and `support.rs`");
    categories(&mut page);
    for flow in [Flow::Credit, Flow::Cash, Flow::Cancellation] {
        let of: Vec<&Definition> = DEFINITIONS.iter().filter(|definition| definition.flow == flow).collect();
        writeln!(page, "## {}\n", join(of.iter().map(|definition| definition.category))).unwrap();
        let rows: Vec<_> = TRANSITIONS.iter().filter(|row| row.flow.is_none_or(|of| of == flow)).collect();
        diagram(&mut page, &of, &rows);
        page.push_str("\n| from | to | by |\n| --- | --- | --- |\n");
        for row in rows {
            writeln!(page, "| {} | {} | {} |", row.from, row.to, by(row)).unwrap();
        }
        page.push('\n');
    }
    tickets(&mut page);
    check("transitions.md", &page);
}

fn categories(page: &mut String) {
    page.push_str("| category | becomes | message | starts | desk | expires | limit checked | kept by operation | may start held |\n");
    page.push_str("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for line in &DEFINITIONS {
        let expires = match line.expiry {
            Expiry::Never => "never",
            Expiry::DailyCutOff => "at the day's cut-off",
        };
        let Definition { category, movement, message, starts, desk, limited, may_be_kept, reverses_parent, .. } = line;
        writeln!(
            page,
            "| {category} | {movement} | `{message}` | {starts} | {desk} | {expires} | {} | {} | {} |",
            yes(*limited),
            yes(*may_be_kept),
            yes(*reverses_parent)
        )
        .unwrap();
    }
    page.push_str(
        "\nThe sign of a movement's amount and what it moves:\n\n| type | sign | moves |\n| --- | --- | --- |\n",
    );
    for line in &TYPES {
        let moves = if line.credit_family { "daily and active credit" } else { "balance" };
        writeln!(page, "| {} | {} | {moves} |", line.kind, line.sign).unwrap();
    }
    page.push('\n');
}

fn by(row: &Transition) -> String {
    join(Role::ALL.into_iter().filter(|role| row.may(*role)))
}

fn diagram(page: &mut String, of: &[&Definition], rows: &[&Transition]) {
    page.push_str("```mermaid\nstateDiagram-v2\n");
    for start in of.iter().map(|definition| definition.starts).collect::<BTreeSet<_>>() {
        writeln!(page, "    [*] --> {start}").unwrap();
    }
    if of.iter().any(|definition| definition.reverses_parent) {
        page.push_str("    [*] --> waiting: held\n");
    }
    for row in rows {
        writeln!(page, "    {} --> {}: {}", row.from, row.to, by(row)).unwrap();
    }
    for end in Status::ALL.iter().filter(|status| status.is_final() && rows.iter().any(|row| row.to == **status)) {
        writeln!(page, "    {end} --> [*]").unwrap();
    }
    page.push_str("```\n");
}

fn tickets(page: &mut String) {
    page.push_str("## support\n\n```mermaid\nstateDiagram-v2\n    [*] --> open\n");
    let by = |to| join(Role::ALL.into_iter().filter(|role| support::may_move(*role, to)));
    for (from, to) in support::TRANSITIONS {
        writeln!(page, "    {from} --> {to}: {}", by(to)).unwrap();
    }
    page.push_str("    closed --> [*]\n    cancelled --> [*]\n```\n\n| from | to | by |\n| --- | --- | --- |\n");
    for (from, to) in support::TRANSITIONS {
        writeln!(page, "| {from} | {to} | {} |", by(to)).unwrap();
    }
    page.push('\n');
}

// rule: P1
#[test]
fn the_page_of_permissions_p1_is_the_matrix() {
    let mut page = heading("Permissions", "`estair-core/src/permission.rs`");
    page.push_str("What no row grants is refused (P1). `own` is what belongs to the actor's own account; anything else does not exist for it (P2).\n\n");
    writeln!(page, "| may |{}", Role::ALL.map(|role| format!(" {role} |")).concat()).unwrap();
    writeln!(page, "| --- |{}", Role::ALL.map(|_| " --- |").concat()).unwrap();
    let mut all: Vec<Permission> = Vec::new();
    for permission in MATRIX.iter().flat_map(|(_, _, permissions)| permissions.iter()) {
        if !all.contains(permission) {
            all.push(*permission);
        }
    }
    all.sort();
    for permission in all {
        let cell = |role| match granted(role, permission) {
            Some(scope) => format!(" {} |", format!("{scope:?}").to_lowercase()),
            None => "  |".to_owned(),
        };
        writeln!(page, "| {} |{}", action(permission), Role::ALL.map(cell).concat()).unwrap();
    }
    page.push_str(
        "\nWhich transition is whose: [transitions](transitions.md). Nobody cancels a financial request by hand (T3).",
    );
    check("permissions.md", &page);
}

fn action(permission: Permission) -> String {
    match permission {
        Permission::MoveRequest(category) => format!("move: {category}"),
        Permission::AssignRequest(category) => format!("assign: {category}"),
        other => other.name().to_owned(),
    }
}

// rule: N1
#[test]
fn the_page_of_notifications_n1_is_the_matrix() {
    let mut page = heading("Notifications", "`estair-core/src/notification.rs`");
    page.push_str("Who is told what, by which channel. A client has no Teams channel (N1); failures that are tried again are told to nobody. A client's comment goes to one desk: on a ticket operation, on a request the one that holds it.\n\n");
    page.push_str("| notice | to | e-mail | Teams | push | priority | may be switched off |\n| --- | --- | --- | --- | --- | --- | --- |\n");
    for notice in Notice::ALL.iter().copied() {
        let routes = notice.routes();
        let to = |channel: Channel| {
            let audiences = Audience::ALL.iter().filter(|audience| routes.contains(&(**audience, channel)));
            join(audiences.map(|audience| audience.name()))
        };
        let cells = Channel::ALL.iter().map(|channel| format!(" {} |", to(*channel))).collect::<String>();
        let (rule, may) = (notice.rule(), yes(notice.may_opt_out()));
        let audiences = join(rule.audiences.iter());
        writeln!(page, "| `{notice}` | {audiences} |{cells} {} | {may} |", rule.priority).unwrap();
    }
    check("notifications.md", &page);
}

// rule: P3
#[test]
fn the_page_of_refusals_p3_is_the_catalogue() {
    let mut page = heading("Refusals", "`estair-core/src/refusal.rs`");
    page.push_str(
        "Every \"no\" of a rule has a stable code (P3). Where several apply, the first of P5's order is given.\n\n",
    );
    page.push_str("| code | status | rule | means |\n| --- | --- | --- | --- |\n");
    for entry in CATALOGUE {
        let status = http_status(entry.class);
        writeln!(page, "| `{}` | {status} | {} | {} |", entry.code, entry.rule, entry.title).unwrap();
    }
    check("refusals.md", &page);
}

/// The HTTP status of a family.
fn http_status(class: Class) -> u16 {
    match class {
        Class::Unauthenticated => 401,
        Class::NotFound => 404,
        Class::Invalid => 422,
        Class::Forbidden => 403,
        Class::Conflict => 409,
    }
}

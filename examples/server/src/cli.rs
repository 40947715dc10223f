//! The command line: the flags of the options' table, and the subcommands.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use estair_core::actor::{ClientKind, Role};
use estair_core::clock::parse_day;
use estair_core::email;
use estair_core::id::{AccountId, UserId};
use estair_core::movement::Source;
use estair_core::notice::{Channel, Notice};
use estair_core::payment_file::SOURCES;
use estair_sqlx::import::Mode;

use crate::apart;
use crate::apart::MessagerTask;
use crate::import::ImportTask;
use crate::notify;
use crate::options::{CONFIG, Known, OPTIONS};
use crate::payments::{PaymentsTask, What};
use crate::report::ReportTask;

/// What the server is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Serve: the default.
    Serve,
    /// Bring both databases to this version, and end.
    Migrate(Migrate),
    /// Recompute the book and report what is off.
    Verify(Verify),
    /// Print what verifying does not cover.
    Uncovered,
    /// Who the server knows.
    User(UserTask),
    /// What they show for it.
    Token(TokenTask),
    /// Messager alone.
    Messager(MessagerTask),
    /// Bring in the data of a former system.
    Import(ImportTask),
    /// Take a run of it away again; which, where there were several.
    UndoImport(Option<u64>),
    /// Post, try out or compare a file of payments.
    Payments(PaymentsTask),
    /// Print the report of a day (L8).
    Report(ReportTask),
    /// Print the OpenAPI document.
    OpenApi,
    /// Print a message with made-up particulars.
    Preview(Notice, Channel),
    /// Send one, to an address or to where the channel itself knows.
    Test(Notice, Channel, Option<String>),
}

/// What becomes of tables of others that have the names of ours (L1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migrate {
    /// They are refused.
    Refuse,
    /// They are renamed.
    Adopt,
    /// They get their names back, and ours are gone.
    Release,
}

/// What is done about people and services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserTask {
    /// Add one.
    Add(Person),
    /// List them.
    List,
    /// Change one: what is given.
    Change(UserId, Person),
    /// Disable one, or enable one again.
    Disable(UserId, bool),
}

/// What is done about tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenTask {
    /// Make one, for a new person or service; it may post movements of these sources alone, of all when there are none.
    Create(Person, Vec<Source>),
    /// List them.
    List,
    /// Withdraw one for good.
    Withdraw(u64),
}

/// What is said of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// The role.
    pub role: Option<Role>,
    /// A client's account.
    pub account: Option<AccountId>,
    /// What kind of client.
    pub kind: Option<ClientKind>,
}

/// What is done with the ends of the chains when the book is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verify {
    /// Where they are written to.
    pub anchor: Option<PathBuf>,
    /// Where they were written to, to be compared with.
    pub against: Option<PathBuf>,
    /// Are chains sealed with the key that are not, though others are?
    pub seal: bool,
}

/// The command line as clap reads it.
#[must_use]
pub fn command() -> Command {
    let flags = OPTIONS.iter().map(flag).chain([value(&CONFIG)]);
    Command::new("estair-server")
        .about("ESTAIR, Messager and the console in one process")
        .version(env!("CARGO_PKG_VERSION"))
        .args(flags)
        .subcommand(Command::new("serve").about("Serves; the default"))
        .subcommand(apart::cli::command())
        .subcommand(migrate())
        .subcommand(verify())
        .subcommand(users())
        .subcommand(tokens())
        .subcommand(import())
        .subcommand(compare())
        .subcommand(payments())
        .subcommand(report())
        .subcommand(notifications())
        .subcommand(Command::new("openapi").about("Prints the OpenAPI document of the API"))
}

/// The task that was asked.
#[must_use]
pub fn task(matches: &ArgMatches) -> Task {
    match matches.subcommand() {
        Some(("migrate", migrate)) if migrate.get_flag("release") => Task::Migrate(Migrate::Release),
        Some(("migrate", migrate)) if migrate.get_flag("adopt") => Task::Migrate(Migrate::Adopt),
        Some(("migrate", _)) => Task::Migrate(Migrate::Refuse),
        Some(("verify", verify)) if verify.get_flag("uncovered") => Task::Uncovered,
        Some(("verify", verify)) => {
            let file = |name| verify.get_one::<PathBuf>(name).cloned();
            Task::Verify(Verify { anchor: file("anchor"), against: file("against"), seal: verify.get_flag("seal") })
        }
        Some(("report", report)) => {
            Task::Report(ReportTask { day: report.get_one("day").copied(), json: report.get_flag("json") })
        }
        Some(("openapi", _)) => Task::OpenApi,
        Some(("messager", messager)) => Task::Messager(apart::cli::task(messager)),
        Some(("import", import)) if import.contains_id("undo") => Task::UndoImport(import.get_one("undo").copied()),
        Some(("import", import)) => Task::Import(ImportTask {
            from: import.get_one::<String>("from").cloned().unwrap_or_default(),
            mapping: import.get_one::<PathBuf>("mapping").cloned(),
            report: import.get_one::<PathBuf>("report").cloned(),
            mode: if import.get_flag("dry-run") { Mode::DryRun } else { Mode::Write },
        }),
        Some(("compare", compare)) => Task::Import(ImportTask {
            from: compare.get_one::<String>("from").cloned().unwrap_or_default(),
            mapping: compare.get_one::<PathBuf>("mapping").cloned(),
            report: compare.get_one::<PathBuf>("report").cloned(),
            mode: Mode::Compare,
        }),
        Some(("payments", payments)) => payments_task(payments),
        Some(("notify", notify)) => notify_task(notify),
        Some(("user", user)) => user_task(user),
        Some(("token", token)) => token_task(token),
        _ => Task::Serve,
    }
}

/// `migrate [--adopt|--release]`.
fn migrate() -> Command {
    let flag = |name, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    Command::new("migrate")
        .about("Brings the databases to this version; refuses tables of others that have these names")
        .arg(flag("adopt", "renames them to former_…, with the foreign keys and views that refer to them"))
        .arg(flag("release", "takes ours away while the book is empty, and renames them back").conflicts_with("adopt"))
}

/// `import --from SOURCE [--mapping FILE] [--report FILE] [--dry-run]`, `import --undo [RUN]`.
fn import() -> Command {
    let file = |name| Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf));
    let from = Arg::new("from").long("from").required_unless_present("undo").value_name("SOURCE");
    let undo = Arg::new("undo").long("undo").num_args(0..=1).value_name("RUN").value_parser(value_parser!(u64));
    let undo = undo.conflicts_with_all(["from", "dry-run"]);
    let dry_run = Arg::new("dry-run").long("dry-run").action(ArgAction::SetTrue);
    Command::new("import")
        .about("Brings in what a former system has, which is only read; status 1 when rows cannot come")
        .arg(from.help("a directory of CSV files, or the URL of a database; its password is ESTAIR_IMPORT_PASSWORD"))
        .arg(file("mapping").help("what its tables are called and mean; the former tables as they are known else"))
        .arg(file("report").help("where each row that did not simply come is told: JSON, or a page for a name in .html"))
        .arg(undo.help("takes away what a run brought in, while nothing else was done on its accounts; which, where there were several"))
        .arg(dry_run.help("tells what would come and what cannot, and writes nothing"))
}

/// `compare --from SOURCE [--mapping FILE] [--report FILE]`.
fn compare() -> Command {
    let file = |name| Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf));
    let from = Arg::new("from").long("from").required(true).value_name("SOURCE");
    Command::new("compare")
        .about("Compares what came in with where it came from: row by row, summed by table, state, day and account, and the balances; status 1 when they differ")
        .arg(from.help("as for import"))
        .arg(file("mapping").help("as for import"))
        .arg(file("report").help("as for import"))
}

/// `payments FILE --source SOURCE [--by ID] [--dry-run|--reconcile]`.
fn payments() -> Command {
    let flag = |name, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let file = Arg::new("file").required(true).value_name("FILE").value_parser(value_parser!(PathBuf));
    let by = Arg::new("by").long("by").value_name("ID").value_parser(value_parser!(u64));
    Command::new("payments")
        .about("Posts what a file of payments or sales lists; status 1 when a row is refused, or file and book differ")
        .arg(file.help("CSV, or a workbook (XLSX)"))
        .arg(
            Arg::new("source")
                .long("source")
                .required(true)
                .value_parser(listed)
                .help("bmp, wave, orange, spc, bsp or email_banking"),
        )
        .arg(by.help("the person of finance, or the administrator, to whom the movements are ascribed"))
        .arg(flag("dry-run", "tells what it would do, and writes nothing"))
        .arg(flag("reconcile", "compares the file with the book, and writes nothing").conflicts_with("dry-run"))
}

fn payments_task(matches: &ArgMatches) -> Task {
    let what = match (matches.get_flag("dry-run"), matches.get_flag("reconcile")) {
        (true, _) => What::TryOut,
        (_, true) => What::Reconcile,
        _ => What::Post,
    };
    Task::Payments(PaymentsTask {
        file: matches.get_one::<PathBuf>("file").cloned().unwrap_or_default(),
        source: matches.get_one("source").copied().unwrap_or(Source::Manual),
        by: matches.get_one("by").copied().map(UserId),
        what,
    })
}

fn listed(text: &str) -> Result<Source, String> {
    source(text).and_then(|source| match SOURCES.contains(&source) {
        true => Ok(source),
        false => Err(format!("no files are taken of {text}")),
    })
}

/// `user add|list|change|disable`.
fn users() -> Command {
    let id = || Arg::new("id").required(true).value_parser(value_parser!(u64)).help("the person's number");
    let enable = Arg::new("enable").long("enable").action(ArgAction::SetTrue).help("lets the person in again");
    Command::new("user")
        .about("People and services")
        .subcommand_required(true)
        .subcommand(person(Command::new("add").about("Adds one and prints its number"), true).mut_arg("name", required))
        .subcommand(Command::new("list").about("Lists them"))
        .subcommand(person(Command::new("change").about("Changes what is given").arg(id()), false))
        .subcommand(Command::new("disable").about("Shuts one out at once").arg(id()).arg(enable))
}

/// `token create|list|withdraw`.
fn tokens() -> Command {
    let source = Arg::new("source").long("source").action(ArgAction::Append).value_parser(source);
    let source = source.help("a source whose movements it may post; all when none is given");
    let id = Arg::new("id").required(true).value_parser(value_parser!(u64)).help("the token's number");
    Command::new("token")
        .about("Tokens")
        .subcommand_required(true)
        .subcommand(person(Command::new("create").about("Makes a token and prints it"), true).arg(source))
        .subcommand(Command::new("list").about("Lists them"))
        .subcommand(Command::new("withdraw").about("Withdraws one for good").arg(id))
}

/// The flags that say who somebody is.
fn person(command: Command, is_new: bool) -> Command {
    let text = |name: &'static str, help| Arg::new(name).long(name).help(help);
    command
        .arg(text("role", "client, operation, finance, admin, service or auditor").required(is_new).value_parser(role))
        .arg(text("account", "the account of a client").value_parser(account))
        .arg(text("kind", "agency or agent, of a client").value_parser(kind))
        .arg(text("name", "the name"))
        .arg(text("email", "the address").value_parser(address))
}

fn required(argument: Arg) -> Arg {
    argument.required(true)
}

fn person_of(matches: &ArgMatches) -> Person {
    Person {
        name: matches.get_one("name").cloned(),
        email: matches.get_one("email").cloned(),
        role: matches.get_one("role").copied(),
        account: matches.get_one("account").copied(),
        kind: matches.get_one("kind").copied(),
    }
}

fn user_task(matches: &ArgMatches) -> Task {
    let Some((name, arguments)) = matches.subcommand() else { return Task::Serve };
    let id = || UserId(arguments.get_one("id").copied().unwrap_or_default());
    Task::User(match name {
        "add" => UserTask::Add(person_of(arguments)),
        "change" => UserTask::Change(id(), person_of(arguments)),
        "disable" => UserTask::Disable(id(), !arguments.get_flag("enable")),
        _ => UserTask::List,
    })
}

fn token_task(matches: &ArgMatches) -> Task {
    let Some((name, arguments)) = matches.subcommand() else { return Task::Serve };
    Task::Token(match name {
        "create" => {
            let sources = arguments.get_many("source").unwrap_or_default().copied().collect();
            TokenTask::Create(person_of(arguments), sources)
        }
        "withdraw" => TokenTask::Withdraw(arguments.get_one("id").copied().unwrap_or_default()),
        _ => TokenTask::List,
    })
}

/// `verify [--anchor FILE] [--against FILE] [--seal]`, and `verify --uncovered`.
fn verify() -> Command {
    let file = |name| Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf));
    let uncovered = Arg::new("uncovered").long("uncovered").action(ArgAction::SetTrue);
    let seal = Arg::new("seal").long("seal").action(ArgAction::SetTrue);
    Command::new("verify")
        .about("Recomputes the book; status 1 and a report when something is off, 2 when it cannot be judged")
        .arg(file("anchor").help("writes the ends of all chains there, signed with the audit key"))
        .arg(file("against").help("finds chains that were cut, rolled back or written anew since that was written"))
        .arg(seal.help("then seals with the audit key, from now on, chains that are not sealed though others are"))
        .arg(
            uncovered
                .help("prints each column that verifying does not cover")
                .conflicts_with_all(["anchor", "against", "seal"]),
        )
}

/// `report [--day DAY] [--json]`.
fn report() -> Command {
    let day = Arg::new("day").long("day").value_name("YYYY-MM-DD").value_parser(parse_day);
    let json = Arg::new("json").long("json").action(ArgAction::SetTrue);
    Command::new("report")
        .about(
            "Prints the daily report: what waits, the money of the day, what failed or expired, the last verification",
        )
        .arg(day.help("the business day; today when none is given"))
        .arg(json.help("as GET /api/rapport answers it; in French else, as in its mail"))
}

/// `notify preview NOTICE CHANNEL` and `notify test CHANNEL [ADDRESS]`.
fn notifications() -> Command {
    let notice = || Arg::new("notice").value_parser(notice).help("such as credit_approved: see docs/notifications.md");
    let channel = || Arg::new("channel").value_parser(channel).required(true).help("email, teams or push");
    let address = Arg::new("address").help("a mail address, or the endpoint of a device; else what the channel knows");
    let preview = Command::new("preview").about("Prints a message with made-up particulars: HTML of a mail, JSON else");
    let test = Command::new("test").about("Sends a message with made-up particulars through the configured channel");
    Command::new("notify")
        .about("Notifications")
        .subcommand_required(true)
        .subcommand(preview.arg(notice().required(true)).arg(channel()))
        .subcommand(test.arg(channel()).arg(address).arg(notice().long("notice")))
}

fn notify_task(matches: &ArgMatches) -> Task {
    let Some((name, arguments)) = matches.subcommand() else { return Task::Serve };
    let channel = arguments.get_one("channel").copied().unwrap_or(Channel::Email);
    let notice = arguments.get_one("notice").copied().unwrap_or_else(|| notify::usual(channel));
    match name {
        "preview" => Task::Preview(notice, channel),
        _ => Task::Test(notice, channel, arguments.get_one("address").cloned()),
    }
}

fn notice(text: &str) -> Result<Notice, String> {
    Notice::from_name(text).ok_or_else(|| format!("no such notice: {text}"))
}

fn channel(text: &str) -> Result<Channel, String> {
    Channel::from_name(text).ok_or_else(|| format!("no such channel: {text}"))
}

/// `--no-demo` alone means yes; every other option wants its value.
fn flag(known: &'static Known) -> Arg {
    match known.flag {
        "no-demo" => value(known).num_args(0..=1).require_equals(true).default_missing_value("true"),
        _ => value(known),
    }
}

fn value(known: &'static Known) -> Arg {
    let default = known.default.map(|value| format!(", default {value}")).unwrap_or_default();
    Arg::new(known.flag)
        .long(known.flag)
        .global(true)
        .action(ArgAction::Set)
        .value_name("VALUE")
        .help(format!("{} [{}{default}]", known.help, known.env))
}

fn role(text: &str) -> Result<Role, String> {
    let role = Role::from_name(text).filter(|role| *role != Role::System);
    role.ok_or_else(|| format!("no such role: {text}"))
}

fn kind(text: &str) -> Result<ClientKind, String> {
    ClientKind::from_name(text).ok_or_else(|| format!("not agency or agent: {text}"))
}

fn source(text: &str) -> Result<Source, String> {
    Source::from_name(text).ok_or_else(|| format!("no such source: {text}"))
}

fn address(text: &str) -> Result<String, String> {
    email::checked("email", text).map_err(|error| error.message.to_string())
}

fn account(text: &str) -> Result<AccountId, String> {
    text.parse().map_err(|_| format!("not the number of an account: {text}"))
}

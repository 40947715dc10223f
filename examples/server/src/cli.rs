//! The command line: the flags of the options' table, and the subcommands.

use clap::{Arg, ArgAction, ArgMatches, Command};
use estair_core::actor::Role;
use estair_core::id::AccountId;
use estair_core::notice::{Channel, Notice};

use crate::notify;
use crate::options::{CONFIG, Known, OPTIONS};

/// What the server is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Serve: the default.
    Serve,
    /// Bring both databases to this version, and end.
    Migrate,
    /// Recompute the book and report what is off.
    Verify,
    /// Make a token.
    CreateToken(Role, Option<AccountId>),
    /// Print the OpenAPI document.
    OpenApi,
    /// Print a message with made-up particulars.
    Preview(Notice, Channel),
    /// Send one, to an address or to where the channel itself knows.
    Test(Notice, Channel, Option<String>),
}

/// The command line as clap reads it.
#[must_use]
pub fn command() -> Command {
    let flags = OPTIONS.iter().map(flag).chain([value(&CONFIG)]);
    let role = Arg::new("role")
        .long("role")
        .required(true)
        .value_parser(role)
        .help("client, operation, finance, admin or service");
    let account = Arg::new("account")
        .long("account")
        .required_if_eq("role", Role::Client.name())
        .value_parser(account)
        .help("the account of a client");
    let create = Command::new("create").about("Makes a token and prints it").arg(role).arg(account);
    Command::new("estair-server")
        .about("ESTAIR, Messager and the console in one process")
        .version(env!("CARGO_PKG_VERSION"))
        .args(flags)
        .subcommand(Command::new("serve").about("Serves; the default"))
        .subcommand(Command::new("migrate").about("Brings the databases to this version"))
        .subcommand(Command::new("verify").about("Recomputes the book; status 1 and a report when something is off"))
        .subcommand(Command::new("token").about("Tokens").subcommand_required(true).subcommand(create))
        .subcommand(notifications())
        .subcommand(Command::new("openapi").about("Prints the OpenAPI document of the API"))
}

/// The task that was asked.
#[must_use]
pub fn task(matches: &ArgMatches) -> Task {
    match matches.subcommand() {
        Some(("migrate", _)) => Task::Migrate,
        Some(("verify", _)) => Task::Verify,
        Some(("openapi", _)) => Task::OpenApi,
        Some(("notify", notify)) => notify_task(notify),
        Some(("token", token)) => match token.subcommand() {
            Some((_, create)) => {
                let role = create.get_one("role").copied().unwrap_or(Role::Client);
                Task::CreateToken(role, create.get_one("account").copied())
            }
            None => Task::Serve,
        },
        _ => Task::Serve,
    }
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

fn account(text: &str) -> Result<AccountId, String> {
    text.parse().map_err(|_| format!("not the number of an account: {text}"))
}

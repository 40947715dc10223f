//! The command line of `messager`.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use estair_core::actor::Role;

use super::{DomainTask, MessagerTask, Rotation, TokenTask};

/// `messager`, `messager token create|list|withdraw` and `messager domain add|list|rotate`.
pub(crate) fn command() -> Command {
    let id = Arg::new("id").required(true).value_parser(value_parser!(u64)).help("the token's number");
    let role = Arg::new("role").long("role").value_parser(staff).help("operation, finance or admin");
    let console = Arg::new("console").long("console").action(ArgAction::SetTrue).help("for an ESTAIR elsewhere");
    let name = || Arg::new("name").required(true).help("such as estair-helpdesk");
    let only = |name: &'static str, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let create = Command::new("create")
        .about("Makes a token and prints it")
        .arg(role.required_unless_present("console").conflicts_with("console"))
        .arg(console)
        .arg(Arg::new("name").long("name").help("whose it is"));
    let token = Command::new("token")
        .about("Tokens of its people and of consoles")
        .subcommand_required(true)
        .subcommand(create)
        .subcommand(Command::new("list").about("Lists them"))
        .subcommand(Command::new("withdraw").about("Withdraws one for good").arg(id));
    let url = Arg::new("url").long("url").value_parser(webhook).help("its webhook; MESSAGER_WEBHOOK_URL");
    let rotate = Command::new("rotate")
        .about("Gives a new token and a new secret; the former stay good until the next time")
        .arg(name())
        .arg(only("token", "the token alone"))
        .arg(only("secret", "the secret alone"))
        .arg(only("end", "nothing new: the former are good no more").conflicts_with_all(["token", "secret"]));
    let domain = Command::new("domain")
        .about("Whose messages are carried")
        .subcommand_required(true)
        .subcommand(Command::new("add").about("Adds one; prints its token and its secret").arg(name()).arg(url))
        .subcommand(Command::new("list").about("Lists them"))
        .subcommand(rotate);
    Command::new("messager").about("Serves Messager alone").subcommand(token).subcommand(domain)
}

/// The task that was asked.
pub(crate) fn task(matches: &ArgMatches) -> MessagerTask {
    let text = |matches: &ArgMatches, name: &str| matches.get_one::<String>(name).cloned();
    match matches.subcommand() {
        Some(("token", token)) => MessagerTask::Token(match token.subcommand() {
            Some(("create", new)) => TokenTask::Create(new.get_one("role").copied(), text(new, "name")),
            Some(("withdraw", one)) => TokenTask::Withdraw(one.get_one("id").copied().unwrap_or_default()),
            _ => TokenTask::List,
        }),
        Some(("domain", domain)) => MessagerTask::Domain(match domain.subcommand() {
            Some(("add", new)) => DomainTask::Add(text(new, "name").unwrap_or_default(), text(new, "url")),
            Some(("rotate", one)) => {
                let rotation = match (one.get_flag("token"), one.get_flag("secret"), one.get_flag("end")) {
                    (_, _, true) => Rotation::End,
                    (true, false, _) => Rotation::Token,
                    (false, true, _) => Rotation::Secret,
                    _ => Rotation::Both,
                };
                DomainTask::Rotate(text(one, "name").unwrap_or_default(), rotation)
            }
            _ => DomainTask::List,
        }),
        _ => MessagerTask::Serve,
    }
}

fn staff(text: &str) -> Result<Role, String> {
    Role::from_name(text).filter(|role| role.reads_as_staff()).ok_or_else(|| format!("not a role of staff: {text}"))
}

fn webhook(text: &str) -> Result<String, String> {
    let is_web = ["http://", "https://"].iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme));
    if is_web { Ok(text.to_owned()) } else { Err("not an address that begins with https:// or http://".to_owned()) }
}

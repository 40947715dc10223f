//! `messager`, `messager token …` and `messager domain …`.

use std::sync::Arc;

use estair_core::actor::Role;
use estair_core::clock::{Clock, System, rfc3339};
use estair_core::hash::Hash;
use estair_http::signature::generate;
use estair_sqlx::{DomainRecord, Holder, MessagerDirectory, NewMessagerToken};

use super::open;
use crate::error::StartError;
use crate::options::Options;
use crate::secrets::{DataDir, token};
use crate::terminal::print;

/// What a Messager apart is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessagerTask {
    /// Serve.
    Serve,
    /// Tokens of its people and of consoles.
    Token(TokenTask),
    /// Whose messages it carries.
    Domain(DomainTask),
}

/// What is done about its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenTask {
    /// Make one: for a person of a role, or for a console where there is none.
    Create(Option<Role>, Option<String>),
    /// List them.
    List,
    /// Withdraw one for good.
    Withdraw(u64),
}

/// What is done about its domains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainTask {
    /// Add one of this name, whose messages go to this webhook.
    Add(String, Option<String>),
    /// List them.
    List,
    /// Give one of this name a new token, a new secret, or both; what was good before stays so beside it.
    Rotate(String, Rotation),
}

/// What is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Token and secret.
    Both,
    /// The token alone.
    Token,
    /// The secret alone.
    Secret,
    /// Nothing is new: what was good before the last rotation is good no more.
    End,
}

/// Does what is asked, but serving.
///
/// # Errors
/// What kept it from being done.
pub async fn run(options: &Options, task: MessagerTask) -> Result<bool, StartError> {
    let (data, _) = DataDir::open(&options.data_dir)?;
    let directory = open(options, &data).await?.directory;
    match task {
        MessagerTask::Serve => Ok(true),
        MessagerTask::Token(task) => tokens(&directory, task).await,
        MessagerTask::Domain(task) => domains(options, &directory, task).await,
    }
}

async fn tokens(directory: &Arc<dyn MessagerDirectory>, task: TokenTask) -> Result<bool, StartError> {
    match task {
        TokenTask::Create(role, name) => {
            let secret = token(&System);
            let usual = role.map_or("console", Role::name);
            let token = NewMessagerToken {
                secret: Hash::of(&secret),
                name: name.unwrap_or_else(|| usual.to_owned()),
                holder: role.map_or(Holder::Console, Holder::Person),
                at: System.now(),
            };
            directory.create_token(&token).await?;
            print(&secret)
        }
        TokenTask::List => {
            print("id\tname\trole\tcreated\tlast used\twithdrawn")?;
            for token in directory.tokens().await? {
                let or_dash = |at: Option<_>| at.map_or_else(|| "-".to_owned(), rfc3339);
                let role = token.role.map_or("console", Role::name);
                let (created, used) = (rfc3339(token.created_at), or_dash(token.last_used_at));
                let withdrawn = or_dash(token.withdrawn_at);
                print(&format!("{}\t{}\t{role}\t{created}\t{used}\t{withdrawn}", token.id, token.name))?;
            }
            Ok(true)
        }
        TokenTask::Withdraw(id) => match directory.withdraw_token(id, System.now()).await? {
            true => print(&format!("token {id} is withdrawn")),
            false => Err(StartError::new(format_args!("there is no token {id}, or it was withdrawn before"))),
        },
    }
}

async fn domains(
    options: &Options,
    directory: &Arc<dyn MessagerDirectory>,
    task: DomainTask,
) -> Result<bool, StartError> {
    match task {
        DomainTask::Add(name, url) => {
            let url = url.or_else(|| options.webhook_url.clone());
            let url = url.ok_or_else(|| StartError::new("--url, or MESSAGER_WEBHOOK_URL: is needed"))?;
            let (secret, signing) = (token(&System), generate(&System));
            let domain = DomainRecord {
                name: name.clone(),
                url,
                token: Hash::of(&secret),
                former_token: None,
                secrets: signing,
            };
            if !directory.add_domain(&domain).await? {
                return Err(StartError::new(format_args!("there is a domain {name} already: rotate it")));
            }
            show(Some(&secret), Some(&domain.secrets))
        }
        DomainTask::List => {
            print("name\twebhook\ttokens\tsecrets")?;
            for domain in directory.domains().await? {
                let tokens = 1 + usize::from(domain.former_token.is_some());
                let secrets = domain.secrets.split_whitespace().count();
                print(&format!("{}\t{}\t{tokens}\t{secrets}", domain.name, domain.url))?;
            }
            Ok(true)
        }
        DomainTask::Rotate(name, rotation) => rotate(directory, &name, rotation).await,
    }
}

async fn rotate(directory: &Arc<dyn MessagerDirectory>, name: &str, rotation: Rotation) -> Result<bool, StartError> {
    let found = directory.domains().await?.into_iter().find(|domain| domain.name == name);
    let was = found.ok_or_else(|| StartError::new(format_args!("there is no domain {name}")))?;
    let mut domain = was.clone();
    let newest = was.secrets.split_whitespace().next().unwrap_or_default().to_owned();
    let secret = matches!(rotation, Rotation::Both | Rotation::Token).then(|| token(&System));
    let signing = matches!(rotation, Rotation::Both | Rotation::Secret).then(|| generate(&System));
    if let Some(secret) = &secret {
        domain.former_token = Some(was.token);
        domain.token = Hash::of(secret);
    }
    if let Some(signing) = &signing {
        domain.secrets = format!("{signing} {newest}");
    }
    if rotation == Rotation::End {
        domain.former_token = None;
        domain.secrets = newest;
    }
    if !directory.change_domain(&was, &domain).await? {
        return Err(StartError::new(format_args!("somebody else has changed {name} at once: try again")));
    }
    match rotation {
        Rotation::End => print(&format!("what was good before is good no more for {name}")),
        _ => show(secret.as_deref(), signing.as_deref()),
    }
}

/// Shown this once.
fn show(secret: Option<&str>, signing: Option<&str>) -> Result<bool, StartError> {
    if let Some(secret) = secret {
        print(&format!("token {secret}"))?;
    }
    if let Some(signing) = signing {
        print(&format!("secret {signing}"))?;
    }
    Ok(true)
}

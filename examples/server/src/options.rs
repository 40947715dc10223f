//! The server's options: one table, read from flags, the environment and a TOML file alike. A flag wins over the
//! environment, the environment over the file, the file over the default. What is unknown or cannot be read stops the
//! start with a message that names it; secrets are never shown. The environment is shared with other programs: there, a name that
//! is nearly an option's, or that begins as ours do, is told in a warning.

use estair_core::audit::AuditKeys;
use estair_core::notification::QuietHours;
use estair_core::notification::outage::Grouping;
use estair_core::policy::{LimitComparison, Policy};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::ArgMatches;
use estair_http::cors::Origins;
use estair_http::proxies::Proxies;
use estair_http::signature::Secrets;
use estair_sqlx::Options as Connect;

use crate::file_access::{Content, check};

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The flag, without its dashes; with `_` for `-` it is the key of the file.
    pub flag: &'static str,
    /// The environment's name.
    pub env: &'static str,
    /// What holds when nobody says anything.
    pub default: Option<&'static str>,
    /// What it means.
    pub help: &'static str,
    /// Its value is never shown.
    pub secret: bool,
}

const fn known(flag: &'static str, env: &'static str, default: Option<&'static str>, help: &'static str) -> Known {
    Known { flag, env, default, help, secret: false }
}

const fn secret(flag: &'static str, env: &'static str, help: &'static str) -> Known {
    Known { flag, env, default: None, help, secret: true }
}

/// The table of options that have a value.
pub const OPTIONS: &[Known] = &[
    known("listen", "ESTAIR_LISTEN", Some("127.0.0.1:8080"), "address to listen on; port 0 picks one"),
    known("data-dir", "ESTAIR_DATA_DIR", Some("./estair-data"), "embedded databases, tokens, generated secrets"),
    secret("database-url", "ESTAIR_DATABASE_URL", "mysql://, postgres:// or sqlite://; a SQLite file by default"),
    secret("messager-database-url", "MESSAGER_DATABASE_URL", "Messager's own database; another SQLite file by default"),
    known(
        "database-schema",
        "ESTAIR_DATABASE_SCHEMA",
        None,
        "schema (PostgreSQL) or database (MySQL) of the book's tables",
    ),
    known("messager-database-schema", "MESSAGER_DATABASE_SCHEMA", None, "the same, of Messager's tables"),
    secret("messager-api-url", "MESSAGER_API_URL", "an outside Messager (…/api) instead of the embedded one"),
    known("messager-webhook-url", "MESSAGER_WEBHOOK_URL", None, "where a Messager apart delivers: ESTAIR's webhook"),
    secret("messager-console-token", "MESSAGER_CONSOLE_TOKEN", "what ESTAIR shows the outside Messager with"),
    secret("messager-domain-helpdesk-token", "MESSAGER_DOMAIN_HELPDESK_TOKEN", "the domain's token; generated"),
    secret("messager-webhook-secret", "MESSAGER_WEBHOOK_SECRET", "whsec_…, several separated by spaces; generated"),
    known("messager-retry-schedule", "MESSAGER_RETRY_SCHEDULE", Some("60s,300s,900s"), "delays of the retries"),
    known("credit-cutoff", "ESTAIR_CREDIT_CUTOFF", Some("18:00"), "time of day, UTC, at which credits expire"),
    known("limit-comparison", "ESTAIR_LIMIT_COMPARISON", Some("strict"), "strict or inclusive"),
    known("expired-credit", "ESTAIR_EXPIRED_CREDIT", Some("keep"), "keep or cancel granted credits that expire"),
    known("auto-validation", "ESTAIR_AUTO_VALIDATION", Some("on"), "on, or off: each credit then waits for finance"),
    known("rollout", "ESTAIR_ROLLOUT", Some("live"), "legacy, shadow, live, or a share such as live:25%,shadow"),
    known("day-offset", "ESTAIR_DAY_OFFSET", Some("+00:00"), "offset of the business day"),
    known("credit-thresholds", "ESTAIR_CREDIT_THRESHOLDS", None, "percentages of the limit to tell of: 50,75,90"),
    known("quiet-hours", "ESTAIR_QUIET_HOURS", None, "low priority waits in them: 20:00-07:00, UTC"),
    known(
        "alert-grouping",
        "ESTAIR_ALERT_GROUPING",
        Some("20/10m"),
        "critical alerts sent one by one, and in which time",
    ),
    known(
        "redirect-notices",
        "ESTAIR_REDIRECT_NOTICES",
        None,
        "a trial system: every notice goes to this address alone, Teams and push are off",
    ),
    secret("audit-key", "ESTAIR_AUDIT_KEY", "seals the audit chain; several separated by spaces, the first seals"),
    known("trusted-proxies", "ESTAIR_TRUSTED_PROXIES", None, "addresses or networks of proxies, with commas"),
    known("cors-origins", "ESTAIR_CORS_ORIGINS", None, "origins of fronts that may call the API, with commas"),
    known("group-commit", "ESTAIR_GROUP_COMMIT", Some("on"), "callers who wait together share a commit: on, or off"),
    known("rate-limit", "ESTAIR_RATE_LIMIT", Some("200"), "requests a second and actor; 0 is off"),
    known("critical-alert-email", "CRITICAL_ALERT_EMAIL", None, "who gets critical alerts"),
    secret("teams-webhook-url", "TEAMS_WEBHOOK_URL", "Teams channel for what is general"),
    secret("teams-finance-channel-url", "TEAMS_FINANCE_CHANNEL_URL", "Teams channel of finance"),
    secret("teams-operation-channel-url", "TEAMS_OPERATION_CHANNEL_URL", "Teams channel of operation"),
    secret("smtp-url", "SMTP_URL", "smtps://user:pass@host, smtp://127.0.0.1:2525"),
    known("smtp-from", "SMTP_FROM", None, "sender of the e-mails"),
    known("smtp-hello", "SMTP_HELLO", None, "the name that greets the mail server; this machine's"),
    known(
        "notification-preferences-url",
        "NOTIFICATION_PREFERENCES_URL",
        None,
        "page on which people choose what they are told; named by mails (List-Unsubscribe)",
    ),
    secret("vapid-private-key", "VAPID_PRIVATE_KEY", "key of web push; generated"),
    known("vapid-subject", "VAPID_SUBJECT", None, "contact of web push: mailto: or https:"),
    known("public-url", "PUBLIC_URL", None, "where people reach the server; from the listen address"),
    known("front-url", "FRONT_URL", None, "the agencies' own front; links for clients lead there"),
    known("console-url", "CONSOLE_URL", None, "the console; links for staff lead there; PUBLIC_URL/console"),
    known("log-format", "ESTAIR_LOG_FORMAT", Some("text"), "text or json"),
    known("no-demo", "ESTAIR_NO_DEMO", Some("false"), "true leaves the demonstration book out"),
];

/// Where the configuration file is said to be.
pub const CONFIG: Known = known("config", "ESTAIR_CONFIG", None, "a TOML file with the same options");

/// An option that cannot be read, or that nobody knows.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OptionError(String);

/// How the logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The options, read.
#[derive(Clone)]
pub struct Options {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where files are.
    pub data_dir: PathBuf,
    /// The book's database, unless it is embedded.
    pub database_url: Option<String>,
    /// Messager's database, unless it is embedded.
    pub messager_database_url: Option<String>,
    /// The schema or database that holds the book's tables, unless it is the URL's.
    pub database_schema: Option<String>,
    /// The same, of Messager's tables.
    pub messager_database_schema: Option<String>,
    /// An outside Messager.
    pub messager_api_url: Option<String>,
    /// Where a Messager apart delivers.
    pub webhook_url: Option<String>,
    /// With what ESTAIR asks an outside Messager for its people.
    pub console_token: Option<String>,
    /// The domain's token, unless it is generated.
    pub domain_token: Option<String>,
    /// The webhook's secrets, unless one is generated.
    pub webhook_secret: Option<Secrets>,
    /// Delays of Messager's retries (G1).
    pub retry_schedule: Vec<Duration>,
    /// The book's policy.
    pub policy: Policy,
    /// When what is of low priority is not delivered.
    pub quiet_hours: Option<QuietHours>,
    /// How many critical alerts go out one by one before they are told together.
    pub alert_grouping: Grouping,
    /// Do callers who wait together share transactions?
    pub group_commit: bool,
    /// Where every notice goes on a trial system (N12).
    pub redirect_notices: Option<String>,
    /// Requests a second and actor; 0 is off.
    pub rate_limit: u32,
    /// Whose word is taken for a caller's address.
    pub trusted_proxies: Proxies,
    /// Whose pages may call the API.
    pub origins: Origins,
    /// Who gets critical alerts.
    pub critical_alert_email: Option<String>,
    /// Teams channels: general, finance, operation.
    pub teams: Teams,
    /// The mail server.
    pub smtp_url: Option<String>,
    /// The sender.
    pub smtp_from: Option<String>,
    /// The name that greets the mail server.
    pub smtp_hello: Option<String>,
    /// Where people choose what they are told.
    pub preferences_url: Option<String>,
    /// The key of web push, unless it is generated.
    pub vapid_private_key: Option<String>,
    /// The contact of web push; without one, web push is off.
    pub vapid_subject: Option<String>,
    /// Where people reach the server.
    pub public_url: Option<String>,
    /// Where agencies have a front of their own.
    pub front_url: Option<String>,
    /// Where the console is, if it is not under the public URL.
    pub console_url: Option<String>,
    /// How the logs are written.
    pub log_format: LogFormat,
    /// Create the demonstration book on an empty data directory.
    pub demo: bool,
    /// Names in the environment that look like ours and are no option.
    pub unknown: Vec<Unknown>,
}

/// A name in the environment that looks like ours and is no option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The name.
    pub name: String,
    /// The option that may be meant: all but the same name.
    pub meant: Option<&'static str>,
}

/// Workflows URLs of Teams channels.
#[derive(Clone, Default)]
pub struct Teams {
    /// The general channel.
    pub general: Option<String>,
    /// Finance's.
    pub finance: Option<String>,
    /// Operation's.
    pub operation: Option<String>,
}

impl Options {
    /// The options from flags that were parsed, the environment and the file that one of them names.
    ///
    /// # Errors
    /// An [`OptionError`] that names what is wrong and where it stands.
    pub fn load(flags: &ArgMatches, environment: &BTreeMap<String, String>) -> Result<Self, OptionError> {
        let env = |name: &str| environment.get(name).filter(|value| !value.is_empty()).cloned();
        let unknown = unknown_names(environment.keys());
        let flag = |name: &str| flags.try_get_one::<String>(name).ok().flatten().cloned();
        let file = match flag(CONFIG.flag).or_else(|| env(CONFIG.env)) {
            Some(path) => read_file(Path::new(&path))?,
            None => BTreeMap::new(),
        };
        let mut values = BTreeMap::new();
        for option in OPTIONS {
            let said = flag(option.flag)
                .map(|text| (format!("--{}", option.flag), text))
                .or_else(|| env(option.env).map(|text| (option.env.to_owned(), text)))
                .or_else(|| file.get(option.flag).cloned())
                .or_else(|| option.default.map(|text| (option.flag.to_owned(), text.to_owned())));
            if let Some((place, text)) = said {
                values.insert(option.flag, Said { place, text, secret: option.secret });
            }
        }
        Ok(Self { unknown, ..Values(values).read()? })
    }
}

/// Edits that make a name of the environment nearly an option's.
const MISSPELT: usize = 2;

/// The password of what an import reads: never a flag, nor in a file.
pub const IMPORT_PASSWORD: &str = "ESTAIR_IMPORT_PASSWORD";

/// Names that begin as ours do and are no option, or are nearly one, each with the option that may be meant.
fn unknown_names<'a>(names: impl Iterator<Item = &'a String>) -> Vec<Unknown> {
    let known = || OPTIONS.iter().chain([&CONFIG]).map(|option| option.env);
    let family = |name: &str| name.split_once('_').map(|(family, _)| family.to_owned());
    let mut unknown = Vec::new();
    let known_elsewhere = |name: &String| name.as_str() == IMPORT_PASSWORD;
    let names = names.filter(|name| !known_elsewhere(name));
    for name in names.filter(|name| known().all(|known| known != name.as_str())) {
        let mut kin = known().filter(|known| family(known) == family(name));
        let meant = kin.find(|known| strsim::osa_distance(known, name) <= MISSPELT);
        if meant.is_some() || ["ESTAIR_", "MESSAGER_"].iter().any(|ours| name.starts_with(ours)) {
            unknown.push(Unknown { name: name.clone(), meant });
        }
    }
    unknown
}

/// A value, and where it was said.
struct Said {
    place: String,
    text: String,
    secret: bool,
}

impl Said {
    fn wrong(&self, why: impl fmt::Display) -> OptionError {
        match self.secret {
            true => OptionError(format!("{}: {why}", self.place)),
            false => OptionError(format!("{}: {why} (given: {:?})", self.place, self.text)),
        }
    }
}

struct Values(BTreeMap<&'static str, Said>);

impl Values {
    fn read(&self) -> Result<Options, OptionError> {
        Ok(Options {
            listen: self.needed("listen", address)?,
            data_dir: self.needed("data-dir", |text| Ok::<_, &str>(PathBuf::from(text)))?,
            database_url: self.given("database-url", database)?,
            messager_database_url: self.given("messager-database-url", database)?,
            database_schema: self.schema("database-schema", "database-url")?,
            messager_database_schema: self.schema("messager-database-schema", "messager-database-url")?,
            messager_api_url: self.given("messager-api-url", web)?,
            webhook_url: self.given("messager-webhook-url", web)?,
            console_token: self.given("messager-console-token", token)?,
            domain_token: self.given("messager-domain-helpdesk-token", token)?,
            webhook_secret: self.given("messager-webhook-secret", Secrets::from_str)?,
            retry_schedule: self.needed("messager-retry-schedule", delays)?,
            policy: Policy::default()
                .cutoff(self.needed("credit-cutoff", str::parse)?)
                .day_offset(self.needed("day-offset", str::parse)?)
                .limit(self.needed("limit-comparison", LimitComparison::from_str)?)
                .cancel_expired(
                    self.needed("expired-credit", |text| one_of(text, [("keep", false), ("cancel", true)]))?,
                )
                .thresholds(self.given("credit-thresholds", thresholds)?.unwrap_or_default())
                .auto_validation(self.needed("auto-validation", |text| one_of(text, [("on", true), ("off", false)]))?)
                .audit_keys(self.given("audit-key", AuditKeys::from_str)?)
                .rollout(self.needed("rollout", str::parse)?),
            quiet_hours: self.given("quiet-hours", QuietHours::from_str)?,
            alert_grouping: self.needed("alert-grouping", grouping)?,
            redirect_notices: self.given("redirect-notices", email)?,
            trusted_proxies: self.given("trusted-proxies", Proxies::from_str)?.unwrap_or_default(),
            origins: self.given("cors-origins", Origins::from_str)?.unwrap_or_default(),
            group_commit: self.needed("group-commit", |text| one_of(text, [("on", true), ("off", false)]))?,
            rate_limit: self.needed("rate-limit", |text| text.parse::<u32>().map_err(|_| "not a whole number"))?,
            critical_alert_email: self.given("critical-alert-email", email)?,
            teams: Teams {
                general: self.given("teams-webhook-url", web)?,
                finance: self.given("teams-finance-channel-url", web)?,
                operation: self.given("teams-operation-channel-url", web)?,
            },
            smtp_url: self.given("smtp-url", |text| prefixed(text, &["smtp://", "smtps://"]))?,
            smtp_from: self
                .given("smtp-from", |text| estair_core::text::bounded("sender", text, 320).map_err(|e| e.message))?,
            smtp_hello: self.given("smtp-hello", |text| Ok::<_, &str>(text.to_owned()))?,
            preferences_url: self.given("notification-preferences-url", web)?,
            vapid_private_key: self.given("vapid-private-key", |text| Ok::<_, &str>(text.to_owned()))?,
            vapid_subject: self.given("vapid-subject", |text| prefixed(text, &["mailto:", "https://"]))?,
            public_url: self.given("public-url", web)?,
            front_url: self.given("front-url", web)?,
            console_url: self.given("console-url", web)?,
            log_format: self
                .needed("log-format", |text| one_of(text, [("text", LogFormat::Text), ("json", LogFormat::Json)]))?,
            demo: !self.needed("no-demo", |text| one_of(text, [("true", true), ("false", false)]))?,
            unknown: Vec::new(),
        })
    }

    fn given<T, E: fmt::Display>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, OptionError> {
        self.0.get(name).map(|said| read(said.text.trim()).map_err(|error| said.wrong(error))).transpose()
    }

    /// The schema of the database that another option names: a file has none.
    fn schema(&self, name: &str, database: &str) -> Result<Option<String>, OptionError> {
        let is_file = self.0.get(database).is_none_or(|url| url.text.trim().starts_with("sqlite:"));
        self.given(name, |text| match Connect::default().in_schema(text).checked_schema() {
            Ok(_) if is_file => Err("a SQLite database has no schemas: name another file".to_owned()),
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(error.to_string()),
        })
    }

    fn needed<T, E: fmt::Display>(&self, name: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<T, OptionError> {
        self.given(name, read)?.ok_or_else(|| OptionError(format!("{name}: is needed")))
    }
}

/// The values of the file by option, each with its place.
fn read_file(path: &Path) -> Result<BTreeMap<&'static str, (String, String)>, OptionError> {
    let shown = path.display();
    let guard = |content| check(path, content).map_err(|error| OptionError(format!("{shown}: {error}")));
    guard(Content::Settings)?;
    let text = std::fs::read_to_string(path).map_err(|error| OptionError(format!("{shown}: {error}")))?;
    // The parser's own message quotes the line, which may hold a secret.
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.lines().count().max(1));
        OptionError(format!("{shown}: line {line}: {}", error.message()))
    })?;
    let mut values = BTreeMap::new();
    for (key, value) in table {
        let place = format!("{shown}: {key}");
        let option = option_of_key(&key).ok_or_else(|| OptionError(format!("{place}: unknown key")))?;
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(flag) => flag.to_string(),
            _ => return Err(OptionError(format!("{place}: not a text, a whole number or true or false"))),
        };
        if option.secret {
            guard(Content::Secret)?;
        }
        values.insert(option.flag, (place, text));
    }
    Ok(values)
}

/// A key of the file: the flag's name with `_` or `-`, or the environment's name.
fn option_of_key(key: &str) -> Option<&'static Known> {
    let name = key.replace('_', "-").to_ascii_lowercase();
    OPTIONS.iter().find(|option| option.flag == name || option.env.replace('_', "-").to_ascii_lowercase() == name)
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let mut addresses = text.to_socket_addrs().map_err(|_| "not an address such as 127.0.0.1:8080")?;
    addresses.next().ok_or("not an address such as 127.0.0.1:8080")
}

fn database(text: &str) -> Result<String, String> {
    prefixed(text, &["mysql://", "mariadb://", "postgres://", "postgresql://", "sqlite:"])
}

fn web(text: &str) -> Result<String, String> {
    prefixed(text, &["https://", "http://"]).map(|url| url.trim_end_matches('/').to_owned())
}

fn prefixed(text: &str, prefixes: &[&str]) -> Result<String, String> {
    if prefixes.iter().any(|prefix| text.len() > prefix.len() && text.starts_with(prefix)) {
        return Ok(text.to_owned());
    }
    Err(format!("does not begin with {}", prefixes.join(" or ")))
}

fn token(text: &str) -> Result<String, &'static str> {
    let fits = text.len() >= 16 && text.bytes().all(|b| b.is_ascii_graphic());
    if fits { Ok(text.to_owned()) } else { Err("a token has at least 16 visible ASCII characters") }
}

fn email(text: &str) -> Result<String, String> {
    estair_core::email::checked("address", text).map_err(|error| error.message)
}

fn one_of<T: Copy, const N: usize>(text: &str, choices: [(&str, T); N]) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    found.ok_or_else(|| format!("neither {}", choices.map(|(name, _)| name).join(" nor ")))
}

/// Most thresholds that are accepted.
const MAX_THRESHOLDS: usize = 10;

/// Percentages of the limit, in rising order: crossing several at once tells of the highest.
fn thresholds(text: &str) -> Result<Vec<u8>, String> {
    let percentages = text.split(',').map(|part| part.trim().parse::<u8>().ok().filter(|it| (1..=100).contains(it)));
    let percentages =
        percentages.collect::<Option<Vec<_>>>().ok_or("not percentages from 1 to 100, such as 50,75,90")?;
    if !percentages.is_sorted_by(|one, next| one < next) {
        return Err("not in rising order".to_owned());
    }
    if percentages.len() > MAX_THRESHOLDS {
        return Err(format!("more than {MAX_THRESHOLDS} thresholds"));
    }
    Ok(percentages)
}

fn grouping(text: &str) -> Result<Grouping, &'static str> {
    let parts =
        text.split_once('/').and_then(|(alerts, time)| Some((alerts.trim().parse().ok()?, delay(time.trim())?)));
    let grouping = parts.and_then(|(alerts, time)| Grouping::new(alerts, time));
    grouping.ok_or("not 1 to 1000 alerts in 1s to 24h, such as 20/10m (ms, s, m and h are understood)")
}

/// Longest schedule that is accepted.
const MAX_RETRIES: usize = 20;

fn delays(text: &str) -> Result<Vec<Duration>, String> {
    let delays = text.split(',').map(|part| delay(part.trim())).collect::<Option<Vec<_>>>();
    match delays {
        Some(delays) if delays.len() <= MAX_RETRIES => Ok(delays),
        Some(_) => Err(format!("more than {MAX_RETRIES} retries")),
        None => Err("not delays such as 60s,300s,900s (ms, s, m and h are understood)".to_owned()),
    }
}

fn delay(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis)
}

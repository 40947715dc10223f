//! Anchors: the ends of all chains, kept outside the database, by which a chain that was cut, rolled back or written anew
//! since is found (V3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::audit::{AuditKeys, Head, UndoneImport};
use crate::clock::Timestamp;
use crate::hash::{Hash, canonical};
use crate::store::{AccountFilter, AuditReader, MAX_PAGE, Page, StoreError};
use crate::verify::{Finding, Report};

/// The ends of all chains at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// When it was made.
    pub at: Timestamp,
    /// How many rows the tables had whose rows are only ever added.
    pub counts: BTreeMap<String, u64>,
    /// The ends of each account's chains.
    pub heads: Vec<Head>,
    /// What the host's key makes of all that; none where there was no key: then it proves nothing to who could have
    /// written it.
    pub signature: Option<Hash>,
}

impl Anchor {
    fn text(&self) -> String {
        let unsigned = Self { signature: None, ..self.clone() };
        canonical(&serde_json::to_value(unsigned).unwrap_or_default())
    }

    /// Was it signed with one of these keys? None when it is not signed at all.
    #[must_use]
    pub fn is_signed(&self, keys: &AuditKeys) -> Option<bool> {
        self.signature.map(|signature| keys.believe(self.text().as_bytes(), signature))
    }
}

/// Makes an anchor of the book as it is.
///
/// # Errors
/// The store's trouble.
pub async fn make_anchor(
    reader: &dyn AuditReader,
    keys: Option<&AuditKeys>,
    at: Timestamp,
) -> Result<Anchor, StoreError> {
    let mut heads = Vec::new();
    let mut page = Page { limit: MAX_PAGE, before: None };
    loop {
        let slice = reader.accounts(&AccountFilter::default(), page).await?;
        heads.extend(slice.items.iter().map(|account| Head {
            account: account.id,
            uuid: account.uuid,
            links: account.version,
            link: account.last_hash,
            facts: account.trail.count,
            fact: account.trail.hash,
        }));
        page.before = slice.next;
        if page.before.is_none() {
            break;
        }
    }
    let counts = reader.audit_counts().await?.into_iter().map(|(table, count)| (table.to_owned(), count)).collect();
    let mut anchor = Anchor { at, counts, heads, signature: None };
    anchor.signature = keys.map(|keys| keys.seal(anchor.text().as_bytes()));
    Ok(anchor)
}

/// Finds what was cut, rolled back or written anew since an anchor was made.
///
/// # Errors
/// The store's trouble.
pub async fn compare(
    reader: &dyn AuditReader,
    anchor: &Anchor,
    keys: Option<&AuditKeys>,
    report: &mut Report,
) -> Result<(), StoreError> {
    if keys.and_then(|keys| anchor.is_signed(keys)) == Some(false) {
        let problem = "the anchor was signed with another key, or changed".to_owned();
        report.find(Finding { problem, ..Finding::default() });
    }
    let undone = undone_since(reader, anchor, keys).await?;
    let present: BTreeMap<_, _> = reader.audit_counts().await?.into_iter().collect();
    for (table, count) in &anchor.counts {
        let now = present.get(table.as_str()).copied().unwrap_or_default();
        let went = undone.iter().filter_map(|import| import.rows.get(table)).sum();
        if now.saturating_add(went) < *count {
            let problem = format!("{table} has {now} rows, it had {count}");
            report.find(Finding { problem, ..Finding::default() });
        }
    }
    for head in &anchor.heads {
        if let Some(UndoneImport { run, undone, .. }) = undone.iter().find(|import| import.took(head)) {
            report.tell(format!("account {}: went with import run {run}, undone at {undone}", head.account));
            continue;
        }
        for problem in problems_of(reader, head).await? {
            report.find(Finding::on_account(head.account, problem));
        }
    }
    Ok(())
}

/// The runs of an import that were undone since the anchor was made; what is sealed otherwise than by the book explains nothing.
async fn undone_since(
    reader: &dyn AuditReader,
    anchor: &Anchor,
    keys: Option<&AuditKeys>,
) -> Result<Vec<UndoneImport>, StoreError> {
    let undone = reader.undone_imports().await?.into_iter();
    let believed = |(import, seal): &(UndoneImport, Hash)| import.is_sealed_by(*seal, keys) == Some(true);
    Ok(undone.filter(believed).map(|(import, _)| import).filter(|import| import.undone >= anchor.at).collect())
}

async fn problems_of(reader: &dyn AuditReader, head: &Head) -> Result<Vec<String>, StoreError> {
    let Some(account) = reader.account(head.account).await?.filter(|account| account.uuid == head.uuid) else {
        return Ok(vec!["the account is gone, or another one".to_owned()]);
    };
    let (link, fact) = reader.seals_at(head.account, head.links, head.facts).await?;
    let mut problems = Vec::new();
    let mut check = |what: &str, count: u64, now: u64, sealed: Hash, kept: Option<Hash>| {
        if now < count {
            problems.push(format!("it has {now} {what}, it had {count}: cut or rolled back"));
        } else if count > 0 && kept != Some(sealed) {
            problems.push(format!("{what} up to number {count} were written anew"));
        }
    };
    check("links", head.links, account.version, head.link, link);
    check("facts", head.facts, account.trail.count, head.fact, fact);
    Ok(problems)
}

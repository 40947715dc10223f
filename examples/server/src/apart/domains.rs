//! The domains of a Messager apart: what the options say of the helpdesk's, and what its database keeps. A rotation in the
//! database holds on every process within a second or two, and what was good before stays good beside it.

use std::sync::Arc;
use std::time::Duration;

use estair_core::hash::Hash;
use estair_core::messager::DOMAIN;
use estair_core::store::StoreError;
use estair_http::messager::domain::{Domain, Domains};
use estair_http::messager::transport::{Endpoint, Endpoints};
use estair_sqlx::{DomainRecord, MessagerDirectory};
use tokio_util::sync::CancellationToken;

use crate::error::StartError;
use crate::options::Options;

/// The domains, kept up to date.
pub(super) struct Registry {
    directory: Arc<dyn MessagerDirectory>,
    /// What the options say of the helpdesk's domain.
    said: Option<(Hash, Endpoint)>,
    /// Who may hand over messages.
    pub(super) domains: Domains,
    /// Where they go.
    pub(super) endpoints: Endpoints,
    /// A secret that all processes on the same settings share.
    pub(super) key: String,
}

impl Registry {
    /// Reads the domains.
    ///
    /// # Errors
    /// When neither options nor database say where the helpdesk's messages go, with which token or secret.
    pub(super) async fn open(options: &Options, directory: Arc<dyn MessagerDirectory>) -> Result<Self, StartError> {
        let kept = directory.domains().await?;
        let of_helpdesk = kept.iter().find(|domain| domain.name == DOMAIN);
        let said = match (&options.webhook_url, &options.domain_token, &options.webhook_secret) {
            (Some(url), Some(token), Some(secrets)) => {
                Some((Hash::of(token), Endpoint { url: url.clone(), secrets: secrets.clone() }))
            }
            (url, token, secret) if of_helpdesk.is_none() => {
                let missing = [
                    ("MESSAGER_WEBHOOK_URL", url.is_none()),
                    ("MESSAGER_DOMAIN_HELPDESK_TOKEN", token.is_none()),
                    ("MESSAGER_WEBHOOK_SECRET", secret.is_none()),
                ];
                let missing: Vec<_> = missing.iter().filter(|(_, missing)| *missing).map(|(name, _)| *name).collect();
                return Err(StartError::new(format_args!(
                    "{}: not set, and `messager domain add {DOMAIN}` was not run: nothing could be delivered",
                    missing.join(", ")
                )));
            }
            _ => None,
        };
        let key = match (&options.domain_token, of_helpdesk) {
            (Some(token), _) => token.clone(),
            (None, Some(domain)) => domain.secrets.clone(),
            (None, None) => return Err(StartError::new("the domain has no token")),
        };
        let registry = Self { directory, said, domains: Domains::default(), endpoints: Endpoints::default(), key };
        registry.set(&kept)?;
        Ok(registry)
    }

    fn set(&self, kept: &[DomainRecord]) -> Result<(), StartError> {
        let mut domains = Vec::new();
        let mut endpoints = Vec::new();
        if let Some((token, endpoint)) = &self.said {
            domains.push(Domain::with_hash(DOMAIN, *token));
            endpoints.push((DOMAIN.to_owned(), endpoint.clone()));
        }
        for domain in kept {
            let tokens = std::iter::once(domain.token).chain(domain.former_token);
            domains.extend(tokens.map(|token| Domain::with_hash(&domain.name, token)));
            // Of two that name the same one, the later is kept: what was changed by command holds.
            let endpoint = Endpoint { url: domain.url.clone(), secrets: domain.secrets.parse()? };
            endpoints.push((domain.name.clone(), endpoint));
        }
        self.domains.set(domains);
        self.endpoints.set(endpoints);
        Ok(())
    }

    /// Looks again and again whether a domain was added or rotated.
    pub(super) async fn follow(self, shutdown: CancellationToken, every: Duration) {
        let mut known = Vec::new();
        while shutdown.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
            let looked: Result<(), StoreError> = async {
                let kept = self.directory.domains().await?;
                if kept != known {
                    if let Err(error) = self.set(&kept) {
                        tracing::error!(%error, "a domain cannot be read");
                    }
                    known = kept;
                }
                Ok(())
            }
            .await;
            if let Err(error) = looked {
                tracing::warn!(error = ?error.trace(), "the domains cannot be read");
            }
        }
    }
}

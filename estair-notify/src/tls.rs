//! TLS as all channels speak it: what the machine trusts, and the authorities that a setting adds.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls_platform_verifier::Verifier;

use crate::config::ConfigError;

/// A client's side that needs no process-wide provider.
pub(crate) fn client(
    setting: &'static str,
    roots: impl IntoIterator<Item = CertificateDer<'static>>,
) -> Result<ClientConfig, ConfigError> {
    let fail = |error: rustls::Error| ConfigError::new(setting, format!("TLS cannot be set up: {error}"));
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(fail)?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(fail)?;
    // "Dangerous" is any verifier of one's own; this one is the platform's.
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

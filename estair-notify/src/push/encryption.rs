//! Encryption of a push message for one device (RFC 8291, over aes128gcm of RFC 8188): one record.

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Nonce};
use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, general_purpose};
use estair_core::clock::IdSource;
use hkdf::Hkdf;
use p256::ecdh::diffie_hellman;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

use crate::templates::MAX_PUSH;

/// Size of a record; the message is one.
const RECORD: u32 = 4096;
/// Length of a point that is written whole.
const UNCOMPRESSED: usize = 65;
/// Marks the last record.
const LAST: u8 = 2;
/// Draws of a key before giving up: one in 2³² is no key.
const DRAWS: usize = 4;

/// Browsers write base64url with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a message cannot be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptionError {
    /// The device's public key is no point of P-256, or is written in another form than the 65 bytes of RFC 8291.
    #[error("the device's p256dh is not a public key of P-256: 65 bytes in base64url")]
    PublicKey,
    /// The device's secret has another length.
    #[error("the device's auth is not 16 bytes in base64url")]
    Secret,
    /// The message does not fit in one record.
    #[error("the message has {length} bytes, at most {MAX_PUSH} are allowed")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// The source of randomness gave no usable key.
    #[error("the source of randomness gives no usable key")]
    Randomness,
}

/// The keys of a device, as its browser gave them.
pub struct DeviceKeys {
    public: PublicKey,
    secret: [u8; 16],
}

impl DeviceKeys {
    /// Reads `p256dh` and `auth`, base64url.
    ///
    /// # Errors
    /// When they are no keys.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self, EncryptionError> {
        let public: [u8; UNCOMPRESSED] =
            from_base64url(p256dh).and_then(|bytes| bytes.try_into().ok()).ok_or(EncryptionError::PublicKey)?;
        let public = PublicKey::from_sec1_bytes(&public).map_err(|_| EncryptionError::PublicKey)?;
        let secret = from_base64url(auth).and_then(|bytes| bytes.try_into().ok()).ok_or(EncryptionError::Secret)?;
        Ok(Self { public, secret })
    }
}

/// Checks the keys of a device when it subscribes: one that cannot be encrypted for would fail at each message.
///
/// # Errors
/// What is wrong with them.
pub fn check_keys(p256dh: &str, auth: &str) -> Result<(), EncryptionError> {
    DeviceKeys::parse(p256dh, auth).map(drop)
}

/// What must be new for every message: a salt and a key pair of its own.
pub struct Randomness {
    salt: [u8; 16],
    key: Option<SecretKey>,
}

impl Randomness {
    /// Drawn from a source.
    pub fn draw(ids: &dyn IdSource) -> Self {
        let key = (0..DRAWS).find_map(|_| SecretKey::from_slice(&draw_32(ids)).ok());
        Self { salt: ids.seed().to_be_bytes(), key }
    }

    /// Given: for test vectors.
    #[must_use]
    pub fn given(salt: [u8; 16], key: &[u8; 32]) -> Self {
        Self { salt, key: SecretKey::from_slice(key).ok() }
    }
}

/// 32 random bytes.
pub(super) fn draw_32(ids: &dyn IdSource) -> [u8; 32] {
    let mut bytes = [0; 32];
    let drawn = ids.seed().to_be_bytes().into_iter().chain(ids.seed().to_be_bytes());
    for (to, from) in bytes.iter_mut().zip(drawn) {
        *to = from;
    }
    bytes
}

/// Encrypts a message for a device: the whole body of the call, header included.
///
/// # Errors
/// When the message is too long, or the randomness gave no key.
pub fn encrypt(message: &[u8], device: &DeviceKeys, random: &Randomness) -> Result<Vec<u8>, EncryptionError> {
    if message.len() > MAX_PUSH {
        return Err(EncryptionError::TooLong { length: message.len() });
    }
    let ours = random.key.as_ref().ok_or(EncryptionError::Randomness)?;
    let our_public = ours.public_key().to_encoded_point(false);
    let (key, nonce) = derive(device, random, ours, our_public.as_bytes());
    let plain: Vec<u8> = message.iter().copied().chain([LAST]).collect();
    let cipher = Aes128Gcm::new(&key.into());
    let sealed = cipher.encrypt(&Nonce::from(nonce), plain.as_slice());
    let sealed = sealed.map_err(|_| EncryptionError::TooLong { length: message.len() })?;

    let mut body = Vec::with_capacity(sealed.len().saturating_add(86));
    body.extend_from_slice(&random.salt);
    body.extend_from_slice(&RECORD.to_be_bytes());
    body.push(65); // length of an uncompressed point
    body.extend_from_slice(our_public.as_bytes());
    body.extend_from_slice(&sealed);
    Ok(body)
}

/// The content key and the nonce (RFC 8291, section 3.4).
fn derive(device: &DeviceKeys, random: &Randomness, ours: &SecretKey, our_public: &[u8]) -> ([u8; 16], [u8; 12]) {
    let shared = diffie_hellman(ours.to_nonzero_scalar(), device.public.as_affine());
    let their_public = device.public.to_encoded_point(false);
    let info = [b"WebPush: info\0".as_slice(), their_public.as_bytes(), our_public];
    let input: [u8; 32] = expand(&device.secret, shared.raw_secret_bytes(), &info);
    let key = expand(&random.salt, &input, &[b"Content-Encoding: aes128gcm\0"]);
    let nonce = expand(&random.salt, &input, &[b"Content-Encoding: nonce\0"]);
    (key, nonce)
}

fn expand<const N: usize>(salt: &[u8], input: &[u8], info: &[&[u8]]) -> [u8; N] {
    let mut output = [0; N];
    // HKDF refuses only outputs beyond 255 hashes; these are one hash at most.
    let _ = Hkdf::<Sha256>::new(Some(salt), input).expand_multi_info(info, &mut output);
    output
}

/// Base64url without padding, as headers and keys are written.
pub(super) fn base64url(bytes: &[u8]) -> String {
    general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Base64url, padded or not.
pub(super) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

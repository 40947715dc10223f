//! Web push: the RFCs' vectors, a decryption of its own, and what each answer of a push service comes to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use estair_core::clock::{Clock, System};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Notification, Notifier, PushSubscription};
use estair_core::queue::{AttemptOutcome, Report};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use aes_gcm::aead::{Aead, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use estair_notify::push::{
    DeviceKeys, EncryptionError, EndpointError, EndpointRules, Push, PushSettings, Randomness, VapidKey, VapidSubject,
    check_keys, encrypt, is_public, masked,
};
use estair_notify::{Channels, sample};
use p256::ecdsa::signature::Verifier;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use support::{Counted, Devices, Fixed, HttpServer, listen, texts};

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    B64.decode(text).unwrap().try_into().unwrap()
}

const PLAIN: &str = "When I grow up, I want to be a watermelon";
const UA_PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const UA_PUBLIC: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

#[test]
fn the_example_of_rfc_8291_gives_the_same_bytes() {
    let keys = DeviceKeys::parse(UA_PUBLIC, AUTH).unwrap();
    let random =
        Randomness::given(bytes("DGv6ra1nlYgDCS1FRnbzlw"), &bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
    let body = encrypt(PLAIN.as_bytes(), &keys, &random).unwrap();
    let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
    assert_eq!(B64.encode(body), expected);
}

/// A browser's side, written apart from the crate: RFC 8188 and 8291 over HMAC alone.
fn decrypt(body: &[u8], private: &p256::SecretKey, auth: &[u8]) -> Vec<u8> {
    let (salt, rest) = body.split_at(16);
    assert_eq!(&rest[..4], 4096_u32.to_be_bytes());
    assert_eq!(rest[4], 65);
    assert!(body.len() <= 4096 + 86);
    let (sender, sealed) = (&rest[5..70], &rest[70..]);
    let point = p256::PublicKey::from_sec1_bytes(sender).unwrap();
    let shared = p256::ecdh::diffie_hellman(private.to_nonzero_scalar(), point.as_affine());
    let public = private.public_key().to_encoded_point(false);
    let input = [b"WebPush: info\0".as_slice(), public.as_bytes(), sender, &[1]].concat();
    let secret = hmac(&hmac(auth, shared.raw_secret_bytes()), &input);
    let random = hmac(salt, &secret);
    let key = hmac(&random, b"Content-Encoding: aes128gcm\0\x01");
    let nonce = hmac(&random, b"Content-Encoding: nonce\0\x01");
    let cipher = aes_gcm::Aes128Gcm::new_from_slice(&key[..16]).unwrap();
    let nonce: [u8; 12] = nonce[..12].try_into().unwrap();
    let mut plain = cipher.decrypt(&nonce.into(), sealed).unwrap();
    assert_eq!(plain.pop(), Some(2), "the last record's delimiter");
    plain
}

/// HMAC-SHA256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36).as_slice(), message].concat());
    Sha256::digest([pad(0x5c).as_slice(), &inner].concat()).into()
}

#[test]
fn what_is_encrypted_is_read_by_the_browser_up_to_the_longest_message() {
    let private = p256::SecretKey::from_slice(&bytes::<32>(UA_PRIVATE)).unwrap();
    let keys = DeviceKeys::parse(UA_PUBLIC, AUTH).unwrap();
    let ids = Counted::default();
    for length in [0, 1, 100, 3_993] {
        let message = vec![b'x'; length];
        let body = encrypt(&message, &keys, &Randomness::draw(&ids)).unwrap();
        assert_eq!(decrypt(&body, &private, &bytes::<16>(AUTH)), message);
    }
    let long = encrypt(&[0; 3_994], &keys, &Randomness::draw(&ids));
    assert_eq!(long, Err(EncryptionError::TooLong { length: 3_994 }));
    let (one, two) = (encrypt(b"x", &keys, &Randomness::draw(&ids)), encrypt(b"x", &keys, &Randomness::draw(&ids)));
    assert_ne!(one, two, "salt and key are new each time");
}

#[test]
fn keys_of_devices_are_read_padded_or_not_and_refused_when_they_are_none() {
    assert!(DeviceKeys::parse(&format!("{UA_PUBLIC}="), &format!("{AUTH}==")).is_ok());
    assert_eq!(DeviceKeys::parse("AAAA", AUTH).err(), Some(EncryptionError::PublicKey));
    assert_eq!(DeviceKeys::parse(&B64.encode([4_u8; 65]), AUTH).err(), Some(EncryptionError::PublicKey));
    assert_eq!(DeviceKeys::parse(UA_PUBLIC, "AAAA").err(), Some(EncryptionError::Secret));
}

#[test]
fn keys_are_checked_when_a_device_subscribes() {
    assert_eq!(check_keys(UA_PUBLIC, AUTH), Ok(()));
    let mut off_the_curve = B64.decode(UA_PUBLIC).unwrap();
    off_the_curve[64] ^= 1;
    let point = p256::PublicKey::from_sec1_bytes(&B64.decode(UA_PUBLIC).unwrap()).unwrap();
    let compressed = point.to_encoded_point(true);
    for (bad, why) in [
        (off_the_curve.as_slice(), "a byte of the point is another"),
        (&[0], "the point at infinity"),
        (compressed.as_bytes(), "RFC 8291 wants it whole"),
        (&[4; 64], "too short"),
        (&[4; 66], "too long"),
    ] {
        assert_eq!(check_keys(&B64.encode(bad), AUTH), Err(EncryptionError::PublicKey), "{why}");
    }
    for bad in ["", "BTBZMqHH6r4Tts7J_aSIgg0", "not base64!"] {
        assert_eq!(check_keys(UA_PUBLIC, bad), Err(EncryptionError::Secret), "{bad}");
    }
}

#[test]
fn an_endpoint_is_shown_as_its_host_and_its_end() {
    let endpoint = format!("https://fcm.googleapis.com/fcm/send/{}9xYz", "canary".repeat(10));
    assert_eq!(masked(&endpoint), "fcm.googleapis.com/…9xYz");
    assert_eq!(masked("https://fcm.googleapis.com/canary"), "fcm.googleapis.com/…");
    assert!(!masked("canary").contains("canary"));
}

#[test]
fn a_vapid_token_is_signed_for_the_origin_and_holds_less_than_a_day() {
    let key = VapidKey::generate(&Counted::default()).unwrap();
    assert_eq!(VapidKey::parse(&key.private()).unwrap().public(), key.public());
    let subject = VapidSubject::parse("mailto:support@example.test").unwrap();
    for (endpoint, audience) in [
        ("https://fcm.googleapis.com/fcm/send/abc", "https://fcm.googleapis.com"),
        ("https://push.example.test:8443/abc", "https://push.example.test:8443"),
    ] {
        let header = key.authorization(&endpoint.parse().unwrap(), &subject, Fixed.now());
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(public, key.public());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let public = p256::ecdsa::VerifyingKey::from_sec1_bytes(&B64.decode(public).unwrap()).unwrap();
        let signature = p256::ecdsa::Signature::from_slice(&B64.decode(signature).unwrap()).unwrap();
        public.verify(signed.as_bytes(), &signature).unwrap();
        let (head, claims) = signed.split_once('.').unwrap();
        let json = |part| serde_json::from_slice::<serde_json::Value>(&B64.decode(part).unwrap()).unwrap();
        assert_eq!((json(head)["alg"].as_str(), json(head)["typ"].as_str()), (Some("ES256"), Some("JWT")));
        assert_eq!(json(claims)["aud"], audience);
        assert_eq!(json(claims)["sub"], "mailto:support@example.test");
        let lasts = json(claims)["exp"].as_i64().unwrap() - Fixed.now().timestamp();
        assert!(lasts > 0 && lasts <= 86_400);
    }
}

#[test]
fn n6_vapid_settings_are_refused_with_what_to_do_and_never_shown() {
    let key = VapidKey::parse(UA_PRIVATE).unwrap();
    assert_eq!(key.public(), UA_PUBLIC, "the public half is derived");
    assert!(!format!("{key:?}").contains(UA_PRIVATE));
    for (bad, told) in [
        ("canary!", "base64url"),
        ("AAAA", "32 bytes"),
        (UA_PUBLIC, "public key"),
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "P-256"),
    ] {
        let error = VapidKey::parse(bad).unwrap_err().to_string();
        assert!(error.contains(told) && error.starts_with("VAPID_PRIVATE_KEY") && !error.contains(bad), "{error}");
    }
    for good in [
        "mailto:support@example.test",
        "mailto:it+push@xn--bcher-kva.example.com",
        "https://example.test/contact",
        "https://EXAMPLE.com:8443/a?b=c",
    ] {
        assert!(VapidSubject::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "support@example.test",
        "mailto:",
        "mailto:nobody",
        "mailto:a b@example.test",
        "mailto:<support@example.test>",
        "mailto:Support <support@example.test>",
        "mailto:support@localhost",
        "mailto:support@app.localhost",
        "mailto:support@example.invalid",
        "mailto:support@printer.local",
        "mailto:support@[192.0.2.1]",
        "mailto:support@192.0.2.1",
        "mailto:support@bücher.example.com",
        "mailto:a@example.com,b@example.com",
        "mailto:a@example.com?subject=x",
        "http://example.test",
        "https://localhost",
        "https://localhost:8080/x",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://intranet/",
        "https://user:canary@example.com/",
        "<https://example.com>",
        "https://example.com/<x>",
        "tel:+221770000000",
    ] {
        let error = VapidSubject::parse(bad).unwrap_err().to_string();
        assert!(error.starts_with("VAPID_SUBJECT: ") && !error.contains("canary"), "{bad}");
    }
    assert!(VapidKey::generate(&System).is_ok());
}

#[test]
fn endpoints_are_push_services_over_https_and_nothing_else() {
    let rules = EndpointRules::default();
    for good in [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://db5p.notify.windows.com/w/?token=abc",
        "https://web.push.apple.com:443/abc",
        "https://FCM.googleapis.com/abc",
    ] {
        assert!(rules.check(good).is_ok(), "{good}");
    }
    for (bad, why) in [
        ("nonsense", EndpointError::NotAUrl),
        ("http://fcm.googleapis.com/abc", EndpointError::NotHttps),
        ("file:///etc/passwd", EndpointError::NotHttps),
        ("https://fcm.googleapis.com:8443/abc", EndpointError::Port),
        ("https://user@fcm.googleapis.com/abc", EndpointError::Credentials),
        ("https://fcm.googleapis.com@evil.example.test/", EndpointError::Credentials),
        ("https://evil.example.test/", EndpointError::Host),
        ("https://fcm.googleapis.com.evil.example.test/", EndpointError::Host),
        ("https://xnotify.windows.com/", EndpointError::Host),
        ("https://notify.windows.com/", EndpointError::Host),
        ("https://127.0.0.1/abc", EndpointError::PrivateAddress),
        ("https://2130706433/abc", EndpointError::PrivateAddress),
        ("https://[::1]/abc", EndpointError::PrivateAddress),
        ("https://localhost/abc", EndpointError::Host),
    ] {
        assert_eq!(rules.check(bad), Err(why), "{bad}");
    }
    assert_eq!(rules.check(&format!("https://fcm.googleapis.com/{}", "a".repeat(3_000))), Err(EndpointError::NotAUrl));
    assert!(
        EndpointRules::parse(["push.example.test", "*.push.example.test"])
            .unwrap()
            .check("https://a.push.example.test/")
            .is_ok()
    );
    for bad in ["localhost", "10.0.0.1", "*", "https://push.example.test", ""] {
        assert!(EndpointRules::parse([bad]).is_err(), "{bad}");
    }
    assert!(EndpointRules::parse([]).is_err());
}

#[test]
fn addresses_that_are_not_public_are_known() {
    let address = |text: &str| is_public(text.parse::<IpAddr>().unwrap());
    for public in [
        "8.8.8.8",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.0.1",
        "2a00:1450:4007::1",
        "2002:808:808::1",
        "64:ff9b::808:808",
    ] {
        assert!(address(public), "{public}");
    }
    for private in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "203.0.113.9",
        "::",
        "::1",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:db8::1",
        "2001::1",
    ] {
        assert!(!address(private), "{private}");
    }
}

struct Bench {
    channels: Channels,
    devices: Arc<Devices>,
    endpoint: String,
}

fn bench(endpoint: String, rules: EndpointRules) -> Bench {
    let devices = Arc::new(Devices::default());
    let device = PushSubscription { endpoint: endpoint.clone(), p256dh: UA_PUBLIC.to_owned(), auth: AUTH.to_owned() };
    devices.devices.lock().unwrap().push(device);
    let subject = VapidSubject::parse("mailto:support@example.test").unwrap();
    let settings = PushSettings::new(VapidKey::parse(UA_PRIVATE).unwrap(), subject).endpoints(rules);
    let push = Push::new(settings, texts(), devices.clone(), Arc::new(Fixed), Arc::new(Counted::default())).unwrap();
    Bench { channels: Channels::new().with(push), devices, endpoint }
}

impl Bench {
    async fn send(&self) -> Report {
        let notification = sample::notification(Notice::CreditApproved, Audience::Client, Channel::Push);
        let report = self.channels.send(1, &Notification { recipient: self.endpoint.clone(), ..notification }).await;
        assert!(!format!("{report:?}").contains("canary"), "{report:?}");
        report
    }

    fn forgotten(&self) -> Vec<String> {
        self.devices.forgotten.lock().unwrap().clone()
    }
}

fn loopback() -> EndpointRules {
    EndpointRules::default().and_loopback()
}

async fn answer(status: &'static str, headers: &'static str) -> (Report, Bench) {
    answer_saying(status, headers, "").await
}

async fn answer_saying(status: &'static str, headers: &'static str, body: &'static str) -> (Report, Bench) {
    let server = HttpServer::start(status, headers, body).await;
    let bench = bench(server.url("/send/canary"), loopback());
    (bench.send().await, bench)
}

#[tokio::test]
async fn a_push_goes_out_encrypted_with_its_headers() {
    let server = HttpServer::start("201 Created", "", "").await;
    let bench = bench(server.url("/send/canary"), loopback());
    let report = bench.send().await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Done, Some(201)), "{report:?}");
    let got = server.got().remove(0);
    assert!(got.head.starts_with("POST /send/canary HTTP/1.1"));
    let header = |name| got.header(name).unwrap();
    assert_eq!(header("content-encoding"), "aes128gcm");
    assert_eq!(header("ttl"), "86400");
    assert_eq!(header("urgency"), "normal");
    let topic = header("topic");
    assert!(topic.len() == 32 && B64.decode(&topic).is_ok(), "{topic}");
    assert!(header("authorization").starts_with("vapid t="));
    let private = p256::SecretKey::from_slice(&bytes::<32>(UA_PRIVATE)).unwrap();
    let plain = decrypt(&got.body, &private, &bytes::<16>(AUTH));
    let payload: serde_json::Value = serde_json::from_slice(&plain).unwrap();
    assert_eq!(payload["notification"]["title"], "Crédit approuvé");
}

#[tokio::test]
async fn a_device_that_is_gone_is_forgotten() {
    for status in ["404 Not Found", "410 Gone"] {
        let (report, bench) = answer(status, "").await;
        assert_eq!(report.outcome, AttemptOutcome::Permanent, "{status}");
        assert_eq!(bench.forgotten(), std::slice::from_ref(&bench.endpoint));
        assert_eq!(bench.send().await.outcome, AttemptOutcome::Skipped, "it is not subscribed any more");
    }
}

#[tokio::test]
async fn n3_other_answers_keep_the_device() {
    for (status, outcome) in [
        ("401 Unauthorized", AttemptOutcome::Retry),
        ("403 Forbidden", AttemptOutcome::Retry),
        ("413 Payload Too Large", AttemptOutcome::Permanent),
        ("400 Bad Request", AttemptOutcome::Permanent),
        ("500 Internal Server Error", AttemptOutcome::Retry),
        ("503 Service Unavailable", AttemptOutcome::Retry),
    ] {
        let (report, bench) = answer(status, "").await;
        assert_eq!(report.outcome, outcome, "{status}");
        assert!(bench.forgotten().is_empty());
    }
    let (busy, _) = answer("429 Too Many Requests", "retry-after: 60\r\n").await;
    assert_eq!((busy.outcome, busy.retry_after), (AttemptOutcome::Retry, Some(Duration::from_secs(60))));
    let (listener, port) = listen().await;
    drop(listener);
    let down = bench(format!("http://127.0.0.1:{port}/canary"), loopback());
    assert_eq!(down.send().await.outcome, AttemptOutcome::Retry);
}

/// A key of ours that is refused is mended by us, whatever the status it is told with.
// rule: N3
#[tokio::test]
async fn n3_a_refused_key_keeps_the_device_and_is_tried_again() {
    for (status, body) in [
        ("400 Bad Request", r#"{"reason":"VapidPkHashMismatch"}"#),
        ("400 Bad Request", r#"{"reason":"BadJwtToken"}"#),
        ("400 Bad Request", r#"{"error":{"code":"UnauthorizedRegistration"}}"#),
        ("401 Unauthorized", r#"{"code":401,"errno":109}"#),
        ("403 Forbidden", r#"{"reason":"BadJwtToken"}"#),
    ] {
        let (report, bench) = answer_saying(status, "", body).await;
        assert_eq!(report.outcome, AttemptOutcome::Retry, "{status} {body}");
        assert!(report.error.unwrap().contains("VAPID") && bench.forgotten().is_empty(), "{status} {body}");
    }
    for body in [r#"{"reason":"BadWebPushTopic"}"#, r#"{"reason":"BadExpirationDate"}"#, "no JSON"] {
        let (report, bench) = answer_saying("400 Bad Request", "", body).await;
        assert_eq!(report.outcome, AttemptOutcome::Permanent, "{body}");
        assert!(bench.forgotten().is_empty());
    }
}

#[tokio::test]
async fn a_device_whose_keys_are_none_is_given_up_and_never_called() {
    let server = HttpServer::start("201 Created", "", "").await;
    let bench = bench(server.url("/send/canary"), loopback());
    bench.devices.devices.lock().unwrap()[0].p256dh = B64.encode([4_u8; 65]);
    let report = bench.send().await;
    assert_eq!(report.outcome, AttemptOutcome::Permanent);
    assert!(report.error.unwrap().contains("p256dh") && server.got().is_empty());
}

#[tokio::test]
async fn redirects_and_private_addresses_are_refused_at_send_time() {
    let target = HttpServer::start("201 Created", "", "").await;
    let location: &'static str = Box::leak(format!("location: {}\r\n", target.url("/")).into_boxed_str());
    let (report, _) = answer("307 Temporary Redirect", location).await;
    assert_eq!(report.outcome, AttemptOutcome::Permanent);
    assert!(report.error.unwrap().contains("redirect"));

    let report = bench(target.url("/canary"), EndpointRules::default()).send().await;
    assert_eq!(report.outcome, AttemptOutcome::Permanent);
    assert!(target.got().is_empty(), "nothing was called");
}

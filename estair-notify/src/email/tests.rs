//! Sends against scripted servers, under a clock that runs by itself: how long is waited, for what, and what a connection
//! is good for afterwards (N3, N10).

#[path = "../../tests/support/smtp.rs"]
mod smtp;

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use lettre::Address;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use super::pool::Pool;
use super::session::{Encryption, Failure, Limits, Server, Stage};
use super::stream::{Dial, Stream};
use crate::channels::LONGEST_SEND;
use smtp::{Answer, Script, Secure, Seen, follow};

/// Each session follows its script, the last script goes on.
struct Scripted {
    scripts: Mutex<Vec<Script>>,
    seen: Seen,
}

#[async_trait]
impl Dial for Scripted {
    async fn dial(&self) -> io::Result<Box<dyn Stream>> {
        let session = self.seen.begin();
        let script = {
            let mut scripts = self.scripts.lock().unwrap();
            if scripts.len() > 1 { scripts.remove(0) } else { scripts[0].clone() }
        };
        let (ours, theirs) = tokio::io::duplex(256 * 1024);
        let seen = self.seen.clone();
        tokio::spawn(async move { follow(theirs, &script, &seen, session, Secure::Never).await });
        Ok(Box::new(ours))
    }
}

fn pool(scripts: impl IntoIterator<Item = Script>) -> (Arc<Pool>, Seen) {
    let seen = Seen::default();
    let dial = Scripted { scripts: Mutex::new(scripts.into_iter().collect()), seen: seen.clone() };
    let server = Server {
        dial: Box::new(dial),
        encryption: Encryption::None,
        hello: ClientId::Domain("estair.example.test".to_owned()),
        credentials: None,
        limits: Limits::default(),
    };
    (Pool::new(server), seen)
}

async fn send(pool: &Arc<Pool>, text: &str) -> Result<Response, Failure> {
    let address = |text: &str| text.parse::<Address>().unwrap();
    let mail = format!("Subject: {text}\r\n\r\n{text}\r\n");
    pool.send(&address("estair@example.test"), &address("client@example.test"), mail.as_bytes()).await
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

fn after(wait: Duration, text: &str) -> Answer {
    Answer::After(wait, text.to_owned())
}

// rule: N10
#[tokio::test(start_paused = true)]
async fn n10_an_answer_that_came_too_late_is_taken_for_no_other_mail() {
    let late = Script::new().on(".", after(minutes(11), "250 2.0.0 queued"));
    let refusing = Script::new().on(".", "554 5.7.1 refused");
    let (pool, seen) = pool([late, refusing]);
    assert!(matches!(send(&pool, "one").await, Err(Failure::Late(Stage::Mail))));
    let second = send(&pool, "two").await.unwrap_err();
    assert!(matches!(second, Failure::Refused { stage: Stage::Mail, code: 554, .. }), "{second}");
    assert!(second.is_permanent());
    assert_eq!(seen.sessions().len(), 2, "the connection of the first was not used again");
}

// rule: N10
#[tokio::test(start_paused = true)]
async fn n10_a_slow_answer_is_waited_for_and_the_mail_goes_out_once() {
    let (pool, seen) = pool([Script::new().on(".", after(minutes(9), "250 2.0.0 queued"))]);
    assert!(send(&pool, "one").await.is_ok());
    assert_eq!(seen.mails().len(), 1);
    assert!(pool.longest_send() <= LONGEST_SEND, "no limit around it is shorter");
}

// rule: N10
#[tokio::test(start_paused = true)]
async fn n10_a_late_354_is_not_taken_for_the_answer_to_a_mail() {
    let late = Script::new().on("DATA", after(Duration::from_secs(40), "354 go on"));
    let (pool, seen) = pool([late, Script::new().on("DATA", after(Duration::from_secs(20), "354 go on"))]);
    assert!(matches!(send(&pool, "one").await, Err(Failure::Late(Stage::Data))));
    assert!(send(&pool, "two").await.is_ok(), "within its limit it is what it is");
    assert_eq!((seen.mails().len(), seen.sessions().len()), (1, 2));
}

// rule: N10
#[tokio::test(start_paused = true)]
async fn n10_what_nobody_asked_for_is_no_answer() {
    for (command, said) in [
        ("GREETING", "220 test\r\n250 ok"),
        ("EHLO", "250 8BITMIME\r\n250 ok"),
        ("MAIL", "250 ok\r\n250 ok"),
        ("RCPT", "250 ok\r\n354 go on"),
        ("DATA", "354 go on\r\n250 2.0.0 queued"),
        (".", "250 2.0.0 queued\r\n554 5.7.1 refused"),
        (".", "354 go on"),
        ("DATA", "250 ok"),
        ("MAIL", "354 go on"),
    ] {
        let (pool, seen) = pool([Script::new().on(command, said), Script::new()]);
        let failure = send(&pool, "one").await.unwrap_err();
        assert!(matches!(failure, Failure::OutOfStep(_)) && !failure.is_permanent(), "{command} {said}: {failure}");
        assert!(send(&pool, "two").await.is_ok());
        assert_eq!(seen.sessions().len(), 2, "{command} {said}: the connection was closed");
    }
}

// rule: N10
#[tokio::test(start_paused = true)]
async fn n10_what_is_no_smtp_ends_the_session_and_is_tried_again() {
    let endless = Answer::Bytes(vec![b'x'; 100_000]);
    for (command, said) in [
        ("GREETING", "HTTP/1.1 400 Bad Request".into()),
        ("GREETING", "999 what".into()),
        ("EHLO", "250-test\r\n550 other".into()),
        ("RCPT", "".into()),
        (".", "ok".into()),
        (".", "25".into()),
        (".", endless),
        ("RCPT", Answer::Bytes("250-more\r\n".repeat(5_000).into())),
    ] {
        let (pool, seen) = pool([Script::new().on(command, said), Script::new()]);
        let failure = send(&pool, "one").await.unwrap_err();
        assert!(matches!(failure, Failure::Garbage(_)) && !failure.is_permanent(), "{command}: {failure}");
        assert!(send(&pool, "two").await.is_ok());
        assert_eq!(seen.sessions().len(), 2, "{command}: the connection was closed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_may_have_no_text_or_text_in_any_alphabet() {
    let latin = |code: &str| Answer::Bytes([code.as_bytes(), b" re\xe7u, d\xe9pos\xe9\r\n"].concat());
    let bare = ["EHLO", "MAIL", "RCPT", ".", "RSET"].iter().fold(Script::new(), |script, verb| script.on(verb, "250"));
    let bare = bare.on("GREETING", "220").on("DATA", "354");
    let lines = Script::new().on(".", "250-2.0.0\r\n250-\r\n250");
    let (pool, seen) = pool([bare, lines.on("GREETING", latin("220")).on("RCPT", latin("250"))]);
    for text in ["one", "two"] {
        let answer = send(&pool, text).await.unwrap();
        assert_eq!(u16::from(answer.code()), 250);
    }
    assert_eq!((seen.mails().len(), seen.sessions().len()), (2, 1), "the connection serves both");
    let (pool, _) = self::pool([Script::new().on(".", latin("250"))]);
    assert!(send(&pool, "three").await.is_ok());
}

// rule: N3
#[tokio::test(start_paused = true)]
async fn n3_a_refusal_of_the_session_is_tried_again_and_one_of_the_mail_is_not() {
    for (command, said, permanent) in [
        ("GREETING", "554 5.7.1 no", false),
        ("GREETING", "421 busy", false),
        ("EHLO", "550 5.7.1 no", false),
        ("EHLO", "502 what", false),
        ("MAIL", "550 5.7.1 sender refused", false),
        ("RCPT", "550 5.1.1 no such user", true),
        ("RCPT", "450 4.2.0 greylisted", false),
        ("RCPT", "503 5.5.1 MAIL first", false),
        ("RCPT", "504 5.5.2 Helo command rejected: need fully-qualified hostname", false),
        ("RCPT", "530 5.7.0 sign in first", false),
        ("DATA", "554 5.5.1 no valid recipients", true),
        ("DATA", "451 4.3.0 later", false),
        (".", "552 5.3.4 too large", true),
        (".", "452 4.3.1 full", false),
        (".", "421 4.3.2 closing", false),
    ] {
        let (pool, seen) = pool([Script::new().on(command, said), Script::new()]);
        let failure = send(&pool, "one").await.unwrap_err();
        assert_eq!(failure.is_permanent(), permanent, "{command} {said}: {failure}");
        assert_eq!(failure.code(), said[..3].parse().ok(), "{command} {said}");
        assert!(send(&pool, "two").await.is_ok());
        assert_eq!(seen.sessions().len(), 2, "{command} {said}: the connection was closed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_up_anywhere_is_tried_again() {
    for command in ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let (pool, _) = pool([Script::new().on(command, Answer::HangUp), Script::new()]);
        let failure = send(&pool, "one").await.unwrap_err();
        assert!(matches!(failure, Failure::Broken { .. }) && !failure.is_permanent(), "{command}: {failure}");
        assert!(send(&pool, "two").await.is_ok(), "{command}");
    }
}

// rule: N3
#[tokio::test(start_paused = true)]
async fn n3_a_server_that_says_nothing_holds_up_nobody_for_long() {
    for command in ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"] {
        let (pool, _) = pool([Script::new().on(command, Answer::Nothing)]);
        let began = Instant::now();
        assert!(matches!(send(&pool, "one").await, Err(Failure::Late(_))), "{command}");
        assert_eq!(began.elapsed().as_secs(), 30, "{command}");
    }
    let drip = ["GREETING", "EHLO", "MAIL", "RCPT"];
    let drip =
        drip.iter().fold(Script::new(), |script, verb| script.on(verb, after(Duration::from_secs(29), "250 ok")));
    let (pool, _) = self::pool([drip.on("GREETING", after(Duration::from_secs(29), "220 ok"))]);
    let began = Instant::now();
    assert!(matches!(send(&pool, "one").await, Err(Failure::Slow)));
    assert_eq!(began.elapsed().as_secs(), 90);
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_for_the_next_mail_and_proves_itself_first() {
    let (pool, seen) = pool([Script::new()]);
    for text in ["one", "two", "three"] {
        send(&pool, text).await.unwrap();
    }
    let sessions = seen.sessions();
    let [commands] = sessions.as_slice() else { panic!("{} sessions", sessions.len()) };
    let verbs: Vec<&str> = commands.iter().map(|line| line.split(' ').next().unwrap()).collect();
    let mail = ["MAIL", "RCPT", "DATA"];
    assert_eq!(verbs, [&["EHLO"], &mail[..], &["RSET"], &mail, &["RSET"], &mail].concat());
    assert_eq!(commands[0], "EHLO estair.example.test");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_kept_and_is_out_of_step_is_replaced_unseen() {
    for answer in
        ["550 who are you".into(), "421 timeout".into(), "250 ok\r\n250 ok".into(), Answer::HangUp, Answer::Nothing]
    {
        let (pool, seen) = pool([Script::new().on("RSET", answer), Script::new()]);
        send(&pool, "one").await.unwrap();
        send(&pool, "two").await.unwrap();
        assert_eq!((seen.mails().len(), seen.sessions().len()), (2, 2));
    }
    let leaving = [Script::new().on(".", "250 2.0.0 queued\r\n421 4.3.2 closing"), Script::new()];
    let (pool, seen) = self::pool(leaving);
    send(&pool, "one").await.unwrap();
    send(&pool, "two").await.unwrap();
    assert_eq!((seen.mails().len(), seen.sessions().len()), (2, 2), "a farewell takes no mail back");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_nobody_needs_is_closed() {
    let (pool, seen) = pool([Script::new()]);
    send(&pool, "one").await.unwrap();
    assert_eq!(seen.open(), 1);
    sleep(Duration::from_secs(61)).await;
    assert_eq!(seen.open(), 0);
    assert_eq!(seen.sessions()[0].last().unwrap(), "QUIT");
    send(&pool, "two").await.unwrap();
    assert_eq!(seen.open(), 1);
    sleep(Duration::from_secs(61)).await;
    assert_eq!(seen.open(), 0, "and the next one too");
}

// rule: N10
#[tokio::test(start_paused = true)]
async fn n10_two_mails_at_most_wait_long_for_their_answer_and_the_others_were_not_sent() {
    let (pool, seen) = pool([Script::new().on(".", after(minutes(9), "250 2.0.0 queued"))]);
    let mut sends = tokio::task::JoinSet::new();
    for number in 0..8 {
        let pool = Arc::clone(&pool);
        sends.spawn(async move { (number, Instant::now(), send(&pool, &number.to_string()).await, Instant::now()) });
    }
    let mut taken = BTreeSet::new();
    while let Some(sent) = sends.join_next().await {
        let (number, began, result, ended) = sent.unwrap();
        match result {
            Ok(_) => {
                taken.insert(number);
            }
            Err(failure) => {
                assert!(matches!(failure, Failure::Busy) && !failure.is_permanent(), "{failure}");
                assert!(ended - began <= Duration::from_secs(20), "it went back to its queue soon");
            }
        }
    }
    assert_eq!((taken.len(), seen.mails().len(), seen.most_handing_over()), (2, 2, 2), "none is sent twice");
}

#[tokio::test(start_paused = true)]
async fn a_pool_under_load_sends_each_mail_once_over_few_connections() {
    let (pool, seen) = pool([Script::new().on(".", after(Duration::from_millis(100), "250 2.0.0 queued"))]);
    let sends: Vec<_> = (0..100)
        .map(|number| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move { send(&pool, &format!("mail-{number}.")).await })
        })
        .collect();
    for one in sends {
        assert!(one.await.unwrap().is_ok());
    }
    let mails = seen.mails();
    for number in 0..100 {
        assert_eq!(mails.iter().filter(|mail| mail.contains(&format!(": mail-{number}."))).count(), 1);
    }
    assert!(seen.sessions().len() <= 4 && seen.most_handing_over() <= 2);
}

/// A stop of the process waits, and drops what has not ended.
#[tokio::test(start_paused = true)]
async fn a_send_that_is_dropped_closes_its_connection() {
    let answer = Arc::new(Semaphore::new(0));
    let (pool, seen) = pool([Script::new().on(".", Answer::Once(answer.clone(), "250 ok".to_owned())), Script::new()]);
    let sending = tokio::time::timeout(Duration::from_secs(30), send(&pool, "one"));
    assert!(sending.await.is_err());
    answer.add_permits(1);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(seen.open(), 0);
    send(&pool, "two").await.unwrap();
    assert_eq!(seen.sessions().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn letters_before_the_at_need_smtputf8() {
    let address = |text: &str| text.parse::<Address>().unwrap();
    let (from, to) = (address("estair@example.test"), address("aminé@example.test"));
    let (pool, seen) = pool([Script::new()]);
    let failure = pool.send(&from, &to, b"Subject: x\r\n\r\nx\r\n").await.unwrap_err();
    assert!(
        matches!(failure, Failure::NeedsUtf8) && failure.is_permanent() && failure.to_string().contains("SMTPUTF8")
    );
    assert!(seen.mails().is_empty());
    for offered in ["250-test\r\n250-8bitmime\r\n250 smtputf8", "250-\r\n250-8BITMIME\r\n250 SMTPUTF8"] {
        let (pool, seen) = self::pool([Script::new().on("EHLO", offered)]);
        pool.send(&from, &to, b"Subject: x\r\n\r\nx\r\n").await.unwrap();
        assert_eq!(seen.sessions()[0][1], "MAIL FROM:<estair@example.test> SMTPUTF8 BODY=8BITMIME");
        assert_eq!(seen.sessions()[0][2], "RCPT TO:<aminé@example.test>");
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_that_begins_with_a_dot_ends_no_mail() {
    let (pool, seen) = pool([Script::new()]);
    let address = |text: &str| text.parse::<Address>().unwrap();
    let (from, to) = (address("estair@example.test"), address("client@example.test"));
    pool.send(&from, &to, b"Subject: x\r\n\r\n.\r\n..\r\nend").await.unwrap();
    assert_eq!(seen.mails(), ["Subject: x\r\n\r\n..\r\n...\r\nend\r\n.\r\n"]);
}

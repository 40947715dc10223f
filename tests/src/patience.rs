//! Waits that end: whoever waits here for something gives up after a while, and says what never came.

// Code that only tests run: what fails here is a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Much longer than anything that works takes, on a small machine that does much else.
pub const LONG: Duration = Duration::from_secs(120);

/// How often somebody looks whether a process has ended.
const LOOK: Duration = Duration::from_millis(10);

/// What comes within [`LONG`].
pub fn in_time<T>(what: &str, coming: impl Future<Output = T>) -> impl Future<Output = T> {
    within(LONG, what, coming)
}

/// What comes within this time.
pub fn within<T>(limit: Duration, what: &str, coming: impl Future<Output = T>) -> impl Future<Output = T> {
    // On the heap: whoever waits for much is no larger for it.
    let coming = Box::pin(coming);
    async move {
        match tokio::time::timeout(limit, coming).await {
            Ok(come) => come,
            Err(_) => panic!("{what}: not within {limit:?}"),
        }
    }
}

/// The end of a process; one that does not end is killed.
pub fn end_of(child: &mut Child, what: &str) -> ExitStatus {
    end_within(LONG, child, what)
}

/// As [`end_of`], of a process that has this time.
pub fn end_within(limit: Duration, child: &mut Child, what: &str) -> ExitStatus {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if waited >= limit {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{what}: it did not end within {limit:?}");
        }
        thread::sleep(LOOK);
        waited += LOOK;
    }
}

/// Runs a program to its end, and gives what it said.
pub fn output_of(command: &mut Command) -> Output {
    output_within(LONG, command)
}

/// As [`output_of`], of a program that may take this time.
pub fn output_within(limit: Duration, command: &mut Command) -> Output {
    let what = format!("{command:?}");
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{what}: {error}"));
    let (stdout, stderr) = (whole(child.stdout.take()), whole(child.stderr.take()));
    let status = end_within(limit, &mut child, &what);
    Output { status, stdout: stdout.recv_timeout(LONG).unwrap(), stderr: stderr.recv_timeout(LONG).unwrap() }
}

/// Everything that a process says in one way, until it ends.
fn whole(stream: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.unwrap().read_to_end(&mut bytes);
        let _ = sender.send(bytes);
    });
    receiver
}

/// The first line that a process says, empty when it ended without one; nobody hears what it says after that.
pub fn first_line_of(child: &mut Child, what: &str) -> String {
    let stdout = child.stdout.take().unwrap();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let _ = BufReader::new(stdout).read_line(&mut line);
        let _ = sender.send(line);
    });
    receiver.recv_timeout(LONG).unwrap_or_else(|_| {
        let _ = child.kill();
        let _ = child.wait();
        panic!("{what}: it said nothing within {LONG:?}")
    })
}

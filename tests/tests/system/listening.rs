//! Ports for servers of a test: below those that the system gives to clients, so that nobody meets itself there.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..12_000 {
        let turn = std::process::id().wrapping_mul(131).wrapping_add(NEXT.fetch_add(7, Ordering::SeqCst));
        let port = u16::try_from(20_000 + turn % 12_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("there is no free port");
}

/// A listener on such a port, and its URL.
pub(crate) async fn listener() -> (tokio::net::TcpListener, String) {
    for _ in 0..100 {
        let port = free_port();
        if let Ok(listener) = tokio::net::TcpListener::bind(("127.0.0.1", port)).await {
            return (listener, format!("http://127.0.0.1:{port}"));
        }
    }
    panic!("no port can be had");
}

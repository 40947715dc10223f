//! The socket that callers connect to.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

use crate::error::StartError;

/// How many may have connected before the server takes the first of them, where the system lets them. Beyond, a caller tries again
/// after a second: the usual 128 are fewer than the connections that the server is ready to serve.
const BACKLOG: u32 = 1_024;

/// Listens on an address.
///
/// # Errors
/// When it is taken, or not ours.
pub(crate) fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    let bound = || -> io::Result<TcpListener> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A server that is started again need not wait until its old connections are forgotten.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    bound().map_err(|error| StartError::new(format_args!("cannot listen on {address}: {error}")))
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    /// Nobody is taken meanwhile.
    #[tokio::test]
    async fn a_crowd_that_comes_at_once_is_let_in() {
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let connect = |_| TcpStream::connect_timeout(&address, Duration::from_secs(30));
        let crowd: Vec<_> = (0..300).map(connect).collect::<io::Result<_>>().unwrap();
        assert_eq!(crowd.len(), 300);
        let taken = listen(address).map(|_| ()).unwrap_err().to_string();
        assert!(taken.starts_with(&format!("cannot listen on {address}: ")), "{taken}");
    }
}

//! The bytes under a session: TCP, or TLS over it.

use std::io;
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// Bytes to a server and back.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Opens streams to a server.
#[async_trait]
pub(super) trait Dial: Send + Sync {
    /// A new one.
    async fn dial(&self) -> io::Result<Box<dyn Stream>>;
}

/// Longest wait for one address of a host, after which the next one is tried: an IPv6 address that leads nowhere must not
/// use up the time of the IPv4 one.
const ONE_ADDRESS: Duration = Duration::from_secs(10);

/// A host and a port.
pub(super) struct Tcp {
    pub(super) host: String,
    pub(super) port: u16,
}

#[async_trait]
impl Dial for Tcp {
    async fn dial(&self) -> io::Result<Box<dyn Stream>> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
        for address in lookup_host((self.host.as_str(), self.port)).await? {
            match timeout(ONE_ADDRESS, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // A command is one small packet that waits for its answer.
                    stream.set_nodelay(true)?;
                    return Ok(Box::new(stream));
                }
                Ok(Err(error)) => last = error,
                Err(_) => last = io::ErrorKind::TimedOut.into(),
            }
        }
        Err(last)
    }
}

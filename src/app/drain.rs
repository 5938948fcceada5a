//! The end of accepting connections, which loses none that a client has made already.

use std::net::TcpListener;
#[cfg(target_os = "linux")]
use std::time::Duration;

#[cfg(target_os = "linux")]
use socket2::{SockFilter, SockRef};

/// The time in which connections in the queue are accepted and their requests arrive.
#[cfg(target_os = "linux")]
const DRAIN_TIME: Duration = Duration::from_millis(250);

/// A packet filter (bpf(2)) that drops the segment by which a client opens a connection: SYN without ACK in octet 13 of the TCP
/// header.
#[cfg(target_os = "linux")]
const DROP_SYN: [SockFilter; 5] = [
    SockFilter::new(0x30, 0, 0, 13),       // load the octet
    SockFilter::new(0x54, 0, 0, 0x12),     // keep SYN and ACK
    SockFilter::new(0x15, 0, 1, 0x02),     // only SYN?
    SockFilter::new(0x06, 0, 0, 0),        // drop
    SockFilter::new(0x06, 0, 0, u32::MAX), // accept
];

/// Lets no further connection begin, and waits until those in the queue are accepted. Closing the listener would reset them,
/// and a proxy must not repeat a POST that it has sent on one. A client whose connection does not begin tries again after a
/// second, and is refused then, which a proxy may answer by another replica. Does nothing on systems other than Linux.
pub(super) async fn drain(listener: &TcpListener) {
    #[cfg(target_os = "linux")]
    match SockRef::from(listener).attach_filter(&DROP_SYN) {
        Ok(()) => tokio::time::sleep(DRAIN_TIME).await,
        Err(error) => log::debug!(error:%; "listener not drained"),
    }
    #[cfg(not(target_os = "linux"))]
    let _ = listener;
}

//! The listening socket.

use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    time::Duration,
};

use socket2::{Domain, Protocol, Socket, Type};

use super::StartError;
use crate::config::HttpSettings;

/// Connections that may wait to be accepted; the kernel applies its own limit (`net.core.somaxconn`) too.
const BACKLOG: i32 = 4_096;

/// Bytes beyond the client's window that the kernel accepts for a connection.
#[cfg(target_os = "linux")]
const MAX_UNSENT: u32 = 64 * 1024;

/// Listens on the first address of the host that is available.
pub(super) fn bind(settings: &HttpSettings) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address: format!("{}:{}", settings.host, settings.port), source };
    let mut last_error = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in (settings.host.as_str(), settings.port).to_socket_addrs().map_err(failed)? {
        match listen(address, settings.send_timeout) {
            Ok(listener) => {
                let address = listener.local_addr().map_err(failed)?;
                return Ok((listener, address));
            }
            Err(error) => last_error = error,
        }
    }
    Err(failed(last_error))
}

/// Differs from [`TcpListener::bind`] in the backlog, which that fixes at 128.
fn listen(address: SocketAddr, send_timeout: Duration) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // a port in TIME_WAIT can be bound; on Windows the option would let another process take the port
    socket.set_reuse_address(cfg!(unix))?;
    limit_unread_data(&socket, send_timeout)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Limits what the kernel keeps for a client that does not read, and for how long. Accepted connections inherit it.
#[cfg(target_os = "linux")]
fn limit_unread_data(socket: &Socket, send_timeout: Duration) -> io::Result<()> {
    socket.set_tcp_notsent_lowat(MAX_UNSENT)?;
    socket.set_tcp_user_timeout(Some(send_timeout))
}

#[cfg(not(target_os = "linux"))]
fn limit_unread_data(_: &Socket, _: Duration) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_burst_of_connections_waits_to_be_accepted() {
        let listener = listen("127.0.0.1:0".parse().unwrap(), Duration::from_secs(10)).unwrap();
        let address = listener.local_addr().unwrap();
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(900));
        let connections: Result<Vec<_>, _> = (0..400).map(|_| connect()).collect();
        assert_eq!(connections.expect("no connection is refused or delayed").len(), 400);
    }
}

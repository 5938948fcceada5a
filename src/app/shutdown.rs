//! Shutdown: the signals SIGTERM and SIGINT, or Ctrl-C, and the end of accepting connections.

use std::{future::pending, io, net::TcpListener, time::Duration};

use actix_web::dev::ServerHandle;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::drain::drain;

/// A signal within this time after another is a duplicate: process managers signal a process and its group at once.
const DUPLICATE_SIGNAL_WINDOW: Duration = Duration::from_secs(1);

/// Receives shutdown signals from its creation on.
#[cfg(unix)]
pub(super) struct ShutdownSignal {
    terminate: Signal,
    interrupt: Signal,
}

#[cfg(unix)]
impl ShutdownSignal {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next signal.
    pub(super) async fn recv(&mut self) {
        tokio::select! {
            Some(()) = self.terminate.recv() => {}
            Some(()) = self.interrupt.recv() => {}
            else => pending().await,
        }
    }

    /// Waits for the next signal that is not a duplicate.
    pub(super) async fn recv_distinct(&mut self) {
        let duplicates = async {
            loop {
                self.recv().await;
            }
        };
        drop(tokio::time::timeout(DUPLICATE_SIGNAL_WINDOW, duplicates).await);
        self.recv().await;
    }
}

/// Receives Ctrl-C.
#[cfg(not(unix))]
pub(super) struct ShutdownSignal;

#[cfg(not(unix))]
impl ShutdownSignal {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) async fn recv(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    }

    pub(super) async fn recv_distinct(&mut self) {
        tokio::time::sleep(DUPLICATE_SIGNAL_WINDOW).await;
        self.recv().await;
    }
}

/// Closes the listener and idle connections after `delay`. Never returns: the server ends once requests are complete.
pub(super) async fn stop_after(delay: Duration, server: &ServerHandle, listener: Option<TcpListener>) {
    tokio::time::sleep(delay).await;
    if let Some(listener) = listener {
        drain(&listener).await;
    }
    drop(server.stop(true));
    log::info!("listener closed");
    pending::<()>().await;
}

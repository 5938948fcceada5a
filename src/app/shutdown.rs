//! What tells the process to stop: SIGTERM and SIGINT, or Ctrl-C.

use std::{future::pending, io, time::Duration};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A repeat within this time is the same wish: process managers signal a child and its group at once.
const DUPLICATE_SIGNAL_WINDOW: Duration = Duration::from_secs(1);

/// The signals, heard from the moment this is made.
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

    /// Waits for a signal that is not a repeat of the last one.
    pub(super) async fn recv_distinct(&mut self) {
        let repeats = async {
            loop {
                self.recv().await;
            }
        };
        drop(tokio::time::timeout(DUPLICATE_SIGNAL_WINDOW, repeats).await);
        self.recv().await;
    }
}

/// Ctrl-C.
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

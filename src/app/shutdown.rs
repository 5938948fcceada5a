//! What tells the process to stop: SIGTERM and SIGINT, or Ctrl-C.

use std::{future::pending, io, time::Duration};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A repeat within this time is the same wish: process managers signal a child and its group at once.
const ONE_WISH: Duration = Duration::from_secs(1);

/// The signals, heard from the moment this is made.
#[cfg(unix)]
pub(super) struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

#[cfg(unix)]
impl Stop {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next signal.
    pub(super) async fn told(&mut self) {
        tokio::select! {
            Some(()) = self.terminate.recv() => {}
            Some(()) = self.interrupt.recv() => {}
            else => pending().await,
        }
    }

    /// Waits for a signal that is not a repeat of the last one.
    pub(super) async fn told_again(&mut self) {
        let repeats = async {
            loop {
                self.told().await;
            }
        };
        drop(tokio::time::timeout(ONE_WISH, repeats).await);
        self.told().await;
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
pub(super) struct Stop;

#[cfg(not(unix))]
impl Stop {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) async fn told(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    }

    pub(super) async fn told_again(&mut self) {
        tokio::time::sleep(ONE_WISH).await;
        self.told().await;
    }
}

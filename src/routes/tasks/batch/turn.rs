//! The order in which batches run.

use std::time::Duration;

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::http::{
    admission,
    problem::{Kind, Problem},
};

/// How long a batch waits for those before it.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// Lets one batch of a worker run at a time. A batch occupies a connection for many round trips, and the others are left for
/// single writes.
pub(crate) struct BatchTurn(Semaphore);

impl Default for BatchTurn {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

impl BatchTurn {
    /// Waits until no other batch runs.
    ///
    /// # Errors
    ///
    /// 503 if that takes too long.
    pub(super) async fn wait(&self) -> Result<SemaphorePermit<'_>, Problem> {
        let turn = admission::wait_outside(timeout(MAX_WAIT, self.0.acquire())).await?;
        turn.ok().and_then(Result::ok).ok_or_else(|| Problem::new(Kind::Overloaded).with_cause("too many batches"))
    }
}

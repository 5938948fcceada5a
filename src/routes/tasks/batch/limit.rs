//! How many batches run at a time.

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
pub(crate) struct BatchLimit(Semaphore);

impl Default for BatchLimit {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

impl BatchLimit {
    /// Waits until no other batch runs.
    ///
    /// # Errors
    ///
    /// 503 if that takes too long.
    pub(super) async fn acquire(&self) -> Result<SemaphorePermit<'_>, Problem> {
        let permit = admission::wait_outside(timeout(MAX_WAIT, self.0.acquire())).await?;
        permit.ok().and_then(Result::ok).ok_or_else(|| Problem::new(Kind::Overloaded).with_cause("too many batches"))
    }
}

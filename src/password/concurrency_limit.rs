//! A limit on CPU-bound work that runs at the same time.

use std::{num::NonZeroUsize, sync::Arc};

use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::{
    http::problem::{Kind, Problem},
    telemetry::metrics::PASSWORD_HASHING,
};

/// The queue for password hashing is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the queue for password hashing is full")]
pub struct Busy;

impl From<Busy> for Problem {
    fn from(busy: Busy) -> Self {
        Self::new(Kind::Unavailable).with_cause(busy)
    }
}

/// Runs a bounded number of jobs at the same time, queues a bounded number in order, and rejects the rest.
#[derive(Debug, Clone)]
pub(super) struct ConcurrencyLimit {
    running: Arc<Semaphore>,
    /// Counts running and queued jobs.
    admitted: Arc<Semaphore>,
}

impl ConcurrencyLimit {
    pub(super) fn new(max_running: NonZeroUsize, max_queued: usize) -> Self {
        let max_running = max_running.get();
        Self {
            running: Arc::new(Semaphore::new(max_running)),
            admitted: Arc::new(Semaphore::new(max_running + max_queued)),
        }
    }

    /// Runs `work` on a blocking thread. Dropping the future cancels the work unless it has started.
    ///
    /// # Errors
    ///
    /// [`Busy`] if the queue is full or the runtime is shutting down.
    #[expect(clippy::map_err_ignore, reason = "a full queue and a runtime that shuts down are the same error")]
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| {
            PASSWORD_HASHING.reject();
            Busy
        })?;
        let waiting = PASSWORD_HASHING.wait();
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| Busy)?;
        drop(waiting);
        let work = move || {
            let _until_done = (admitted, running, PASSWORD_HASHING.run());
            work()
        };
        spawn_blocking(work).await.map_err(|_| Busy)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Barrier,
            atomic::{AtomicUsize, Ordering::SeqCst},
            mpsc,
        },
        task::Poll,
    };

    use actix_web::ResponseError;
    use futures_util::{FutureExt, future::join_all, poll};

    use super::*;

    fn limit(max_running: usize, max_queued: usize) -> ConcurrencyLimit {
        ConcurrencyLimit::new(NonZeroUsize::new(max_running).unwrap(), max_queued)
    }

    #[actix_web::test]
    async fn exactly_max_running_jobs_run_at_once() {
        let limit = limit(2, 38);
        let (running, peak, pair) = (AtomicUsize::new(0), AtomicUsize::new(0), Barrier::new(2));
        let counters = Arc::new((running, peak, pair));
        let work = || {
            let counters = Arc::clone(&counters);
            limit.run(move || {
                let (running, peak, pair) = &*counters;
                peak.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
                pair.wait();
                running.fetch_sub(1, SeqCst);
            })
        };
        let results = join_all((0..40).map(|_| work())).await;
        assert!(results.iter().all(Result::is_ok));
        assert_eq!(counters.1.load(SeqCst), 2);
    }

    /// Work that has started and ends on a message to the returned sender.
    fn started_work(limit: &ConcurrencyLimit) -> (impl Future<Output = Result<(), Busy>>, mpsc::Sender<()>) {
        let ((start, started), (end, ended)) = (mpsc::channel(), mpsc::channel());
        let work = limit.run(move || {
            start.send(()).unwrap();
            ended.recv().unwrap();
        });
        let mut work = Box::pin(work);
        assert!(work.as_mut().now_or_never().is_none());
        started.recv().unwrap();
        (work, end)
    }

    #[actix_web::test]
    async fn a_full_queue_rejects_and_a_dropped_waiter_frees_its_slot() {
        let limit = limit(1, 1);
        let (first, end) = started_work(&limit);
        let mut second = limit.run(|| 2).boxed_local();
        assert!(poll!(&mut second).is_pending());
        assert_eq!(poll!(limit.run(|| 3).boxed_local()), Poll::Ready(Err(Busy)));

        drop(second);
        let mut third = limit.run(|| 3).boxed_local();
        assert!(poll!(&mut third).is_pending());
        end.send(()).unwrap();
        assert_eq!(first.await, Ok(()));
        assert_eq!(third.await, Ok(3));
    }

    #[actix_web::test]
    async fn started_work_keeps_its_slot_after_its_future_is_dropped() {
        let limit = limit(1, 1);
        let (started, end) = started_work(&limit);
        drop(started);
        let mut next = limit.run(|| 2).boxed_local();
        assert!(poll!(&mut next).is_pending());
        assert_eq!(limit.running.available_permits(), 0);
        end.send(()).unwrap();
        assert_eq!(next.await, Ok(2));
    }

    #[test]
    fn busy_is_503_with_retry_after() {
        let response = Problem::from(Busy).error_response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers().get("retry-after").unwrap(), "1");
    }
}

//! Where work waits that keeps a core busy.

use std::{num::NonZeroUsize, sync::Arc};

use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::http::problem::{Kind, Problem};

/// Too much work waits already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords wait to be hashed")]
pub struct Busy;

impl From<Busy> for Problem {
    fn from(busy: Busy) -> Self {
        Self::new(Kind::Unavailable).because(busy)
    }
}

/// Lets so many in at once, so many more wait before it in turn, and sends the others away.
#[derive(Debug, Clone)]
pub(super) struct ConcurrencyLimit {
    running: Arc<Semaphore>,
    /// Those running are counted here too.
    admitted: Arc<Semaphore>,
}

impl ConcurrencyLimit {
    pub(super) fn new(max_running: NonZeroUsize, max_waiting: usize) -> Self {
        let max_running = max_running.get();
        Self {
            running: Arc::new(Semaphore::new(max_running)),
            admitted: Arc::new(Semaphore::new(max_running + max_waiting)),
        }
    }

    /// Does the work on a thread that may block. Whoever stops waiting gives up the place, unless the work has begun.
    #[expect(clippy::map_err_ignore, reason = "no place, no thread and a service that is stopping are told alike")]
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| Busy)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| Busy)?;
        let work = move || {
            let _until_done = (admitted, running);
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

    fn limit(max_running: usize, max_waiting: usize) -> ConcurrencyLimit {
        ConcurrencyLimit::new(NonZeroUsize::new(max_running).unwrap(), max_waiting)
    }

    #[actix_web::test]
    async fn as_many_are_inside_as_there_are_places_and_never_more() {
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
        let done = join_all((0..40).map(|_| work())).await;
        assert!(done.iter().all(Result::is_ok));
        assert_eq!(counters.1.load(SeqCst), 2);
    }

    /// Work that begins at once and ends when it is told to.
    fn long_work(limit: &ConcurrencyLimit) -> (impl Future<Output = Result<(), Busy>>, mpsc::Sender<()>) {
        let ((tell, begun), (end, ended)) = (mpsc::channel(), mpsc::channel());
        let work = limit.run(move || {
            tell.send(()).unwrap();
            ended.recv().unwrap();
        });
        let mut work = Box::pin(work);
        assert!(work.as_mut().now_or_never().is_none());
        begun.recv().unwrap();
        (work, end)
    }

    #[actix_web::test]
    async fn who_finds_too_many_waiting_is_sent_away_and_who_stops_waiting_makes_room() {
        let limit = limit(1, 1);
        let (first, end) = long_work(&limit);
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
    async fn work_that_has_begun_keeps_its_place_until_it_is_done() {
        let limit = limit(1, 1);
        let (begun, end) = long_work(&limit);
        drop(begun);
        let mut next = limit.run(|| 2).boxed_local();
        assert!(poll!(&mut next).is_pending());
        assert_eq!(limit.running.available_permits(), 0);
        end.send(()).unwrap();
        assert_eq!(next.await, Ok(2));
    }

    #[test]
    fn who_is_sent_away_is_told_when_to_come_back() {
        let answer = Problem::from(Busy).error_response();
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers().get("retry-after").unwrap(), "1");
    }
}

//! Admission control: a bounded number of requests runs, a bounded number waits for a short time, and the rest is rejected.

use std::{
    cell::RefCell,
    pin::pin,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::web::Data;
use futures_util::poll;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task_local,
    time::timeout,
};

use super::{
    problem::{Kind, Problem},
    queue_timeout::QueueTimeout,
};

/// The most requests that wait, for each that may run.
const QUEUED_PER_RUNNING: usize = 16;

task_local! {
    static CURRENT: Rc<Admission>;
}

/// The limits of one process.
pub(crate) struct AdmissionControl {
    running: Arc<Semaphore>,
    queued: Semaphore,
    queue_timeout: QueueTimeout,
}

/// The right of one request to run.
pub(crate) struct Admission {
    control: Data<AdmissionControl>,
    permit: RefCell<Option<OwnedSemaphorePermit>>,
}

impl AdmissionControl {
    pub(crate) fn new(max_running: usize, queue_timeout: Duration) -> Self {
        let max_queued = max_running.saturating_mul(QUEUED_PER_RUNNING).min(Semaphore::MAX_PERMITS);
        Self {
            running: Arc::new(Semaphore::new(max_running)),
            queued: Semaphore::new(max_queued),
            queue_timeout: QueueTimeout::new(queue_timeout, Instant::now()),
        }
    }

    /// Waits until the request may run.
    ///
    /// # Errors
    ///
    /// 503 if the queue is full, or if the request has waited for `max_wait`.
    #[expect(clippy::map_err_ignore, reason = "the semaphores are never closed")]
    async fn admit(&self, max_wait: Duration) -> Result<OwnedSemaphorePermit, Problem> {
        let overloaded = |cause| Problem::new(Kind::Overloaded).with_cause(cause);
        if let Ok(permit) = Arc::clone(&self.running).try_acquire_owned() {
            self.queue_timeout.record_free_slot(Instant::now());
            return Ok(permit);
        }
        let _place = self.queued.try_acquire().map_err(|_| overloaded("the queue of requests is full"))?;
        let permit = timeout(max_wait, Arc::clone(&self.running).acquire_owned()).await;
        permit.ok().and_then(Result::ok).ok_or_else(|| overloaded("the request has waited for too long"))
    }
}

/// Waits until a request may run.
///
/// # Errors
///
/// 503 if the service is overloaded.
pub(crate) async fn admit(control: Data<AdmissionControl>) -> Result<Admission, Problem> {
    let permit = RefCell::new(Some(control.admit(control.queue_timeout.current(Instant::now())).await?));
    Ok(Admission { control, permit })
}

impl Admission {
    /// Runs the request.
    pub(crate) async fn run<T>(self, request: impl Future<Output = T>) -> T {
        CURRENT.scope(Rc::new(self), request).await
    }
}

/// Awaits what a client or another server must send, while another request may run instead of the current one.
///
/// # Errors
///
/// 503 if the request is not admitted again.
pub(crate) async fn wait_outside<T>(awaited: impl Future<Output = T>) -> Result<T, Problem> {
    let mut awaited = pin!(awaited);
    if let std::task::Poll::Ready(output) = poll!(awaited.as_mut()) {
        return Ok(output);
    }
    let Ok(admission) = CURRENT.try_with(Rc::clone) else { return Ok(awaited.await) };
    admission.permit.take();
    let output = awaited.await;
    // work has been done for the request, so that it may wait for long
    let permit = admission.control.admit(admission.control.queue_timeout.longest()).await?;
    admission.permit.replace(Some(permit));
    Ok(output)
}

#[cfg(test)]
mod tests {
    use std::{future::pending, task::Poll};

    use actix_web::{
        ResponseError,
        rt::{task::yield_now, time::sleep},
    };
    use futures_util::future::join_all;
    use tokio::sync::oneshot;

    use super::*;

    async fn run<T>(control: Data<AdmissionControl>, request: impl Future<Output = T>) -> Result<T, Problem> {
        Ok(admit(control).await?.run(request).await)
    }

    fn control(max_running: usize, queue_timeout: Duration) -> Data<AdmissionControl> {
        Data::new(AdmissionControl::new(max_running, queue_timeout))
    }

    #[actix_web::test]
    async fn a_request_beyond_the_queue_is_rejected_at_once() {
        let control = control(1, Duration::from_hours(1));
        let mut running = pin!(run(control.clone(), pending::<()>()));
        assert!(poll!(running.as_mut()).is_pending());
        let mut waiting: Vec<_> =
            (0..QUEUED_PER_RUNNING).map(|_| Box::pin(run(control.clone(), pending::<()>()))).collect();
        for request in &mut waiting {
            assert!(poll!(request.as_mut()).is_pending());
        }
        let rejected = pin!(run(control.clone(), async {}));
        let Poll::Ready(Err(problem)) = poll!(rejected) else { panic!("is rejected at once") };
        assert_eq!(problem.status_code(), 503);
        drop(waiting.pop());
        assert!(poll!(pin!(run(control, async {}))).is_pending());
    }

    #[actix_web::test]
    async fn a_request_that_waits_for_too_long_is_rejected() {
        let control = control(1, Duration::from_millis(10));
        let mut running = pin!(run(control.clone(), pending::<()>()));
        assert!(poll!(running.as_mut()).is_pending());
        let results = join_all((0..5).map(|_| run(control.clone(), async {}))).await;
        assert!(results.iter().all(Result::is_err));
    }

    #[actix_web::test]
    async fn a_request_waits_only_shortly_if_the_queue_has_been_occupied_for_long() {
        let timeout = Duration::from_millis(500);
        let control = control(1, timeout);
        let mut running = pin!(run(control.clone(), pending::<()>()));
        assert!(poll!(running.as_mut()).is_pending());
        assert!(run(control.clone(), async {}).await.is_err());
        sleep(Duration::from_millis(5)).await;
        let started = Instant::now();
        assert!(run(control, async {}).await.is_err());
        assert!(started.elapsed() < timeout / 2);
    }

    #[actix_web::test]
    async fn a_cancelled_request_lets_the_next_one_run() {
        let control = control(1, Duration::from_secs(10));
        {
            let mut running = pin!(run(control.clone(), pending::<()>()));
            assert!(poll!(running.as_mut()).is_pending());
        }
        assert!(run(control, async {}).await.is_ok());
    }

    #[actix_web::test]
    async fn a_request_that_waits_for_its_client_lets_others_run() {
        let control = control(1, Duration::from_millis(50));
        let (sender, receiver) = oneshot::channel::<()>();
        let mut slow = pin!(run(control.clone(), async {
            let received = wait_outside(receiver).await.map(Result::unwrap);
            yield_now().await;
            received
        }));
        assert!(poll!(slow.as_mut()).is_pending());
        assert!(run(control.clone(), async {}).await.is_ok());
        sender.send(()).unwrap();
        assert!(poll!(slow.as_mut()).is_pending());
        assert!(run(control.clone(), async {}).await.is_err(), "the first request runs again");
        assert!(slow.await.unwrap().is_ok());
    }
}

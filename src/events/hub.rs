//! The hub: opens streams, takes hints, and runs the tasks that feed the streams.

use std::{convert::Infallible, sync::Arc};

use actix_web::web::Bytes;
use entity::{
    Db, UserId,
    task::{ChangeNotification, ChangesOutcome, SyncToken, TaskRevisions, Tasks},
};
use futures_util::{Stream, future::OptionFuture};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    delivery,
    event_stream::EventStream,
    frame::{EncodeChange, Frame, PAGE_LIMIT},
    notifications::{self, PendingNotification},
    open_error::OpenError,
    polling,
    registry::Registry,
};
use crate::{
    auth::{Principal, Revocations},
    clock::Clock,
};

/// What the hub needs.
pub(crate) struct EventHubSettings {
    pub(crate) streams_per_user: usize,
    pub(crate) encode: EncodeChange,
    pub(crate) revocations: Revocations,
    pub(crate) clock: Clock,
}

/// The event streams of this process. All workers share it.
#[derive(Clone)]
pub(crate) struct EventHub {
    registry: Arc<Registry>,
    pending_notification: Option<PendingNotification>,
    db: Db,
    encode: EncodeChange,
}

impl EventHub {
    /// Creates a hub that reads by the connections of `db`, and the task that feeds its streams. `received` yields the signals
    /// of all processes.
    pub(crate) fn new(
        db: &Db,
        settings: EventHubSettings,
        received: mpsc::Receiver<ChangeNotification>,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let EventHubSettings { streams_per_user, encode, revocations, clock } = settings;
        let (changed, changed_users) = mpsc::unbounded_channel();
        let registry = Arc::new(Registry::new(streams_per_user, changed));
        let process = Uuid::new_v4();
        let sender = notifications::sender(db, process);
        let pending_notification = sender.as_ref().map(|(sender, _)| sender.clone());
        let run = {
            let (registry, revisions) = (Arc::clone(&registry), TaskRevisions::new(db));
            async move {
                tokio::join!(
                    delivery::run(&registry, changed_users, encode),
                    polling::poll(&registry, &revisions),
                    polling::check(&registry, &revocations, &clock),
                    notifications::receive(&registry, received, process),
                    OptionFuture::from(sender.map(notifications::send)),
                );
            }
        };
        (Self { registry, pending_notification, db: db.clone(), encode }, run)
    }

    /// Opens a stream of what has changed since `token`, or of what changes from now on.
    ///
    /// # Errors
    ///
    /// [`OpenError`].
    pub(crate) async fn open(
        &self,
        principal: &Principal,
        tasks: Tasks,
        token: Option<SyncToken>,
    ) -> Result<impl Stream<Item = Result<Bytes, Infallible>> + 'static, OpenError> {
        let registration = self.registry.add(principal, || tasks.on(&self.db))?;
        let mut stream =
            EventStream::new(Arc::clone(&self.registry), principal.user_id().clone(), tasks, registration, self.encode);
        let Some(token) = token else {
            let token = stream.tasks().latest_token().await?;
            let first = stream.start(token, None);
            return Ok(stream.into_body(first));
        };
        let page = match stream.tasks().changes(Some(&token), PAGE_LIMIT).await? {
            ChangesOutcome::Page(page) => page,
            ChangesOutcome::Expired => return Err(OpenError::Expired),
            ChangesOutcome::ForeignToken => return Err(OpenError::ForeignToken),
        };
        let frame = Frame::new(&page, token.revision(), self.encode)?;
        let first = stream.start(token, Some((frame, page.has_more.then_some(page.next))));
        Ok(stream.into_body(first))
    }

    /// Records that a request of this process may have changed tasks of a user.
    pub(crate) fn hint(&self, user: &UserId) {
        self.registry.mark(user);
        if let Some(pending) = &self.pending_notification {
            pending.add(user);
        }
    }

    /// Ends all streams, and opens none from now on.
    pub(crate) fn close(&self) {
        self.registry.close();
    }
}

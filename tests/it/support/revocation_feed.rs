//! What is told of revocations.

use std::{future::Future, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    DbSettings, SessionId,
    revocation::{Feed, Revocation, RevocationTarget},
};

use super::{
    SqlConnection, Store,
    store::{now, settings},
};

/// What it may take until a revocation is known everywhere.
pub(crate) const MAX_PROPAGATION_DELAY: Duration = Duration::from_secs(1);

impl Store {
    /// A feed that has told all that stands.
    pub(crate) async fn feed(&self) -> Feed {
        open_feed(&settings(self.database().url())).await
    }
}

/// A feed that has told all that stands.
pub(crate) async fn open_feed(settings: &DbSettings) -> Feed {
    let mut feed = Feed::open(settings, now()).await.unwrap();
    while !feed.has_caught_up() {
        feed.next().await.unwrap();
    }
    feed
}

/// Waits for a revocation that `is` the one. A feed that is cut says so, and is asked again.
pub(crate) async fn wait_for_revocation(feed: &mut Feed, is: impl Fn(&Revocation) -> bool) -> Revocation {
    let told = Box::pin(async {
        loop {
            if let Some(revocation) = feed.next().await.into_iter().flatten().find(&is) {
                return revocation;
            }
        }
    });
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("news")
}

pub(crate) async fn within_a_second<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(MAX_PROPAGATION_DELAY, what).await.expect("news within a second")
}

pub(crate) fn is_session(id: &str) -> impl Fn(&Revocation) -> bool {
    let what = RevocationTarget::Session(SessionId::from(id));
    move |revocation| revocation.target == what
}

pub(crate) fn tomorrow() -> DateTime<Utc> {
    now() + TimeDelta::days(1)
}

impl SqlConnection {
    /// Revokes a session, as whoever may write to the table would.
    pub(crate) async fn revokes(&self, id: &str) {
        let until = tomorrow().to_rfc3339();
        let insert = "insert into revocation (kind, key, expires_at)";
        self.run(&format!("{insert} values ('session', '{id}', '{until}')")).await;
    }
}

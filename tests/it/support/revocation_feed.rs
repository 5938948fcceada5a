//! Feeds of revocations.

use std::{future::Future, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    Db, DbSettings, SessionId,
    revocation::{Feed, Revocation, RevocationTarget},
};

use super::{
    SOON, SqlConnection, Store,
    store::{now, settings},
};

/// The time within which every replica knows a revocation, unless the machine is overloaded: tests use it for means and medians.
pub(crate) const MAX_PROPAGATION_DELAY: Duration = Duration::from_secs(1);

impl Store {
    /// A feed that has delivered all existing revocations.
    pub(crate) async fn feed(&self) -> Feed {
        open_feed(&settings(self.database().url())).await
    }
}

/// A feed that has delivered all existing revocations.
pub(crate) async fn open_feed(settings: &DbSettings) -> Feed {
    let mut feed = Feed::new(Db::open(settings).await.unwrap(), now());
    while !feed.has_caught_up() {
        feed.next().await.unwrap();
    }
    feed
}

/// Waits for a revocation for which `is_expected` holds. An error of the feed is ignored.
pub(crate) async fn wait_for_revocation(feed: &mut Feed, is_expected: impl Fn(&Revocation) -> bool) -> Revocation {
    let found = Box::pin(async {
        loop {
            if let Some(revocation) = feed.next().await.into_iter().flatten().find(&is_expected) {
                return revocation;
            }
        }
    });
    tokio::time::timeout(Duration::from_secs(20), found).await.expect("a revocation")
}

pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, future).await.expect("a revocation")
}

pub(crate) fn is_session(id: &str) -> impl Fn(&Revocation) -> bool {
    let what = RevocationTarget::Session(SessionId::from(id));
    move |revocation| revocation.target == what
}

pub(crate) fn tomorrow() -> DateTime<Utc> {
    now() + TimeDelta::days(1)
}

impl SqlConnection {
    /// Revokes a session by an insert into the table.
    pub(crate) async fn revokes(&self, id: &str) {
        let until = tomorrow().to_rfc3339();
        let insert = "insert into revocation (kind, key, expires_at)";
        self.run(&format!("{insert} values ('session', '{id}', '{until}')")).await;
    }
}

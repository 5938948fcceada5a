//! What is told of revocations.

use std::{future::Future, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    DbSettings, SessionId,
    revocation::{Feed, Revocation, RevocationTarget},
};

use super::{
    Session, Store,
    store::{now, settings},
};

/// What it may take until a revocation is known everywhere.
pub(crate) const SOON: Duration = Duration::from_secs(1);

impl Store {
    /// A feed that has told all that stands.
    pub(crate) async fn feed(&self) -> Feed {
        caught_up(&settings(self.database().url())).await
    }
}

/// A feed that has told all that stands.
pub(crate) async fn caught_up(settings: &DbSettings) -> Feed {
    let mut feed = Feed::open(settings, now()).await.unwrap();
    while !feed.has_caught_up() {
        feed.next().await.unwrap();
    }
    feed
}

/// Waits for a revocation that `is` the one. A feed that is cut says so, and is asked again.
pub(crate) async fn tells(feed: &mut Feed, is: impl Fn(&Revocation) -> bool) -> Revocation {
    let told = Box::pin(async {
        loop {
            if let Some(revocation) = feed.next().await.into_iter().flatten().find(&is) {
                return revocation;
            }
        }
    });
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("news")
}

pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, what).await.expect("news within a second")
}

pub(crate) fn is_session(id: &str) -> impl Fn(&Revocation) -> bool {
    let what = RevocationTarget::Session(SessionId::from(id));
    move |revocation| revocation.target == what
}

pub(crate) fn tomorrow() -> DateTime<Utc> {
    now() + TimeDelta::days(1)
}

impl Session {
    /// Revokes a session, as whoever may write to the table would.
    pub(crate) async fn revokes(&self, id: &str) {
        let until = tomorrow().to_rfc3339();
        let insert = "insert into revocation (kind, key, expires_at)";
        self.run(&format!("{insert} values ('session', '{id}', '{until}')")).await;
    }
}

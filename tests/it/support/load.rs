//! Load: writers who create tasks as fast as they are answered, and keep account of every response.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use super::{ApiClient, SqlConnection, TestDatabase};

/// Writers at work.
pub(crate) struct Load {
    writers: Vec<JoinHandle<LoadReport>>,
    enough: Arc<AtomicBool>,
    acknowledged: watch::Sender<usize>,
}

/// What writers were told.
#[derive(Debug, Default)]
pub(crate) struct LoadReport {
    /// The titles of the tasks that were created, as the service said.
    pub(crate) acknowledged: Vec<String>,
    /// How often each other status was answered.
    pub(crate) rejected: BTreeMap<u16, usize>,
    /// How often there was no response at all.
    pub(crate) unanswered: usize,
    /// The longest that a writer waited for a response.
    pub(crate) slowest: Duration,
}

impl Load {
    pub(crate) fn start(client: &ApiClient, writers: usize) -> Self {
        let (enough, acknowledged) = (Arc::new(AtomicBool::new(false)), watch::Sender::new(0));
        let writers = (0..writers)
            .map(|writer| tokio::spawn(write(client.clone(), writer, Arc::clone(&enough), acknowledged.clone())))
            .collect();
        Self { writers, enough, acknowledged }
    }

    /// Waits until so many more tasks are acknowledged.
    pub(crate) async fn wait_for_writes(&self, more: usize) {
        let mut count = self.acknowledged.subscribe();
        let goal = *count.borrow() + more;
        let reached = timeout(Duration::from_secs(20), count.wait_for(|count| *count >= goal)).await;
        assert!(reached.is_ok(), "the writers do not get on");
    }

    /// Lets each writer finish what it is about.
    pub(crate) async fn stop(self) -> LoadReport {
        self.enough.store(true, Ordering::SeqCst);
        let mut all = LoadReport::default();
        for writer in self.writers {
            let one = writer.await.unwrap();
            all.acknowledged.extend(one.acknowledged);
            all.unanswered += one.unanswered;
            all.slowest = all.slowest.max(one.slowest);
            for (status, count) in one.rejected {
                *all.rejected.entry(status).or_default() += count;
            }
        }
        all
    }
}

impl LoadReport {
    /// Every acknowledged task of this user is stored once, and no task twice.
    pub(crate) async fn is_stored_in(&self, database: &TestDatabase, user: &str) {
        let mut stored = HashMap::<String, usize>::new();
        for title in SqlConnection::on(database)
            .await
            .column::<String>(&format!("select title from task where user_id = '{user}'"))
            .await
        {
            *stored.entry(title).or_default() += 1;
        }
        for title in &self.acknowledged {
            assert_eq!(stored.get(title), Some(&1), "{title} was acknowledged");
        }
        assert!(stored.values().all(|count| *count == 1), "a task is stored twice");
    }

    /// Nothing was answered but that a task was created, or that the service can't now.
    pub(crate) fn failed_only_with_503(&self) {
        assert!(self.rejected.keys().all(|status| *status == 503) && self.unanswered == 0, "{:?}", self.rejected);
    }
}

async fn write(
    client: ApiClient,
    writer: usize,
    enough: Arc<AtomicBool>,
    acknowledged: watch::Sender<usize>,
) -> LoadReport {
    let mut account = LoadReport::default();
    for number in 0.. {
        if enough.load(Ordering::SeqCst) {
            break;
        }
        let title = format!("{writer}-{number}");
        let begun = Instant::now();
        let response = client.request(Method::POST, "/api/tasks").json(&json!({"title": &title})).send().await;
        account.slowest = account.slowest.max(begun.elapsed());
        match response.map(|response| response.status().as_u16()) {
            Ok(201) => {
                account.acknowledged.push(title);
                acknowledged.send_modify(|count| *count += 1);
            }
            Ok(status) => *account.rejected.entry(status).or_default() += 1,
            Err(error) if error.is_connect() => {
                account.unanswered += 1;
                break;
            }
            Err(_) => account.unanswered += 1,
        }
    }
    account
}

//! Load: writers that create tasks without a pause and record every response.

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

/// Running writers.
pub(crate) struct Load {
    writers: Vec<JoinHandle<LoadReport>>,
    stopped: Arc<AtomicBool>,
    acknowledged: watch::Sender<usize>,
}

/// The responses that the writers received.
#[derive(Debug, Default)]
pub(crate) struct LoadReport {
    /// The titles of the tasks whose creation was acknowledged.
    pub(crate) acknowledged: Vec<String>,
    /// The number of responses by status, other than 201.
    pub(crate) rejected: BTreeMap<u16, usize>,
    /// The number of requests without a response.
    pub(crate) unanswered: usize,
    /// The longest response time.
    pub(crate) slowest: Duration,
}

impl Load {
    pub(crate) fn start(client: &ApiClient, writers: usize) -> Self {
        let (stopped, acknowledged) = (Arc::new(AtomicBool::new(false)), watch::Sender::new(0));
        let writers = (0..writers)
            .map(|writer| tokio::spawn(write(client.clone(), writer, Arc::clone(&stopped), acknowledged.clone())))
            .collect();
        Self { writers, stopped, acknowledged }
    }

    /// Waits until `more` further tasks are acknowledged.
    pub(crate) async fn wait_for_writes(&self, more: usize) {
        let mut count = self.acknowledged.subscribe();
        let goal = *count.borrow() + more;
        let reached = timeout(Duration::from_secs(20), count.wait_for(|count| *count >= goal)).await;
        assert!(reached.is_ok(), "no further writes are acknowledged");
    }

    /// Stops the writers after their current request.
    pub(crate) async fn stop(self) -> LoadReport {
        self.stopped.store(true, Ordering::SeqCst);
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
    /// Asserts that every acknowledged task of this user is stored, and no task twice.
    pub(crate) async fn is_stored_in(&self, database: &TestDatabase, user: &str) {
        let mut stored = HashMap::<String, usize>::new();
        for title in
            SqlConnection::on(database).await.column(&format!("select title from task where user_id = '{user}'")).await
        {
            *stored.entry(title).or_default() += 1;
        }
        for title in &self.acknowledged {
            assert_eq!(stored.get(title), Some(&1), "{title} was acknowledged");
        }
        assert!(stored.values().all(|count| *count == 1), "a task is stored twice");
    }

    /// Asserts that every response is 201 or 503.
    pub(crate) fn failed_only_with_503(&self) {
        assert!(self.rejected.keys().all(|status| *status == 503) && self.unanswered == 0, "{:?}", self.rejected);
    }
}

async fn write(
    client: ApiClient,
    writer: usize,
    stopped: Arc<AtomicBool>,
    acknowledged: watch::Sender<usize>,
) -> LoadReport {
    let mut report = LoadReport::default();
    for number in 0.. {
        if stopped.load(Ordering::SeqCst) {
            break;
        }
        let title = format!("{writer}-{number}");
        let started = Instant::now();
        let response = client.request(Method::POST, "/api/tasks").json(&json!({"title": &title})).send().await;
        report.slowest = report.slowest.max(started.elapsed());
        match response.map(|response| response.status().as_u16()) {
            Ok(201) => {
                report.acknowledged.push(title);
                acknowledged.send_modify(|count| *count += 1);
            }
            Ok(status) => *report.rejected.entry(status).or_default() += 1,
            Err(error) if error.is_connect() => {
                report.unanswered += 1;
                break;
            }
            Err(_) => report.unanswered += 1,
        }
    }
    report
}

//! A ledger of acknowledged writes: after each kill, the database has them all, and none by half.

use std::{collections::HashMap, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::{ApiClient, BACKENDS, Program, TestDatabase, id};

const WRITERS: usize = 4;
const KILLS: u64 = 4;

/// The writes that are acknowledged before a kill.
const MIN_WRITES: usize = 20;

/// What one writer knows of its tasks.
#[derive(Default)]
struct Ledger {
    /// The acknowledged state of each task, by id; `None` if it is deleted.
    acknowledged: HashMap<String, Option<Value>>,
    /// The write that has no response: the id, if the task existed, and the task that it would leave.
    unanswered: Option<(Option<String>, Option<Value>)>,
}

/// Numbers that look random and are the same in every run (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

impl Ledger {
    /// Writes until a request has no response, or one that leaves its outcome open (503).
    async fn write(mut self, client: ApiClient, mut random: Random, count: watch::Sender<usize>) -> Self {
        loop {
            let open: Vec<_> =
                self.acknowledged.iter().filter(|(_, task)| task.is_some()).map(|(id, _)| id.clone()).collect();
            let known = open.get(usize::try_from(random.below(open.len() as u64 + 1)).unwrap()).cloned();
            let text = format!("{} {}", random.below(1_000_000), "x".repeat(200));
            if !self.write_once(&client, known, &text, random.below(3)).await {
                return self;
            }
            count.send_modify(|count| *count += 1);
        }
    }

    /// Creates a task, or changes or deletes a known one. Returns whether there was a response.
    async fn write_once(&mut self, client: &ApiClient, known: Option<String>, text: &str, choice: u64) -> bool {
        let path = known.as_ref().map_or_else(|| "/api/tasks".to_owned(), |id| format!("/api/tasks/{id}"));
        let body = json!({"title": text, "description": text});
        let request = match (&known, choice) {
            (None, _) => client.request(Method::POST, &path).json(&body),
            (Some(_), 0) => client.request(Method::DELETE, &path),
            (Some(_), _) => client.request(Method::PATCH, &path).json(&body),
        };
        let is_deletion = known.is_some() && choice == 0;
        self.unanswered = Some((known.clone(), (!is_deletion).then_some(body)));
        let Ok(response) = request.send().await else { return false };
        let status = response.status().as_u16();
        let Ok(bytes) = response.bytes().await else { return false };
        if status == 503 {
            return false;
        }
        assert!(matches!(status, 200 | 201 | 204), "{status}");
        self.unanswered = None;
        let task: Option<Value> = serde_json::from_slice(&bytes).ok();
        let id = known.unwrap_or_else(|| id(task.as_ref().unwrap()).to_owned());
        self.acknowledged.insert(id, task);
        true
    }

    /// Asserts that the tasks are the acknowledged ones, apart from the write without a response. Learns what became of it.
    async fn is_kept(&mut self, client: &ApiClient) {
        let stored: HashMap<String, Value> =
            client.all_tasks().await.into_iter().map(|task| (id(&task).to_owned(), task)).collect();
        let (doubtful, written) = self.unanswered.take().unwrap_or_default();
        for (id, task) in &self.acknowledged {
            if Some(id) != doubtful.as_ref() {
                assert_eq!(stored.get(id), task.as_ref(), "an acknowledged write is lost");
            }
        }
        for (id, task) in &stored {
            let acknowledged = self.acknowledged.get(id).and_then(Option::as_ref);
            let is_whole = written.as_ref().is_some_and(|written| {
                task["title"] == written["title"] && task["description"] == written["description"]
            });
            assert!(acknowledged == Some(task) || is_whole, "{task} was not written like this");
        }
        self.acknowledged = stored.into_iter().map(|(id, task)| (id, Some(task))).collect();
    }
}

impl ApiClient {
    async fn all_tasks(&self) -> Vec<Value> {
        self.pages("limit=100").await.concat()
    }
}

#[actix_web::test]
async fn a_kill_at_any_time_loses_no_acknowledged_write() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database);
        let mut random = Random(2_026);
        let mut ledgers: Vec<Ledger> = (0..WRITERS).map(|_| Ledger::default()).collect();
        for kill in 0..=KILLS {
            let mut process = program.serve().await;
            for (writer, ledger) in ledgers.iter_mut().enumerate() {
                ledger.is_kept(&process.user(&format!("writer{writer}"))).await;
            }
            if kill == KILLS {
                break;
            }
            let (count, mut written) = watch::channel(0);
            let writers: Vec<_> = ledgers
                .drain(..)
                .enumerate()
                .map(|(writer, ledger)| {
                    let random = Random(kill * 100 + writer as u64);
                    actix_web::rt::spawn(ledger.write(process.user(&format!("writer{writer}")), random, count.clone()))
                })
                .collect();
            let enough = written.wait_for(|count| *count >= MIN_WRITES);
            tokio::time::timeout(Duration::from_secs(20), enough).await.expect("nothing is written").unwrap();
            tokio::time::sleep(Duration::from_millis(random.below(400))).await;
            process.signal("KILL");
            assert_eq!(process.exit_code().await, None);
            for writer in writers {
                ledgers.push(writer.await.unwrap());
            }
        }
    }
}

//! A ledger of acknowledged writes: after each kill, the database has them all, and none by half.

use std::{collections::HashMap, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::{
    ACCOUNTS, ApiClient, BACKENDS, Program, Random, SqlConnection, TestDatabase, email, id, print, setting,
};

const WRITERS: usize = 4;
/// The kills of a test run. `bench/ledger` asks for more.
const KILLS: u64 = 4;

const SEED: u64 = 2_026;

/// The writes that are acknowledged before a kill.
const MIN_WRITES: usize = 20;

/// Rows that a sign-up writes together. Each query finds those that lack another.
const HALF_SIGN_UPS: [&str; 3] = [
    r#""user" u where not exists (select 1 from account a where a."userId" = u.id)"#,
    r#""user" u where not exists (select 1 from session s where s."userId" = u.id)"#,
    "session s where not exists (select 1 from refresh_token r where r.session_id = s.id)",
];

/// What one writer knows of its tasks.
#[derive(Default)]
struct Ledger {
    /// The acknowledged state of each task, by id; `None` if it is deleted.
    acknowledged: HashMap<String, Option<Value>>,
    /// The write that has no response: the id, if the task existed, and the task that it would leave.
    unanswered: Option<(Option<String>, Option<Value>)>,
    /// The number of acknowledged writes.
    writes: usize,
}

impl Ledger {
    /// Writes until a request has no response, or one that leaves its outcome open (503).
    async fn write(mut self, client: ApiClient, mut random: Random, count: watch::Sender<usize>) -> Self {
        loop {
            let open: Vec<_> =
                self.acknowledged.iter().filter(|(_, task)| task.is_some()).map(|(id, _)| id.clone()).collect();
            // half of the writes create a task
            let known = open.get(usize::try_from(random.below(2 * open.len() as u64 + 1)).unwrap()).cloned();
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
        self.writes += 1;
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
    pub(super) async fn all_tasks(&self) -> Vec<Value> {
        self.pages("limit=100").await.concat()
    }
}

/// Signs users up until a request has no response; returns the e-mail addresses of those that were acknowledged.
async fn sign_up(client: ApiClient, kill: u64) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let name = format!("user {kill} {number}").replace(' ', "-");
        let account = json!({"name": name, "email": email(&name), "password": "a long enough passphrase"});
        let Ok(response) = client.request(Method::POST, "/api/auth/signup").json(&account).send().await else { break };
        assert_eq!(response.status(), 201);
        if response.bytes().await.is_ok() {
            acknowledged.push(email(&name));
        }
    }
    acknowledged
}

/// Asserts that these users are stored, and no user without a password or a session.
async fn users_are_kept(database: &TestDatabase, acknowledged: &[String]) {
    let sql = SqlConnection::on(database).await;
    let stored = sql.column("select email from \"user\"").await;
    for email in acknowledged {
        assert!(stored.contains(email), "{email} was acknowledged");
    }
    for half in HALF_SIGN_UPS {
        assert_eq!(sql.number(&format!("select count(*) from {half}")).await, 0, "{half}");
    }
}

fn number(name: &str, default: u64) -> u64 {
    setting(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}: not a number")))
}

/// `LEDGER_KILLS` and `LEDGER_SEED` change the number of kills and the times at which they happen.
#[actix_web::test]
async fn a_kill_at_any_time_loses_no_acknowledged_write() {
    let (kills, seed) = (number("LEDGER_KILLS", KILLS), number("LEDGER_SEED", SEED));
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = Program::on(&database).with(ACCOUNTS.0, ACCOUNTS.1).with("RATE_LIMIT", "off");
        let (mut random, mut users) = (Random(seed), Vec::new());
        let mut ledgers: Vec<Ledger> = (0..WRITERS).map(|_| Ledger::default()).collect();
        for kill in 0..=kills {
            let mut process = program.serve().await;
            for (writer, ledger) in ledgers.iter_mut().enumerate() {
                ledger.is_kept(&process.user(&format!("writer{writer}"))).await;
            }
            users_are_kept(&database, &users).await;
            if kill == kills {
                let writes: usize = ledgers.iter().map(|ledger| ledger.writes).sum();
                assert!(writes > 20, "{writes} writes");
                print(&format!("{backend:?}: {kills} kills, {writes} acknowledged writes, {} sign-ups", users.len()));
                break;
            }
            let (count, mut written) = watch::channel(0);
            let writers: Vec<_> = ledgers
                .drain(..)
                .enumerate()
                .map(|(writer, ledger)| {
                    let random = Random(seed + kill * 100 + writer as u64);
                    actix_web::rt::spawn(ledger.write(process.user(&format!("writer{writer}")), random, count.clone()))
                })
                .collect();
            let signing_up = actix_web::rt::spawn(sign_up(process.anonymous(), kill));
            let enough = written.wait_for(|count| *count >= MIN_WRITES);
            tokio::time::timeout(Duration::from_secs(20), enough).await.expect("nothing is written").unwrap();
            tokio::time::sleep(Duration::from_millis(random.below(400))).await;
            process.signal("KILL");
            assert_eq!(process.exit_code().await, None);
            for writer in writers {
                ledgers.push(writer.await.unwrap());
            }
            users.extend(signing_up.await.unwrap());
        }
    }
}

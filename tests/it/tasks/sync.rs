//! Clients that read changes while others write, at two services on one database, have in the end exactly the user's tasks.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{sync::watch, time::sleep};

use crate::support::{ApiClient, BACKENDS, Backend, LocalTasks, Program, Random, SqlConnection, TestApp, TestDatabase};

const WRITERS: u64 = 6;
const WRITES: u64 = 60;

/// A change of the user's tasks that is rolled back.
const ABORTED: &str = "begin;
    update task_counter set revision = revision + 1 where user_id = 'ann';
    update task set title = 'aborted', revision = (select revision from task_counter where user_id = 'ann')
        where user_id = 'ann' and deleted_at is null;
    rollback";

/// A client that writes at random, at one service or the other. Requests may fail, as one service is killed meanwhile.
async fn write(clients: watch::Receiver<[ApiClient; 2]>, mut random: Random) {
    let mut known: Vec<String> = Vec::new();
    for number in 0..WRITES {
        let client = clients.borrow()[usize::from(random.below(2) == 1)].clone();
        let one = usize::try_from(random.below(known.len().max(1) as u64)).unwrap();
        let task = known.get(one).map(|id| format!("/api/tasks/{id}"));
        let request = match (random.below(8), task) {
            (0..=2, _) | (_, None) => {
                client.request(Method::POST, "/api/tasks").json(&json!({"title": number.to_string()}))
            }
            (3 | 4, Some(task)) => {
                client.request(Method::PATCH, &task).json(&json!({"title": format!("changed {number}")}))
            }
            (5, Some(task)) => client.request(Method::DELETE, &task),
            (6, Some(task)) => client.request(Method::POST, &format!("{task}/restore")),
            (_, Some(task)) => client.request(Method::DELETE, &format!("{task}?permanent=true")),
        };
        let Ok(response) = request.send().await else { continue };
        assert!([200, 201, 204, 404, 503].contains(&response.status().as_u16()), "{}", response.status());
        if response.status() == 201
            && let Ok(task) = response.json::<Value>().await
        {
            known.push(task["id"].as_str().unwrap().to_owned());
        }
    }
}

/// A client that reads until `done`, and then once more.
async fn follow(client: ApiClient, limit: u16, done: watch::Receiver<bool>) -> LocalTasks {
    let mut local = LocalTasks::default();
    while !*done.borrow() {
        local.reads_a_page(&client, limit).await;
        sleep(Duration::from_millis(1)).await;
    }
    local.reads_all(&client, limit).await;
    local
}

#[actix_web::test]
async fn readers_converge_whatever_is_written_meanwhile() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let app = TestApp::start_on(Arc::clone(&database), [("DATABASE_RLS", "")]).await;
        let program = Program::on(&database);
        let mut killed = program.serve().await;
        let ann = app.ann();
        ann.creates_a_task("first").await;
        let (clients, writers) = watch::channel([ann.clone(), killed.user("ann")]);
        let (done, is_done) = watch::channel(false);
        let sql = SqlConnection::on(&database).await;
        let readers = join_all([1, 3, 50].map(|limit| follow(ann.clone(), limit, is_done.clone())));
        let writes = async {
            let aborts = async {
                for _ in 0..if backend == Backend::Postgres { 30 } else { 0 } {
                    sql.run(ABORTED).await;
                    sleep(Duration::from_millis(5)).await;
                }
            };
            let kill = async {
                sleep(Duration::from_millis(200)).await;
                killed.signal("KILL");
                killed.exit_code().await;
                let restarted = program.serve().await;
                clients.send_replace([ann.clone(), restarted.user("ann")]);
                restarted
            };
            let writers = join_all((0..WRITERS).map(|seed| write(writers.clone(), Random(seed))));
            let (_, (), restarted) = tokio::join!(writers, aborts, kill);
            done.send_replace(true);
            restarted
        };
        let (locals, _restarted) = tokio::join!(readers, writes);
        for local in &locals {
            local.are_those_of(&ann).await;
        }
        assert_eq!(
            sql.number("select count(*) - count(distinct revision) from task").await,
            0,
            "a revision was used twice"
        );
        let last = sql.number("select revision from task_counter").await;
        assert_eq!(sql.number("select max(revision) from task").await, last);
        assert!(last > 100, "only {last} writes");
    }
}

//! Revisions: each change takes the next number of its user, in the order of commits.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, BACKENDS, SqlConnection, TestApp, TestDatabase, id, on_both, task::path};

const NO_SETTINGS: [(&str, &str); 0] = [];

/// The counter, and the revisions of all tasks, in one snapshot.
const SNAPSHOT: &str = "select '' || revision from task_counter
    union all select cast(id as text) || ' ' || revision from task";
const SNAPSHOT_SQLITE: &str = "select '' || revision from task_counter
    union all select hex(id) || ' ' || revision from task";

fn revision(task: &Value) -> i64 {
    task["revision"].as_i64().unwrap_or_else(|| panic!("no revision in {task}"))
}

/// The counter, and the tasks by revision.
struct Snapshot {
    counter: i64,
    tasks: BTreeMap<i64, String>,
}

impl Snapshot {
    async fn read(sql: &SqlConnection) -> Self {
        let statement = if matches!(sql, SqlConnection::Sqlite(_)) { SNAPSHOT_SQLITE } else { SNAPSHOT };
        let (mut counter, mut tasks) = (0, BTreeMap::new());
        for row in sql.column(statement).await {
            match row.split_once(' ') {
                Some((id, revision)) => {
                    let earlier = tasks.insert(revision.parse().unwrap(), id.to_owned());
                    assert_eq!(earlier, None, "two tasks have the revision {revision}");
                }
                None => counter = row.parse().unwrap(),
            }
        }
        assert!(tasks.keys().all(|revision| *revision <= counter), "the counter is behind: {counter} {tasks:?}");
        Self { counter, tasks }
    }

    /// Asserts that nothing has appeared at or below the earlier counter.
    fn follows(&self, earlier: &Self) {
        for (revision, id) in self.tasks.range(..=earlier.counter) {
            assert_eq!(earlier.tasks.get(revision), Some(id), "revision {revision} was committed late");
        }
    }
}

/// Creates a task, changes it in every way, and returns the revisions that the responses name.
async fn writes(user: ApiClient, name: String) -> Vec<i64> {
    let mut task = user.creates_a_task(&name).await;
    let (path, mut revisions) = (path(&task), vec![revision(&task)]);
    for round in 0..3 {
        for (method, path, body) in [
            (Method::PATCH, path.clone(), json!({"title": format!("{name} {round}")})),
            (Method::PATCH, format!("{path}/complete"), json!({"completed": round % 2 == 0})),
            (Method::PUT, path.clone(), json!({"title": name})),
        ] {
            task = ApiResponse::to(user.request(method, &path).json(&body)).await.is(200).json();
            revisions.push(revision(&task));
        }
    }
    user.delete(&path).await.is(204);
    let restored = user.post(&format!("{path}/restore"), json!({})).await.is(200).json();
    // the deletion names no revision
    revisions.push(revision(&restored));
    revisions
}

/// Reads snapshots until `has_ended`, and compares each with the one before.
async fn observe(sql: &SqlConnection, has_ended: &AtomicBool) {
    let mut earlier = Snapshot::read(sql).await;
    while !has_ended.load(Ordering::SeqCst) {
        let snapshot = Snapshot::read(sql).await;
        snapshot.follows(&earlier);
        earlier = snapshot;
    }
}

#[actix_web::test]
async fn concurrent_writers_take_consecutive_revisions_in_commit_order() {
    const WRITERS: usize = 16;
    const WRITES: usize = 12;
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let apps = [
            TestApp::start_on(Arc::clone(&database), NO_SETTINGS).await,
            TestApp::start_on(Arc::clone(&database), NO_SETTINGS).await,
        ];
        let (sql, has_ended) = (SqlConnection::on(&database).await, AtomicBool::new(false));
        let writers = async {
            let writers = (0..WRITERS).map(|number| writes(apps[number % 2].ann(), format!("task {number}")));
            let revisions = join_all(writers).await.concat();
            has_ended.store(true, Ordering::SeqCst);
            revisions
        };
        let (revisions, ()) = join(writers, observe(&sql, &has_ended)).await;
        let distinct: BTreeSet<_> = revisions.iter().copied().collect();
        assert_eq!(distinct.len(), revisions.len(), "a revision was taken twice");
        let last = Snapshot::read(&sql).await;
        assert_eq!(usize::try_from(last.counter), Ok(WRITERS * WRITES));
        assert_eq!(distinct.last(), Some(&last.counter));
    }
}

on_both! {
    each_change_takes_the_next_revision(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let (other, path) = (ann.creates_a_task("Buy bread").await, path(&task));
        assert_eq!((revision(&task), revision(&other)), (1, 2));
        assert_eq!(revision(&ann.patch(&path, json!({"title": "a"})).await.is(200).json()), 3);
        assert_eq!(revision(&ann.put(&path, json!({"title": "b"})).await.is(200).json()), 4);
        assert_eq!(revision(&ann.patch(&format!("{path}/complete"), json!({"completed": true})).await.is(200).json()), 5);
        ann.delete(&path).await.is(204);
        assert_eq!(revision(&ann.post(&format!("{path}/restore"), json!({})).await.is(200).json()), 7);
        ann.delete(&format!("{path}?permanent=true")).await.is(204);
        assert_eq!(revision(&ann.creates_a_task("Buy butter").await), 9);
        assert_eq!(revision(&app.bob().creates_a_task("Buy tea").await), 1);
    }

    a_change_of_nothing_takes_no_revision(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        assert_eq!(ann.patch(&path(&task), json!({})).await.is(200).json(), task);
        assert_eq!(revision(&ann.creates_a_task("Buy bread").await), 2);
    }

    a_write_that_is_rejected_takes_no_revision(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let (path, missing) = (path(&task), "/api/tasks/01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e");
        ann.patch(missing, json!({"title": "a"})).await.is(404);
        ann.delete(missing).await.is(404);
        ann.post(&format!("{path}/restore"), json!({})).await.is(404);
        for (method, body) in [(Method::PATCH, Some(json!({"title": "a"}))), (Method::DELETE, None)] {
            let request = ann.request(method, &path).header("if-match", "\"7\"");
            let request = match body {
                Some(body) => request.json(&body),
                None => request,
            };
            ApiResponse::to(request).await.is(412);
        }
        let put = ann.request(Method::PUT, &path).header("if-none-match", "*").json(&json!({"title": "a"}));
        ApiResponse::to(put).await.is(412);
        assert_eq!(revision(&ann.creates_a_task("Buy bread").await), 2);
    }

    no_later_write_fills_a_gap(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let sql = SqlConnection::on(&app.database()).await;
        let conflicting = (0..12).map(|number| {
            let request = ann.request(Method::PATCH, &path(&task)).header("if-match", "\"1\"");
            ApiResponse::to(request.json(&json!({"title": number.to_string()})))
        });
        let answers = join_all(conflicting).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        let counter = sql.number("select revision from task_counter").await;
        assert_eq!(revision(&ann.creates_a_task("Buy bread").await), counter + 1);
    }

    /// As a replica of the previous release runs them during an upgrade.
    statements_without_a_revision_still_work(app) {
        let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
        let (task, kept) = (ann.creates_a_task("Buy milk").await, ann.creates_a_task("Buy bread").await);
        sql.run("insert into task (user_id, id, title, priority, tags, created_at, updated_at, folded_title)
            select user_id, id, 'Buy tea', priority, tags, created_at, updated_at, 'buy tea' from (
                select 'bob' as user_id, id, priority, tags, created_at, updated_at from task where title = 'Buy milk'
            ) as other").await;
        let bobs = app.bob().get(&path(&task)).await.is(200);
        assert_eq!((bobs.header("etag"), &bobs.json()["revision"]), (Some("\"0\""), &json!(0)));
        let request = app.bob().request(Method::PATCH, &path(&task)).header("if-match", "\"0\"");
        let changed = ApiResponse::to(request.json(&json!({"title": "Drink tea"}))).await.is(200).json();
        assert_eq!(revision(&changed), 1);
        sql.run("update task set title = 'Buy oats', folded_title = 'buy oats' where user_id = 'ann' and title = 'Buy milk'").await;
        assert_eq!(ann.titles("q=oats").await, ["Buy oats"]);
        sql.run("delete from task where user_id = 'ann' and title = 'Buy oats'").await;
        ann.cannot_see(&task).await;
        assert_eq!(revision(&ann.patch(&path(&kept), json!({"title": "a"})).await.is(200).json()), 3);
        assert_eq!(ann.creates_with_id(id(&task)).await.is(201).json()["revision"], 4);
    }
}

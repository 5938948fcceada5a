//! Deleted tasks leave the trash, and are forgotten, when their time has come.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    Cleanup, CleanupStep, TaskId, TaskRetention, UserId,
    task::{Change, ChangesOutcome, PageLimit, SyncToken, TaskContent, Tasks, UpdateOutcome, WriteContext},
};
use serde_json::json;

use crate::support::{BACKENDS, Backend, SqlConnection, Store, TestApp, store::now, task::path};

const ALL: PageLimit = PageLimit { changes: 1_000, text_bytes: usize::MAX };

const RETENTION: TaskRetention = TaskRetention { trash: TimeDelta::days(30), tombstones: TimeDelta::days(90) };

fn content(title: &str) -> TaskContent {
    TaskContent {
        title: title.into(),
        description: Some("secret".into()),
        tags: vec!["a".into()],
        ..Default::default()
    }
}

async fn creates(tasks: &Tasks, title: &str, at: DateTime<Utc>) -> TaskId {
    tasks.create(content(title), at).await.unwrap().task().unwrap().id
}

async fn deletes(tasks: &Tasks, id: TaskId, at: DateTime<Utc>) {
    let outcome = tasks.delete(id, &WriteContext::unconditional(at)).await.unwrap();
    assert!(matches!(outcome, UpdateOutcome::Updated(_)));
}

/// The ids of deleted tasks since a token and the next token; `None` if the token has expired.
async fn deleted_since(tasks: &Tasks, token: &SyncToken) -> Option<Vec<TaskId>> {
    let ChangesOutcome::Page(page) = tasks.changes(Some(token), ALL).await.unwrap() else { return None };
    let deleted = |change: &Change<'_>| match change {
        Change::Deleted(deleted) => Some(deleted.id),
        Change::Task(_) => None,
    };
    Some(page.changes().unwrap().iter().filter_map(deleted).collect())
}

async fn cleans_up(store: &Store, now: DateTime<Utc>) -> [u64; 2] {
    let cleanup = Cleanup::new(&store.db()).with_retention(RETENTION);
    let mut rows = [0, 0];
    for (step, rows) in [CleanupStep::Trash, CleanupStep::PurgedTasks].into_iter().zip(&mut rows) {
        loop {
            match cleanup.run_batch(step, now).await.unwrap() {
                0 => break,
                batch => *rows += batch,
            }
        }
    }
    rows
}

#[actix_web::test]
async fn the_trash_is_emptied_after_its_retention() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, bob) = (store.of::<Tasks>(&UserId::from("ann")), store.of::<Tasks>(&UserId::from("bob")));
        let start = now();
        let (task, kept) = (creates(&ann, "old", start).await, creates(&ann, "kept", start).await);
        let of_bob = creates(&bob, "bob's", start).await;
        let token = ann.latest_token().await.unwrap();
        deletes(&ann, task, start).await;
        deletes(&bob, of_bob, start + TimeDelta::days(1)).await;
        assert_eq!(cleans_up(&store, start + RETENTION.trash - TimeDelta::milliseconds(1)).await, [0, 0]);
        assert_eq!(cleans_up(&store, start + RETENTION.trash).await, [1, 0]);
        let restored = ann.restore(task, &WriteContext::unconditional(start)).await.unwrap();
        assert!(matches!(restored, UpdateOutcome::NotFound), "it can no longer be restored");
        let restored = bob.restore(of_bob, &WriteContext::unconditional(start)).await.unwrap();
        assert!(matches!(restored, UpdateOutcome::Updated(_)));
        assert_eq!(deleted_since(&ann, &token).await, Some(vec![task]), "clients still learn of the deletion");
        assert!(ann.get(kept).await.unwrap().is_some());
        let left = "task where title = '' and description is null and folded_title = '' and folded_description is null";
        assert_eq!(store.count(left).await, 1);
        assert_eq!(store.count("task").await, 3);
    }
}

#[actix_web::test]
async fn purged_tasks_are_forgotten_after_their_retention() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.of::<Tasks>(&UserId::from("ann"));
        let start = now();
        let (first, second) = (creates(&ann, "a", start).await, creates(&ann, "b", start).await);
        let old = ann.latest_token().await.unwrap();
        deletes(&ann, first, start).await;
        let between = ann.latest_token().await.unwrap();
        let later = start + TimeDelta::days(1);
        ann.delete_permanently(second, &WriteContext::unconditional(later)).await.unwrap();
        assert_eq!(cleans_up(&store, start + RETENTION.tombstones - TimeDelta::milliseconds(1)).await, [1, 0]);
        assert_eq!(deleted_since(&ann, &old).await, Some(vec![first, second]));
        assert_eq!(cleans_up(&store, start + RETENTION.tombstones).await, [0, 1]);
        assert_eq!(deleted_since(&ann, &old).await, None);
        assert_eq!(deleted_since(&ann, &between).await, Some(vec![second]));
        assert_eq!(cleans_up(&store, later + RETENTION.tombstones).await, [0, 1]);
        assert_eq!((store.count("task").await, store.count("task_counter").await), (0, 1));
        assert_eq!(deleted_since(&ann, &between).await, None);
        let latest = ann.latest_token().await.unwrap();
        assert_eq!(deleted_since(&ann, &latest).await, Some(vec![]));
        assert_eq!(latest.revision().0, 4, "revisions are not used again");
    }
}

#[actix_web::test]
async fn many_deleted_tasks_are_cleaned_up_in_batches() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let start = now();
        for user in ["ann", "bob"] {
            let tasks = store.of::<Tasks>(&UserId::from(user));
            for number in 0..600 {
                let id = creates(&tasks, &number.to_string(), start).await;
                deletes(&tasks, id, start).await;
            }
        }
        let batch = Cleanup::new(&store.db()).run_batch(CleanupStep::Trash, start + RETENTION.trash).await.unwrap();
        assert!((1..=1_600).contains(&batch), "{batch}");
        assert_eq!(cleans_up(&store, start + RETENTION.tombstones).await, [1_200 - batch, 1_200]);
        assert_eq!(store.count("task").await, 0);
        assert_eq!(store.count("task_counter where pruned_revision = revision").await, 2);
    }
}

#[actix_web::test]
async fn the_service_cleans_up_and_expires_old_tokens() {
    for backend in BACKENDS {
        let settings = [("CLEANUP_INTERVAL", "1s"), ("TRASH_RETENTION", "1h"), ("TOMBSTONE_RETENTION", "1h")];
        let app = TestApp::start_with(backend, settings).await;
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let token = ann.get("/api/tasks/changes").await.is(200).json()["next"].as_str().unwrap().to_owned();
        ann.delete(&path(&task)).await.is(204);
        let sql = SqlConnection::on(&app.database()).await;
        sql.run("update task set deleted_at = '2026-01-01 00:00:00+00:00', updated_at = '2026-01-01 00:00:00+00:00'")
            .await;
        sql.wait_until_empty("task").await;
        for path in [format!("/api/tasks/changes?since={token}"), format!("/api/tasks/events?since={token}")] {
            ann.get(&path).await.is_problem(410, "sync-token-expired");
        }
        assert_eq!(ann.get("/api/tasks/changes").await.is(200).json()["items"], json!([]));
    }
}

/// A token that is ahead of the counter was issued before the database was restored.
#[actix_web::test]
async fn a_token_of_a_database_before_its_restore_has_expired() {
    let app = TestApp::start(Backend::Postgres).await;
    let ann = app.ann();
    for title in ["a", "b"] {
        ann.creates_a_task(title).await;
    }
    let token = ann.get("/api/tasks/changes").await.is(200).json()["next"].as_str().unwrap().to_owned();
    let mut events = ann.events().await;
    let sql = SqlConnection::on(&app.database()).await;
    sql.run("delete from task where revision = 2; update task_counter set revision = 1").await;
    ann.get(&format!("/api/tasks/changes?since={token}")).await.is_problem(410, "sync-token-expired");
    assert_eq!(events.next().await, None, "the stream ends");
    ann.tries_events("/api/tasks/events", Some(&events.last_id)).await.unwrap_err().is(410);
}

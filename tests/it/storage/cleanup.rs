//! Cleanup: expired rows and orphaned tasks are deleted in batches, and nothing else.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    UserId,
    task::{Priority, TaskContent, Tasks},
};
use futures_util::future::join_all;

use crate::support::{
    BACKENDS, Backend, Store,
    store::{IDLE_TIMEOUT, found, now},
};

impl Store {
    /// Cleans up until nothing is left; returns the number of rows of each batch.
    async fn cleans_up(&self, now: DateTime<Utc>) -> Vec<u64> {
        let mut batches = Vec::new();
        loop {
            match self.cleans_up_a_batch(now).await {
                0 => return batches,
                rows => batches.push(rows),
            }
        }
    }

    /// Inserts `count` sessions with two refresh tokens each, and `count` revocations. All but every tenth have expired before `now`.
    async fn has_many_rows(&self, count: i64, now: DateTime<Utc>) {
        let numbers = if self.database().backend() == Backend::Postgres {
            format!("generate_series(1, {count}) as numbers(n)")
        } else {
            format!(
                "(with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {count}) select n from numbers) as numbers"
            )
        };
        let (expired, valid) = (text(now - TimeDelta::hours(2)), text(now + TimeDelta::hours(2)));
        let instant = |column: &str| format!("case when n % 10 = 0 then '{valid}' else '{expired}' end as {column}");
        let typed = |instants: String| {
            if self.database().backend() == Backend::Postgres {
                instants.replace("' end", "'::timestamptz end")
            } else {
                instants
            }
        };
        let (expiry_sql, user) = (typed(instant("ends")), self.signs_up("many").await.user.id);
        self.sql()
            .await
            .run(&format!(
                "insert into session (id, token, \"createdAt\", \"updatedAt\", \"expiresAt\", \"userId\")
                select 's' || n, 't' || n, current_timestamp, current_timestamp, {expiry_sql}, '{user}' from {numbers};
            insert into refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
                select 'h' || n, 's' || n, '{user}', current_timestamp, {expiry_sql}, {expiry_sql} from {numbers};
            insert into refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
                select 'i' || n, 's' || n, '{user}', current_timestamp, '{expired}', '{expired}' from {numbers};
            insert into revocation (kind, key, expires_at) select 'session', 'r' || n, {expiry_sql} from {numbers}"
            ))
            .await;
    }
}

fn content() -> TaskContent {
    let (title, priority) = ("Buy milk".to_owned(), Priority::None);
    TaskContent { title, description: None, completed: false, priority, due_at: None, tags: Vec::new() }
}

fn text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

#[actix_web::test]
async fn expired_rows_are_deleted_in_batches() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.has_many_rows(5_000, now()).await;
        let batches = store.cleans_up(now()).await;
        assert!(batches.iter().all(|rows| *rows <= 3_000) && batches.len() > 4, "{batches:?}");
        // 500 and the session of the sign-up
        assert_eq!(store.count("session").await, 501);
        assert_eq!(store.count("session where id like 's%0'").await, 500);
        assert_eq!(store.count("refresh_token").await, 501);
        assert_eq!(store.count("revocation").await, 500);
    }
}

#[actix_web::test]
async fn a_refreshed_session_outlives_its_first_token() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let later = now() + TimeDelta::days(4);
        store.refreshes("ann 1", later).await;
        let then = ann.expires_at + TimeDelta::hours(1);
        assert_eq!(store.cleans_up(then).await, [1]);
        assert_eq!((store.count("session").await, store.count("refresh_token").await), (1, 1));
        assert_eq!(store.cleans_up(later + IDLE_TIMEOUT - TimeDelta::milliseconds(1)).await, [0; 0]);
        assert_ne!(store.cleans_up(later + IDLE_TIMEOUT).await, [0; 0]);
        assert_eq!((store.count("session").await, store.count("refresh_token").await), (0, 0));
    }
}

/// An access token may outlive its session; until then a revocation of the session must be possible.
#[actix_web::test]
async fn a_session_is_kept_until_its_access_token_expires() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (sql, ann) = (store.sql().await, store.signs_up("ann").await);
        let access_ends = ann.expires_at + TimeDelta::days(1);
        sql.run(&format!("update refresh_token set access_expires_at = '{}'", text(access_ends))).await;
        assert_eq!(store.cleans_up(access_ends - TimeDelta::milliseconds(1)).await, [0; 0]);
        assert_eq!(store.cleans_up(access_ends).await.len(), 1);
        assert_eq!(store.count("session").await, 0);
    }
}

#[actix_web::test]
async fn sessions_of_better_auth_are_kept() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let sql = store.sql().await;
        sql.run("delete from refresh_token").await;
        assert_eq!(store.cleans_up(ann.expires_at + TimeDelta::days(365)).await, [0; 0]);
        assert_eq!(store.count("session").await, 1);
    }
}

#[actix_web::test]
async fn concurrent_cleanups_share_the_work() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.has_many_rows(4_000, now()).await;
        let now = now();
        join_all((0..4).map(|_| store.cleans_up(now))).await;
        assert_eq!((store.count("session").await, store.count("refresh_token").await), (401, 401));
        assert_eq!(store.count("revocation").await, 400);
    }
}

#[actix_web::test]
async fn expired_idempotency_keys_are_deleted() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (sql, now) = (store.sql().await, now());
        for (user, key, age) in [("ann", "a", 2), ("ann", "b", 3), ("bob", "a", 2), ("bob", "b", 0)] {
            let expiry = text(now - TimeDelta::hours(age));
            sql.run(&format!(
                "insert into idempotency_key (user_id, key, request_hash, expires_at) values ('{user}', '{key}', 'x', '{expiry}')"
            ))
            .await;
        }
        assert_eq!(store.cleans_up(now).await, [3]);
        assert_eq!(sql.column("select user_id || key from idempotency_key").await, ["bobb"]);
    }
}

#[actix_web::test]
async fn cleanup_skips_locked_rows() {
    let store = Store::new(Backend::Postgres).await;
    store.has_many_rows(100, now()).await;
    let holder = store.sql().await;
    holder.run("begin; select 1 from session where id = 's1' for update; select 1 from refresh_token where hash = 'i10' for update").await;
    holder.run("select 1 from revocation where key = 'r1' for update").await;
    let started = Instant::now();
    store.cleans_up(now()).await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    let left = [store.count("session where id = 's1'").await, store.count("refresh_token where hash = 'i10'").await];
    assert_eq!((left, store.count("revocation where key = 'r1'").await), ([1, 1], 1));
    holder.run("rollback").await;
    store.cleans_up(now()).await;
    assert_eq!((store.count("session").await, store.count("refresh_token").await), (11, 11));
    assert_eq!(store.count("revocation").await, 10);
}

/// A request that was authenticated before the deletion may insert a task after it. Users of the front end have no row in `user`.
#[actix_web::test]
async fn orphaned_tasks_of_a_deleted_account_are_deleted() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        found(store.account(&ann).delete(now(), now()).await.unwrap());
        let users = [ann.user.id, bob.user.id, UserId::from("front")];
        for user in &users {
            store.of::<Tasks>(user).create(content(), now()).await.unwrap();
        }
        store.cleans_up(now()).await;
        let left: Vec<String> = store.sql().await.column("select user_id from task").await;
        assert!(!left.contains(&users[0].to_string()) && left.len() == 2, "{left:?}");
        assert_eq!(store.count("closed_account").await, 1);
        store.cleans_up(now() + TimeDelta::hours(2)).await;
        assert_eq!((store.count("closed_account").await, store.count("task").await), (0, 2));
    }
}

/// The record of a deleted account is kept until no row of the user is left.
#[actix_web::test]
async fn a_deleted_account_is_kept_until_its_rows_are_deleted() {
    const MORE_THAN_A_BATCH: usize = 1_010;
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        found(store.account(&ann).delete(now(), now()).await.unwrap());
        for _ in 0..MORE_THAN_A_BATCH {
            store.of::<Tasks>(&ann.user.id).create(content(), now()).await.unwrap();
        }
        let later = now() + TimeDelta::hours(2);
        store.cleans_up_a_batch(later).await;
        assert_eq!((store.count("closed_account").await, store.count("task").await), (1, 10));
        store.cleans_up(later).await;
        assert_eq!((store.count("closed_account").await, store.count("task").await), (0, 0));
    }
}

#[actix_web::test]
async fn cleanup_does_not_disturb_refreshes() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.has_many_rows(3_000, now()).await;
        let now = now();
        let outcomes = async {
            let mut token = "many 1".to_owned();
            for _ in 0..20 {
                let outcome = store.refreshes(&token, now).await;
                assert!(matches!(outcome, entity::account::RefreshOutcome::Refreshed(..)), "{outcome:?}");
                token.push('\'');
            }
        };
        futures_util::future::join(outcomes, store.cleans_up(now)).await;
    }
}

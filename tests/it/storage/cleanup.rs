//! What has ended is swept, in batches, and nothing else.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    UserId,
    task::{Priority, TaskContent, Tasks},
};
use futures_util::future::join_all;

use crate::support::{
    ACCOUNTS, Backend, Program, SqlConnection, Store, TestApp,
    store::{BACKENDS, IDLE_TIMEOUT, now},
};

impl Store {
    /// Sweeps until nothing is left to sweep; returns the batches.
    async fn sweeps(&self, now: DateTime<Utc>) -> Vec<u64> {
        let mut batches = Vec::new();
        loop {
            match self.sweep().run_batch(now).await.unwrap() {
                0 => return batches,
                rows => batches.push(rows),
            }
        }
    }

    /// So many sessions of a user, each with two refresh tokens, that ended an hour before `now` but for every tenth; and as
    /// many revocations, of which every tenth lasts.
    async fn has_many(&self, count: i64, now: DateTime<Utc>) {
        let numbers = if self.database().backend() == Backend::Postgres {
            format!("generate_series(1, {count}) as numbers(n)")
        } else {
            format!(
                "(with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {count}) select n from numbers) as numbers"
            )
        };
        let (ended, lasting) = (text(now - TimeDelta::hours(2)), text(now + TimeDelta::hours(2)));
        let instant = |column: &str| format!("case when n % 10 = 0 then '{lasting}' else '{ended}' end as {column}");
        let typed = |instants: String| {
            if self.database().backend() == Backend::Postgres {
                instants.replace("' end", "'::timestamptz end")
            } else {
                instants
            }
        };
        let (ends, user) = (typed(instant("ends")), self.signs_up("many").await.user.id);
        self.sql()
            .await
            .run(&format!(
                "insert into session (id, token, \"createdAt\", \"updatedAt\", \"expiresAt\", \"userId\")
                select 's' || n, 't' || n, current_timestamp, current_timestamp, {ends}, '{user}' from {numbers};
            insert into refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
                select 'h' || n, 's' || n, '{user}', current_timestamp, {ends}, {ends} from {numbers};
            insert into refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
                select 'i' || n, 's' || n, '{user}', current_timestamp, '{ended}', '{ended}' from {numbers};
            insert into revocation (kind, key, expires_at) select 'session', 'r' || n, {ends} from {numbers}"
            ))
            .await;
    }
}

fn milk() -> TaskContent {
    let (title, priority) = ("Buy milk".to_owned(), Priority::None);
    TaskContent { title, description: None, completed: false, priority, due_at: None, tags: Vec::new() }
}

fn text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

#[actix_web::test]
async fn what_has_ended_goes_in_batches_and_what_lasts_stays() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.has_many(5_000, now()).await;
        let batches = store.sweeps(now()).await;
        assert!(batches.iter().all(|rows| *rows <= 3_000) && batches.len() > 4, "{batches:?}");
        // and the one that signed up
        assert_eq!(store.count("session").await, 501);
        assert_eq!(store.count("session where id like 's%0'").await, 500);
        assert_eq!(store.count("refresh_token").await, 501);
        assert_eq!(store.count("revocation").await, 500);
    }
}

#[actix_web::test]
async fn a_session_lives_on_though_its_first_token_has_ended() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let later = now() + TimeDelta::days(4);
        store.renews("ann 1", later).await;
        let then = ann.expires_at + TimeDelta::hours(1);
        assert_eq!(store.sweeps(then).await, [1]);
        assert_eq!((store.count("session").await, store.count("refresh_token").await), (1, 1));
        assert_eq!(store.sweeps(later + IDLE_TIMEOUT - TimeDelta::milliseconds(1)).await, [0; 0]);
        assert_ne!(store.sweeps(later + IDLE_TIMEOUT).await, [0; 0]);
        assert_eq!((store.count("session").await, store.count("refresh_token").await), (0, 0));
    }
}

/// An access token may outlive the session: then the session's end has still to be told.
#[actix_web::test]
async fn nothing_goes_before_its_access_token() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (session, ann) = (store.sql().await, store.signs_up("ann").await);
        let access_ends = ann.expires_at + TimeDelta::days(1);
        session.run(&format!("update refresh_token set access_expires_at = '{}'", text(access_ends))).await;
        assert_eq!(store.sweeps(access_ends - TimeDelta::milliseconds(1)).await, [0; 0]);
        assert_eq!(store.sweeps(access_ends).await.len(), 1);
        assert_eq!(store.count("session").await, 0);
    }
}

#[actix_web::test]
async fn sessions_of_better_auth_are_left_to_better_auth() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let session = store.sql().await;
        session.run("delete from refresh_token").await;
        assert_eq!(store.sweeps(ann.expires_at + TimeDelta::days(365)).await, [0; 0]);
        assert_eq!(store.count("session").await, 1);
    }
}

#[actix_web::test]
async fn two_who_sweep_at_once_share_the_work() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.has_many(4_000, now()).await;
        let now = now();
        join_all((0..4).map(|_| store.sweeps(now))).await;
        assert_eq!((store.count("session").await, store.count("refresh_token").await), (401, 401));
        assert_eq!(store.count("revocation").await, 400);
    }
}

#[actix_web::test]
async fn a_sweep_waits_for_nobody() {
    let store = Store::new(Backend::Postgres).await;
    store.has_many(100, now()).await;
    let holder = store.sql().await;
    holder.run("begin; select 1 from session where id = 's1' for update; select 1 from refresh_token where hash = 'i10' for update").await;
    holder.run("select 1 from revocation where key = 'r1' for update").await;
    let begun = Instant::now();
    store.sweeps(now()).await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let left = [store.count("session where id = 's1'").await, store.count("refresh_token where hash = 'i10'").await];
    assert_eq!((left, store.count("revocation where key = 'r1'").await), ([1, 1], 1));
    holder.run("rollback").await;
    store.sweeps(now()).await;
    assert_eq!((store.count("session").await, store.count("refresh_token").await), (11, 11));
    assert_eq!(store.count("revocation").await, 10);
}

#[actix_web::test]
async fn the_service_sweeps_and_says_when_it_can_not() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let session = store.sql().await;
        session
            .run("insert into revocation (kind, key, expires_at) values ('session', 'r', '2026-01-01T00:00:00.000Z')")
            .await;
        let mut process = Program::on(store.database()).with("SWEEP_INTERVAL", "1s").serve().await;
        while store.count("revocation").await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        session.run("alter table refresh_token rename to elsewhere").await;
        process.logs("not swept up at the moment").await;
        session.run("alter table elsewhere rename to refresh_token").await;
        process.logs("swept up again").await;
        assert_eq!(process.log().matches("not swept up").count(), 1);
    }
}

/// A request of theirs may have been let in before, and be answered after. Whom only the front end knows has no row here.
#[actix_web::test]
async fn what_the_user_of_a_closed_account_was_adding_is_swept() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        let _ = store.account(&ann).delete(now(), now()).await.unwrap().expect("an account");
        let users = [ann.user.id, bob.user.id, UserId::from("front")];
        for user in &users {
            store.of::<Tasks>(user).create(milk(), now()).await.unwrap();
        }
        store.sweeps(now()).await;
        let left: Vec<String> = store.sql().await.column("select user_id from task").await;
        assert!(!left.contains(&users[0].to_string()) && left.len() == 2, "{left:?}");
        assert_eq!(store.count("closed_account").await, 1);
        store.sweeps(now() + TimeDelta::hours(2)).await;
        assert_eq!((store.count("closed_account").await, store.count("task").await), (0, 2));
    }
}

/// The record of a deleted account stays while rows of the user are left, however old it is: else they would stay forever.
#[actix_web::test]
async fn a_deleted_account_is_kept_until_its_rows_are_deleted() {
    const MORE_THAN_A_BATCH: usize = 1_010;
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let _ = store.account(&ann).delete(now(), now()).await.unwrap().expect("an account");
        for _ in 0..MORE_THAN_A_BATCH {
            store.of::<Tasks>(&ann.user.id).create(milk(), now()).await.unwrap();
        }
        let later = now() + TimeDelta::hours(2);
        store.sweep().run_batch(later).await.unwrap();
        assert_eq!((store.count("closed_account").await, store.count("task").await), (1, 10));
        store.sweeps(later).await;
        assert_eq!((store.count("closed_account").await, store.count("task").await), (0, 0));
    }
}

/// Whose clock is ahead takes nothing away that lives for the database.
#[actix_web::test]
async fn a_service_that_is_ahead_of_the_database_waits_for_it() {
    for backend in BACKENDS {
        let app = TestApp::start_with(backend, [ACCOUNTS, ("SWEEP_INTERVAL", "1s")]).await;
        let (ann, front) = (app.anonymous().signs_up("ann").await, app.ann());
        front.logs_out().await.is(204);
        app.advance_clock(TimeDelta::days(40));
        let session = SqlConnection::on(&app.database()).await;
        session
            .run(
                "insert into revocation (kind, key, expires_at) values ('session', 'over', '2026-01-01T00:00:00.000Z')",
            )
            .await;
        while session.number("select count(*) from revocation where key = 'over'").await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(session.number("select count(*) from revocation").await, 1);
        assert_eq!(session.number("select count(*) from session").await, 1);
        drop(ann);
    }
}

/// Whoever uses what is swept is let through.
#[actix_web::test]
async fn sweeping_disturbs_no_renewal() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.has_many(3_000, now()).await;
        let now = now();
        let renewals = async {
            let mut token = "many 1".to_owned();
            for _ in 0..20 {
                let renewal = store.renews(&token, now).await;
                assert!(matches!(renewal, entity::account::RefreshOutcome::Refreshed(..)), "{renewal:?}");
                token.push('\'');
            }
        };
        futures_util::future::join(renewals, store.sweeps(now)).await;
    }
}

//! A refresh that is aborted leaves either the old or the new token, and a retry succeeds.

use std::{future::Future, pin::pin, task::Poll};

use chrono::TimeDelta;
use entity::{
    Db, TokenHash,
    account::{AccountStore, RefreshOutcome, UserSession},
};

use crate::support::{
    BACKENDS, Backend, ChaosProxy, SqlConnection, Store,
    store::{exchange, now, settings},
};

/// More than the number of statements and of polls of a refresh.
const MAX_STEPS: u64 = 100;

/// Polls `work` at most `polls` times and drops it; returns whether it completed.
async fn dropped_after<T>(polls: u64, work: impl Future<Output = T>) -> bool {
    let (mut work, mut left) = (pin!(work), polls);
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        work.as_mut().poll(context).map(|_| true)
    })
    .await
}

/// Asserts that the stored tokens are entirely old or entirely new; returns whether they are new.
async fn is_refreshed(sql: &SqlConnection, user: &UserSession, token: &str) -> bool {
    let (old, new) = (TokenHash::new(token), TokenHash::new(&format!("{token}'")));
    let counts_sql = format!(
        "select concat_ws(' ',
            (select count(*) from refresh_token where hash = '{old}' and replaced_at is not null and replaced_by = '{new}'),
            (select count(*) from refresh_token where hash = '{new}'),
            (select count(*) from session where id = '{}' and \"updatedAt\" > \"createdAt\"))",
        user.session_id
    );
    let counts = sql.column(&counts_sql).await;
    assert!(counts == ["0 0 0"] || counts == ["1 1 1"], "half a refresh: {counts:?}");
    counts == ["1 1 1"]
}

#[actix_web::test]
async fn an_aborted_refresh_is_atomic() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let sql = store.sql().await;
        let mut aborted = 0;
        for polls in 1..=20 {
            let name = format!("user{polls}");
            let (user, token, later) = (store.signs_up(&name).await, format!("{name} 1"), now() + TimeDelta::hours(1));
            let completed = dropped_after(polls, store.refreshes(&token, later)).await;
            let is_new = is_refreshed(&sql, &user, &token).await;
            assert!(is_new || !completed, "acknowledged, and not stored");
            let RefreshOutcome::Refreshed(again, _) = store.refreshes(&token, later).await else {
                panic!("locked out after {polls}")
            };
            assert_eq!(again.session_id, user.session_id);
            assert!(is_refreshed(&sql, &user, &token).await);
            aborted += u64::from(!completed);
        }
        assert!(aborted > 0);
    }
}

#[actix_web::test]
async fn a_refresh_over_a_cut_connection_is_atomic() {
    let store = Store::new(Backend::Postgres).await;
    let (sql, proxy) = (store.sql().await, ChaosProxy::start(store.database()).await);
    let mut seen = [false, false];
    for step in 1..MAX_STEPS {
        let name = format!("user{step}");
        let (user, token, later) = (store.signs_up(&name).await, format!("{name} 1"), now() + TimeDelta::hours(1));
        let accounts = AccountStore::new(&Db::open(&settings(proxy.url())).await.unwrap());
        let (outcome, reached) = cut_after(step, &proxy, accounts.refresh(exchange(&token, later), || later)).await;
        let is_new = is_refreshed(&sql, &user, &token).await;
        seen[usize::from(is_new)] = true;
        assert!(is_new || outcome.is_none(), "acknowledged, and not stored");
        let RefreshOutcome::Refreshed(again, _) = store.refreshes(&token, later).await else {
            panic!("locked out after {step}")
        };
        assert_eq!(again.session_id, user.session_id);
        if !reached {
            break;
        }
    }
    assert_eq!(seen, [true, true]);
}

/// Cuts the connections after `step` statements; returns the result, and whether the cut came first.
async fn cut_after<T, E>(step: u64, proxy: &ChaosProxy, work: impl Future<Output = Result<T, E>>) -> (Option<T>, bool) {
    let goal = proxy.statements() + step;
    let carried = async {
        while proxy.statements() < goal {
            tokio::task::yield_now().await;
        }
    };
    let mut work = pin!(work);
    tokio::select! {
        biased;
        () = carried => {}
        response = &mut work => return (response.ok(), false),
    }
    proxy.cut().await;
    (work.await.ok(), true)
}

//! A renewal that is broken off leaves the old token or the new one, never half, and whoever tries again is let in.

use std::{future::Future, pin::pin, task::Poll};

use chrono::TimeDelta;
use entity::{
    Db, TokenHash,
    account::{AccountStore, RefreshOutcome, UserSession},
};

use crate::support::{
    Backend, ChaosProxy, SqlConnection, Store,
    store::{exchange, now, settings},
};

/// More than a renewal has statements, or waits for anything.
const STEPS: u64 = 100;

/// Polls `work` so many times, and drops it; says whether it came to its end.
async fn broken_off_after<T>(polls: u64, work: impl Future<Output = T>) -> bool {
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

/// What is stored of `user`'s first token is old or new as a whole; says which.
async fn is_whole(session: &SqlConnection, user: &UserSession, token: &str) -> bool {
    let (old, new) = (TokenHash::new(token), TokenHash::new(&format!("{token}'")));
    let one_look = format!(
        "select concat_ws(' ',
            (select count(*) from refresh_token where hash = '{old}' and replaced_at is not null and replaced_by = '{new}'),
            (select count(*) from refresh_token where hash = '{new}'),
            (select count(*) from session where id = '{}' and \"updatedAt\" > \"createdAt\"))",
        user.session_id
    );
    let marks = session.column::<String>(&one_look).await;
    assert!(marks == ["0 0 0"] || marks == ["1 1 1"], "half a renewal: {marks:?}");
    marks == ["1 1 1"]
}

#[actix_web::test]
async fn a_caller_who_goes_away_leaves_old_or_new() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let store = Store::new(backend).await;
        let session = store.sql().await;
        let mut broken_off = 0;
        for polls in 1..=20 {
            let name = format!("user{polls}");
            let (user, token, later) = (store.signs_up(&name).await, format!("{name} 1"), now() + TimeDelta::hours(1));
            let over = broken_off_after(polls, store.renews(&token, later)).await;
            let is_new = is_whole(&session, &user, &token).await;
            assert!(is_new || !over, "acknowledged, and not stored");
            let RefreshOutcome::Refreshed(again, _) = store.renews(&token, later).await else {
                panic!("locked out after {polls}")
            };
            assert_eq!(again.session_id, user.session_id);
            assert!(is_whole(&session, &user, &token).await);
            broken_off += u64::from(!over);
        }
        assert!(broken_off > 0);
    }
}

#[actix_web::test]
async fn a_connection_that_is_cut_leaves_old_or_new() {
    let store = Store::new(Backend::Postgres).await;
    let (session, proxy) = (store.sql().await, ChaosProxy::start(store.database()).await);
    let mut seen = [false, false];
    for step in 1..STEPS {
        let name = format!("user{step}");
        let (user, token, later) = (store.signs_up(&name).await, format!("{name} 1"), now() + TimeDelta::hours(1));
        let accounts = AccountStore::new(Db::open(&settings(proxy.url())).await.unwrap());
        let (renewal, reached) = cut_after(step, &proxy, accounts.refresh(exchange(&token, later), || later)).await;
        let is_new = is_whole(&session, &user, &token).await;
        seen[usize::from(is_new)] = true;
        assert!(is_new || renewal.is_none(), "acknowledged, and not stored");
        let RefreshOutcome::Refreshed(again, _) = store.renews(&token, later).await else {
            panic!("locked out after {step}")
        };
        assert_eq!(again.session_id, user.session_id);
        if !reached {
            break;
        }
    }
    assert_eq!(seen, [true, true]);
}

/// Cuts the proxy as soon as it has carried so many statements; returns what was answered, and whether it was cut.
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

//! Sessions of a user: listed, revoked one by one or all together; tokens revoked by hash.

use chrono::TimeDelta;
use entity::{
    TokenHash,
    revocation::{Revocation, RevocationTarget},
};

use crate::support::{
    BACKENDS, Store,
    store::{RevokingExt, distant_future, found, now, revoked_sessions, revoked_users},
};

#[actix_web::test]
async fn users_list_and_revoke_only_their_own_sessions() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        let listed = store.sessions(&ann).list(now()).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((&listed[0].id, listed[0].expires_at), (&ann.session_id, ann.expires_at));
        assert_eq!(listed[0].ip_address.as_deref(), Some("192.0.2.1"));
        assert!(!store.sessions(&bob).revoke(&ann.session_id).await.unwrap().outcome());
        assert!(store.still_refreshes("ann 1").await);
        let revoked = found(store.sessions(&ann).revoke(&ann.session_id).await.unwrap());
        assert_eq!(revoked_sessions(&revoked), [ann.session_id.as_str()]);
        assert!(!store.sessions(&ann).revoke(&ann.session_id).await.unwrap().outcome());
        assert!(!store.still_refreshes("ann 1'").await && store.still_refreshes("bob 1").await);
    }
}

/// The limit keeps the revocation of all sessions fast.
#[actix_web::test]
async fn the_oldest_session_beyond_100_is_revoked() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        let sql = store.sql().await;
        sql
            .run(&format!(
                "insert into session (id, token, \"createdAt\", \"updatedAt\", \"expiresAt\", \"userId\")
                values ('front', 'front', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2036-01-01T00:00:00.000Z', '{}')",
                ann.user.id
            ))
            .await;
        let second = store.logs_in("ann", "ann second").await;
        for number in 0..98 {
            store.logs_in("ann", &format!("ann {number}th")).await;
        }
        assert_eq!((store.count("session").await, store.revoked().await.len()), (102, 0));
        store.refreshes("ann 1", now() + TimeDelta::minutes(1)).await;
        store.logs_in("ann", "ann last").await;
        assert_eq!(store.revoked().await, [format!("session {}", second.session_id)]);
        assert!(
            store.still_refreshes("ann 1'").await
                && store.still_refreshes("ann last").await
                && store.still_refreshes("bob 1").await
        );
        assert_eq!(store.count("session where id = 'front'").await, 1);
        drop(bob);
    }
}

#[actix_web::test]
async fn active_sessions_are_listed_by_last_use() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let second = store.logs_in("ann", "ann 2").await;
        store.refreshes("ann 1", now() + TimeDelta::hours(1)).await;
        assert_eq!(store.listed(&ann).await, [ann.session_id.as_str(), second.session_id.as_str()]);
        let sessions = store.sessions(&ann);
        assert_eq!(sessions.list(second.expires_at).await.unwrap().len(), 1);
        assert_eq!(sessions.list(second.expires_at + TimeDelta::hours(2)).await.unwrap(), []);
        assert_eq!(sessions.list(second.expires_at - TimeDelta::milliseconds(1)).await.unwrap().len(), 2);
    }
}

#[actix_web::test]
async fn revoke_all_revokes_every_session_of_a_user() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, _bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        store.logs_in("ann", "ann 2").await;
        let started = now();
        let revoked = store.sessions(&ann).revoke_all(started, distant_future()).await.unwrap().revocations();
        assert_eq!(revoked_sessions(&revoked).len(), 2);
        assert_eq!(revoked_users(&revoked), [(ann.user.id.to_string(), started, distant_future())]);
        assert_eq!(store.listed(&ann).await, [""; 0]);
        assert!(!store.still_refreshes("ann 1").await && !store.still_refreshes("ann 2").await);
        assert!(store.still_refreshes("bob 1").await);
    }
}

#[actix_web::test]
async fn a_token_is_revoked_by_its_hash() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let hash = TokenHash::new("a token");
        let revoked = store.sessions(&ann).revoke_token(hash, distant_future()).await.unwrap().revocations();
        let expected = Revocation { target: RevocationTarget::Token(hash), expires_at: distant_future() };
        assert_eq!(revoked, [expected]);
        store.sessions(&ann).revoke_token(hash, distant_future()).await.unwrap().outcome();
        assert_eq!(store.revoked().await, [format!("token {hash}")]);
        assert!(store.still_refreshes("ann 1").await);
    }
}

#[actix_web::test]
async fn at_most_100_sessions_are_listed() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let sql = store.sql().await;
        for number in 100..250 {
            sql
                .run(&format!(
                    "insert into session (id, token, \"createdAt\", \"updatedAt\", \"expiresAt\", \"userId\")
                    values ('{number}', '{number}', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.{number}Z', '2036-01-01T00:00:00.000Z', '{}')",
                    ann.user.id
                ))
                .await;
        }
        let listed = store.listed(&ann).await;
        assert_eq!((listed.len(), &listed[0], listed[1].as_str()), (100, &ann.session_id.to_string(), "249"));
        let revoked = store.sessions(&ann).revoke_all(now(), distant_future()).await.unwrap().revocations();
        assert_eq!((revoked_sessions(&revoked).len(), revoked_users(&revoked).len()), (151, 1));
        assert_eq!(store.count("session").await, 0);
    }
}

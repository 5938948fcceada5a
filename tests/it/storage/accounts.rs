//! Accounts: sign-up, credentials, password changes and deletion, also concurrently.

use entity::account::{PasswordChange, PasswordChangeOutcome, SessionsAfterChange, SignUpOutcome, UserSession};
use futures_util::future::{join, join_all};

use crate::support::{
    BACKENDS, Store,
    store::{
        RevokingExt, changed, distant_future, found, new_account, new_session, now, revoked_sessions, revoked_users,
    },
};

fn change(from: &str, to: &str, keep: Option<&UserSession>) -> PasswordChange {
    let sessions = SessionsAfterChange::RevokeOthers { kept: keep.map(|kept| kept.session_id.clone()) };
    PasswordChange { current_hash: from.into(), new_hash: to.into(), sessions }
}

#[actix_web::test]
async fn an_email_address_is_unique() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.signs_up("ann").await;
        let again = store.accounts().sign_up(new_account("ann"), new_session("again", now()), now()).await.unwrap();
        assert_eq!(again, SignUpOutcome::EmailTaken);
        for table in ["\"user\"", "account", "session", "refresh_token"] {
            assert_eq!(store.count(table).await, 1, "{table}");
        }
    }
}

#[actix_web::test]
async fn one_of_20_concurrent_sign_ups_succeeds() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (accounts, now) = (store.accounts(), now());
        let tries =
            (0..20).map(|number| accounts.sign_up(new_account("ann"), new_session(&number.to_string(), now), now));
        let outcomes: Vec<_> = join_all(tries).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == SignUpOutcome::EmailTaken).count(), 19);
        for table in ["\"user\"", "account", "session", "refresh_token"] {
            assert_eq!(store.count(table).await, 1, "{table}");
        }
    }
}

#[actix_web::test]
async fn a_credential_must_match_better_auths_format() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let (sql, accounts) = (store.sql().await, store.accounts());
        let found = accounts.credential_by_email("ann@example.com").await.unwrap().expect("a credential");
        assert_eq!((found.user, found.password_hash.as_str()), (ann.user.clone(), "the hash of ann"));
        assert_eq!(store.account(&ann).password_hash().await.unwrap().as_deref(), Some("the hash of ann"));
        for other in ["Ann@example.com", "ann@example.co", "", "%"] {
            assert!(accounts.credential_by_email(other).await.unwrap().is_none(), "{other}");
        }
        for (alter, back) in [
            ("\"providerId\" = 'google'", "\"providerId\" = 'credential'"),
            ("\"accountId\" = 'ann@example.com'", "\"accountId\" = \"userId\""),
            ("password = null", "password = 'the hash of ann'"),
        ] {
            sql.run(&format!("update account set {alter}")).await;
            assert!(accounts.credential_by_email("ann@example.com").await.unwrap().is_none(), "{alter}");
            let account = store.account(&ann);
            assert_eq!(account.password_hash().await.unwrap(), None, "{alter}");
            let changed = account.change_password(change("the hash of ann", "new", None), now(), distant_future());
            assert_eq!(changed.await.unwrap().outcome(), PasswordChangeOutcome::Stale, "{alter}");
            sql.run(&format!("update account set {back}")).await;
        }
        assert!(accounts.credential_by_email("ann@example.com").await.unwrap().is_some());
    }
}

#[actix_web::test]
async fn a_password_change_revokes_the_other_sessions() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, _bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        let other = store.logs_in("ann", "ann 2").await;
        let started = now();
        let account = store.account(&ann);
        let wrong_password =
            account.change_password(change("the hash of bob", "new", Some(&ann)), started, distant_future()).await;
        assert_eq!(wrong_password.unwrap().outcome(), PasswordChangeOutcome::Stale);
        assert_eq!(store.listed(&ann).await.len(), 2);
        let change =
            account.change_password(change("the hash of ann", "new", Some(&ann)), started, distant_future()).await;
        let revoked = changed(change.unwrap());
        assert_eq!(revoked_sessions(&revoked), [other.session_id.as_str()]);
        assert_eq!(revoked_users(&revoked), [(ann.user.id.to_string(), started, distant_future())]);
        assert_eq!(store.listed(&ann).await, [ann.session_id.as_str()]);
        assert!(store.still_refreshes("ann 1").await && store.still_refreshes("bob 1").await);
        assert_eq!(account.password_hash().await.unwrap().as_deref(), Some("new"));
    }
}

#[actix_web::test]
async fn a_replaced_password_opens_no_session() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        let old = store.accounts().credential_by_email("ann@example.com").await.unwrap().expect("a credential");
        let change = change("the hash of ann", "new", None);
        changed(store.account(&ann).change_password(change, now(), distant_future()).await.unwrap());
        assert_eq!(store.accounts().create_session(old, new_session("late", now()), now()).await.unwrap(), None);
        assert_eq!(store.count("session").await, 0);
        store.logs_in("ann", "with the new one").await;
    }
}

/// A concurrent log-in with the old password is rejected, or revoked by the change.
#[actix_web::test]
async fn a_log_in_during_a_password_change_is_revoked() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let ann = store.signs_up("ann").await;
        for round in 0..10 {
            let (from, to) = (format!("password {round}"), format!("password {}", round + 1));
            store.sql().await.run(&format!("update account set password = '{from}'")).await;
            let mut log_ins = Vec::new();
            for number in 0..8 {
                let credential =
                    store.accounts().credential_by_email("ann@example.com").await.unwrap().expect("a credential");
                log_ins.push((credential, new_session(&format!("{round} {number}"), now())));
            }
            let accounts = store.accounts();
            let log_ins =
                log_ins.into_iter().map(|(credential, session)| accounts.create_session(credential, session, now()));
            let (log_ins, change) = join(
                join_all(log_ins),
                store.account(&ann).change_password(change(&from, &to, None), now(), distant_future()),
            )
            .await;
            changed(change.unwrap());
            assert!(log_ins.into_iter().all(|log_in| log_in.is_ok()));
            assert_eq!(store.listed(&ann).await, [""; 0], "round {round}");
        }
    }
}

#[actix_web::test]
async fn deleting_an_account_deletes_its_data() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let (ann, bob) = (store.signs_up("ann").await, store.signs_up("bob").await);
        store.logs_in("ann", "ann 2").await;
        let started = now();
        let revoked = found(store.account(&ann).delete(started, distant_future()).await.unwrap());
        assert_eq!((revoked_sessions(&revoked).len(), revoked_users(&revoked).len()), (2, 1));
        assert!(!store.account(&ann).delete(started, distant_future()).await.unwrap().outcome());
        assert_eq!(store.account(&ann).profile().await.unwrap(), None);
        for table in ["\"user\"", "account", "session", "refresh_token"] {
            assert_eq!(store.count(table).await, 1, "{table}");
        }
        assert_eq!(store.count("revocation").await, 3);
        assert_eq!(store.account(&bob).profile().await.unwrap(), Some(bob.user));
        assert!(!store.still_refreshes("ann 1").await && store.still_refreshes("bob 1").await);
        store.signs_up("ann").await;
    }
}

#[actix_web::test]
async fn concurrent_account_operations_do_not_deadlock() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        for round in 0..5 {
            let name = format!("user{round}");
            let user = store.signs_up(&name).await;
            for number in 2..6 {
                store.logs_in(&name, &format!("{name} {number}")).await;
            }
            let credential =
                store.accounts().credential_by_email(&user.user.email).await.unwrap().expect("a credential");
            let (accounts, account, sessions) = (store.accounts(), store.account(&user), store.sessions(&user));
            let now = now();
            let hash = format!("the hash of {name}");
            let tokens: Vec<_> = (1..6).map(|number| format!("{name} {number}")).collect();
            let outcomes = join_all(tokens.iter().map(|token| store.refreshes(token, now)));
            let log_in = accounts.create_session(credential, new_session(&format!("{name} late"), now), now);
            let changed = account.change_password(change(&hash, "new", None), now, distant_future());
            let revoked = Box::pin(sessions.revoke_all(now, distant_future()));
            let deleted = Box::pin(account.delete(now, distant_future()));
            let ((outcomes, log_in), (changed, (all, deleted))) =
                join(join(outcomes, Box::pin(log_in)), join(Box::pin(changed), join(revoked, deleted))).await;
            log_in.unwrap();
            changed.unwrap().outcome();
            all.unwrap().outcome();
            assert!(deleted.unwrap().outcome());
            assert_eq!(outcomes.len(), 5);
            assert_eq!(store.count(&format!("refresh_token where user_id = '{}'", user.user.id)).await, 0);
        }
        assert_eq!(store.count("session").await, 0);
    }
}

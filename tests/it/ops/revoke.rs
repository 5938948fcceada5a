//! `taskbridge revoke`: every user is signed out on every replica, and can sign in again.

use std::time::Duration;

use chrono::DateTime;
use taskbridge::clock::Clock;

use crate::support::{ACCOUNTS, BACKENDS, Backend, Program, SqlConnection, TestDatabase};

fn program(database: &TestDatabase) -> Program {
    Program::on(database).with(ACCOUNTS.0, ACCOUNTS.1).with("RATE_LIMIT", "off")
}

/// The instant that the output of a successful revocation names.
fn instant(stdout: &str) -> DateTime<chrono::Utc> {
    stdout.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or_else(|| panic!("no instant: {stdout}"))
}

/// Times of issue are in whole seconds.
async fn wait_until(instant: DateTime<chrono::Utc>) {
    while Clock::system().now() < instant {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn every_user_is_signed_out_and_can_sign_in_again() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = program(&database);
        let (one, two) = (program.serve().await, program.serve().await);
        let (ann, bob) = (one.anonymous().signs_up("ann").await, one.anonymous().signs_up("bob").await);
        let front_end = two.user("carol");
        let task = ann.creates_a_task("Buy milk").await;
        front_end.is_accepted().await;

        let output = program.run(&["revoke", "--before", "now"]).await;
        assert!(output.stdout.contains("deleted 2 sessions"), "{output:?}");
        for process in [&one, &two] {
            for client in [&*ann, &*bob, &front_end] {
                process.bearer(client.token().unwrap()).is_rejected_soon().await;
            }
        }
        ann.is_signed_out().await;
        let sql = SqlConnection::on(&database).await;
        assert_eq!(sql.number("select count(*) from session").await, 0);

        wait_until(instant(&output.stdout)).await;
        let again = two.anonymous().logs_in("ann").await;
        again.sees(&task).await;
        again.is_still_signed_in().await;
        one.user("carol").is_accepted().await;
        let restarted = program.serve().await;
        restarted.bearer(front_end.token().unwrap()).is_rejected().await;
        restarted.bearer(again.access_token()).is_accepted().await;
    }
}

/// After a failover, tokens that were issued later stay valid.
#[actix_web::test]
async fn what_is_newer_than_the_instant_stays() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let program = program(&database);
        let process = program.serve().await;
        let ann = process.anonymous().signs_up("ann").await;
        let output = program.run(&["revoke", "--before", "2026-11-21T09:30:00.5+01:00"]).await;
        assert_eq!(instant(&output.stdout), "2026-11-21T08:30:01Z".parse::<DateTime<chrono::Utc>>().unwrap());
        assert!(output.stdout.contains("deleted 0 sessions"), "{output:?}");
        ann.is_still_signed_in().await;
        process.user("carol").is_accepted().await;
    }
}

#[actix_web::test]
async fn a_later_instant_is_not_shortened() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let program = program(&database);
    let process = program.serve().await;
    let old = process.user("carol");
    let revoked_at = instant(&program.run(&["revoke", "--before", "now"]).await.stdout);
    program.run(&["revoke", "--before", "2026-01-01T00:00:00Z"]).await;
    old.is_rejected_soon().await;
    wait_until(revoked_at).await;
    program.serve().await.bearer(old.token().unwrap()).is_rejected().await;
}

#[actix_web::test]
async fn the_sessions_of_another_library_are_kept() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let sql = SqlConnection::on(&database).await;
        sql.run("create table session (sid text primary key, data text); insert into session values ('1', 'x')").await;
        let program = Program::on(&database);
        let process = program.serve().await;
        let carol = process.user("carol");
        let output = program.run(&["revoke", "--before", "now"]).await;
        assert!(output.stdout.contains("deleted 0 sessions"), "{output:?}");
        carol.is_rejected_soon().await;
        assert_eq!(sql.number("select count(*) from session").await, 1);
    }
}

#[actix_web::test]
async fn an_instant_in_the_future_is_rejected() {
    for instant in ["2999-01-01T00:00:00Z", "yesterday", "2026-11-28", ""] {
        let output = Program::new().run(&["revoke", "--before", instant]).await;
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{output:?}");
    }
    assert_eq!(Program::new().run(&["revoke"]).await.code, Some(2));
}

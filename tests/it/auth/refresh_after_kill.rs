//! A kill between rotation and response: whoever comes with the token they have left is served.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::{ApiClient, Backend, Program, SignedInUser, SqlConnection, TestDatabase};

const BOTH: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

fn program(database: &TestDatabase) -> Program {
    Program::on(database).with("ACCOUNTS", "on").with("RATE_LIMIT", "off")
}

/// Presents the token, and never learns the response.
fn refreshes_without_reading(member: &SignedInUser) {
    let body = json!({"refresh_token": member.refresh_token()});
    let request = member.request(Method::POST, "/api/auth/refresh").json(&body);
    actix_web::rt::spawn(async move { drop(request.send().await) });
}

async fn waits_until_it_is_replaced(session: &SqlConnection) {
    let begun = std::time::Instant::now();
    while session.number("select count(*) from refresh_token where replaced_at is not null").await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(10), "it is never replaced");
    }
}

/// The one session goes on, in one branch.
async fn goes_on(nobody: &ApiClient, session: &SqlConnection, member: &SignedInUser) -> SignedInUser {
    let served = nobody.signed_in_by(nobody.refreshes_with(member.refresh_token()).await.is(200));
    assert_eq!(served.session_id(), member.session_id());
    assert_eq!(session.number("select count(*) from refresh_token where replaced_at is null").await, 1);
    served.is_accepted().await;
    served
}

#[actix_web::test]
async fn a_kill_after_the_rotation_locks_nobody_out() {
    for backend in BOTH {
        let database = TestDatabase::new(backend).await;
        let session = SqlConnection::on(&database).await;
        let mut process = program(&database).serve().await;
        let ann = process.anonymous().signs_up("ann").await;
        refreshes_without_reading(&ann);
        waits_until_it_is_replaced(&session).await;
        process.signal("KILL");
        assert_eq!(process.exit_code().await, None);

        let process = program(&database).serve().await;
        let served = goes_on(&process.anonymous(), &session, &ann).await;
        served.is_still_signed_in().await;
    }
}

/// Before, during or after: whichever it was, the token that is left is good.
#[actix_web::test]
async fn a_kill_at_any_moment_locks_nobody_out() {
    for backend in BOTH {
        let database = TestDatabase::new(backend).await;
        let session = SqlConnection::on(&database).await;
        let mut process = program(&database).serve().await;
        let mut ann = process.anonymous().signs_up("ann").await;
        for millis in [0, 1, 2, 4, 8, 16] {
            refreshes_without_reading(&ann);
            tokio::time::sleep(Duration::from_millis(millis)).await;
            process.signal("KILL");
            assert_eq!(process.exit_code().await, None);
            process = program(&database).serve().await;
            ann = goes_on(&process.anonymous(), &session, &ann).await;
        }
        ann.is_still_signed_in().await;
    }
}

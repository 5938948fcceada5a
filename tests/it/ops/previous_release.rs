//! The previous release serves on a database that this version has migrated, as during a rolling upgrade.

use serde_json::json;

use crate::support::{ACCOUNTS, Backend, Process, Program, TestDatabase, id, setting};

async fn uses_everything(process: &Process, name: &str) {
    let user = process.anonymous().signs_up(name).await;
    let task = user.creates_a_task("Buy milk").await;
    let path = format!("/api/tasks/{}", id(&task));
    user.put(&path, json!({"title": "Buy bread"})).await.is(200);
    user.patch(&format!("{path}/complete"), json!({"completed": true})).await.is(200);
    assert_eq!(user.titles("q=bread").await, ["Buy bread"]);
    user.delete(&path).await.is(204);
    let user = user.refreshes().await;
    user.logs_out().await.is(204);
    user.is_rejected().await;
    process.anonymous().logs_in(name).await.is_accepted().await;
}

#[actix_web::test]
async fn the_previous_release_serves_on_the_new_schema() {
    let executable =
        setting("TEST_PREVIOUS_RELEASE").expect("TEST_PREVIOUS_RELEASE: the binary of the previous release");
    let database = TestDatabase::new(Backend::Postgres).await;
    let new = Program::on(&database).with(ACCOUNTS.0, ACCOUNTS.1).with("CLEANUP_INTERVAL", "1s");
    let previous = Program::on(&database).with(ACCOUNTS.0, ACCOUNTS.1).with("CLEANUP_INTERVAL", "1s");
    let previous = previous.with_executable(&executable);
    let mut running = previous.serve().await;
    uses_everything(&running, "ann").await;
    let migrated = new.run(&["migrate"]).await;
    assert_eq!((migrated.code, migrated.stderr.as_str()), (Some(0), ""));
    // one that runs since before the migration, and one that restarts
    let mut restarted = previous.serve().await;
    let upgraded = new.serve_without_migrating().await;
    for (process, name) in [(&running, "bob"), (&restarted, "carl"), (&upgraded, "dora")] {
        uses_everything(process, name).await;
    }
    // tokens and log-outs are valid across versions
    let eve = running.anonymous().signs_up("eve").await;
    let there = upgraded.bearer(eve.access_token());
    there.is_accepted().await;
    there.logs_out().await.is(204);
    restarted.bearer(eve.access_token()).is_rejected_soon().await;
    for process in [&mut running, &mut restarted] {
        process.signal("TERM");
        assert_eq!(process.exit_code().await, Some(0));
        assert!(!process.log().contains("failed") && !process.log().contains("ERROR"), "{}", process.log());
    }
}

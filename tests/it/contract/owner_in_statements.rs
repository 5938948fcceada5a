//! Every statement over an owned table of the service names its owner, so that the table can be distributed by user.

use std::{collections::BTreeSet, time::Duration};

use reqwest::Method;
use serde_json::json;

use super::operation::Operation;
use crate::support::{ACCOUNTS, ApiResponse, Backend, ChaosProxy, SqlConnection, TestApp, TestDatabase, password};

/// More tasks than are searched without the index, which the background task fills.
const MANY_TASKS: &str = "
    insert into task (user_id, id, title, priority, tags, created_at, updated_at, folded_title)
    select 'many', gen_random_uuid(), 'task ' || n, 0, '[]', now(), now(), 'task ' || n from generate_series(1, 2100) n";

/// A task of a deleted user, which the cleanup deletes.
const ORPHAN: &str = "
    insert into task (user_id, id, title, priority, tags, created_at, updated_at, folded_title)
        values ('gone', gen_random_uuid(), 'task', 0, '[]', now(), now(), 'task');
    insert into closed_account (user_id, closed_at) values ('gone', '2026-01-01Z')";

/// The statements of all operations on tasks, of searches among few and many tasks, and of the background tasks.
async fn statements_of_everything() -> BTreeSet<String> {
    let database = TestDatabase::new(Backend::Postgres).await;
    let proxy = ChaosProxy::start(&database).await;
    let settings = [ACCOUNTS, ("CLEANUP_INTERVAL", "1s"), ("DATABASE_URL", proxy.url())];
    let app = TestApp::start_on(database.into(), settings).await;
    let sql = SqlConnection::on(&app.database()).await;
    sql.run(&format!("{MANY_TASKS}; {ORPHAN}")).await;
    let ann = app.anonymous().signs_up("ann").await;
    for operation in Operation::of_tasks() {
        let id = operation.create_resource(&ann).await;
        operation.call(&ann, &operation.last_path(ann.id(), &id)).await.is(operation.row().status);
    }
    for query in
        ["sort=-due_at", "sort=title&completed=true&tag=a", "priority=high&due_before=2027-01-01T00:00:00Z", "q=x"]
    {
        ann.get(&format!("/api/tasks?{query}")).await.is(200);
    }
    let with_password = json!({"password": password("ann")});
    ApiResponse::to(ann.request(Method::DELETE, "/api/auth/me").json(&with_password)).await.is(204);
    while sql.number("select count(*) from closed_account where user_id = 'gone'").await > 0
        || sql.number("select count(*) from task where search_grams is not null").await == 0
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.user("many").get("/api/tasks?q=2050").await.is(200);
    proxy.texts()
}

/// The number of times that a statement reads or writes an owned table of the service.
fn owned_tables(statement: &str) -> usize {
    let is_owned = |before: &str, after: &str| {
        let verb = before.split_whitespace().next_back().unwrap_or_default();
        ["from", "join", "into", "update"].contains(&verb)
            && !after.starts_with(|c: char| c == '_' || c.is_alphanumeric())
    };
    let found = statement.match_indices("taskbridge.task");
    found.filter(|(start, name)| is_owned(&statement[..*start], &statement[start + name.len()..])).count()
}

/// The number of conditions on the owner, and of inserts with one.
fn owners(statement: &str) -> usize {
    let conditions = ["user_id = ", "user_id >= ", "insert into taskbridge.task (user_id"];
    conditions.iter().map(|condition| statement.matches(condition).count()).sum()
}

#[actix_web::test]
async fn every_statement_over_owned_rows_names_the_owner() {
    let statements = statements_of_everything().await;
    let normalized = statements.iter().map(|statement| statement.to_lowercase().replace('"', ""));
    let owned: Vec<_> = normalized.filter(|statement| owned_tables(statement) > 0).collect();
    for statement in &owned {
        assert!(owners(statement) >= owned_tables(statement), "no owner: {statement}");
    }
    for part in ["insert into", "update taskbridge", "delete from", "search_grams @>", "for update", "any($1)"] {
        assert!(owned.iter().any(|statement| statement.contains(part)), "no {part}: {owned:#?}");
    }
}

#[actix_web::test]
async fn no_trigger_stands_on_an_owned_table() {
    let app = TestApp::start(Backend::Postgres).await;
    let sql = SqlConnection::on(&app.database()).await;
    let triggers = "select tgrelid::regclass::text from pg_trigger where not tgisinternal order by 1";
    let tables = sql.column(triggers).await;
    assert!(tables.contains(&"session".to_owned()), "{tables:?}");
    assert!(!tables.contains(&"task".to_owned()), "{tables:?}");
}

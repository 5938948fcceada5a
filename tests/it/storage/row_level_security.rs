//! Row-level security: a statement reaches the rows of its user alone, even without its condition on the owner.

use std::sync::Arc;

use entity::{
    BetterAuthNames, Cleanup, CleanupStep, Db, DbSettings, Owner, OwnerScoped, RowLevelSecurity, UserId,
    task::{SearchIndex, Tasks},
};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    ACCOUNTS, ApiClient, ApiResponse, Backend, PgBouncer, Program, SECRET, SqlConnection, TestApp, TestDatabase, id,
    password,
    row_level_security::{self, enable},
    service_role,
    store::{self, now},
};

/// Each table with a policy, and its owner column.
const TABLES: [(&str, &str); 6] = [
    ("account", "\"userId\""),
    ("session", "\"userId\""),
    ("taskbridge.task", "user_id"),
    ("taskbridge.task_counter", "user_id"),
    ("taskbridge.idempotency_key", "user_id"),
    ("\"user\"", "id"),
];

/// Creates a row in each of the service's tables.
async fn fills_each_table(user: &ApiClient, title: &str) {
    let request = user.request(reqwest::Method::POST, "/api/tasks").header("idempotency-key", "key");
    ApiResponse::to(request.json(&json!({ "title": title }))).await.is(201);
}

async fn start() -> TestApp {
    TestApp::start_on(TestDatabase::with_row_level_security().await.into(), [ACCOUNTS]).await
}

#[expect(clippy::disallowed_methods, reason = "no request is made, so there is no token to verify")]
fn tasks_of(user: &str, db: &Db) -> Tasks {
    Tasks::scoped_to(Owner::from_verified(UserId::from(user)), db.clone())
}

/// The service's database, with one connection that reads share.
async fn open(database: &TestDatabase) -> Db {
    Db::open(&DbSettings { max_connections: 2, ..row_level_security::settings(database) }).await.unwrap()
}

/// A connection of the service's role.
async fn service(database: &TestDatabase) -> SqlConnection {
    SqlConnection::to(&service_role::url(database.url())).await
}

#[actix_web::test]
async fn tasks_and_accounts_work() {
    let app = start().await;
    works(&app).await;
    let policies = "select count(*) from pg_policy where polname = 'taskbridge_owner'";
    let count = SqlConnection::on(&app.database()).await.number(policies).await;
    assert_eq!(usize::try_from(count), Ok(TABLES.len()));
}

async fn works(app: &TestApp) {
    let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
    let (anns, bobs) = (ann.creates_a_task("Ann's").await, bob.creates_a_task("Bob's").await);
    for (user, own, other) in [(&ann, &anns, &bobs), (&bob, &bobs, &anns)] {
        assert_eq!(user.titles("").await, [own["title"].as_str().unwrap()]);
        assert_eq!(user.titles("q=s").await.len(), 1);
        user.cannot_see(other).await;
        let path = format!("/api/tasks/{}", id(own));
        user.patch(&path, json!({"completed": true})).await.is(200);
        assert_eq!(user.get("/api/auth/me").await.is(200).json()["id"], user.id());
        assert_eq!(user.get("/api/auth/sessions").await.is(200).json()["items"].as_array().unwrap().len(), 1);
    }
    let again = app.anonymous().logs_in("ann").await.refreshes().await;
    again.logs_out().await.is(204);
    again.is_signed_out().await;
    ann.delete(&format!("/api/tasks/{}", id(&anns))).await.is(204);
    let change = json!({"current_password": password("bob"), "new_password": "a new password of Bob's"});
    bob.post("/api/auth/password", change).await.is(204);
    deletes_the_account(&ann, "ann").await;
    app.anonymous().tries_to_log_in(&crate::support::email("ann"), &password("ann")).await.is(401);
}

async fn deletes_the_account(user: &ApiClient, name: &str) {
    let request = user.request(reqwest::Method::DELETE, "/api/auth/me").json(&json!({"password": password(name)}));
    assert_eq!(request.send().await.unwrap().status(), 204);
}

#[actix_web::test]
async fn a_statement_without_its_condition_reaches_no_row_of_others() {
    let app = start().await;
    let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
    fills_each_table(&ann, "Ann's").await;
    fills_each_table(&bob, "Bob's").await;
    let tasks = tasks_of(ann.id(), &open(&app.database()).await);
    for (table, owner) in TABLES {
        let owners = |verb: &str| format!("{verb} returning {owner}");
        for sql in [format!("select {owner} from {table}"), owners(&format!("update {table} set {owner} = {owner}"))] {
            assert_eq!(tasks.run_as_written(&sql).await.unwrap(), [ann.id()], "{sql}");
        }
        let stolen = format!("update {table} set {owner} = '{}' returning {owner}", bob.id());
        assert!(tasks.run_as_written(&stolen).await.unwrap_err().to_string().contains("policy"), "{stolen}");
        let of_bob = owners(&format!("delete from {table} where {owner} = '{}'", bob.id()));
        assert!(tasks.run_as_written(&of_bob).await.unwrap().is_empty(), "{of_bob}");
        assert_eq!(SqlConnection::on(&app.database()).await.number(&format!("select count(*) from {table}")).await, 2);
    }
    for (table, columns, values) in [
        (
            "task",
            "id, title, priority, tags, created_at, updated_at, folded_title",
            "gen_random_uuid(), title, priority, tags, created_at, updated_at, title",
        ),
        ("task_counter", "revision", "revision"),
        ("idempotency_key", "key, request_hash, expires_at", "'other', request_hash, expires_at"),
    ] {
        let insert = format!(
            "insert into taskbridge.{table} (user_id, {columns}) select '{}', {values} from taskbridge.{table} returning user_id",
            bob.id()
        );
        assert!(tasks.run_as_written(&insert).await.unwrap_err().to_string().contains("policy"), "{insert}");
    }
}

#[actix_web::test]
async fn a_statement_without_a_user_reaches_no_row() {
    let app = start().await;
    let ann = app.anonymous().signs_up("ann").await;
    fills_each_table(&ann, "Ann's").await;
    let service = service(&app.database()).await;
    for (table, _owner) in TABLES {
        let select = format!("select count(*) from {table}");
        // `all` ends with its statement, as a transaction does behind a pooler
        let all = format!("begin; select set_config('taskbridge.row_scope', 'all', true); {select}; commit");
        for sql in [&select, &all, &select] {
            service.run(sql).await;
        }
        assert_eq!(service.number(&select).await, 0, "{table}");
        assert_eq!(SqlConnection::on(&app.database()).await.number(&select).await, 1, "{table}");
    }
}

#[actix_web::test]
async fn statements_of_two_users_share_a_connection() {
    const READ: &str = "select distinct user_id from taskbridge.task";
    let app = start().await;
    let db = open(&app.database()).await;
    let (ann, bob) = (tasks_of("ann", &db), tasks_of("bob", &db));
    for round in 0..5 {
        let (mut reads, mut creates) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            for (tasks, user) in [(&ann, app.ann()), (&bob, app.bob())] {
                creates.push(async move { user.creates_a_task("one").await });
                reads.push(tasks.run_as_written(READ));
            }
        }
        join_all(creates).await;
        for (position, owners) in join_all(reads).await.into_iter().enumerate() {
            assert_eq!(owners.unwrap(), [["ann", "bob"][position % 2]], "round {round}, statement {position}");
        }
    }
    let connections = "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'with row_scope%distinct%'";
    assert_eq!(SqlConnection::on(&app.database()).await.number(connections).await, 1);
}

#[actix_web::test]
async fn a_pooler_with_one_connection_mixes_up_no_users() {
    let database = Arc::new(TestDatabase::with_row_level_security().await);
    enable(&database, BetterAuthNames::default()).await;
    let pooler = PgBouncer::start(&database, 1).await;
    let settings = [("DATABASE_URL", pooler.url()), ("DATABASE_RLS", "on"), ACCOUNTS];
    let app = TestApp::start_on(database, settings).await;
    works(&app).await;
    let user = |number: usize| {
        let user = app.user(&format!("user{number}"));
        async move {
            for round in 1..=10 {
                user.creates_a_task(user.name()).await;
                assert_eq!(user.titles("").await, vec![user.name(); round]);
            }
        }
    };
    join_all((0..6).map(user)).await;
}

#[actix_web::test]
async fn cleanup_and_search_index_reach_every_user() {
    let database = TestDatabase::with_row_level_security().await;
    enable(&database, BetterAuthNames::default()).await;
    let (owner, db) = (SqlConnection::on(&database).await, open(&database).await);
    owner.run("insert into closed_account (user_id) values ('ann')").await;
    owner.run(&many_tasks("ann", 10)).await;
    owner.run(&many_tasks("bob", 2_500)).await;
    let index = SearchIndex::new(&db);
    let large = index.large_users(&UserId::from("")).await.unwrap();
    assert_eq!(large.users, [UserId::from("bob")]);
    while index.fill_batch(&UserId::from("bob")).await.unwrap() > 0 {}
    let grams = "select count(*) from task where search_grams is not null";
    assert_eq!(owner.number(grams).await, 2_500);
    assert_eq!(Cleanup::new(&db).run_batch(CleanupStep::OrphanedRows, now()).await.unwrap(), 10);
    assert_eq!(owner.column("select distinct user_id from task").await, ["bob"]);
}

fn many_tasks(user: &str, count: usize) -> String {
    format!(
        "insert into task (user_id, id, title, priority, tags, created_at, updated_at, folded_title)
        select '{user}', gen_random_uuid(), 'task ' || n, 0, '[]', now() + n * interval '1 s', now(), 'task ' || n
        from generate_series(1, {count}) n"
    )
}

#[actix_web::test]
async fn other_roles_are_unaffected() {
    let database = TestDatabase::with_row_level_security().await;
    let owner = SqlConnection::on(&database).await;
    Db::migrate(&store::settings(database.url())).await.unwrap();
    // of a front end that has policies of its own
    owner.run("alter table account enable row level security").await;
    enable(&database, BetterAuthNames::default()).await;
    owner.run(&format!("{}; set role taskbridge_front_end", front_end_role())).await;
    assert_eq!(owner.number("select count(*) from \"user\"").await, 1);
    assert_eq!(owner.number("select count(*) from account").await, 0);
    owner.run("reset role").await;
    RowLevelSecurity::new(store::settings(database.url())).disable().await.unwrap();
    let protected = "select relname::text from pg_class where relrowsecurity union select polname::text from pg_policy";
    assert_eq!(owner.column(protected).await, ["account"]);
}

fn front_end_role() -> &'static str {
    r#"do $$ begin create role taskbridge_front_end; exception when duplicate_object or unique_violation then null; end $$;
    grant select on "user", account to taskbridge_front_end;
    insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt") values ('ann', 'Ann', 'a@example.com', true, now(), now());
    insert into account (id, "accountId", "providerId", "userId", "createdAt", "updatedAt") values ('a', 'ann', 'credential', 'ann', now(), now())"#
}

#[actix_web::test]
async fn tables_of_other_names_are_protected() {
    let database = TestDatabase::with_row_level_security().await;
    let plural = BetterAuthNames::plural().with_snake_case();
    enable(&database, plural.clone()).await;
    let settings = DbSettings { better_auth_names: Arc::new(plural), ..row_level_security::settings(&database) };
    let status = RowLevelSecurity::new(settings).status().await.unwrap();
    let tables = ["accounts", "idempotency_key", "sessions", "task", "task_counter", "users"];
    assert_eq!(status, tables.map(|table| (table.to_owned(), true)));
}

#[actix_web::test]
async fn the_setting_must_fit_the_policies() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let owner = || Program::new().with("DATABASE_URL", database.url()).with("BETTER_AUTH_SECRET", SECRET);
    let service = || owner().with("DATABASE_URL", &service_role::url(database.url()));
    enable(&database, BetterAuthNames::default()).await;
    fails(&owner().with("DATABASE_RLS", "on"), "run `taskbridge rls on --role").await;
    fails(&service(), "set DATABASE_RLS=on").await;
    let revoke = ["revoke", "--before", "now"];
    let output = service().run(&revoke).await;
    assert!(output.code == Some(1) && output.stderr.contains("set DATABASE_RLS=on"), "{output:?}");
    for program in [service().with("DATABASE_RLS", "on"), owner(), owner().with("DATABASE_RLS", "on")] {
        assert_eq!(program.run(&revoke).await.code, Some(0));
    }
    assert_eq!(owner().run(&["rls", "off"]).await.code, Some(0));
    fails(&service().with("DATABASE_RLS", "on"), "\"user\", account, idempotency_key, session, task, task_counter")
        .await;
    service().serve().await;
    assert_eq!(owner().run(&["rls", "on", "--role", service_role::ROLE]).await.code, Some(0));
    service().with("DATABASE_RLS", "on").serve().await;
    let output = Program::new().with("BETTER_AUTH_SECRET", SECRET).run(&["rls", "off"]).await;
    assert!(output.stderr.contains("SQLite has no row-level security"), "{output:?}");
}

async fn fails(program: &Program, reason: &str) {
    let output = program.run(&[]).await;
    assert!(output.code == Some(1) && output.stderr.contains(reason), "{output:?}");
}

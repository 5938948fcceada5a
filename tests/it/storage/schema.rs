//! Better Auth's tables: identical to those of its own migrator, kept if they exist; tasks are deleted with their user.

use std::sync::Arc;

use entity::{Db, DbSettings};
use serde_json::json;

use crate::support::{ApiClient, BACKENDS, Backend, SqlConnection, TestApp, TestDatabase, id};

const POSTGRES: &str = include_str!("../../fixtures/better-auth/ddl_postgres_migrator.sql");
const SQLITE: &str = include_str!("../../fixtures/better-auth/ddl_sqlite_migrator.sql");
const PRISMA: &str = include_str!("../../fixtures/better-auth/ddl_prisma.sql");

/// The columns, constraints and indexes of Better Auth's five tables in PostgreSQL's catalog.
const POSTGRES_SHAPE: &str = "
    with five as (
        select oid from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
            and relname in ('user', 'session', 'account', 'verification', 'jwks')
    )
    select concat_ws(' ', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
        attgenerated, attcollation::regcollation, pg_get_expr(adbin, adrelid)) as line
    from pg_attribute join five on attrelid = five.oid left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0
    union all select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(c.oid)) from pg_constraint c join five on conrelid = five.oid
    union all select pg_get_indexdef(indexrelid) from pg_index join five on indrelid = five.oid
    order by line";

const SQLITE_SHAPE: &str = "
    select type || ' ' || name || ' ' || coalesce(sql, '') from sqlite_master
    where tbl_name in ('user', 'session', 'account', 'verification', 'jwks') and type <> 'trigger' order by 1";

async fn shape(database: &TestDatabase) -> Vec<String> {
    let sql = if database.backend() == Backend::Postgres { POSTGRES_SHAPE } else { SQLITE_SHAPE };
    SqlConnection::on(database).await.column(sql).await
}

fn better_auth_ddl(backend: Backend) -> &'static str {
    if backend == Backend::Postgres { POSTGRES } else { SQLITE }
}

/// A database on which `ddl` was run before the service starts.
async fn database_with(backend: Backend, ddl: &str) -> Arc<TestDatabase> {
    let database = Arc::new(TestDatabase::new(backend).await);
    SqlConnection::on(&database).await.run(ddl).await;
    database
}

/// Starts a service on the tables of `ddl`; asserts that they are unchanged and returns the shape afterwards.
async fn shape_after_start(backend: Backend, ddl: &str) -> Vec<String> {
    let database = database_with(backend, ddl).await;
    let before = shape(&database).await;
    let app = TestApp::start_on(Arc::clone(&database), []).await;
    let ann = app.ann();
    let task = ann.creates_a_task("Buy milk").await;
    ann.sees(&task).await;
    let after = shape(&database).await;
    for line in &before {
        assert!(after.contains(line), "altered: {line}");
    }
    let tables = SqlConnection::on(&database).await;
    assert_eq!(tables.number("select count(*) from \"user\"").await, 0);
    after
}

#[actix_web::test]
async fn the_tables_equal_those_of_better_auths_migrator() {
    for backend in BACKENDS {
        let expected = shape(&*database_with(backend, better_auth_ddl(backend)).await).await;
        let actual = shape(&TestApp::start(backend).await.database()).await;
        assert_eq!(actual, expected);
        assert!(actual.iter().any(|line| line.contains("emailVerified")), "{actual:#?}");
    }
}

#[actix_web::test]
async fn existing_tables_are_kept() {
    for backend in BACKENDS {
        let ddl = better_auth_ddl(backend);
        assert_eq!(shape_after_start(backend, ddl).await, shape(&*database_with(backend, ddl).await).await);
    }
}

#[actix_web::test]
async fn a_missing_table_is_created() {
    for backend in BACKENDS {
        let ddl = better_auth_ddl(backend);
        let four: String = ddl.split_inclusive(';').filter(|statement| !statement.contains("\"jwks\"")).collect();
        assert_eq!(shape_after_start(backend, &four).await, shape(&*database_with(backend, ddl).await).await);
    }
}

#[actix_web::test]
async fn customized_tables_are_kept() {
    let by_uuid = POSTGRES
        .replace("\"id\" text not null", "\"id\" uuid default pg_catalog.gen_random_uuid() not null")
        .replace("\"userId\" text", "\"userId\" uuid")
        .replace("\"image\" text", "\"image\" text, \"role\" text default 'user' not null");
    for ddl in [by_uuid.as_str(), PRISMA] {
        assert_eq!(
            shape_after_start(Backend::Postgres, ddl).await,
            shape(&*database_with(Backend::Postgres, ddl).await).await
        );
    }
    let more = SQLITE.replace("\"image\" text", "\"image\" text, \"role\" text default 'user' not null");
    assert_eq!(
        shape_after_start(Backend::Sqlite, &more).await,
        shape(&*database_with(Backend::Sqlite, &more).await).await
    );
}

#[actix_web::test]
async fn a_user_table_alone_is_kept_with_any_id_type() {
    for id in ["uuid default gen_random_uuid()", "bigint generated by default as identity", "varchar(36)"] {
        let ddl = format!("create table \"user\" (id {id} primary key, \"nickname\" text)");
        let after = shape_after_start(Backend::Postgres, &ddl).await;
        assert!(after.iter().any(|line| line.contains("session_userId_fkey")), "{after:#?}");
    }
    shape_after_start(Backend::Sqlite, "create table \"user\" (id integer primary key, nickname text)").await;
}

async fn has_tasks(client: &ApiClient, titles: &[&str]) {
    assert_eq!(client.titles("sort=title").await, titles, "{}", client.name());
}

async fn with_users(app: &TestApp) -> SqlConnection {
    let sql = SqlConnection::on(&app.database()).await;
    for user in ["ann", "bob"] {
        let verified = if app.is_on(Backend::Postgres) { "true" } else { "1" };
        sql.run(&format!(
            "insert into \"user\" (id, name, email, \"emailVerified\", \"createdAt\", \"updatedAt\")
                values ('{user}', '{user}', '{user}@example.com', {verified}, current_timestamp, current_timestamp)"
        ))
        .await;
        for title in ["a", "b"] {
            app.user(user).creates_a_task(title).await;
        }
    }
    app.user("carl").creates_a_task("of a user without a row").await;
    sql
}

async fn only_anns_tasks_are_deleted(app: &TestApp) {
    app.ann().is_rejected_soon().await;
    has_tasks(&app.user_with_later_token("ann"), &[]).await;
    has_tasks(&app.bob(), &["a", "b"]).await;
    has_tasks(&app.user("carl"), &["of a user without a row"]).await;
}

#[actix_web::test]
async fn tasks_are_deleted_with_their_user() {
    for backend in BACKENDS {
        let app = TestApp::start(backend).await;
        let sql = with_users(&app).await;
        sql.run("update \"user\" set name = 'Ann' where id = 'ann'").await;
        has_tasks(&app.ann(), &["a", "b"]).await;
        sql.run("delete from \"user\" where id = 'ann'").await;
        only_anns_tasks_are_deleted(&app).await;
    }
}

/// `pg_database_owner` stands for the role of the front end: it can be assumed and has no rights on `task`.
#[actix_web::test]
async fn a_role_without_rights_on_task_deletes_them_too() {
    let app = TestApp::start(Backend::Postgres).await;
    let sql = with_users(&app).await;
    sql.run("grant select, delete on \"user\", session, account to pg_database_owner; set role pg_database_owner")
        .await;
    let rights = "select count(*) from pg_class where relname = 'task'
        and has_table_privilege(oid, 'select, insert, update, delete')";
    assert_eq!(sql.number(rights).await, 0);
    sql.run("delete from \"user\" where id = 'ann'").await;
    only_anns_tasks_are_deleted(&app).await;
}

#[actix_web::test]
async fn tasks_are_deleted_with_a_user_with_a_uuid() {
    let ddl = "create table \"user\" (id uuid primary key)";
    let app = TestApp::start_on(database_with(Backend::Postgres, ddl).await, []).await;
    let (ann, bob) = ("01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e", "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5f");
    let sql = SqlConnection::on(&app.database()).await;
    for user in [ann, bob] {
        sql.run(&format!("insert into \"user\" values ('{user}')")).await;
        app.user(user).creates_a_task("a").await;
    }
    sql.run(&format!("delete from \"user\" where id = '{ann}'")).await;
    has_tasks(&app.user_with_later_token(ann), &[]).await;
    has_tasks(&app.user(bob), &["a"]).await;
}

#[actix_web::test]
async fn a_second_migration_changes_nothing() {
    for backend in BACKENDS {
        let database = TestDatabase::new(backend).await;
        let settings = DbSettings::new(database.url());
        let steps = Db::migration_status(&settings).await.unwrap();
        assert!(!steps.is_empty() && steps.iter().all(|step| !step.applied), "{steps:?}");
        let names: Vec<_> = steps.into_iter().map(|step| step.name).collect();
        assert_eq!(Db::migrate(&settings).await.unwrap(), names);
        let shape = shape(&database).await;
        assert_eq!(Db::migrate(&settings).await.unwrap(), [""; 0]);
        assert_eq!(self::shape(&database).await, shape);
        assert!(Db::migration_status(&settings).await.unwrap().iter().all(|step| step.applied));
    }
}

/// A newer version of the service may do this while an older one runs.
#[actix_web::test]
async fn statements_survive_a_change_of_a_column_type() {
    let app = TestApp::start(Backend::Postgres).await;
    let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
    for change in
        ["select 1", "alter table task alter title type varchar(300)", "alter table task alter title type text"]
    {
        sql.run(change).await;
        for _ in 0..8 {
            let task = ann.creates_a_task("Buy milk").await;
            ann.sees(&task).await;
            ann.patch(&format!("/api/tasks/{}", id(&task)), json!({"title": "Buy bread"})).await.is(200);
            ann.get("/api/tasks").await.is(200);
        }
    }
}

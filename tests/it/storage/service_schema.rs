//! The service's own tables on PostgreSQL are in the schema `taskbridge`; the front end's schema has nothing of the service.

use chrono::TimeDelta;
use entity::{Cleanup, Db};
use serde_json::json;

use crate::support::{
    ACCOUNTS, Backend, Process, Program, SqlConnection, TestDatabase, Token, migration_names,
    store::{now, run_cleanup_batch, settings},
};

const BETTER_AUTH: &str = include_str!("../../fixtures/better-auth/ddl_postgres_migrator.sql");

/// A dump of a database that the version before the schema created and used: ann has a session and two tasks, bob has logged
/// out.
const PREVIOUS_VERSION: &str = include_str!("../../fixtures/previous-version/public_schema.sql");

const FIVE: [&str; 5] = ["account", "jwks", "session", "user", "verification"];

/// The tables, views, sequences, functions and types of a schema. Extensions and the row types of tables are not listed.
fn objects_in(schema: &str) -> String {
    format!(
        "with schema as (select '{schema}'::regnamespace as oid)
        select relname::text as name from pg_class, schema where relnamespace = schema.oid and relkind not in ('i', 'I')
        union all select proname || '()' from pg_proc, schema where pronamespace = schema.oid
        union all select typname::text from pg_type, schema where typnamespace = schema.oid and typrelid = 0 and typcategory <> 'A'
        order by name"
    )
}

async fn database_with(ddl: &str) -> TestDatabase {
    let database = TestDatabase::new(Backend::Postgres).await;
    SqlConnection::on(&database).await.run(ddl).await;
    database
}

/// The URL with an option of PostgreSQL for every connection, such as `role=app`.
fn url_with_option(database: &TestDatabase, option: &str) -> String {
    let separator = if database.url().contains('?') { '&' } else { '?' };
    format!("{}{separator}options=-c%20{}", database.url(), option.replace('=', "%3D"))
}

fn program_with_option(database: &TestDatabase, option: &str) -> Program {
    Program::on(database).with("DATABASE_URL", &url_with_option(database, option))
}

async fn signs_up_and_out(process: &Process) {
    let carl = process.anonymous().signs_up("carl").await;
    carl.creates_a_task("Buy milk").await;
    carl.logs_out().await.is(204);
    carl.is_rejected().await;
}

#[actix_web::test]
async fn the_front_ends_schema_has_only_better_auths_tables() {
    for ddl in ["", BETTER_AUTH] {
        let database = database_with(ddl).await;
        let process = Program::on(&database).with(ACCOUNTS.0, ACCOUNTS.1).serve().await;
        signs_up_and_out(&process).await;
        let sql = SqlConnection::on(&database).await;
        assert_eq!(sql.column(&objects_in("public")).await, FIVE);
        let own = sql.column(&objects_in("taskbridge")).await;
        for name in ["closed_account", "refresh_token", "revocation", "seaql_migrations", "session_revoke()", "task"] {
            assert!(own.contains(&name.to_owned()), "{name}: {own:?}");
        }
    }
}

#[actix_web::test]
async fn a_database_of_the_previous_version_is_upgraded_with_its_data() {
    let database = database_with(PREVIOUS_VERSION).await;
    let status = Program::on(&database).run(&["migrate", "status"]).await;
    let first_pending = status.stdout.lines().find(|line| line.starts_with("pending"));
    assert_eq!(first_pending, Some("pending  m20261128_000007_service_schema"), "{status:?}");
    let process = Program::on(&database).with(ACCOUNTS.0, ACCOUNTS.1).serve().await;
    process.has_logged("database migrated").await;
    let sql = SqlConnection::on(&database).await;
    assert_eq!(sql.column(&objects_in("public")).await, FIVE);
    assert_eq!(sql.column("select version from taskbridge.seaql_migrations order by 1").await, migration_names());
    for (count, rows) in
        [(2, "task"), (1, "refresh_token"), (1, "revocation"), (2, "public.user"), (1, "public.session")]
    {
        assert_eq!(sql.number(&format!("select count(*) from {rows}")).await, count, "{rows}");
    }
    let ann = sql.text("select id from \"user\" where name = 'ann'").await;
    assert_eq!(process.user(&ann).titles("sort=title").await, ["a", "b"]);
    sql.run("delete from session").await;
    assert_eq!(sql.number("select count(*) from taskbridge.revocation").await, 2);
    sql.run("delete from \"user\" where name = 'ann'").await;
    process.user(&ann).is_rejected_soon().await;
    let token = Token::new(&ann, now() + TimeDelta::seconds(10)).sign();
    assert_eq!(process.bearer(token).titles("").await, [""; 0]);
    assert_eq!(sql.number("select count(*) from taskbridge.closed_account").await, 1);
}

/// Replicas of the new version start at once on a database of the previous one.
#[actix_web::test]
async fn concurrent_starts_move_the_tables_once() {
    let database = database_with(PREVIOUS_VERSION).await;
    let program = Program::on(&database);
    let mut processes: Vec<_> = (0..3).map(|_| program.start()).collect();
    for process in &mut processes {
        process.wait_until_listening().await;
    }
    let sql = SqlConnection::on(&database).await;
    assert_eq!(sql.column(&objects_in("public")).await, FIVE);
    assert_eq!(sql.number("select count(*) from task").await, 2);
}

/// As with Prisma's `?schema=app`.
#[actix_web::test]
async fn better_auths_tables_may_be_in_another_schema() {
    let previous = PREVIOUS_VERSION.replace("public.", "app.").replace("'public, pg_temp'", "'app, pg_temp'");
    for ddl in ["create schema app", &format!("create schema app; {previous}")] {
        let database = database_with(ddl).await;
        let program = program_with_option(&database, "search_path=app").with(ACCOUNTS.0, ACCOUNTS.1);
        for _ in 0..2 {
            signs_up_and_out(&program.serve().await).await;
            let sql = SqlConnection::on(&database).await;
            assert_eq!(sql.column(&objects_in("app")).await, FIVE);
            assert_eq!(sql.column(&objects_in("public")).await, [""; 0]);
            sql.run("delete from app.user where name = 'carl'").await;
        }
    }
}

/// For a role of that name, `"$user"` in the default search path is the schema of the service.
#[actix_web::test]
async fn the_role_may_have_the_name_of_the_schema() {
    for ddl in ["", "create schema taskbridge", PREVIOUS_VERSION] {
        let database = database_with(ddl).await;
        for _ in 0..2 {
            let process = program_with_option(&database, "search_path=taskbridge,public").serve().await;
            process.user("ann").creates_a_task("Buy milk").await;
            assert_eq!(SqlConnection::on(&database).await.column(&objects_in("public")).await, FIVE);
        }
    }
}

#[actix_web::test]
async fn the_migrations_of_another_program_are_kept() {
    let database = database_with(
        "create table seaql_migrations (version text primary key, applied_at bigint); create table task (name text);
        insert into seaql_migrations values ('m20200101_000001_task', 0); insert into task values ('theirs')",
    )
    .await;
    Program::on(&database).serve().await.user("ann").creates_a_task("Buy milk").await;
    let sql = SqlConnection::on(&database).await;
    assert_eq!(sql.column("select version from public.seaql_migrations").await, ["m20200101_000001_task"]);
    assert_eq!(sql.column("select name from public.task").await, ["theirs"]);
}

/// `pg_database_owner` stands for a role that may create tables in `public`, but no schema.
#[actix_web::test]
async fn a_role_that_may_not_create_schemas_is_told_what_to_grant() {
    let grant = "create schema taskbridge; grant usage, create on schema taskbridge to pg_database_owner";
    for ddl in ["", "create schema taskbridge"] {
        let database = database_with(&format!("grant create on schema public to pg_database_owner; {ddl}")).await;
        let program = program_with_option(&database, "role=pg_database_owner").with(ACCOUNTS.0, ACCOUNTS.1);
        let missing = grant.strip_prefix(ddl).unwrap_or(grant).trim_start_matches("; ");
        for arguments in [&[] as &[&str], &["migrate"]] {
            let output = program.run(arguments).await;
            assert_eq!(output.code, Some(1), "{output:?}");
            let last = output.stderr.lines().last().unwrap();
            assert!(last.contains(&format!("\"{missing}\"")), "{last}");
        }
        let sql = SqlConnection::on(&database).await;
        assert_eq!(sql.column(&objects_in("public")).await, [""; 0]);
        sql.run(missing).await;
        signs_up_and_out(&program.serve().await).await;
    }
}

/// The rights that docs/deploying.md lists, once another role has migrated the database.
#[actix_web::test]
async fn a_role_without_rights_to_create_runs_the_service() {
    const OWN: &str = "grant usage on schema taskbridge to pg_database_owner;
        grant select, insert, update, delete on all tables in schema taskbridge to pg_database_owner;";
    const ACCOUNTS_ON: &str = "grant select, insert, update, delete on \"user\", session, account to pg_database_owner";
    const ACCOUNTS_OFF: &str = "grant select on \"user\" to pg_database_owner;
        grant select, update, delete on session to pg_database_owner";
    for (accounts, rights) in [("on", ACCOUNTS_ON), ("off", ACCOUNTS_OFF)] {
        let database = database_with("revoke create on schema public from public, pg_database_owner").await;
        assert_eq!(Program::on(&database).run(&["migrate"]).await.code, Some(0));
        SqlConnection::on(&database).await.run(&format!("{OWN} {rights}")).await;
        let program = program_with_option(&database, "role=pg_database_owner");
        let process = program.with("ACCOUNTS", accounts).serve().await;
        let ann = process.user("ann");
        ann.creates_a_task("Buy milk").await;
        ann.get("/api/auth/me").await.is(200);
        ann.post("/api/auth/logout", json!({})).await.is(204);
        if accounts == "on" {
            signs_up_and_out(&process).await;
        }
        let db = Db::open(&settings(&url_with_option(&database, "role=pg_database_owner"))).await.unwrap();
        run_cleanup_batch(&Cleanup::new(&db), now()).await;
    }
}

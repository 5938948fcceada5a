//! `taskbridge migrate --role`: the statements that it prints suffice for a role that runs the service and owns nothing.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::time::sleep;
use url::Url;

use crate::support::{
    ApiClient, ApiResponse, Backend, MailServer, Process, Program, SqlConnection, TestDatabase, email, id, password,
};

const NEW_PASSWORD: &str = "another one of hers";

/// A role without rights, and a database that another role has migrated.
struct Setup {
    database: TestDatabase,
    sql: SqlConnection,
    role: String,
    settings: Vec<(&'static str, String)>,
}

impl Setup {
    async fn new(settings: &[(&'static str, &str)]) -> Self {
        let database = TestDatabase::new(Backend::Postgres).await;
        let sql = SqlConnection::on(&database).await;
        let name = sql.text("select current_database()::text").await;
        let role = format!("Service of {name}");
        sql.run(&format!("create schema app; create role \"{role}\" login password 'service'")).await;
        sql.run(&format!("revoke all on database {name} from public; revoke create on schema public from public"))
            .await;
        let settings = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { database, sql, role, settings }
    }

    /// The service as the owner of the database.
    fn owner(&self) -> Program {
        self.program(Url::parse(self.database.url()).unwrap())
    }

    /// The service as the role.
    fn service(&self) -> Program {
        let mut url = Url::parse(self.database.url()).unwrap();
        url.set_username(&self.role).unwrap();
        url.set_password(Some("service")).unwrap();
        self.program(url)
    }

    fn program(&self, mut url: Url) -> Program {
        url.query_pairs_mut().append_pair("options", "-csearch_path=app");
        let program = Program::on(&self.database).with("CLEANUP_INTERVAL", "1s").with("DATABASE_URL", url.as_str());
        self.settings.iter().fold(program, |program, (name, value)| program.with(name, value))
    }

    async fn grants(&self) -> String {
        let output = self.owner().run(&["migrate", "--role", &self.role]).await;
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output:?}");
        output.stdout
    }

    /// Migrates as the owner, grants, and serves as the role.
    async fn serve(&self) -> Process {
        assert_eq!(self.owner().run(&["migrate"]).await.code, Some(0));
        self.sql.run(&self.grants().await).await;
        self.service().serve_without_migrating().await
    }

    /// Asserts that the cleanup and the index of the search have run, and stops the service.
    async fn finish(self, mut process: Process) {
        self.sql.run("insert into revocation (kind, key, expires_at) values ('session', 'over', '2026-01-01')").await;
        while self.sql.number("select count(*) from revocation where key = 'over'").await > 0 {
            sleep(Duration::from_millis(50)).await;
        }
        process.signal("TERM");
        assert_eq!(process.exit_code().await, Some(0));
        let log = process.log();
        assert!(!log.contains("failed") && !log.contains("ERROR"), "{log}");
        self.sql.run(&format!("drop owned by \"{0}\"; drop role \"{0}\"", self.role)).await;
    }
}

async fn uses_tasks(client: &ApiClient) {
    let task = client.creates_a_task("Buy milk").await;
    let path = format!("/api/tasks/{}", id(&task));
    client.put(&path, json!({"title": "Buy bread"})).await.is(200);
    client.patch(&path, json!({"priority": "high"})).await.is(200);
    client.patch(&format!("{path}/complete"), json!({"completed": true})).await.is(200);
    assert_eq!(client.titles("q=bread&sort=title&completed=true").await, ["Buy bread"]);
    client.get(&path).await.is(200);
    client.delete(&path).await.is(204);
    client.get("/api/auth/me").await.is(200);
}

async fn deletes_the_account(client: &ApiClient, password: &str) -> ApiResponse {
    ApiResponse::to(client.request(Method::DELETE, "/api/auth/me").json(&json!({ "password": password }))).await
}

/// Every operation of accounts and sessions.
async fn uses_accounts(process: &Process) {
    let ann = process.anonymous().signs_up("ann").await;
    uses_tasks(&ann).await;
    let other = process.anonymous().logs_in("ann").await;
    ann.get("/api/auth/sessions").await.is(200);
    ann.delete(&format!("/api/auth/sessions/{}", other.session_id())).await.is(204);
    other.is_rejected_soon().await;
    let passwords = json!({"current_password": password("ann"), "new_password": NEW_PASSWORD});
    ann.post("/api/auth/password", passwords).await.is(204);
    let ann = ann.refreshes().await;
    ann.logs_out().await.is(204);
    let ann = process.anonymous().logs_in_with("ann", NEW_PASSWORD).await;
    ann.creates_a_task("Buy milk").await;
    deletes_the_account(&ann, NEW_PASSWORD).await.is(204);
    let bob = process.anonymous().signs_up("bob").await;
    bob.delete("/api/auth/sessions").await.is(204);
}

async fn resets_a_password(process: &Process, mail: &MailServer) {
    let client = process.anonymous();
    client.signs_up("carl").await;
    client.post("/api/auth/request-password-reset", json!({ "email": email("carl") })).await.is(200);
    let received = mail.mail_to(&email("carl"), 1).await;
    let token = received.path().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let reset = json!({"newPassword": NEW_PASSWORD, "token": token});
    client.post("/api/auth/reset-password", reset).await.is(200);
    client.logs_in_with("carl", NEW_PASSWORD).await;
}

#[actix_web::test]
async fn the_grants_suffice_with_accounts() {
    let mail = MailServer::start().await;
    let setup = Setup::new(&[
        ("ACCOUNTS", "on"),
        ("ACCESS_TOKEN_ALG", "EdDSA"),
        ("PUBLIC_URL", "http://api.example.com"),
        ("SMTP_URL", &mail.url()),
        ("MAIL_FROM", "no-reply@example.com"),
    ])
    .await;
    let process = setup.serve().await;
    uses_accounts(&process).await;
    resets_a_password(&process, &mail).await;
    setup.finish(process).await;
}

#[actix_web::test]
async fn the_grants_suffice_with_other_names() {
    let setup = Setup::new(&[("ACCOUNTS", "on"), ("BETTER_AUTH_NAMES", "plural, snake_case")]).await;
    let process = setup.serve().await;
    uses_accounts(&process).await;
    setup.finish(process).await;
}

/// A session of a Better Auth on the same database, whose cookie authenticates.
#[actix_web::test]
async fn the_grants_suffice_without_accounts() {
    let setup = Setup::new(&[("ACCOUNTS", "off"), ("SESSION_COOKIE", "on")]).await;
    let process = setup.serve().await;
    let ann = process.user("ann");
    uses_tasks(&ann).await;
    ann.logs_out().await.is(204);
    ann.is_rejected_soon().await;
    assert_eq!(setup.sql.column("select grantee::text from information_schema.role_table_grants where table_name = 'account' and grantee like 'Service%'").await, [""; 0]);
    setup.finish(process).await;
}

/// The role may use the tables of later versions too, and create nothing.
#[actix_web::test]
async fn the_role_may_use_tables_of_later_versions() {
    let setup = Setup::new(&[("ACCOUNTS", "off")]).await;
    let process = setup.serve().await;
    setup.sql.run("create table taskbridge.later (id text)").await;
    let privilege =
        |right: &str| format!("select has_table_privilege('{}', 'taskbridge.later', '{right}')::text", setup.role);
    for right in ["select", "insert", "update", "delete"] {
        assert_eq!(setup.sql.text(&privilege(right)).await, "true", "{right}");
    }
    let may_create = format!("select has_schema_privilege('{}', 'taskbridge', 'create')::text", setup.role);
    assert_eq!(setup.sql.text(&may_create).await, "false");
    let may_forge =
        format!("select has_table_privilege('{}', 'taskbridge.seaql_migrations', 'insert')::text", setup.role);
    assert_eq!(setup.sql.text(&may_forge).await, "false");
    setup.finish(process).await;
}

#[actix_web::test]
async fn a_role_without_grants_is_told_where_to_get_them() {
    let setup = Setup::new(&[("ACCOUNTS", "on")]).await;
    assert_eq!(setup.owner().run(&["migrate"]).await.code, Some(0));
    let connect = format!(
        "grant connect on database {} to \"{1}\"; grant usage on schema app to \"{1}\"",
        setup.sql.text("select current_database()::text").await,
        setup.role
    );
    setup.sql.run(&connect).await;
    for arguments in [&[] as &[&str], &["serve", "--no-migrate"], &["migrate"]] {
        let output = setup.service().run(arguments).await;
        assert_eq!(output.code, Some(1), "{output:?}");
        assert!(
            output.stderr.lines().last().unwrap().contains(&format!("`taskbridge migrate --role {}`", setup.role)),
            "{output:?}"
        );
    }
    // with the grants, the default start needs no right to create either
    setup.sql.run(&setup.grants().await).await;
    let process = setup.service().serve().await;
    setup.finish(process).await;
}

#[actix_web::test]
async fn grants_need_a_migrated_postgresql() {
    let sqlite = Program::on(&TestDatabase::new(Backend::Sqlite).await).run(&["migrate", "--role", "app"]).await;
    assert!(sqlite.code == Some(1) && sqlite.stderr.contains("SQLite has no roles"), "{sqlite:?}");
    let empty = Program::on(&TestDatabase::new(Backend::Postgres).await).run(&["migrate", "--role", "app"]).await;
    assert!(empty.code == Some(1) && empty.stderr.contains("run `taskbridge migrate`"), "{empty:?}");
    let both = Program::new().run(&["migrate", "up", "--role", "app"]).await;
    assert_eq!(both.code, Some(2), "{both:?}");
}

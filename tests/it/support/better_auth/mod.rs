//! A real Better Auth on PostgreSQL, as a front end has it; `tests/better-auth` holds its program.

mod install;
mod server;
mod user;

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use self::server::Server;
pub(crate) use self::user::BetterAuthUser;
use super::{
    ACCOUNTS, ApiResponse, Backend, Program, SECRET, SqlConnection, TestApp, TestDatabase, database::free_port, email,
    password, without_tls,
};

/// Better Auth with its plugin `jwt()`, under the tests' secret. `tests/better-auth/server.mjs` names its settings.
pub(crate) struct BetterAuth {
    settings: BTreeMap<String, String>,
    base: String,
    jwks_url: String,
    server: Option<Server>,
    database: Arc<TestDatabase>,
}

impl BetterAuth {
    /// A service with accounts of its own, and a Better Auth on the same database.
    pub(crate) async fn with_a_service<const N: usize>(settings: [(&str, &str); N]) -> (TestApp, Self) {
        let there = Self::start(settings).await;
        (TestApp::start_on(there.database(), [ACCOUNTS, there.jwks_url_setting()]).await, there)
    }

    /// Starts it on a database of its own.
    pub(crate) async fn start<const N: usize>(settings: [(&str, &str); N]) -> Self {
        Self::start_on(Arc::new(TestDatabase::new(Backend::Postgres).await), settings).await
    }

    /// Starts it on the tables that our migration made, or with `MIGRATE` on its own migrator's.
    pub(crate) async fn start_on<const N: usize>(database: Arc<TestDatabase>, settings: [(&str, &str); N]) -> Self {
        let port = free_port().unwrap().to_string();
        let always = [("DATABASE_URL", database.url()), ("BETTER_AUTH_SECRET", SECRET), ("PORT", &port), ("JWT", "on")];
        let settings = always.into_iter().chain(settings).map(|(name, value)| (name.into(), value.into())).collect();
        let base = format!("http://127.0.0.1:{port}");
        let jwks_url = format!("{base}/api/auth/jwks");
        let mut better_auth = Self { settings, base, jwks_url, server: None, database };
        if !better_auth.settings.contains_key("MIGRATE") {
            let migrated = Program::on(&better_auth.database).run(&["migrate"]).await;
            assert_eq!(migrated.code, Some(0), "{}", migrated.err);
        }
        better_auth.restarts().await;
        // its first two requests at once would make a key each, and a service would know one of them
        better_auth.keys().await;
        better_auth
    }

    /// It does not listen any more.
    pub(crate) async fn stops(&mut self) {
        self.server.take().expect("a Better Auth that runs").stop().await;
    }

    /// Starts it where it was.
    pub(crate) async fn restarts(&mut self) {
        self.server = Some(Server::start(&self.settings).await);
    }

    /// Starts it anew, where it was, with other settings.
    pub(crate) async fn restarts_with<const N: usize>(&mut self, settings: [(&str, &str); N]) {
        self.stops().await;
        self.settings.extend(settings.map(|(name, value)| (name.into(), value.into())));
        self.restarts().await;
    }

    pub(crate) fn database(&self) -> Arc<TestDatabase> {
        Arc::clone(&self.database)
    }

    /// The setting by which a service knows its keys.
    pub(crate) fn jwks_url_setting(&self) -> (&str, &str) {
        ("JWKS_URL", &self.jwks_url)
    }

    /// The keys that it publishes.
    pub(crate) async fn keys(&self) -> Vec<Value> {
        let set = ApiResponse::to(without_tls().build().unwrap().get(&self.jwks_url)).await.is(200).json();
        set["keys"].as_array().unwrap().clone()
    }

    /// The next token has a new key, as after a rotation interval. A new `ALG` waits for that too.
    pub(crate) async fn expires_its_keys(&self) {
        SqlConnection::on(&self.database).await.run(r#"update jwks set "expiresAt" = now()"#).await;
    }

    pub(crate) async fn signs_up(&self, name: &str) -> BetterAuthUser {
        self.signs_up_as(name, &email(name), &password(name)).await
    }

    /// One more session of somebody who has signed up.
    pub(crate) async fn signs_in(&self, name: &str) -> BetterAuthUser {
        self.signs_in_as(&email(name), &password(name)).await
    }

    pub(crate) async fn signs_up_as(&self, name: &str, email: &str, password: &str) -> BetterAuthUser {
        let body = json!({ "name": name, "email": email, "password": password });
        BetterAuthUser::authenticate("/api/auth/sign-up/email", body, &self.base, self.origin()).await
    }

    pub(crate) async fn signs_in_as(&self, email: &str, password: &str) -> BetterAuthUser {
        let body = json!({ "email": email, "password": password });
        BetterAuthUser::authenticate("/api/auth/sign-in/email", body, &self.base, self.origin()).await
    }

    /// Somebody without a cookie.
    pub(crate) fn anonymous(&self) -> BetterAuthUser {
        BetterAuthUser::anonymous(&self.base, self.origin())
    }

    /// The tables that its own migrator made or altered when it started.
    pub(crate) async fn migrated(&self) -> String {
        self.server.as_ref().expect("a Better Auth that runs").logs("migrated: ").await
    }

    /// The token in the mail that asks whether the address is right.
    pub(crate) async fn verification_token_mailed_to(&self, name: &str) -> String {
        let server = self.server.as_ref().expect("a Better Auth that runs");
        server.logs(&format!("mail to {}: ", email(name))).await
    }

    /// Whose pages it trusts, and whom its tokens are from and for.
    pub(crate) fn origin(&self) -> &str {
        self.settings.get("BASE_URL").unwrap_or(&self.base)
    }
}

/// The header (0) or the payload (1) of a token.
pub(crate) fn part(token: &str, index: usize) -> Value {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

//! A real Better Auth on PostgreSQL; its program is in `tests/better-auth`.

mod differential;
mod install;
mod jose;
mod server;
mod user;

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use self::server::Server;
pub(crate) use self::{
    differential::{client_setting, passes_the_differential},
    jose::jose_verifies,
    user::BetterAuthUser,
};
use super::{
    ACCOUNTS, ApiResponse, Backend, Program, SECRET, SqlConnection, TestApp, TestDatabase, database::free_port, email,
    password, without_tls,
};

/// Better Auth with its plugin `jwt()` and the shared secret. `tests/better-auth/server.mjs` documents its settings.
pub(crate) struct BetterAuth {
    settings: BTreeMap<String, String>,
    base: String,
    jwks_url: String,
    server: Option<Server>,
    database: Arc<TestDatabase>,
}

impl BetterAuth {
    /// Starts a service with accounts and a Better Auth on the same database.
    pub(crate) async fn with_a_service<const N: usize>(settings: [(&str, &str); N]) -> (TestApp, Self) {
        let there = Self::start(settings).await;
        (TestApp::start_on(there.database(), [ACCOUNTS, there.jwks_url_setting()]).await, there)
    }

    /// Starts it on a database of its own.
    pub(crate) async fn start<const N: usize>(settings: [(&str, &str); N]) -> Self {
        Self::start_on(Arc::new(TestDatabase::new(Backend::Postgres).await), settings).await
    }

    /// Starts it on the tables of our migration, or with `MIGRATE` on the tables of its own migrator.
    pub(crate) async fn start_on<const N: usize>(database: Arc<TestDatabase>, settings: [(&str, &str); N]) -> Self {
        let port = free_port().unwrap().to_string();
        let defaults =
            [("DATABASE_URL", database.url()), ("BETTER_AUTH_SECRET", SECRET), ("PORT", &port), ("JWT", "on")];
        let settings = defaults.into_iter().chain(settings).map(|(name, value)| (name.into(), value.into())).collect();
        let base = format!("http://127.0.0.1:{port}");
        let jwks_url = format!("{base}/api/auth/jwks");
        let mut better_auth = Self { settings, base, jwks_url, server: None, database };
        if !better_auth.settings.contains_key("MIGRATE") {
            let migrated = Program::on(&better_auth.database).run(&["migrate"]).await;
            assert_eq!(migrated.code, Some(0), "{}", migrated.stderr);
        }
        better_auth.restarts().await;
        // two concurrent first requests would create a key each, and the service would know one of them
        better_auth.keys().await;
        better_auth
    }

    /// Stops it.
    pub(crate) async fn stops(&mut self) {
        self.server.take().expect("a running Better Auth").stop().await;
    }

    /// Starts it again at the same address.
    pub(crate) async fn restarts(&mut self) {
        self.server = Some(Server::start(&self.settings).await);
    }

    /// Restarts it at the same address with other settings.
    pub(crate) async fn restarts_with<const N: usize>(&mut self, settings: [(&str, &str); N]) {
        self.stops().await;
        self.settings.extend(settings.map(|(name, value)| (name.into(), value.into())));
        self.restarts().await;
    }

    pub(crate) fn database(&self) -> Arc<TestDatabase> {
        Arc::clone(&self.database)
    }

    /// The setting that makes a service trust its keys.
    pub(crate) fn jwks_url_setting(&self) -> (&str, &str) {
        ("JWKS_URL", &self.jwks_url)
    }

    /// The published keys.
    pub(crate) async fn keys(&self) -> Vec<Value> {
        let set = ApiResponse::to(without_tls().build().unwrap().get(&self.jwks_url)).await.is(200).json();
        set["keys"].as_array().unwrap().clone()
    }

    /// Makes the next token use a new key, as after a rotation interval. A new `ALG` takes effect then too.
    pub(crate) async fn expires_its_keys(&self) {
        SqlConnection::on(&self.database).await.run(r#"update jwks set "expiresAt" = now()"#).await;
    }

    pub(crate) async fn signs_up(&self, name: &str) -> BetterAuthUser {
        self.signs_up_as(name, &email(name), &password(name)).await
    }

    /// Opens another session of a user who has signed up.
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

    /// A browser without cookies.
    pub(crate) fn anonymous(&self) -> BetterAuthUser {
        BetterAuthUser::anonymous(&self.base, self.origin())
    }

    /// The tables that its migrator created or altered at start-up.
    pub(crate) async fn migration_report(&self) -> String {
        self.server.as_ref().expect("a running Better Auth").logs("migrated: ").await
    }

    /// The claims of a token that `auth.api.verifyJWT` accepts, else `null`.
    pub(crate) async fn verifies(&self, token: &str) -> Value {
        self.anonymous().with_bearer(token).get("/verify-jwt").await.is(200).json()
    }

    /// The token in the email that verifies the address.
    pub(crate) async fn verification_token_mailed_to(&self, name: &str) -> String {
        self.verification_token_mailed_to_address(&email(name)).await
    }

    pub(crate) async fn verification_token_mailed_to_address(&self, email: &str) -> String {
        let server = self.server.as_ref().expect("a running Better Auth");
        server.logs(&format!("mail to {email}: ")).await
    }

    /// The token in the email that resets the password.
    pub(crate) async fn reset_token_mailed_to(&self, name: &str) -> String {
        let server = self.server.as_ref().expect("a running Better Auth");
        server.logs(&format!("reset of {}: ", email(name))).await
    }

    /// The origin that it trusts and that is `iss` and `aud` of its tokens.
    pub(crate) fn origin(&self) -> &str {
        self.settings.get("BASE_URL").unwrap_or(&self.base)
    }
}

/// The header (0) or the payload (1) of a token.
pub(crate) fn jwt_part(token: &str, index: usize) -> Value {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

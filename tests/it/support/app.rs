//! A service under test: it listens on a free port and runs in a thread of its own.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread::JoinHandle,
};

use actix_web::dev::ServerHandle;
use chrono::{DateTime, Duration, Utc};
use entity::BetterAuthNames;
use serde_json::json;
use taskbridge::{app::Application, clock::Clock, config::Config};

use super::{
    ACCOUNTS, ApiClient, Backend, BetterAuthUser, MailServer, SECRET, TestDatabase, Token, email, password,
    row_level_security,
};

/// The origin that a front end has by default.
pub(crate) const PAGE: &str = "http://localhost:3000";

/// Environment variables, by name.
pub(crate) type Settings = HashMap<String, String>;

/// Starts a service without a shared secret.
pub(crate) const NO_SECRET: (&str, &str) = ("BETTER_AUTH_SECRET", "");

/// A running service, its database and its clock.
pub(crate) struct TestApp {
    running: Option<(ServerHandle, JoinHandle<()>)>,
    base: String,
    settings: Settings,
    clock_offset: Arc<AtomicI64>,
    database: Arc<TestDatabase>,
}

impl TestApp {
    pub(crate) async fn start(backend: Backend) -> Self {
        Self::start_with(backend, []).await
    }

    /// Starts a service with additional settings.
    pub(crate) async fn start_with<const N: usize>(backend: Backend, settings: [(&str, &str); N]) -> Self {
        let database = Arc::new(TestDatabase::new(backend).await);
        Self::start_on(database, settings).await
    }

    /// Starts a service with accounts that sends mail, and the mail server.
    pub(crate) async fn with_mail<const N: usize>(backend: Backend, settings: [(&str, &str); N]) -> (Self, MailServer) {
        Self::with_mail_on(Arc::new(TestDatabase::new(backend).await), settings).await
    }

    /// The same on a database that another one may use.
    pub(crate) async fn with_mail_on<const N: usize>(
        database: Arc<TestDatabase>,
        settings: [(&str, &str); N],
    ) -> (Self, MailServer) {
        let mail = MailServer::start().await;
        let url = mail.url();
        let defaults = [
            ACCOUNTS,
            ("SMTP_URL", url.as_str()),
            ("MAIL_FROM", "Tasks <no-reply@example.com>"),
            ("PUBLIC_URL", "http://api.example.com"),
        ];
        (Self::start_on(database, defaults.into_iter().chain(settings)).await, mail)
    }

    /// Starts a service on a database that another one may use.
    ///
    /// An empty value removes a default setting.
    pub(crate) async fn start_on<'s>(
        database: Arc<TestDatabase>,
        additional: impl IntoIterator<Item = (&'s str, &'s str)>,
    ) -> Self {
        let defaults = [("PORT", "0"), ("WORKERS", "2"), ("BETTER_AUTH_SECRET", SECRET), ("RATE_LIMIT", "off")];
        let mut settings: Settings = defaults.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        settings.insert("DATABASE_URL".into(), database.service_url().into());
        settings.extend(additional.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        settings.retain(|_, value| !value.is_empty());
        if database.has_row_level_security() && settings["DATABASE_URL"] == database.service_url() {
            row_level_security::enable(&database, BetterAuthNames::default()).await;
            settings.entry("DATABASE_RLS".into()).or_insert("on".into());
        }
        let clock_offset = Arc::new(AtomicI64::new(0));
        let (running, base) = run(settings.clone(), clock(&clock_offset)).await;
        Self { running: Some(running), base, settings, clock_offset, database }
    }

    /// Stops the service as SIGTERM does and starts it again on the same database.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        let (running, base) = run(self.settings.clone(), clock(&self.clock_offset)).await;
        (self.running, self.base) = (Some(running), base);
    }

    pub(crate) async fn stop(&mut self) {
        if let Some((handle, thread)) = self.running.take() {
            handle.stop(true).await;
            thread.join().unwrap();
        }
    }

    pub(crate) fn database(&self) -> Arc<TestDatabase> {
        Arc::clone(&self.database)
    }

    pub(crate) fn is_on(&self, backend: Backend) -> bool {
        self.database.backend() == backend
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// `127.0.0.1:PORT`, for a raw connection.
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The time by the service's clock.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        clock(&self.clock_offset).now()
    }

    /// Moves the service's clock forward.
    pub(crate) fn advance_clock(&self, time: Duration) {
        self.clock_offset.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    pub(crate) fn token(&self, sub: &str) -> Token {
        Token::new(sub, self.now())
    }

    pub(crate) fn anonymous(&self) -> ApiClient {
        ApiClient::new(self.base(), "anonymous", None)
    }

    pub(crate) fn ann(&self) -> ApiClient {
        self.user("ann")
    }

    pub(crate) fn bob(&self) -> ApiClient {
        self.user("bob")
    }

    pub(crate) fn user(&self, sub: &str) -> ApiClient {
        ApiClient::new(self.base(), sub, Some(self.token(sub).sign()))
    }

    /// A browser without cookies, on a page of an allowed origin.
    pub(crate) fn browser(&self) -> BetterAuthUser {
        BetterAuthUser::anonymous(self.base(), PAGE)
    }

    /// Signs up as the unmodified client of Better Auth does.
    pub(crate) async fn signs_up_in_a_browser(&self, name: &str) -> BetterAuthUser {
        let body = json!({ "name": name, "email": email(name), "password": password(name) });
        BetterAuthUser::authenticate("/api/auth/sign-up/email", body, self.base(), PAGE).await
    }

    /// Signs in as the unmodified client of Better Auth does.
    pub(crate) async fn signs_in_in_a_browser(&self, name: &str) -> BetterAuthUser {
        let body = json!({ "email": email(name), "password": password(name) });
        BetterAuthUser::authenticate("/api/auth/sign-in/email", body, self.base(), PAGE).await
    }

    /// The user with a token that is issued in a few seconds, so that no revocation up to now covers it.
    pub(crate) fn user_with_later_token(&self, sub: &str) -> ApiClient {
        let issued = self.now() + Duration::seconds(10);
        ApiClient::new(self.base(), sub, Some(self.token(sub).with("iat", issued.timestamp()).sign()))
    }

    /// A client that sends this token.
    pub(crate) fn bearer(&self, token: impl Into<String>) -> ApiClient {
        ApiClient::new(self.base(), "bearer", Some(token.into()))
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.running.take() {
            drop(handle.stop(false));
            thread.join().unwrap();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock of the tests is the system clock plus an offset")]
fn clock(offset: &Arc<AtomicI64>) -> Clock {
    let offset = Arc::clone(offset);
    Clock::from_fn(move || Utc::now() + Duration::milliseconds(offset.load(Ordering::SeqCst)))
}

async fn run(settings: Settings, clock: Clock) -> ((ServerHandle, JoinHandle<()>), String) {
    let (sender, started) = tokio::sync::oneshot::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let config = Config::read(|name| settings.get(name).cloned()).expect("valid settings");
            let application = Box::pin(Application::build(config, clock)).await.expect("a service that starts");
            sender.send((application.handle(), application.address())).ok();
            application.run().await.expect("a service that runs");
        });
    });
    let (handle, address) = started.await.expect("a service that starts");
    ((handle, thread), format!("http://{address}"))
}

/// The configuration that these settings give.
pub(crate) fn config<const N: usize>(settings: [(&str, &str); N]) -> Config {
    let mut all = HashMap::from([("BETTER_AUTH_SECRET", SECRET)]);
    all.extend(settings);
    Config::read(|name| all.get(name).map(|value| (*value).to_owned())).expect("valid settings")
}

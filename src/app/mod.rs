//! The application: start, serve, shut down.

mod authentication;
mod background;
mod drain;
mod error;
mod http_server;
mod limited_stream;
mod listener;
mod metrics_server;
mod open_files;
mod pipelining;
mod pools;
mod preflight;
mod row_level_security;
mod server;
mod service_role;
mod shutdown;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::dev::{Server, ServerHandle};
use entity::{Cleanup, task::SearchIndex};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use self::{authentication::authenticator, error::StartError};
pub(crate) use self::{
    authentication::authenticator_with_keys, pools::settings, row_level_security::check_reach, service_role::privileges,
};
use self::{background::BackgroundTasks, metrics_server::MetricsServer, server::SharedState, shutdown::ShutdownSignal};
use crate::{
    auth::{AccessTokens, Authenticator, Revocations, SigningKeys},
    clock::Clock,
    config::Config,
    events::{EventHub, EventHubSettings},
    mail::Mailer,
    password::Hasher,
    rate_limit::Limits,
    routes::{AccountServices, encode_change},
    telemetry::metrics::{self, Exposition},
    tokens::{EmailTokens, TokenIssuer},
};

/// Notifications of changed tasks that may wait. The hub's next poll finds what exceeds it.
const MAX_WAITING_NOTIFICATIONS: usize = 1_000;

/// A service that is bound to its address and ready to run.
pub struct Application {
    server: Server,
    address: SocketAddr,
    /// Cancelled when shutdown starts.
    shutdown: CancellationToken,
    shutdown_delay: Duration,
    /// The socket on which the server accepts connections.
    listener: Option<TcpListener>,
    background_tasks: BackgroundTasks,
}

impl Application {
    /// Runs migrations and checks, loads revocations, and binds the address.
    ///
    /// # Errors
    ///
    /// [`StartError`], whose message names the setting to check.
    pub async fn build(mut config: Config, clock: Clock) -> Result<Self, StartError> {
        preflight::prepare_schema(&config.database).await?;
        preflight::detect_pooler(&mut config.database).await?;
        row_level_security::check(&config.database).await?;
        let db = pools::background(&config.database).await?;
        preflight::check_account_tables(&config, &db, &clock).await?;
        let signing_keys = authentication::load_signing_keys(&config, &db, &clock).await?;
        let access_tokens = authentication::access_tokens(&config, signing_keys.as_ref());
        let authenticator = authentication::authenticator_with(access_tokens.clone(), &config, &clock)?;
        preflight::log_authentication(&config);
        let revocations = authenticator.revocations().clone();
        preflight::self_test(&config, &authenticator, &clock).await?;
        let (notifications, received_notifications) = mpsc::channel(MAX_WAITING_NOTIFICATIONS);
        let feed = background::load_revocations(db.clone(), &revocations, &clock).await?;
        let feed = feed.with_change_notifications(notifications);
        let hub_settings = EventHubSettings {
            streams_per_user: config.tasks.event_streams_per_user,
            encode: encode_change,
            revocations: revocations.clone(),
            clock: clock.clone(),
        };
        let (event_hub, run_event_hub) = EventHub::new(&db, hub_settings, received_notifications);
        let (mailer, delivery) = Mailer::new(&config.mail)?;
        let tokens_and_keys = access_tokens.zip(signing_keys.clone());
        let limits = Limits::new(&config, &clock, pools::rate_limit_counters(&config, &db).await?);
        let account_services = build_account_services(&config, tokens_and_keys, mailer, limits, &revocations, &clock);
        open_files::raise_limit();
        let (listener, address) = listener::bind(&config.http)?;
        let own_listener = listener.try_clone().ok();
        let metrics_server = bind_metrics(&config, &authenticator)?;
        let state = SharedState {
            authenticator,
            revocations,
            account_services,
            clock,
            event_hub,
            shutdown: CancellationToken::new(),
        };
        let (shutdown, background_tasks) = (state.shutdown.clone(), BackgroundTasks::default());
        let (revocations, clock) = (state.revocations.clone(), state.clock.clone());
        let server = server::start(&config, listener, state, &db)?;
        background_tasks.spawn(background::follow_revocations(feed, revocations, clock.clone()));
        background_tasks.spawn(run_event_hub);
        if let Some(keys) = signing_keys {
            background_tasks.spawn(keys.run());
        }
        let (cleanup, index) = (Cleanup::new(&db).with_retention(config.tasks.retention), SearchIndex::new(&db));
        let (interval, has_accounts) = (config.cleanup_interval, config.accounts.is_some());
        background_tasks.spawn(background::run_cleanup(cleanup, index, clock, interval, has_accounts));
        if let Some(server) = metrics_server {
            background_tasks.spawn_until_done(|stop| server.run(stop));
        }
        if let Some(delivery) = delivery {
            background_tasks.spawn_until_done(|stop| delivery.run(stop));
        }
        Ok(Self {
            server,
            address,
            shutdown,
            shutdown_delay: config.http.shutdown_delay,
            listener: own_listener,
            background_tasks,
        })
    }

    /// Returns the bound address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the bound port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns a handle that stops the server from another thread.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until SIGTERM or SIGINT, reports "not ready" and still serves for the shutdown delay, then completes in-flight
    /// requests. A second signal aborts them.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Interrupted`] after a second signal; otherwise the error of the server.
    pub async fn run(self) -> io::Result<()> {
        let handle = self.server.handle();
        let mut signal = ShutdownSignal::listen()?;
        log::info!("listening on http://{}", self.address);
        let forced_shutdown = async move {
            signal.recv().await;
            self.shutdown.cancel();
            log::info!(delay:% = humantime::format_duration(self.shutdown_delay); "shutdown started");
            tokio::select! {
                () = shutdown::stop_after(self.shutdown_delay, &handle, self.listener) => {}
                () = signal.recv_distinct() => {}
            }
            log::warn!("shutdown forced");
        };
        let result = tokio::select! {
            result = self.server => result,
            () = forced_shutdown => Err(io::Error::new(io::ErrorKind::Interrupted, "in-flight requests were aborted")),
        };
        self.background_tasks.stop().await;
        result
    }
}

/// Returns `None` if metrics are not served.
fn bind_metrics(config: &Config, authenticator: &Authenticator) -> Result<Option<MetricsServer>, StartError> {
    let Some(address) = &config.metrics_address else { return Ok(None) };
    let metrics = Exposition::new(metrics::registry(authenticator.collector()));
    MetricsServer::bind(address, metrics).map(Some)
}

/// Returns `None` if accounts are disabled.
fn build_account_services(
    config: &Config,
    tokens_and_keys: Option<(Arc<AccessTokens>, Arc<SigningKeys>)>,
    mailer: Mailer,
    limits: Limits,
    revocations: &Revocations,
    clock: &Clock,
) -> Option<AccountServices> {
    let (secrets, settings) = (config.secrets.as_ref()?, config.accounts?);
    let (access_tokens, signing_keys) = tokens_and_keys?;
    Some(AccountServices {
        token_issuer: TokenIssuer::new(access_tokens, secrets, settings, config.leeway),
        signing_keys,
        email_tokens: EmailTokens::new(secrets),
        mailer,
        require_verification: config.mail.require_verification,
        hasher: Hasher::default(),
        limits,
        revocations: revocations.clone(),
        clock: clock.clone(),
    })
}

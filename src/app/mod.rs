//! The application: built from its settings, by `main` and by the tests alike.

mod authentication;
mod background;
mod pools;
mod preflight;
mod server;
mod shutdown;

use std::{error::Error, io, net::SocketAddr, sync::Arc};

use actix_web::{
    dev::{Server, ServerHandle},
    rt,
};
use entity::{MigrationError, StoreError};
use tokio::task::JoinHandle;

pub use self::authentication::authenticator;
pub(crate) use self::pools::settings;
use self::{server::SharedState, shutdown::ShutdownSignal};
use crate::{
    auth::{AccessTokens, Revocations},
    clock::Clock,
    config::Config,
    http::middleware::Draining,
    password::Hasher,
    rate_limit::Limits,
    routes::Desk,
    tokens::TokenIssuer,
};

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address can't be listened on.
    #[error("can't listen on {address}: {source}; set HOST and PORT")]
    Listen {
        /// Where it was tried.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The database can't be used.
    #[error("{0}; see DATABASE_URL")]
    Store(#[from] StoreError),
    /// The migrations can't be applied.
    #[error("{0}; see DATABASE_URL")]
    Migration(#[from] MigrationError),
    /// The tables of Better Auth that are there take no account of our own.
    #[error("the tables user, account and session take no account as this service makes them: {0}; set ACCOUNTS=off")]
    Tables(#[source] Box<dyn Error + Send + Sync>),
    /// No HTTP client can be made to fetch the key set with.
    #[error("the key set can't be asked for: {0}; see JWKS_URL")]
    KeyServer(#[from] reqwest::Error),
    /// The cryptographic backend does not verify what it signed.
    #[error("the self-test failed: {0}")]
    SelfTest(Box<dyn Error + Send + Sync>),
}

/// A service that listens and does not serve yet.
pub struct Application {
    server: Server,
    address: SocketAddr,
    draining: Draining,
    background_tasks: [JoinHandle<()>; 2],
}

impl Application {
    /// Brings the database up to date and takes the address.
    ///
    /// # Errors
    ///
    /// [`StartError`], which says what to set right.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, StartError> {
        preflight::migrate(&config.database).await?;
        preflight::check_account_tables(&config, &clock).await?;
        let access_tokens = authentication::access_tokens(&config);
        let authenticator = authentication::authenticator_with(access_tokens.clone(), &config, &clock)?;
        log::info!("{}", preflight::describe_auth(&config, &authenticator));
        let revocations = authenticator.revocations().clone();
        preflight::self_test(&config, &authenticator, &clock).await?;
        let feed = background::load_revocations(&config.database, &revocations, &clock).await?;
        let desk = account_services(&config, access_tokens, &revocations, &clock);
        let (listener, address) = preflight::listen(&config)?;
        let state = SharedState { authenticator, revocations, desk, clock, draining: Draining::default() };
        let draining = state.draining.clone();
        let follow = background::follow_revocations(feed, state.revocations.clone(), state.clock.clone());
        let cleanup = background::run_cleanup(config.database.clone(), state.clock.clone(), config.cleanup_interval);
        let server = server::serve(&config, listener, state).await?;
        Ok(Self { server, address, draining, background_tasks: [rt::spawn(follow), rt::spawn(cleanup)] })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Stops the service from elsewhere.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until the process is told to stop (SIGTERM, SIGINT); a second time it stops at once.
    ///
    /// # Errors
    ///
    /// What the system said, if serving failed; or that it was told twice, and requests may have been cut off.
    pub async fn run(self) -> io::Result<()> {
        let (handle, draining, background_tasks) = (self.server.handle(), self.draining, self.background_tasks);
        log::info!("listening on http://{}", self.address);
        let mut signal = ShutdownSignal::listen()?;
        let shutdown = async move {
            signal.recv().await;
            draining.begin();
            log::info!("stopping: running requests are finished first");
            drop(handle.stop(true));
            signal.recv_distinct().await;
            log::warn!("stopping at once");
        };
        let ended = tokio::select! {
            ended = self.server => ended,
            () = shutdown => Err(io::Error::new(io::ErrorKind::Interrupted, "stopped before all requests were answered")),
        };
        // their connections can be closed only while there is a runtime
        for task in background_tasks {
            task.abort();
            task.await.ok();
        }
        ended
    }
}

/// What own accounts are served with, where there are any.
fn account_services(
    config: &Config,
    access_tokens: Option<Arc<AccessTokens>>,
    revocations: &Revocations,
    clock: &Clock,
) -> Option<Desk> {
    let (secrets, settings) = (config.secrets.as_ref()?, config.accounts?);
    Some(Desk {
        token_issuer: TokenIssuer::new(access_tokens?, secrets, settings, config.leeway)?,
        hasher: Hasher::default(),
        limits: Limits::new(config, clock),
        revocations: revocations.clone(),
        clock: clock.clone(),
    })
}

//! The application: built from its settings, by `main` and by the tests alike.

use std::{
    error::Error,
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    time::{Duration, Instant},
};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    middleware::from_fn,
    web::Data,
};
use entity::{Db, DbSettings, StoreError};

use crate::{
    auth::{Authenticator, Mint, Rules, SharedSecret},
    clock::Clock,
    config::{Config, Database},
    drain::{self, Draining},
    health::LastSeen,
    problem, router, telemetry,
};

/// Longest time of one statement.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a database that is away at start is waited for, and the pause before it is asked again.
const START_PATIENCE: Duration = Duration::from_secs(20);
const START_PAUSE: Duration = Duration::from_secs(1);

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
    /// The cryptographic backend does not verify what it signed.
    #[error("the self-test failed: {0}")]
    SelfTest(Box<dyn Error + Send + Sync>),
}

/// A service that listens and does not serve yet.
pub struct Application {
    server: Server,
    address: SocketAddr,
    draining: Draining,
}

impl Application {
    /// Brings the database up to date and takes the address.
    ///
    /// # Errors
    ///
    /// [`StartError`], which says what to set right.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, StartError> {
        let listener = listen(&config)?;
        let address =
            listener.local_addr().map_err(|source| StartError::Listen { address: config.host.clone(), source })?;
        migrate(&settings(&config.database, 1)).await?;
        let authenticator = Data::new(authenticator(&config, clock.clone()));
        self_test(&config, &authenticator, &clock).await?;
        let draining = Draining::default();
        let server = serve(&config, listener, authenticator, clock, draining.clone()).await?;
        Ok(Self { server, address, draining })
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
        let (handle, draining) = (self.server.handle(), self.draining);
        log::info!("listening on http://{}", self.address);
        let told_twice = async move {
            told_to_stop().await;
            draining.begin();
            log::info!("stopping: running requests are finished first");
            drop(handle.stop(true));
            told_to_stop().await;
            log::warn!("stopping at once");
        };
        tokio::select! {
            ended = self.server => ended,
            () = told_twice => Err(io::Error::new(io::ErrorKind::Interrupted, "stopped before all requests were answered")),
        }
    }
}

/// All doors that the settings open.
#[must_use]
pub fn authenticator(config: &Config, clock: Clock) -> Authenticator {
    let rules = Rules { leeway: config.leeway, issuers: config.issuers.clone(), audiences: config.audiences.clone() };
    Authenticator::new(vec![Box::new(SharedSecret::new(&config.secrets, rules))], clock)
}

/// How the database of these settings is reached, with `pools` pools to share its connections.
#[must_use]
pub fn settings(database: &Database, pools: usize) -> DbSettings {
    let pools = u32::try_from(pools).unwrap_or(u32::MAX).max(1);
    DbSettings {
        url: database.url.expose().to_owned(),
        connections: (database.max_connections / pools).max(1),
        acquire: database.acquire_timeout,
        statement: STATEMENT_TIMEOUT,
    }
}

fn listen(config: &Config) -> Result<TcpListener, StartError> {
    let failed = |source| StartError::Listen { address: format!("{}:{}", config.host, config.port), source };
    let addresses: Vec<_> = (config.host.as_str(), config.port).to_socket_addrs().map_err(failed)?.collect();
    TcpListener::bind(addresses.as_slice()).map_err(failed)
}

async fn migrate(settings: &DbSettings) -> Result<(), StoreError> {
    let begun = Instant::now();
    loop {
        match Db::migrate(settings).await {
            Ok(ran) if ran.is_empty() => return Ok(()),
            Ok(ran) => {
                log::info!("the database was brought up to date: {}", ran.join(", "));
                return Ok(());
            }
            Err(StoreError::Away(cause)) if begun.elapsed() < START_PATIENCE => {
                log::warn!("the database is away ({cause}); trying again in {} s", START_PAUSE.as_secs());
                tokio::time::sleep(START_PAUSE).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// A backend that is missing would show itself only at the first token.
async fn self_test(config: &Config, authenticator: &Authenticator, clock: &Clock) -> Result<(), StartError> {
    let now = clock.now();
    let mint =
        Mint { sub: "self-test".into(), email: None, name: None, iat: now.timestamp(), exp: now.timestamp() + 60 };
    let token = mint.sign(&config.secrets).map_err(|error| StartError::SelfTest(error.into()))?;
    authenticator.judge(&token, now).await.map_err(|reason| StartError::SelfTest(reason.into()))?;
    Ok(())
}

async fn serve(
    config: &Config,
    listener: TcpListener,
    authenticator: Data<Authenticator>,
    clock: Clock,
    draining: Draining,
) -> Result<Server, StartError> {
    let origins = config.cors_origins.clone();
    let store = Store::open(config).await?;
    let server = HttpServer::new(move || {
        let store = store.clone();
        let app = App::new()
            .app_data(authenticator.clone())
            .app_data(Data::new(clock.clone()))
            .app_data(Data::new(draining.clone()))
            .app_data(Data::new(LastSeen::default()))
            .data_factory(move || store.clone().pool());
        let (app, _) = router::mount(app);
        app.wrap(from_fn(router::head_as_get))
            .wrap(from_fn(problem::survive))
            .wrap(from_fn(drain::say_goodbye))
            .wrap(router::cors(&origins))
            .wrap(from_fn(problem::answer))
            .wrap(from_fn(telemetry::observe))
    });
    let server = server
        .workers(config.workers)
        .shutdown_timeout(config.shutdown_timeout.as_secs())
        .disable_signals()
        .listen(listener)
        .map_err(|source| StartError::Listen { address: config.host.clone(), source })?;
    Ok(server.run())
}

/// Where each worker's pool comes from.
#[derive(Clone)]
enum Store {
    /// SQLite works in threads of its own, and has one writer: one pool for all.
    Shared(Db),
    /// A connection to a server lives in its worker, so that no other has to be woken for it.
    PerWorker(DbSettings),
}

impl Store {
    async fn open(config: &Config) -> Result<Self, StoreError> {
        if config.database.is_embedded() {
            Ok(Self::Shared(Db::open(&settings(&config.database, 1)).await?))
        } else {
            Ok(Self::PerWorker(settings(&config.database, config.workers)))
        }
    }

    async fn pool(self) -> Result<Db, StoreError> {
        match self {
            Self::Shared(db) => Ok(db),
            Self::PerWorker(settings) => Db::open(&settings).await,
        }
    }
}

#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

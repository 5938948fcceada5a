//! What has to be done and seen before the service serves.

use std::{
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    time::{Duration, Instant},
};

use entity::{Db, MigrationError, StoreError, account::AccountStore};

use super::{StartError, pools::settings};
use crate::{
    auth::{self, Authenticator, Credential, SharedSecretClaims},
    clock::Clock,
    config::{Config, DatabaseSettings},
};

/// How long a database that is away at start is waited for, and the pause before it is asked again.
pub(super) const DATABASE_START_TIMEOUT: Duration = Duration::from_secs(20);
const DATABASE_RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Brings the database up to date, as soon as it is there, and free.
pub(super) async fn migrate(database: &DatabaseSettings) -> Result<(), MigrationError> {
    let settings = settings(database, 1);
    let started = Instant::now();
    loop {
        match Db::migrate(&settings).await {
            Ok(applied) if applied.is_empty() => return Ok(()),
            Ok(applied) => {
                log::info!("the database was brought up to date: {}", applied.join(", "));
                return Ok(());
            }
            Err(MigrationError::Store(StoreError::Unavailable(cause)))
                if started.elapsed() < DATABASE_START_TIMEOUT =>
            {
                log::warn!("the database is away ({cause}); trying again in {} s", DATABASE_RETRY_INTERVAL.as_secs());
                tokio::time::sleep(DATABASE_RETRY_INTERVAL).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// The tables may be somebody else's, with ids of another type or a column that has to be filled: that would show itself
/// only at the first sign-up.
pub(super) async fn check_account_tables(config: &Config, clock: &Clock) -> Result<(), StartError> {
    if config.accounts.is_none() {
        return Ok(());
    }
    let accounts = AccountStore::new(Db::open(&settings(&config.database, 1)).await?);
    accounts.check_account_tables(clock.now()).await.map_err(|error| match error {
        StoreError::Unexpected(cause) => StartError::Tables(cause),
        other => other.into(),
    })
}

/// Which tokens are let in, and whether there are accounts: the one setting decides on the other.
pub(super) fn describe_auth(config: &Config, authenticator: &Authenticator) -> String {
    let accounts = match (&config.accounts, &config.secrets) {
        (Some(_), _) => "on",
        (None, Some(_)) => "off; ACCOUNTS=on turns them on",
        (None, None) => "off; ACCOUNTS=on and BETTER_AUTH_SECRET turn them on",
    };
    format!("tokens are let in by {}; own accounts are {accounts}", authenticator.accepts())
}

/// A backend that is missing would show itself only at the first token.
pub(super) async fn self_test(config: &Config, authenticator: &Authenticator, clock: &Clock) -> Result<(), StartError> {
    auth::self_test().map_err(|unusable| StartError::SelfTest(unusable.into()))?;
    let Some(secrets) = &config.secrets else { return Ok(()) };
    let now = clock.now();
    let mint = SharedSecretClaims {
        sub: "self-test".into(),
        email: None,
        name: None,
        iat: now.timestamp(),
        exp: now.timestamp() + 60,
    };
    let token = mint.sign(secrets).map_err(|error| StartError::SelfTest(error.into()))?;
    authenticator.verify(Credential::Jwt(&token), now).await.map_err(|reason| StartError::SelfTest(reason.into()))?;
    Ok(())
}

/// Takes the address.
pub(super) fn listen(config: &Config) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address: format!("{}:{}", config.http.host, config.http.port), source };
    let addresses: Vec<_> = (config.http.host.as_str(), config.http.port).to_socket_addrs().map_err(failed)?.collect();
    let listener = TcpListener::bind(addresses.as_slice()).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

//! Steps before the service listens: migrations, checks and the self-test.

use std::time::{Duration, Instant};

use entity::{Db, MigrationError, Pooler, StoreError, account::AccountStore};

use super::{StartError, pools::settings};
use crate::{
    auth::{self, Authenticator, Credential, SharedSecretClaims},
    clock::Clock,
    config::{Config, DatabaseSettings, MailDelivery, MailSettings},
};

/// How long the start waits for an unavailable database.
pub(super) const DATABASE_START_TIMEOUT: Duration = Duration::from_secs(20);
const DATABASE_RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Runs pending migrations, or checks that there are none. Retries while the database is unavailable or another process holds
/// the migration lock.
pub(super) async fn prepare_schema(database: &DatabaseSettings) -> Result<(), MigrationError> {
    let started = Instant::now();
    loop {
        match migrate_or_check(database).await {
            Err(MigrationError::Store(StoreError::Unavailable(cause)))
                if started.elapsed() < DATABASE_START_TIMEOUT =>
            {
                let retry_seconds = DATABASE_RETRY_INTERVAL.as_secs();
                log::warn!(error:% = cause, retry_seconds; "database unavailable");
                tokio::time::sleep(DATABASE_RETRY_INTERVAL).await;
            }
            result => return result,
        }
    }
}

async fn migrate_or_check(database: &DatabaseSettings) -> Result<(), MigrationError> {
    let settings = settings(database, 2);
    if !database.migrate_at_start {
        return Db::check_schema(&settings).await;
    }
    let applied = Db::migrate(&settings).await?;
    if !applied.is_empty() {
        log::info!(migrations = applied.join(","); "database migrated");
    }
    Ok(())
}

/// Finds out whether a connection pooler stands before the database, unless the configuration says so.
pub(super) async fn detect_pooler(database: &mut DatabaseSettings) -> Result<(), StoreError> {
    if database.pooler.is_none() {
        let pooler = Db::detect_pooler(&settings(database, 2)).await?;
        database.pooler = Some(pooler);
        if pooler == Pooler::Transaction && database.listen_url.is_none() {
            log::info!(
                "connection pooler detected; set DATABASE_LISTEN_URL to a direct URL to receive revocations at once"
            );
        }
    }
    Ok(())
}

/// Checks that existing Better Auth tables accept an account, with its text ID and without extra required columns. Otherwise
/// the first sign-up would fail.
pub(super) async fn check_account_tables(config: &Config, db: &Db, clock: &Clock) -> Result<(), StartError> {
    if config.accounts.is_none() {
        return Ok(());
    }
    let accounts = AccountStore::new(db);
    accounts.check_account_tables(clock.now()).await.map_err(|error| match error {
        StoreError::Unexpected(cause) => StartError::Tables(cause),
        other => other.into(),
    })
}

/// Logs which tokens are accepted, and whether the service has accounts.
pub(super) fn log_authentication(config: &Config) {
    let methods = [
        (config.secrets.is_some(), "shared_secret"),
        (config.jwks.is_some(), "jwks"),
        (config.accounts.is_some(), "access_token"),
        (config.jwks.as_ref().is_some_and(|jwks| jwks.oauth.is_some()), "oauth"),
        (config.session_cookie.authenticates_every_route, "session_cookie"),
    ];
    let methods: Vec<_> = methods.into_iter().filter_map(|(is_on, method)| is_on.then_some(method)).collect();
    let accounts = if config.accounts.is_some() { "on" } else { "off" };
    log::info!(methods = methods.join(","), accounts; "authentication configured");
    if config.accounts.is_some() {
        log_mail(&config.mail);
    }
}

/// Logs how mail is sent, and warns if log-in needs a mail that nobody gets.
fn log_mail(mail: &MailSettings) {
    let delivery = match mail.delivery {
        MailDelivery::Smtp(_) => "smtp",
        MailDelivery::Log => "log",
        MailDelivery::Off => "off",
    };
    log::info!(delivery; "mail configured");
    if mail.require_verification && delivery == "off" {
        log::warn!(
            "REQUIRE_EMAIL_VERIFICATION is on and no mail is sent, so that no new user can log in; set SMTP_URL"
        );
    }
}

/// Verifies and signs a token, since a missing cryptographic backend would show only at the first request.
pub(super) async fn self_test(config: &Config, authenticator: &Authenticator, clock: &Clock) -> Result<(), StartError> {
    auth::self_test().map_err(|error| StartError::SelfTest(error.into()))?;
    let Some(secrets) = &config.secrets else { return Ok(()) };
    let now = clock.now();
    let (iat, claim) = (now.timestamp(), config.user_id_claim.as_deref());
    let claims = SharedSecretClaims::new("self-test".into(), claim, iat, iat + 60);
    let token = claims.sign(secrets).map_err(|error| StartError::SelfTest(error.into()))?;
    authenticator.verify(Credential::Jwt(&token), now).await.map_err(|error| StartError::SelfTest(error.into()))?;
    Ok(())
}

//! Errors at start.

use std::{error::Error, io};

use entity::{MigrationError, StoreError};

use crate::auth::SigningKeyError;

/// The reason why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The listener cannot be bound.
    #[error("can't listen on {address}: {source}; check HOST and PORT")]
    Listen {
        /// Host and port.
        address: String,
        /// The operating system's error.
        source: io::Error,
    },
    /// The listener of the metrics cannot be bound.
    #[error("can't listen on {address}: {source}; check METRICS_ADDRESS")]
    ListenMetrics {
        /// Host and port.
        address: String,
        /// The operating system's error.
        source: io::Error,
    },
    /// The database cannot be used.
    #[error("{0}; check DATABASE_URL")]
    Store(#[from] StoreError),
    /// The migrations cannot be applied, or are pending.
    #[error(transparent)]
    Migration(MigrationError),
    /// Existing Better Auth tables do not accept the service's accounts.
    #[error("the tables user, account and session can't store an account of this service: {0}; set ACCOUNTS=off")]
    Tables(#[source] Box<dyn Error + Send + Sync>),
    /// Row-level security does not apply to the service's role.
    #[error(
        "DATABASE_RLS=on, but row-level security does not limit the role of DATABASE_URL on: {0}; run `taskbridge rls on --role \
         ROLE` as the owner of the tables, and connect as that role, which owns no table and has neither SUPERUSER nor BYPASSRLS"
    )]
    RowLevelSecurityOff(String),
    /// Row-level security applies to the service's role though it is off in the settings.
    #[error(
        "row-level security limits the role of DATABASE_URL on: {0}; set DATABASE_RLS=on, or run `taskbridge rls off`"
    )]
    RowLevelSecurityOn(String),
    /// There is no key pair to sign access tokens with.
    #[error(
        "the table jwks can't store the key that signs access tokens: {0}; check DATABASE_URL or set ACCESS_TOKEN_ALG=HS256"
    )]
    SigningKeys(#[source] SigningKeyError),
    /// The HTTP client for the key set cannot be created.
    #[error("can't create the HTTP client for the key set: {0}; check JWKS_URL")]
    KeySetClient(#[from] reqwest::Error),
    /// The connection to the mail server cannot be prepared.
    #[error("can't prepare the connection to the mail server: {0}; check SMTP_URL")]
    Mail(#[from] lettre::transport::smtp::Error),
    /// The cryptographic backend does not work.
    #[error("self-test failed: {0}")]
    SelfTest(Box<dyn Error + Send + Sync>),
}

impl From<MigrationError> for StartError {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::Store(error) => Self::Store(error),
            error => Self::Migration(error),
        }
    }
}

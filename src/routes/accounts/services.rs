//! The services of the account handlers.

use std::sync::Arc;

use entity::account::{Account, Credential};

use super::anonymous_client::AnonymousClient;
use crate::{
    auth::{Revocations, SigningKeys},
    clock::Clock,
    http::{extract::ClientIp, problem::Problem},
    mail::Mailer,
    password::{Hasher, Password},
    rate_limit::Limits,
    telemetry::SubjectFingerprint,
    tokens::{EmailTokens, TokenIssuer},
};

/// The services of the account handlers, shared by all workers.
pub(crate) struct AccountServices {
    pub(crate) token_issuer: TokenIssuer,
    pub(crate) signing_keys: Arc<SigningKeys>,
    pub(crate) email_tokens: EmailTokens,
    pub(crate) mailer: Mailer,
    /// Whether users have to verify their email address before they log in.
    pub(crate) require_verification: bool,
    pub(crate) hasher: Hasher,
    pub(crate) limits: Limits,
    pub(crate) revocations: Revocations,
    pub(crate) clock: Clock,
}

impl AccountServices {
    /// Verifies the password of the account with a lower-case email address. Returns the cause for the log if it is incorrect.
    ///
    /// # Errors
    ///
    /// 429 if the rate limit is exceeded; 503 if too many passwords are being verified.
    pub(crate) async fn verified_credential(
        &self,
        client: &AnonymousClient,
        email: &str,
        password: Password,
    ) -> Result<Result<Credential, String>, Problem> {
        self.limits.check_log_in(client.address, email).await?;
        let credential = client.accounts.credential_by_email(email).await?;
        let password_hash = credential.as_ref().map(|credential| credential.password_hash.as_str());
        let matches = self.hasher.verify(password, password_hash).await?;
        let cause = failure_cause(credential.as_ref());
        Ok(credential.filter(|_| matches).ok_or(cause))
    }

    /// Returns the stored hash of a user's password, if they have one, and whether `password` matches it.
    ///
    /// # Errors
    ///
    /// 429 if the rate limit is exceeded; 503 if too many passwords are being verified.
    pub(crate) async fn check_password(
        &self,
        account: &Account,
        address: ClientIp,
        user: &str,
        password: Password,
    ) -> Result<(Option<String>, bool), Problem> {
        self.limits.check_password(address, user).await?;
        let stored = account.password_hash().await?;
        let matches = self.hasher.verify(password, stored.as_deref()).await?;
        if matches {
            self.limits.password_accepted(address, user).await;
        }
        Ok((stored, matches))
    }
}

/// The cause of a failed log-in, for the log.
fn failure_cause(credential: Option<&Credential>) -> String {
    credential.map_or_else(
        || "no account with this email address that logs in by password alone".to_owned(),
        |credential| format!("incorrect password for caller={}", SubjectFingerprint::new(credential.user.id.as_str())),
    )
}

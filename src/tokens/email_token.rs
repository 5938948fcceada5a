//! The tokens in mails that verify an email address: Better Auth's, so that either side accepts the other's.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{UserId, account::Profile};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, errors::Error};
use serde::{Deserialize, Serialize};

use crate::{
    config::Secrets,
    jose::{UnverifiedToken, json::parse_object},
};

/// How long a token is valid.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Signs and verifies the tokens, with HS256 under the secrets themselves.
pub(crate) struct EmailTokens {
    signing: EncodingKey,
    verifying: Vec<hmac::Key>,
}

/// What a token proves: that its holder reads the mail of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EmailProof {
    /// The address that the user had when the token was issued, in lower case.
    pub(crate) email: String,
    /// The user; an old Better Auth does not name them where the address stays.
    pub(crate) user: Option<UserId>,
    pub(crate) purpose: EmailPurpose,
}

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EmailPurpose {
    /// Verifies the user's address.
    Verify,
    /// Approves, from the current address, that the new one replaces it.
    ApproveChange { new_email: String },
    /// Replaces the address by the new one, which received the token.
    Change { new_email: String },
}

/// Why a token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EmailTokenError {
    #[error("not an email-verification token under one of the secrets")]
    Invalid,
    #[error("expired")]
    Expired,
}

/// The claims. A token with others, such as `sub`, is for another purpose (RFC 8725 §3.12).
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Claims {
    email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    update_to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    iat: i64,
    exp: i64,
}

impl EmailTokens {
    pub(crate) fn new(secrets: &Secrets) -> Self {
        Self {
            signing: EncodingKey::from_secret(secrets.first().expose().as_bytes()),
            verifying: secrets.iter().map(|secret| hmac::Key::new(HMAC_SHA256, secret.expose().as_bytes())).collect(),
        }
    }

    /// Signs a token for `user`, whose address and id it names.
    pub(crate) fn sign(&self, user: &Profile, purpose: EmailPurpose, now: DateTime<Utc>) -> Result<String, Error> {
        let (update_to, request_type) = match purpose {
            EmailPurpose::Verify => (None, None),
            EmailPurpose::ApproveChange { new_email } => (Some(new_email), Some(APPROVE_CHANGE.to_owned())),
            EmailPurpose::Change { new_email } => (Some(new_email), Some(CHANGE.to_owned())),
        };
        let claims = Claims {
            email: user.email.to_lowercase(),
            update_to,
            request_type,
            user_id: Some(user.id.to_string()),
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        encode(&Header { typ: None, ..Header::new(Algorithm::HS256) }, &claims, &self.signing)
    }

    /// Verifies a token.
    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<EmailProof, EmailTokenError> {
        let token = UnverifiedToken::parse(token).map_err(|_malformed| EmailTokenError::Invalid)?;
        if token.algorithm() != "HS256" || !token.is_generic_jwt() {
            return Err(EmailTokenError::Invalid);
        }
        let payload = token.verify_hmac(&self.verifying).ok_or(EmailTokenError::Invalid)?;
        let claims: Claims = parse_object(&payload).map_err(|_other_claims| EmailTokenError::Invalid)?;
        if claims.exp <= now.timestamp() {
            return Err(EmailTokenError::Expired);
        }
        claims.proof().ok_or(EmailTokenError::Invalid)
    }
}

const APPROVE_CHANGE: &str = "change-email-confirmation";
const CHANGE: &str = "change-email-verification";

impl Claims {
    /// Returns `None` for a change without the user's id: the address may be another user's by now (CVE-2026-134315).
    fn proof(self) -> Option<EmailProof> {
        let user = self.user_id.as_deref().map(UserId::from);
        let purpose = match (self.update_to, self.request_type.as_deref()) {
            (None, None) => EmailPurpose::Verify,
            (Some(new_email), Some(APPROVE_CHANGE)) if user.is_some() => EmailPurpose::ApproveChange { new_email },
            (Some(new_email), Some(CHANGE)) if user.is_some() => EmailPurpose::Change { new_email },
            _ => return None,
        };
        Some(EmailProof { email: self.email, user, purpose })
    }
}

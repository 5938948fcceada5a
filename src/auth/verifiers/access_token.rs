//! The third door: our own access tokens, minted and verified here alone (RFC 9068 §2.1 has their media type).

use std::{fmt::Write, sync::Arc};

use aws_lc_rs::{
    digest::{SHA256, digest},
    hkdf::{HKDF_SHA256, KeyType, Salt},
};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use serde::Serialize;

use crate::{
    auth::{
        error::Reason,
        validation::{Claims, Rules},
        verifier::{Judgement, Verdict, Verifier, at_once},
    },
    config::Secrets,
    jose::{Quoted, Unproven},
};

/// Tells our tokens from all others under the same secret.
const MEDIA_TYPE: &str = "at+jwt";

/// What the keys are derived for (RFC 5869 §3.2): Better Auth takes any HS256 token under the secret itself for its own.
const LABEL: &[u8] = b"taskbridge access token 1";

/// Mints access tokens, and lets them in.
#[derive(Clone)]
pub struct Issued {
    keys: Arc<[Key]>,
    rules: Rules,
}

/// A key derived from one of the secrets.
struct Key {
    id: String,
    signing: EncodingKey,
    verifying: DecodingKey,
}

/// An access token to be.
#[derive(Debug, Clone, Serialize)]
pub struct Grant {
    /// Who it is for.
    pub sub: String,
    /// Their e-mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The session that it belongs to, and ends with.
    pub sid: String,
    /// Its own id.
    pub jti: String,
    /// When it is made, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

impl Issued {
    /// A door for tokens under keys derived from `secrets`: any of them verifies, the first signs.
    #[must_use]
    pub fn new(secrets: &Secrets, rules: Rules) -> Self {
        Self { keys: secrets.all.iter().map(|secret| Key::derived_from(secret.expose().as_bytes())).collect(), rules }
    }

    /// The token.
    ///
    /// # Errors
    ///
    /// What the cryptographic backend says.
    pub fn sign(&self, grant: &Grant) -> Result<String, jsonwebtoken::errors::Error> {
        let Some(key) = self.keys.first() else {
            return Err(jsonwebtoken::errors::ErrorKind::InvalidKeyFormat.into());
        };
        let header =
            Header { typ: Some(MEDIA_TYPE.to_owned()), kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
        encode(&header, grant, &key.signing)
    }

    fn claims(&self, token: &Unproven<'_>, now: DateTime<Utc>) -> Result<Claims, Reason> {
        let kid = token.kid().unwrap_or_default();
        let key = self.keys.iter().find(|key| key.id == kid).ok_or_else(|| Reason::ForeignKid(Quoted::new(kid)))?;
        let payload = token.payload_under(std::slice::from_ref(&key.verifying), Algorithm::HS256);
        let payload = payload.ok_or_else(|| Reason::Signature("the service's own key".into()))?;
        let mut claims = self.rules.admit(&payload, now)?;
        let session =
            claims.front_end_session.take().ok_or_else(|| Reason::Payload("missing field `sid`".to_owned()))?;
        Ok(Claims { session: Some(session), ..claims })
    }
}

impl Verifier for Issued {
    fn judge<'v>(&'v self, token: &'v Unproven<'v>, now: DateTime<Utc>) -> Judgement<'v> {
        let is_mine = token.media_type().is_some_and(|typ| typ.eq_ignore_ascii_case(MEDIA_TYPE));
        if token.algorithm() != "HS256" || !is_mine {
            return at_once(Verdict::NotMine);
        }
        at_once(self.claims(token, now).map_or_else(Verdict::Refused, Verdict::Proven))
    }

    fn accepts(&self) -> String {
        "ACCOUNTS (HS256 with typ `at+jwt`, made here)".into()
    }
}

impl Key {
    fn derived_from(secret: &[u8]) -> Self {
        let key = derive(secret, LABEL);
        let id = digest(&SHA256, &key).as_ref().iter().take(8).fold(String::new(), |mut id, octet| {
            write!(id, "{octet:02x}").ok();
            id
        });
        Self { id, signing: EncodingKey::from_secret(&key), verifying: DecodingKey::from_secret(&key) }
    }
}

/// 256 bits by HKDF-SHA256 (RFC 5869), for one purpose.
pub(crate) fn derive(secret: &[u8], label: &[u8]) -> [u8; 32] {
    struct Bits256;
    impl KeyType for Bits256 {
        fn len(&self) -> usize {
            32
        }
    }
    let mut key = [0; 32];
    let material = Salt::new(HKDF_SHA256, &[]).extract(secret);
    let filled = material.expand(&[label], Bits256).and_then(|material| material.fill(&mut key));
    debug_assert!(filled.is_ok(), "256 bits are one block of HKDF-SHA256");
    key
}

//! The public keys as Better Auth publishes them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::signing_key::StoredSigningKey;
use serde_json::{Map, Value};

/// How long a key is published after it has stopped signing: Better Auth's default `gracePeriod`.
const GRACE_PERIOD: Duration = Duration::from_hours(24 * 30);

/// The members that describe a public key (RFC 7518 §6, RFC 8037 §2). No other one is published.
const PUBLIC_MEMBERS: [&str; 6] = ["crv", "e", "kty", "n", "x", "y"];

/// Returns the public JWK, or `None` if the key has expired or is not of a public-key algorithm. A rotation interval also
/// applies to keys that were created without one.
pub(super) fn public_jwk(
    stored: &StoredSigningKey,
    rotation_interval: Option<Duration>,
    now: DateTime<Utc>,
) -> Option<Value> {
    let expires_at = stored.expires_at.or(rotation_interval.map(|interval| stored.created_at + interval));
    if expires_at.is_some_and(|expires_at| expires_at + GRACE_PERIOD <= now) {
        return None;
    }
    let members: Map<String, Value> = serde_json::from_str(&stored.public_key).ok()?;
    let mut jwk: Map<_, _> = members.into_iter().filter(|(name, _)| PUBLIC_MEMBERS.contains(&name.as_str())).collect();
    if !matches!(jwk.get("kty")?.as_str()?, "OKP" | "EC" | "RSA") {
        return None;
    }
    let algorithm = stored.algorithm.clone().or_else(|| algorithm_of(jwk.get("crv")?.as_str()?));
    jwk.extend(algorithm.map(|algorithm| ("alg".to_owned(), algorithm.into())));
    jwk.insert("kid".into(), stored.id.as_str().into());
    Some(jwk.into())
}

/// Returns whether a public JWK is one that access tokens are signed with.
pub(super) fn is_ed25519(jwk: &Value) -> bool {
    jwk.get("crv").is_some_and(|crv| crv == "Ed25519")
}

/// Returns the only algorithm of a curve. Before version 1.7, Better Auth stores none.
fn algorithm_of(curve: &str) -> Option<String> {
    let algorithm = match curve {
        "Ed25519" => "EdDSA",
        "P-256" => "ES256",
        "P-384" => "ES384",
        "P-521" => "ES512",
        _ => return None,
    };
    Some(algorithm.into())
}

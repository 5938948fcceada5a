//! A key pair in the table `jwks` whose private key the tests know: stored in clear, as Better Auth does if it is configured so.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{SqlConnection, TestDatabase};

/// The key pair and its id.
pub(crate) struct KeyPairRow {
    kid: &'static str,
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

impl KeyPairRow {
    pub(crate) fn new(kid: &'static str) -> Self {
        let seed = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, kid.as_bytes()).as_ref().try_into().unwrap();
        Self { kid, seed, pair: Ed25519KeyPair::from_seed_unchecked(&seed).unwrap() }
    }

    /// The raw public key.
    pub(crate) fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The public JWK as it is stored.
    pub(crate) fn public_jwk(&self) -> Value {
        json!({ "crv": "Ed25519", "x": encode(self.public()), "kty": "OKP" })
    }

    /// Stores it as the newest key. A `jwk` in place of the public key may have further members.
    pub(crate) async fn is_stored(&self, database: &TestDatabase, jwk: &Value) {
        let private = json!({ "crv": "Ed25519", "d": encode(self.seed), "x": encode(self.public()), "kty": "OKP" });
        let insert = format!(
            r#"insert into jwks (id, "publicKey", "privateKey", "createdAt", alg, crv)
            values ('{}', '{jwk}', '{private}', '2035-01-01T00:00:00.000Z', 'EdDSA', 'Ed25519')"#,
            self.kid
        );
        SqlConnection::on(database).await.run(&insert).await;
    }

    /// Signs a token with this header and these claims.
    pub(crate) fn signs(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = encode(self.pair.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

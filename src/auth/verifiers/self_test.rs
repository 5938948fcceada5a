//! A self-test of the cryptographic backend.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use crate::jose::{InvalidKey, PublicKey};

/// Verifies the example of RFC 8037, appendix A.4.
///
/// # Errors
///
/// [`InvalidKey`] if the backend does not accept its key or its signature.
pub fn self_test() -> Result<(), InvalidKey> {
    const KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const SIGNED: &[u8] = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const SIGNATURE: &str = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let key = PublicKey::from_jwk(&json!({"kty": "OKP", "crv": "Ed25519", "x": KEY}))?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(SIGNATURE).unwrap_or_default();
    if key.verify("EdDSA", SIGNED, &signature) {
        Ok(())
    } else {
        Err(InvalidKey::new("the signature of RFC 8037 A.4 does not verify"))
    }
}

//! Verification of bearer tokens over HTTP.

mod access_token;
mod explain_token;
mod hostile;
mod jwks;
mod sessions;
mod shared_secret;
mod shared_secret_verifier;
mod signed_access_token;
mod signing_key_rotation;
mod signing_keys;
mod user_id_claim;
mod verified_token_cache;
mod verifier_selection;

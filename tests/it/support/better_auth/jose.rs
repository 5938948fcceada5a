//! Another service that verifies tokens with `jose`.

use std::{
    env,
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::install;

const PROGRAM: &str = include_str!("../../../better-auth/verify.mjs");

/// The claims of a token that `jose` accepts with the key set of the service at `base`, else its error code.
pub(crate) async fn jose_verifies(token: &str, base: &str, issuer: &str) -> Value {
    let (token, jwks_url, issuer) = (token.to_owned(), format!("{base}/api/auth/jwks"), issuer.to_owned());
    tokio::task::spawn_blocking(move || verify(&token, &jwks_url, &issuer)).await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the location of programs is not a setting of the service")]
fn verify(token: &str, jwks_url: &str, issuer: &str) -> Value {
    let mut node = Command::new("node");
    node.args(["--input-type=module", "--eval", PROGRAM]).current_dir(install::server());
    node.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
    node.env("JWKS_URL", jwks_url).env("ISSUER", issuer).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = node.spawn().unwrap_or_else(|error| panic!("{}", install::missing("node", &error)));
    child.stdin.take().unwrap().write_all(token.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

//! TLS: the certificate of the key server is verified, and there is no fallback to http.

use taskbridge::clock::Clock;

use crate::support::{KeyServer, Process, Program};

const TASKS: &str = "/api/tasks";

/// A service with this `JWKS_URL` that trusts this authority only.
async fn start_trusting(url: &str, authority: &str) -> Process {
    let program = Program::new().with("JWKS_URL", url);
    std::fs::write(program.folder().join("authority.pem"), authority).unwrap();
    program.with("SSL_CERT_FILE", "authority.pem").serve().await
}

/// Asserts that the set is not fetched and that the log contains the reason.
async fn set_is_not_fetched(keys: &KeyServer, url: &str, authority: &str, reason: &str) {
    let process = start_trusting(url, authority).await;
    let token = keys.issuer("EdDSA").token("ann", Clock::system().now()).sign();
    process.bearer(token).get(TASKS).await.reports_keys_unavailable();
    let line = process.has_logged("key set refresh failed").await;
    assert!(line.contains(reason), "{line}");
    assert_eq!(keys.fetches(), 0);
}

#[actix_web::test]
async fn a_trusted_certificate_is_accepted() {
    let (keys, authority) = KeyServer::start_as("127.0.0.1").await;
    let issuer = keys.issuer("EdDSA");
    keys.publishes(&[&issuer]);
    let process = start_trusting(&keys.url(), &authority).await;
    process.bearer(issuer.token("ann", Clock::system().now()).sign()).get(TASKS).await.is(200);
    assert_eq!(keys.fetches(), 1);
}

#[actix_web::test]
async fn other_certificates_are_rejected() {
    let (keys, authority) = KeyServer::start_as("127.0.0.1").await;
    let (other_authority, _) = KeyServer::start_as("127.0.0.1").await;
    set_is_not_fetched(&other_authority, &other_authority.url(), &authority, "invalid peer certificate").await;
    let (other_name, authority) = KeyServer::start_as("app.example.com").await;
    set_is_not_fetched(&other_name, &other_name.url(), &authority, "not valid for name").await;
    let plain = KeyServer::start().await;
    set_is_not_fetched(&plain, &plain.url().replace("http:", "https:"), &authority, "").await;
    assert_eq!(keys.fetches(), 0);
}

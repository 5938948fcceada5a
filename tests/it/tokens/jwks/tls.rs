//! Over https the key server must be who it says: its certificate is checked, and nothing falls back to http.

use taskbridge::clock::Clock;

use crate::support::{KeyServer, Process, Program};

const TASKS: &str = "/api/tasks";

/// A service that asks there, and trusts this authority besides none.
async fn asking(url: &str, authority: &str) -> Process {
    let program = Program::new().with("JWKS_URL", url);
    std::fs::write(program.folder().join("authority.pem"), authority).unwrap();
    program.with("SSL_CERT_FILE", "authority.pem").serve().await
}

/// The set is not fetched; the log says why.
async fn is_rejected(keys: &KeyServer, url: &str, authority: &str, why: &str) {
    let process = asking(url, authority).await;
    let token = keys.issuer("EdDSA").token("ann", Clock::system().now()).sign();
    process.bearer(token).get(TASKS).await.reports_keys_unavailable();
    let line = process.has_logged("can't be had: ").await;
    assert!(line.contains(why), "{line}");
    assert_eq!(keys.fetches(), 0);
}

#[actix_web::test]
async fn a_server_with_a_trusted_certificate_is_asked() {
    let (keys, authority) = KeyServer::start_as("127.0.0.1").await;
    let issuer = keys.issuer("EdDSA");
    keys.publishes(&[&issuer]);
    let process = asking(&keys.url(), &authority).await;
    process.bearer(issuer.token("ann", Clock::system().now()).sign()).get(TASKS).await.is(200);
    assert_eq!(keys.fetches(), 1);
}

#[actix_web::test]
async fn a_server_with_another_certificate_is_not() {
    let (keys, authority) = KeyServer::start_as("127.0.0.1").await;
    let (namesake, _) = KeyServer::start_as("127.0.0.1").await;
    is_rejected(&namesake, &namesake.url(), &authority, "invalid peer certificate").await;
    let (misnamed, authority) = KeyServer::start_as("app.example.com").await;
    is_rejected(&misnamed, &misnamed.url(), &authority, "not valid for name").await;
    let plain = KeyServer::start().await;
    is_rejected(&plain, &plain.url().replace("http:", "https:"), &authority, "").await;
    assert_eq!(keys.fetches(), 0);
}

//! Settings of the key set: invalid values are rejected by name; proxies of the environment are ignored.

use futures_util::future::join_all;
use taskbridge::clock::Clock;

use crate::{
    ops::settings::is_rejected_by_name,
    support::{KeyServer, Program, SECRET},
};

const TASKS: &str = "/api/tasks";
const VALID_URL: &str = "https://app.example.com/api/auth/jwks";

/// Invalid values by variable, beside a valid `JWKS_URL`.
const INVALID: &[(&str, &str)] = &[
    ("JWKS_URL", "http://app.example.com/api/auth/jwks"),
    ("JWKS_URL", "http://10.0.0.1/jwks"),
    ("JWKS_URL", "http://0.0.0.0/jwks"),
    ("JWKS_URL", "http://127.0.0.1.example.com/jwks"),
    ("JWKS_URL", "http://localhost.example.com/jwks"),
    ("JWKS_URL", "http://a.localhost/jwks"),
    ("JWKS_URL", "http://[::]/jwks"),
    ("JWKS_URL", "http://[::ffff:127.0.0.1]/jwks"),
    ("JWKS_URL", "https://hunter2@app.example.com/jwks"),
    ("JWKS_URL", "https://ann:hunter2@app.example.com/jwks"),
    ("JWKS_URL", "https://:hunter2@app.example.com/jwks"),
    ("JWKS_URL", "https://app.example.com/jwks#hunter2"),
    ("JWKS_URL", "https://app.example.com/jwks#"),
    ("JWKS_URL", "file:///etc/hunter2.json"),
    ("JWKS_URL", "ftp://app.example.com/jwks"),
    ("JWKS_URL", "ws://app.example.com/jwks"),
    ("JWKS_URL", "data:application/json,{\"keys\":[]}"),
    ("JWKS_URL", "keys.example.org/jwks"),
    ("JWKS_URL", "/keys/of/mine"),
    ("JWKS_URL", "https://?"),
    ("JWKS_URL", "hunter2"),
    ("JWKS_COOLDOWN", "0s"),
    ("JWKS_COOLDOWN", "30"),
    ("JWKS_COOLDOWN", "2h"),
    // above JWKS_MAX_AGE
    ("JWKS_COOLDOWN", "11m"),
    ("JWKS_MAX_AGE", "0s"),
    ("JWKS_MAX_AGE", "never"),
    ("JWKS_MAX_AGE", "25h"),
    ("JWKS_TIMEOUT", "0s"),
    ("JWKS_TIMEOUT", "5"),
    ("JWKS_TIMEOUT", "2m"),
    ("JWKS_STALE_MAX", "-1s"),
    ("JWKS_STALE_MAX", "1 year"),
    // below JWKS_MAX_AGE
    ("JWKS_STALE_MAX", "9m"),
    ("JWKS_ALLOW_HTTP", "yes"),
    ("JWKS_ALLOW_HTTP", "true"),
    ("JWKS_PROXY", "proxy.example.org:3128"),
    ("JWKS_PROXY", "socks5://ann:hunter2@proxy.example.com"),
    ("JWKS_PROXY", "hunter2"),
];

#[actix_web::test]
async fn invalid_settings_are_rejected_by_name() {
    for chunk in INVALID.chunks(4) {
        join_all(chunk.iter().map(|(name, value)| async move {
            is_rejected_by_name(&Program::new().with("JWKS_URL", VALID_URL).with(name, value), name, value).await;
            let both = Program::new().with("JWKS_URL", VALID_URL).with("BETTER_AUTH_SECRET", SECRET);
            is_rejected_by_name(&both.with(name, value), name, value).await;
        }))
        .await;
    }
}

#[actix_web::test]
async fn equal_durations_are_accepted() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let with = |cooldown: &str, stale_max: &str| {
        let program = Program::new().with("JWKS_URL", &keys.url()).with("JWKS_MAX_AGE", "20m");
        program.with("JWKS_COOLDOWN", cooldown).with("JWKS_STALE_MAX", stale_max)
    };
    is_rejected_by_name(&with("21m", "20m"), "JWKS_COOLDOWN", "21m").await;
    is_rejected_by_name(&with("20m", "19m"), "JWKS_STALE_MAX", "19m").await;
    let process = with("20m", "20m").serve().await;
    process.bearer(issuer.token("ann", Clock::system().now()).sign()).get(TASKS).await.is(200);
}

#[actix_web::test]
async fn http_is_limited_to_loopback() {
    // reserved for documentation (RFC 5737): no host responds
    let remote = "http://192.0.2.1/api/auth/jwks";
    is_rejected_by_name(&Program::new().with("JWKS_URL", remote), "JWKS_URL", remote).await;
    let allowed = Program::new().with("JWKS_URL", remote).with("JWKS_ALLOW_HTTP", "on").serve().await;
    allowed.anonymous().get("/health/live").await.is(200);
    let local = Program::new().with("JWKS_URL", "http://[::1]:1/").serve().await;
    local.anonymous().get("/health/live").await.is(200);
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    for host in ["localhost", "127.0.0.1", "127.1"] {
        let url = keys.url().replace("127.0.0.1", host);
        let program = Program::new().with("JWKS_URL", &url).with("JWT_ISSUER", &keys.origin());
        let process = program.with("JWT_AUDIENCE", &keys.origin()).serve().await;
        let token = issuer.token("ann", Clock::system().now()).sign();
        process.bearer(token).get(TASKS).await.is(200);
    }
}

const PROXIES: [&str; 6] = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

#[actix_web::test]
async fn proxy_variables_of_the_system_are_ignored() {
    let ((keys, issuer), canary) = (KeyServer::with_issuer("EdDSA").await, KeyServer::start().await);
    canary.publishes(&[&issuer.rotated().with_kid(issuer.kid())]);
    let program = Program::new().with("JWKS_URL", &keys.url());
    let program = PROXIES.into_iter().fold(program, |program, name| program.with(name, &canary.origin()));
    let process = program.serve().await;
    process.bearer(issuer.token("ann", Clock::system().now()).sign()).get(TASKS).await.is(200);
    assert_eq!((keys.fetches(), canary.fetches()), (1, 0));
}

#[actix_web::test]
async fn jwks_proxy_is_used() {
    let ((keys, issuer), proxy) = (KeyServer::with_issuer("EdDSA").await, KeyServer::start().await);
    proxy.publishes(&[&issuer]);
    keys.stops_listening().await;
    let program = Program::new().with("JWKS_URL", &keys.url()).with("JWKS_PROXY", &proxy.origin());
    // behind the proxy this is not a loopback address
    is_rejected_by_name(&program, "JWKS_URL", &keys.url()).await;
    let process = program.with("JWKS_ALLOW_HTTP", "on").serve().await;
    process.bearer(issuer.token("ann", Clock::system().now()).sign()).get(TASKS).await.is(200);
    assert!(proxy.heads()[0].starts_with(&format!("GET {} HTTP/1.1\r\n", keys.url())), "{:?}", proxy.heads());
}

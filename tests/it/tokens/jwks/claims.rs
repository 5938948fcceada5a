//! Claims and header members of JWKS-signed tokens (RFC 8725 §3.8 to §3.11).

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::{Issuer, JwksToken, KeyServer, TestApp};

const TASKS: &str = "/api/tasks";

async fn is_accepted(app: &TestApp, token: JwksToken) {
    app.bearer(token.sign()).get(TASKS).await.is(200);
}

async fn is_rejected(app: &TestApp, token: JwksToken, what: &str) {
    let response = app.bearer(token.sign()).get(TASKS).await;
    assert_eq!(response.status, 401, "{what}");
    response.rejects_the_token();
}

#[actix_web::test]
async fn iss_and_aud_default_to_the_origin_of_the_key_set() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let token = || issuer.token("ann", app.now());
    let origin = keys.origin();
    is_accepted(&app, token()).await;
    is_accepted(&app, token().with("aud", json!(["another", origin]))).await;
    let others = [
        json!(format!("{origin}/")),
        json!(format!("{origin}/api/auth")),
        json!(keys.url()),
        json!(origin.to_uppercase()),
        json!(origin.replace("127.0.0.1", "localhost")),
        json!(format!(" {origin}")),
        json!("https://auth.example.com"),
        json!(""),
        json!(null),
        json!(1),
        json!({ "iss": origin }),
    ];
    for claim in ["iss", "aud"] {
        is_rejected(&app, token().without(claim), &format!("no {claim}")).await;
        for other in &others {
            is_rejected(&app, token().with(claim, other.clone()), &format!("{claim} {other}")).await;
        }
    }
    is_rejected(&app, token().with("iss", json!([origin])), "iss a list").await;
    for list in [json!([]), json!(["another"]), json!([origin, 1]), json!([[origin]])] {
        is_rejected(&app, token().with("aud", list.clone()), &format!("aud {list}")).await;
    }
}

/// The public address often differs from that of `JWKS_URL`.
#[actix_web::test]
async fn iss_and_aud_can_be_configured() {
    let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
    let settings = [
        ("JWT_ISSUER", "https://app.example.com, https://app.example.org"),
        ("JWT_AUDIENCE", "https://api.example.com,tasks"),
    ];
    let app = TestApp::with_key_server_and(&keys, &settings).await;
    let token = |iss: &str, aud: Value| issuer.token("ann", app.now()).with("iss", iss).with("aud", aud);
    for iss in ["https://app.example.com", "https://app.example.org"] {
        for aud in [json!("https://api.example.com"), json!("tasks"), json!(["another", "tasks"])] {
            is_accepted(&app, token(iss, aud)).await;
        }
    }
    for iss in ["https://app.example.com/", "https://app.example.com, https://app.example.org", &keys.origin()] {
        is_rejected(&app, token(iss, json!("tasks")), iss).await;
    }
    for aud in [json!(keys.origin()), json!("task"), json!("https://api.example.com,tasks"), json!(null)] {
        is_rejected(&app, token("https://app.example.com", aud.clone()), &aud.to_string()).await;
    }
    is_rejected(&app, issuer.token("ann", app.now()), "the default").await;
}

#[actix_web::test]
async fn exp_and_sub_are_required() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let token = || issuer.token("ann", app.now());
    let in_an_hour = (app.now() + Duration::hours(1)).timestamp();
    for claim in ["exp", "sub"] {
        is_rejected(&app, token().without(claim), &format!("no {claim}")).await;
        for value in [json!(null), json!(""), json!([]), json!({}), json!(true), json!(in_an_hour.to_string() + " ")] {
            is_rejected(&app, token().with(claim, value.clone()), &format!("{claim} {value}")).await;
        }
    }
    for sub in ["two words", "ann\0", " ann", "ann\u{200b}", "änn", &"a".repeat(256), "\n"] {
        is_rejected(&app, token().with("sub", sub), sub).await;
    }
    for exp in [json!(in_an_hour.to_string()), json!(in_an_hour * 1000), json!(1e300)] {
        is_rejected(&app, token().with("exp", exp.clone()), &exp.to_string()).await;
    }
}

#[actix_web::test]
async fn nbf_and_iat_must_be_past_numbers() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let in_an_hour = (app.now() + Duration::hours(1)).timestamp();
    for (claim, value) in
        [("nbf", json!(in_an_hour)), ("nbf", json!("0")), ("iat", json!(in_an_hour)), ("iat", json!("0"))]
    {
        let token = issuer.token("ann", app.now()).with(claim, value.clone());
        is_rejected(&app, token, &format!("{claim} {value}")).await;
    }
}

#[actix_web::test]
async fn an_expired_token_is_reported_as_expired() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let now = app.now().timestamp();
    for exp in [now - 15, now - 3_600, 0, -1] {
        let token = issuer.token("ann", app.now()).without("iat").with("exp", exp);
        app.bearer(token.sign()).get(TASKS).await.reports_an_expired_token();
    }
}

#[actix_web::test]
async fn optional_claims_may_be_absent() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let token = || issuer.token("ann", app.now());
    let (now, in_an_hour) = (app.now().timestamp(), (app.now() + Duration::hours(1)).timestamp());
    is_accepted(&app, token().with("nbf", now).with("exp", in_an_hour)).await;
    is_accepted(&app, token().without("iat").without("name").without("email").with("role", "admin")).await;
}

#[actix_web::test]
async fn other_token_types_are_rejected() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let token = || issuer.token("ann", app.now());
    for typ in ["JWT", "jwt", "Jwt"] {
        is_accepted(&app, token().with_header("typ", typ)).await;
    }
    for typ in [
        json!("at+jwt"),
        json!("application/at+jwt"),
        json!("logout+jwt"),
        json!("secevent+jwt"),
        json!("dpop+jwt"),
        json!("refresh+jwt"),
        json!("better-auth.session-cache+jwt"),
        json!("JWS"),
        json!("JWT "),
        json!(""),
        json!(null),
        json!(["JWT"]),
    ] {
        is_rejected(&app, token().with_header("typ", typ.clone()), &typ.to_string()).await;
    }
}

#[actix_web::test]
async fn critical_headers_are_rejected() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let token = || issuer.token("ann", app.now());
    for crit in [json!(["exp"]), json!([]), json!(["b64"]), json!(null), json!("exp"), json!(["alg"]), json!({})] {
        is_rejected(&app, token().with_header("crit", crit.clone()).with_header("exp", 1), &crit.to_string()).await;
    }
    for b64 in [json!(false), json!(true), json!(null)] {
        is_rejected(&app, token().with_header("b64", b64.clone()), &b64.to_string()).await;
    }
    is_accepted(&app, token().with_header("exp", 1).with_header("x", json!({"y": [null]}))).await;
}

/// Header members and claims that name another key or server.
fn redirections(canary: &KeyServer, foreign_issuer: &Issuer) -> Vec<(&'static str, Value)> {
    let url = canary.url();
    vec![
        ("jku", json!(url)),
        ("x5u", json!(url)),
        ("jwk", foreign_issuer.jwk()),
        ("x5c", json!(["MIIBszCCAVmgAwIBAgIUQ2FuYXJ5"])),
        ("x5t", json!("Q2FuYXJ5")),
        ("x5t#S256", json!("Q2FuYXJ5")),
        ("kid", json!(url)),
        ("kid", json!("file:///dev/stdin")),
        ("iss", json!(canary.origin())),
    ]
}

#[actix_web::test]
async fn a_token_cannot_supply_its_own_key() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let canary = KeyServer::start().await;
    let foreign_issuer = canary.issuer("EdDSA");
    canary.publishes(&[&foreign_issuer]);
    for (member, value) in redirections(&canary, &foreign_issuer) {
        let redirecting = issuer.token("ann", app.now()).with_header(member, value.clone());
        // a valid token may contain them, except for another `kid`
        if member != "kid" {
            app.bearer(redirecting.sign()).get(TASKS).await.is(200);
        }
        app.advance_clock(Duration::seconds(30));
        for forged in [
            redirecting.clone(),
            redirecting.clone().without_header("kid"),
            redirecting.clone().with("iss", canary.origin()),
        ] {
            app.bearer(forged.signed_by(&foreign_issuer)).get(TASKS).await.rejects_the_token();
        }
    }
    for token in [foreign_issuer.token("ann", app.now()), issuer.with_kid(foreign_issuer.kid()).token("ann", app.now())]
    {
        app.bearer(token.signed_by(&foreign_issuer)).get(TASKS).await.rejects_the_token();
    }
    app.ann_of(&issuer).get(TASKS).await.is(200);
    assert_eq!(canary.fetches(), 0);
    assert!(keys.heads().iter().all(|head| head.starts_with("GET /api/auth/jwks HTTP/1.1\r\n")), "{:?}", keys.heads());
}

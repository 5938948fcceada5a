//! What a token of a key set must say (RFC 8725 §3.8 to §3.11), and that nothing it says leads the service anywhere.

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
async fn iss_and_aud_are_the_origin_of_the_key_set_unless_they_are_set() {
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

/// The address that users see is often not the one that the service asks at.
#[actix_web::test]
async fn issuers_and_audiences_may_be_others_than_the_key_servers_and_several() {
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
    is_rejected(&app, issuer.token("ann", app.now()), "the key server's own").await;
}

#[actix_web::test]
async fn exp_and_sub_are_there_and_good() {
    let (_keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let token = || issuer.token("ann", app.now());
    let now = app.now().timestamp();
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
    for (claim, value) in
        [("nbf", json!(in_an_hour)), ("nbf", json!("0")), ("iat", json!(in_an_hour)), ("iat", json!("0"))]
    {
        is_rejected(&app, token().with(claim, value.clone()), &format!("{claim} {value}")).await;
    }
    for exp in [now - 15, now - 3_600, 0, -1] {
        let token = token().without("iat").with("exp", exp);
        app.bearer(token.sign()).get(TASKS).await.reports_an_expired_token();
    }
    is_accepted(&app, token().with("nbf", now).with("exp", in_an_hour)).await;
    is_accepted(&app, token().without("iat").without("name").without("email").with("role", "admin")).await;
}

#[actix_web::test]
async fn other_kinds_of_token_are_not_let_in() {
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
async fn what_is_critical_is_not_ignored() {
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

/// Header members and claims that would lead elsewhere, all of them to this server.
fn leads(canary: &KeyServer, stranger: &Issuer) -> Vec<(&'static str, Value)> {
    let url = canary.url();
    vec![
        ("jku", json!(url)),
        ("x5u", json!(url)),
        ("jwk", stranger.jwk()),
        ("x5c", json!(["MIIBszCCAVmgAwIBAgIUQ2FuYXJ5"])),
        ("x5t", json!("Q2FuYXJ5")),
        ("x5t#S256", json!("Q2FuYXJ5")),
        ("kid", json!(url)),
        ("kid", json!("file:///dev/stdin")),
        ("iss", json!(canary.origin())),
    ]
}

#[actix_web::test]
async fn nothing_in_a_token_causes_a_request_or_is_trusted() {
    let (keys, issuer, app) = TestApp::with_issuer("EdDSA").await;
    let canary = KeyServer::start().await;
    let stranger = canary.issuer("EdDSA");
    canary.publishes(&[&stranger]);
    for (member, value) in leads(&canary, &stranger) {
        let led = issuer.token("ann", app.now()).with_header(member, value.clone());
        // a good token may say so all the same, but for the name of its key
        if member != "kid" {
            app.bearer(led.sign()).get(TASKS).await.is(200);
        }
        app.advance_clock(Duration::seconds(30));
        for forged in [led.clone(), led.clone().without_header("kid"), led.clone().with("iss", canary.origin())] {
            app.bearer(forged.signed_by(&stranger)).get(TASKS).await.rejects_the_token();
        }
    }
    for token in [stranger.token("ann", app.now()), issuer.with_kid(stranger.kid()).token("ann", app.now())] {
        app.bearer(token.signed_by(&stranger)).get(TASKS).await.rejects_the_token();
    }
    app.ann_of(&issuer).get(TASKS).await.is(200);
    assert_eq!(canary.fetches(), 0);
    assert!(keys.heads().iter().all(|head| head.starts_with("GET /api/auth/jwks HTTP/1.1\r\n")), "{:?}", keys.heads());
}

//! Key sets: each key is used with one algorithm (RFC 8725 §3.1), and unusable keys do not affect the others.

use serde_json::{Value, json};

use crate::support::{ALGORITHMS, Issuer, KeyServer, TestApp};

const RSA: [&str; 6] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

const TASKS: &str = "/api/tasks";

fn is_ed25519(algorithm: &str) -> bool {
    ["EdDSA", "Ed25519"].contains(&algorithm)
}

/// A key set with a key of every algorithm, and a service that uses it.
async fn app_with_all_algorithms() -> (KeyServer, Vec<Issuer>, TestApp) {
    let keys = KeyServer::start().await;
    let issuers = ALGORITHMS.map(|algorithm| keys.issuer(algorithm));
    keys.publishes(&issuers.each_ref());
    let app = TestApp::with_key_server(&keys).await;
    (keys, issuers.to_vec(), app)
}

#[actix_web::test]
async fn every_algorithm_is_supported() {
    let (keys, issuers, app) = app_with_all_algorithms().await;
    for issuer in &issuers {
        let task = app.ann_of(issuer).creates_a_task(issuer.kid()).await;
        assert_eq!(task["user_id"], "ann");
    }
    assert_eq!(keys.fetches(), 1);
}

#[actix_web::test]
async fn a_token_must_name_the_algorithm_of_its_key() {
    let (_keys, issuers, app) = app_with_all_algorithms().await;
    let others =
        ["HS256", "HS384", "HS512", "ES256K", "Ed448", "ML-DSA-44", "ES521", "none", "None", "", "eddsa", "EdDSA "];
    for issuer in &issuers {
        let token = issuer.token("ann", app.now());
        let own = issuer.jwk()["alg"].as_str().unwrap().to_owned();
        for other in ALGORITHMS.into_iter().chain(others).filter(|other| *other != own) {
            let response = app.bearer(token.clone().with_header("alg", other).sign()).get(TASKS).await;
            if is_ed25519(&own) && is_ed25519(other) {
                response.is(200)
            } else {
                response.rejects_the_token()
            };
        }
        app.bearer(token.without_header("alg").sign()).get(TASKS).await.rejects_the_token();
    }
}

/// The signature is valid, but with another algorithm than that of the key.
#[actix_web::test]
async fn an_rsa_key_is_used_with_one_algorithm() {
    let (_keys, issuers, app) = app_with_all_algorithms().await;
    for issuer in issuers.iter().filter(|issuer| RSA.contains(&issuer.jwk()["alg"].as_str().unwrap())) {
        for other in RSA.into_iter().filter(|other| issuer.jwk()["alg"] != *other) {
            app.ann_of(&issuer.with_algorithm(other)).get(TASKS).await.rejects_the_token();
        }
        app.ann_of(issuer).get(TASKS).await.is(200);
    }
}

#[actix_web::test]
async fn a_key_without_alg_is_for_the_algorithms_of_its_type() {
    let keys = KeyServer::start().await;
    let issuers = ["EdDSA", "ES256", "ES384", "ES512", "RS256"].map(|algorithm| keys.issuer(algorithm));
    keys.publishes_keys(issuers.iter().map(|issuer| without(issuer, "alg")));
    let app = TestApp::with_key_server(&keys).await;
    for issuer in &issuers {
        app.ann_of(issuer).get(TASKS).await.is(200);
    }
    let (rsa, curves) = (&issuers[4], &issuers[..4]);
    for algorithm in RSA {
        let rsa = rsa.with_algorithm(algorithm);
        app.ann_of(&rsa).get(TASKS).await.is(200);
        let token = rsa.token("ann", app.now());
        app.bearer(token.clone().without_header("kid").sign()).get(TASKS).await.is(200);
        // the header decides by which of them the signature is verified
        for other in ALGORITHMS.into_iter().chain(["HS256", "none"]).filter(|other| *other != algorithm) {
            app.bearer(token.clone().with_header("alg", other).sign()).get(TASKS).await.rejects_the_token();
        }
        for issuer in curves {
            let token = issuer.token("ann", app.now()).with_header("alg", algorithm);
            app.bearer(token.sign()).get(TASKS).await.rejects_the_token();
        }
    }
}

#[actix_web::test]
async fn es256k_is_rejected() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    let (issuer, bare) = (keys.issuer("ES256K"), keys.issuer("ES256K"));
    keys.publishes_keys([
        issuer.jwk(),
        without(&bare, "alg"),
        with(&issuer.with_kid("renamed"), "alg", "ES256".into()),
        good.jwk(),
    ]);
    let app = TestApp::with_key_server(&keys).await;
    app.ann_of(&good).get(TASKS).await.is(200);
    for issuer in [&issuer, &bare, &issuer.with_kid("renamed")] {
        let token = issuer.token("ann", app.now());
        for token in [token.clone(), token.with_header("alg", "ES256")] {
            app.bearer(token.sign()).get(TASKS).await.rejects_the_token();
            app.bearer(token.without_header("kid").sign()).get(TASKS).await.rejects_the_token();
        }
    }
}

fn with(issuer: &Issuer, member: &str, value: Value) -> Value {
    let mut jwk = issuer.jwk();
    jwk[member] = value;
    jwk
}

fn without(issuer: &Issuer, member: &str) -> Value {
    let mut jwk = issuer.jwk();
    jwk.as_object_mut().unwrap().remove(member);
    jwk
}

/// An algorithm, and a member and a value that make a key of it unusable.
fn unusable_members() -> Vec<(&'static str, &'static str, Value)> {
    let all = [
        ("use", json!("enc")),
        ("use", json!("")),
        ("use", json!(1)),
        ("key_ops", json!(["encrypt"])),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!([])),
        ("key_ops", json!("verify")),
        ("kty", json!("AKP")),
        ("kty", json!("oct")),
        ("kty", json!("okp")),
        ("kty", json!(null)),
        ("alg", json!("HS256")),
        ("alg", json!("RSA-OAEP")),
        ("alg", json!("none")),
        ("alg", json!("")),
        ("alg", json!(256)),
        ("d", json!("AQAB")),
    ];
    let curves = [("crv", json!("Ed448")), ("crv", json!("X25519")), ("crv", json!("P-384")), ("crv", json!(null))];
    let halves = [("x", json!("")), ("x", json!("AQAB")), ("x", json!(1)), ("x", json!(null))];
    let on_curve = || curves.clone().into_iter().chain(halves.clone());
    let of = |algorithm: &'static str| move |(member, value)| (algorithm, member, value);
    let mut unusable_members: Vec<_> =
        all.clone().map(of("EdDSA")).into_iter().chain(on_curve().map(of("EdDSA"))).collect();
    unusable_members.extend(all.clone().map(of("ES256")).into_iter().chain(on_curve().map(of("ES256"))));
    unusable_members.push(("ES256", "alg", json!("ES384")));
    unusable_members.push(("ES256", "y", json!(null)));
    unusable_members.push(("ES512", "alg", json!("ES521")));
    unusable_members.extend(["d", "p", "q", "dp", "dq", "qi"].map(|member| ("RS256", member, json!("AQAB"))));
    unusable_members.extend(["AA", "AQ", "Ag", ""].map(|exponent| ("RS256", "e", json!(exponent))));
    unusable_members.extend([
        ("RS256", "oth", json!([])),
        ("RS256", "n", json!("AQAB")),
        ("RS256", "alg", json!("ES256")),
    ]);
    unusable_members
}

#[actix_web::test]
async fn unusable_keys_do_not_affect_others() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    let unusable: Vec<_> = unusable_members()
        .into_iter()
        .map(|(algorithm, member, value)| {
            let issuer = keys.issuer(algorithm);
            let jwk = with(&issuer, member, value);
            (issuer, jwk)
        })
        .collect();
    let no_keys = [json!(null), json!(1), json!("a"), json!([]), json!({}), json!({"kid": "a"})];
    let (first, last) = unusable.split_at(unusable.len() / 2);
    for half in [first, last] {
        keys.publishes_keys(half.iter().map(|(_, jwk)| jwk.clone()).chain(no_keys.clone()).chain([good.jwk()]));
        let app = TestApp::with_key_server(&keys).await;
        for (issuer, jwk) in half {
            let response = app.ann_of(issuer).get(TASKS).await;
            assert_eq!(response.status, 401, "{jwk}");
            response.rejects_the_token();
        }
        app.ann_of(&good).get(TASKS).await.is(200);
    }
}

/// Points off the curve, with padding, too short or too long.
#[actix_web::test]
async fn invalid_points_are_rejected() {
    let (keys, good) = KeyServer::with_issuer("EdDSA").await;
    let mut bad = Vec::new();
    for algorithm in ["EdDSA", "ES256", "ES384", "ES512"] {
        let issuer = keys.issuer(algorithm);
        let x = issuer.jwk()["x"].as_str().unwrap().to_owned();
        let mut wrong = vec![format!("{x}="), format!("{x}AAAA"), format!(" {x}"), x[..x.len() - 4].to_owned()];
        if algorithm != "EdDSA" {
            wrong.push(issuer.rotated().jwk()["x"].as_str().unwrap().to_owned());
        }
        bad.extend(wrong.into_iter().enumerate().map(|(number, x)| {
            let renamed = issuer.with_kid(&format!("{algorithm}-{number}"));
            (with(&renamed, "x", x.into()), renamed)
        }));
    }
    keys.publishes_keys(bad.iter().map(|(jwk, _)| jwk.clone()).chain([good.jwk()]));
    let app = TestApp::with_key_server(&keys).await;
    for (jwk, issuer) in &bad {
        assert_eq!(app.ann_of(issuer).get(TASKS).await.status, 401, "{jwk}");
    }
    app.ann_of(&good).get(TASKS).await.is(200);
}

/// Neither a list in the order of the members of a JWK nor an empty one is a key, also for a token without `kid`.
#[actix_web::test]
async fn a_list_is_not_a_key() {
    let (keys, good) = KeyServer::with_issuer("ES256").await;
    let listed = keys.issuer("EdDSA");
    let list = json!(["OKP", "EdDSA", "sig", ["verify"], "Ed25519", listed.jwk()["x"], null, null, null]);
    keys.publishes_keys([list, json!([]), good.jwk()]);
    let app = TestApp::with_key_server(&keys).await;
    for (issuer, status) in [(&good, 200), (&listed, 401)] {
        let token = issuer.token("ann", app.now());
        app.bearer(token.sign()).get(TASKS).await.is(status);
        app.bearer(token.without_header("kid").sign()).get(TASKS).await.is(status);
    }
}

/// An invalid `kid` does not make a key one without `kid`.
#[actix_web::test]
async fn a_key_with_an_invalid_kid_is_ignored() {
    for kid in [json!(7), json!(["a"]), json!(null), json!({})] {
        let (keys, good) = KeyServer::with_issuer("ES256").await;
        let invalid_kid = keys.issuer("EdDSA");
        keys.publishes_keys([with(&invalid_kid, "kid", kid.clone()), good.jwk()]);
        let app = TestApp::with_key_server(&keys).await;
        let token = invalid_kid.token("ann", app.now()).without_header("kid");
        assert_eq!(app.bearer(token.sign()).get(TASKS).await.status, 401, "{kid}");
        app.ann_of(&good).get(TASKS).await.is(200);
    }
}

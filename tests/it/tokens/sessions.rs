//! Front-end tokens with a `sid`: they are revoked when the row of the session is deleted.

use serde_json::{Value, json};

use crate::support::{ApiClient, BACKENDS, BetterAuth, KeyServer, SqlConnection, TestApp, on_both, password};

/// Inserts a user and a session of Better Auth.
async fn insert_session(app: &TestApp, session: &str, user: &str) {
    let instant = "'2026-01-01T00:00:00.000Z'";
    let rows = SqlConnection::on(&app.database()).await;
    rows.run(&format!(
        "insert into \"user\" (id, name, email, \"emailVerified\", \"createdAt\", \"updatedAt\")
        values ('{user}', '{user}', '{user}@example.com', false, {instant}, {instant}) on conflict do nothing"
    ))
    .await;
    rows.run(&format!(
        "insert into session (id, token, \"createdAt\", \"updatedAt\", \"expiresAt\", \"userId\")
        values ('{session}', 'token of {session}', {instant}, {instant}, '2036-01-01T00:00:00.000Z', '{user}')"
    ))
    .await;
}

async fn delete_session(app: &TestApp, session: &str) {
    SqlConnection::on(&app.database()).await.run(&format!("delete from session where id = '{session}'")).await;
}

/// A client with a front-end token of this session.
fn client_with_sid(app: &TestApp, user: &str, session: impl Into<Value>) -> ApiClient {
    app.bearer(app.token(user).with("sid", session).sign())
}

on_both! {
    deleting_a_session_revokes_its_tokens(app) {
        for (session, user) in [("laptop", "ann"), ("phone", "ann"), ("tablet", "bob")] {
            insert_session(&app, session, user).await;
        }
        let (earlier, laptop) = (app.bearer(app.token("ann").with("sid", "laptop").with("jti", "1").sign()), client_with_sid(&app, "ann", "laptop"));
        let others = [client_with_sid(&app, "ann", "phone"), client_with_sid(&app, "bob", "tablet"), app.ann()];
        laptop.is_accepted().await;
        delete_session(&app, "laptop").await;
        laptop.eventually_gets("/api/tasks", 401).await.rejects_the_token();
        earlier.is_rejected().await;
        // Better Auth issued it from a cached session after the deletion
        app.advance_clock(chrono::Duration::minutes(5));
        client_with_sid(&app, "ann", "laptop").is_rejected().await;
        for other in others {
            other.is_accepted().await;
        }
    }

    the_revocation_survives_a_restart(app) {
        let mut app = app;
        insert_session(&app, "laptop", "ann").await;
        insert_session(&app, "phone", "ann").await;
        delete_session(&app, "laptop").await;
        app.restart().await;
        client_with_sid(&app, "ann", "laptop").is_rejected().await;
        client_with_sid(&app, "ann", "phone").is_accepted().await;
    }

    deleting_a_user_revokes_all_tokens(app) {
        insert_session(&app, "laptop", "ann").await;
        let laptop = client_with_sid(&app, "ann", "laptop");
        laptop.is_accepted().await;
        SqlConnection::on(&app.database()).await.run("delete from \"user\" where id = 'ann'").await;
        laptop.eventually_gets("/api/tasks", 401).await.rejects_the_token();
    }

    a_log_out_keeps_the_session_of_the_front_end(app) {
        insert_session(&app, "laptop", "ann").await;
        let other = app.bearer(app.token("ann").with("sid", "laptop").with("jti", "1").sign());
        let presented = client_with_sid(&app, "ann", "laptop");
        presented.logs_out().await.is(204);
        presented.is_rejected().await;
        other.is_accepted().await;
        assert_eq!(SqlConnection::on(&app.database()).await.number("select count(*) from session").await, 1);
    }

    sid_must_be_a_session_id(app) {
        for sid in [json!(5), json!(null), json!(["laptop"]), json!({ "id": "laptop" }), json!(""), json!("x".repeat(256))] {
            client_with_sid(&app, "ann", sid).is_rejected().await;
        }
        for sid in ["laptop", "lap\0top", &"x".repeat(255)] {
            client_with_sid(&app, "ann", sid).is_accepted().await;
        }
    }
}

on_both! {
    with accounts:

    the_current_session_is_that_of_the_token(app) {
        let ann = app.anonymous().signs_up("ann").await;
        insert_session(&app, "laptop", ann.id()).await;
        let laptop = client_with_sid(&app, ann.id(), "laptop");
        let listed = laptop.get("/api/auth/sessions").await.is(200).json();
        let (current, others): (Vec<_>, Vec<_>) = listed["items"].as_array().unwrap().iter().partition(|one| one["current"] == true);
        assert_eq!((current.len(), &current[0]["id"], others.len()), (1, &json!("laptop"), 1));
        let change = json!({ "current_password": password("ann"), "new_password": "another one entirely" });
        laptop.post("/api/auth/password", change).await.is(204);
        ann.is_signed_out().await;
        assert_eq!(SqlConnection::on(&app.database()).await.text("select id from session").await, "laptop");
    }
}

/// Cached verification results are invalidated too.
#[actix_web::test]
async fn deleting_a_session_revokes_jwks_tokens() {
    for backend in BACKENDS {
        let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
        let app = TestApp::start_with(backend, [("BETTER_AUTH_SECRET", ""), ("JWKS_URL", &keys.url())]).await;
        insert_session(&app, "laptop", "ann").await;
        let client_with_sid = |session: &str| app.bearer(issuer.token("ann", app.now()).with("sid", session).sign());
        let (laptop, phone) = (client_with_sid("laptop"), client_with_sid("phone"));
        for _ in 0..8 {
            laptop.is_accepted().await;
        }
        delete_session(&app, "laptop").await;
        laptop.eventually_gets("/api/tasks", 401).await.rejects_the_token();
        phone.is_accepted().await;
    }
}

#[actix_web::test]
async fn a_sign_out_at_better_auth_revokes_tokens() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user = there.signs_up("ann").await;
    let first = session_of(&user.sessions().await, &[]);
    let other = there.signs_in("ann").await;
    let second = session_of(&other.sessions().await, &[&first]);
    let [one, two] = [&first, &second].map(|session| client_with_sid(&here, user.id(), session.as_str()));
    one.is_accepted().await;
    two.is_accepted().await;
    user.signs_out().await;
    one.eventually_gets("/api/tasks", 401).await.rejects_the_token();
    two.is_accepted().await;
    other.post("/api/auth/revoke-sessions", json!({})).await.is(200);
    two.eventually_gets("/api/tasks", 401).await.rejects_the_token();
}

/// The id of the only session that is not in `known`.
fn session_of(listed: &[Value], known: &[&str]) -> String {
    let ids = listed.iter().map(|session| session["id"].as_str().unwrap());
    let mut others = ids.filter(|id| !known.contains(id));
    let one = others.next().expect("a session").to_owned();
    assert_eq!(others.next(), None);
    one
}

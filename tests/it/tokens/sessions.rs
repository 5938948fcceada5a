//! Tokens of the front end's that name a session end with it, whoever takes its row away.

use serde_json::{Value, json};

use crate::support::{ApiClient, Backend, BetterAuth, KeyServer, SqlConnection, TestApp, on_both, password};

/// Better Auth's row of a session.
async fn opens(app: &TestApp, session: &str, user: &str) {
    let at = "'2026-01-01T00:00:00.000Z'";
    let rows = SqlConnection::on(&app.database()).await;
    rows.run(&format!(
        "insert into \"user\" (id, name, email, \"emailVerified\", \"createdAt\", \"updatedAt\")
        values ('{user}', '{user}', '{user}@example.com', false, {at}, {at}) on conflict do nothing"
    ))
    .await;
    rows.run(&format!(
        "insert into session (id, token, \"createdAt\", \"updatedAt\", \"expiresAt\", \"userId\")
        values ('{session}', 'token of {session}', {at}, {at}, '2036-01-01T00:00:00.000Z', '{user}')"
    ))
    .await;
}

async fn goes(app: &TestApp, session: &str) {
    SqlConnection::on(&app.database()).await.run(&format!("delete from session where id = '{session}'")).await;
}

/// A front end's token of that session.
fn of(app: &TestApp, user: &str, session: impl Into<Value>) -> ApiClient {
    app.bearer(app.token(user).with("sid", session).sign())
}

on_both! {
    tokens_end_with_the_session_that_they_name(app) {
        for (session, user) in [("laptop", "ann"), ("phone", "ann"), ("desk", "bob")] {
            opens(&app, session, user).await;
        }
        let (earlier, laptop) = (app.bearer(app.token("ann").with("sid", "laptop").with("jti", "1").sign()), of(&app, "ann", "laptop"));
        let others = [of(&app, "ann", "phone"), of(&app, "bob", "desk"), app.ann()];
        laptop.is_accepted().await;
        goes(&app, "laptop").await;
        laptop.eventually_gets("/api/tasks", 401).await.rejects_the_token();
        earlier.is_rejected().await;
        // one that Better Auth made of a copy of the session, after its end
        app.advance_clock(chrono::Duration::minutes(5));
        of(&app, "ann", "laptop").is_rejected().await;
        for other in others {
            other.is_accepted().await;
        }
    }

    it_is_not_forgotten_after_a_restart(app) {
        let mut app = app;
        opens(&app, "laptop", "ann").await;
        opens(&app, "phone", "ann").await;
        goes(&app, "laptop").await;
        app.restart().await;
        of(&app, "ann", "laptop").is_rejected().await;
        of(&app, "ann", "phone").is_accepted().await;
    }

    all_end_with_the_user(app) {
        opens(&app, "laptop", "ann").await;
        let laptop = of(&app, "ann", "laptop");
        laptop.is_accepted().await;
        SqlConnection::on(&app.database()).await.run("delete from \"user\" where id = 'ann'").await;
        laptop.eventually_gets("/api/tasks", 401).await.rejects_the_token();
    }

    a_log_out_ends_the_token_and_leaves_the_session_to_the_front_end(app) {
        opens(&app, "laptop", "ann").await;
        let other = app.bearer(app.token("ann").with("sid", "laptop").with("jti", "1").sign());
        let presented = of(&app, "ann", "laptop");
        presented.logs_out().await.is(204);
        presented.is_rejected().await;
        other.is_accepted().await;
        assert_eq!(SqlConnection::on(&app.database()).await.number("select count(*) from session").await, 1);
    }

    what_says_that_it_ends_with_a_session_names_one(app) {
        for sid in [json!(5), json!(null), json!(["laptop"]), json!({ "id": "laptop" }), json!(""), json!("x".repeat(256))] {
            of(&app, "ann", sid).is_rejected().await;
        }
        for sid in ["laptop", "lap\0top", &"x".repeat(255)] {
            of(&app, "ann", sid).is_accepted().await;
        }
    }
}

on_both! {
    with accounts:

    the_present_session_is_the_one_that_the_token_names(app) {
        let ann = app.anonymous().signs_up("ann").await;
        opens(&app, "laptop", ann.id()).await;
        let laptop = of(&app, ann.id(), "laptop");
        let listed = laptop.get("/api/auth/sessions").await.is(200).json();
        let (present, others): (Vec<_>, Vec<_>) = listed["items"].as_array().unwrap().iter().partition(|one| one["current"] == true);
        assert_eq!((present.len(), &present[0]["id"], others.len()), (1, &json!("laptop"), 1));
        let change = json!({ "current_password": password("ann"), "new_password": "another one entirely" });
        laptop.post("/api/auth/password", change).await.is(204);
        ann.is_signed_out().await;
        assert_eq!(SqlConnection::on(&app.database()).await.text("select id from session").await, "laptop");
    }
}

/// However often a key has proven them.
#[actix_web::test]
async fn tokens_of_a_key_set_end_with_it_too() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let (keys, issuer) = KeyServer::with_issuer("EdDSA").await;
        let app = TestApp::start_with(backend, [("BETTER_AUTH_SECRET", ""), ("JWKS_URL", &keys.url())]).await;
        opens(&app, "laptop", "ann").await;
        let of = |session: &str| app.bearer(issuer.token("ann", app.now()).with("sid", session).sign());
        let (laptop, phone) = (of("laptop"), of("phone"));
        for _ in 0..8 {
            laptop.is_accepted().await;
        }
        goes(&app, "laptop").await;
        laptop.eventually_gets("/api/tasks", 401).await.rejects_the_token();
        phone.is_accepted().await;
    }
}

#[actix_web::test]
async fn a_sign_out_at_better_auth_ends_the_tokens_of_its_session() {
    let (here, there) = BetterAuth::with_a_service([]).await;
    let user = there.signs_up("ann").await;
    let first = session_of(&user.sessions().await, &[]);
    let other = there.signs_in("ann").await;
    let second = session_of(&other.sessions().await, &[&first]);
    let [one, two] = [&first, &second].map(|session| of(&here, user.id(), session.as_str()));
    one.is_accepted().await;
    two.is_accepted().await;
    user.signs_out().await;
    one.eventually_gets("/api/tasks", 401).await.rejects_the_token();
    two.is_accepted().await;
    other.post("/api/auth/revoke-sessions", json!({})).await.is(200);
    two.eventually_gets("/api/tasks", 401).await.rejects_the_token();
}

/// The id of the one session that is not among those `known`.
fn session_of(listed: &[Value], known: &[&str]) -> String {
    let ids = listed.iter().map(|session| session["id"].as_str().unwrap());
    let mut others = ids.filter(|id| !known.contains(id));
    let one = others.next().expect("a session").to_owned();
    assert_eq!(others.next(), None);
    one
}

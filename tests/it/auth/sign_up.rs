//! Signing up: who did is signed in, an address is taken once, and nothing but what was asked for is stored.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, SqlConnection, TestApp, on_both, password};

const SIGN_UP: &str = "/api/auth/signup";

fn somebody() -> Value {
    json!({"name": "Ann Lee", "email": "ann@example.com", "password": password("ann")})
}

/// The same with another value in one place.
fn somebody_with(member: &str, value: impl Into<Value>) -> Value {
    let mut somebody = somebody();
    somebody[member] = value.into();
    somebody
}

fn somebody_without(member: &str) -> Value {
    let mut somebody = somebody();
    somebody.as_object_mut().unwrap().remove(member);
    somebody
}

async fn count(app: &TestApp, table: &str) -> i64 {
    SqlConnection::on(&app.database()).await.number(&format!("select count(*) from {table}")).await
}

impl ApiClient {
    async fn signs_up_by(&self, body: impl Into<reqwest::Body>) -> ApiResponse {
        let request = self.request(Method::POST, SIGN_UP).header("content-type", "application/json");
        ApiResponse::to(request.body(body)).await
    }
}

on_both! {
    with accounts:

    whoever_signs_up_is_signed_in(app) {
        let response = app.anonymous().post(SIGN_UP, somebody()).await.is(201);
        assert_eq!(response.header("cache-control"), Some("no-store"));
        let given = response.json();
        let members: Vec<_> = given.as_object().unwrap().keys().collect();
        assert_eq!(members, ["access_token", "expires_in", "refresh_token", "token_type", "user"]);
        assert_eq!((&given["token_type"], &given["expires_in"]), (&json!("Bearer"), &json!(86_400)));
        assert_eq!(given["refresh_token"].as_str().unwrap().len(), 86);

        let ann = app.anonymous().signed_in_by(response);
        let user = &given["user"];
        assert_eq!((&user["name"], &user["email"]), (&json!("Ann Lee"), &json!("ann@example.com")));
        assert_eq!((&user["email_verified"], &user["image"]), (&json!(false), &Value::Null));
        assert_eq!((ann.id().len(), &user["created_at"]), (32, &user["updated_at"]));
        assert_eq!(&ann.get("/api/auth/me").await.is(200).json(), user);
        assert_eq!(ann.creates_a_task("Buy milk").await["user_id"], ann.id());
        for (table, rows) in [("\"user\"", 1), ("account", 1), ("session", 1), ("refresh_token", 1)] {
            assert_eq!(count(&app, table).await, rows, "{table}");
        }
    }

    an_address_is_kept_in_lower_case_and_taken_once(app) {
        let nobody = app.anonymous();
        let ann = nobody.post(SIGN_UP, somebody_with("email", "Ann.Lee@Example.COM")).await.is(201).json();
        assert_eq!(ann["user"]["email"], "ann.lee@example.com");
        for email in ["ann.lee@example.com", "ANN.LEE@EXAMPLE.COM", "Ann.Lee@example.Com"] {
            let other = json!({"name": "Not Ann", "email": email, "password": password("another")});
            nobody.post(SIGN_UP, other).await.is_problem(409, "email-taken");
            nobody.tries_to_log_in(email, &password("another")).await.rejects_the_log_in();
            let seen = nobody.tries_to_log_in(email, &password("ann")).await.is(200).json();
            assert_eq!(seen["user"], ann["user"]);
        }
        assert_eq!((count(&app, "\"user\"").await, count(&app, "account").await), (1, 1));
    }

    of_twenty_who_want_one_address_at_once_one_has_it(app) {
        let nobody = app.anonymous();
        let answers = join_all((0..20).map(|_| nobody.tries_to_sign_up("ann"))).await;
        let (made, rejected): (Vec<_>, Vec<_>) = answers.into_iter().partition(|response| response.status == 201);
        assert_eq!((made.len(), rejected.len()), (1, 19));
        for response in rejected {
            response.is_problem(409, "email-taken");
        }
        for table in ["\"user\"", "account", "session", "refresh_token"] {
            assert_eq!(count(&app, table).await, 1, "{table}");
        }
        nobody.logs_in("ann").await.is_accepted().await;
    }

    what_breaks_a_rule_is_told_by_its_place(app) {
        let long = |length| format!("{}@example.com", "a".repeat(length - "@example.com".len()));
        for (pointer, body) in [
            ("/name", somebody_with("name", "")),
            ("/name", somebody_with("name", " \t\u{a0}\u{3000}")),
            ("/name", somebody_with("name", "a".repeat(256))),
            ("/name", somebody_with("name", 1)),
            ("/name", somebody_without("name")),
            ("/email", somebody_with("email", "")),
            ("/email", somebody_with("email", "ann")),
            ("/email", somebody_with("email", "ann@localhost")),
            ("/email", somebody_with("email", " ann@example.com")),
            ("/email", somebody_with("email", "ann@example.com\n")),
            ("/email", somebody_with("email", "ann@example.com, bob@example.com")),
            ("/email", somebody_with("email", "\u{430}nn@example.com")),
            ("/email", somebody_with("email", "'; drop table \"user\"; --@example.com")),
            ("/email", somebody_with("email", long(255))),
            ("/email", somebody_with("email", json!(["ann@example.com"]))),
            ("/email", somebody_with("email", Value::Null)),
            ("/email", somebody_without("email")),
            ("/password", somebody_with("password", "seven77")),
            ("/password", somebody_with("password", "x".repeat(129))),
            ("/password", somebody_with("password", "iloveyou")),
            ("/password", somebody_with("password", "PassWord1")),
            ("/password", somebody_with("password", 12_345_678)),
            ("/password", somebody_without("password")),
            ("/id", somebody_with("id", "chosen")),
            ("/email_verified", somebody_with("email_verified", true)),
            ("/emailVerified", somebody_with("emailVerified", true)),
            ("/image", somebody_with("image", "https://example.com/a.png")),
            ("/role", somebody_with("role", "admin")),
            ("", json!([])),
        ] {
            let problem = app.anonymous().post(SIGN_UP, body.clone()).await.is_problem(422, "invalid-content");
            assert_eq!(problem.pointers(), [pointer], "{body}");
        }
        app.anonymous().post(SIGN_UP, somebody_with("email", long(254))).await.is(201);
        assert_eq!(count(&app, "\"user\"").await, 1);
    }

    all_broken_rules_are_told_at_once(app) {
        let body = json!({"name": " ", "email": "nope", "password": "short"});
        let problem = app.anonymous().post(SIGN_UP, body).await.is_problem(422, "invalid-content");
        assert_eq!(problem.pointers(), ["/email", "/name", "/password"]);
    }

    what_is_malformed_is_refused_whole(app) {
        let nobody = app.anonymous();
        for body in [
            "", "{", "ann", "{\"name\": \"Ann\\u0000\", \"email\": \"ann@example.com\", \"password\": \"long enough 7\"}",
            "{\"name\": \"Ann\", \"email\": \"ann@example.com\\u0000\", \"password\": \"long enough 7\"}",
            "{\"name\": \"Ann\", \"email\": \"ann@example.com\", \"password\": \"long enough\\u0000 7\"}",
            "{\"name\": \"\\ud800\", \"email\": \"ann@example.com\", \"password\": \"long enough 7\"}",
        ] {
            nobody.signs_up_by(body).await.is_problem(400, "malformed-request");
        }
        nobody.signs_up_by("x".repeat(70_000)).await.is_problem(413, "content-too-large");
        let form = nobody.request(Method::POST, SIGN_UP).header("content-type", "application/x-www-form-urlencoded");
        ApiResponse::to(form.body("email=ann@example.com")).await.is_problem(415, "unsupported-media-type");
        let html = nobody.request(Method::POST, SIGN_UP).header("accept", "text/html").json(&somebody());
        ApiResponse::to(html).await.is_problem(406, "not-acceptable");
        nobody.get(SIGN_UP).await.is_problem(405, "method-not-allowed");
        assert_eq!(count(&app, "\"user\"").await, 0);
    }

    a_name_is_kept_character_for_character(app) {
        for (number, name) in [" Ann  Lee ", "\u{1f469}\u{200d}\u{1f680} Zoë", "Zoe\u{308}", "'; --", &"é".repeat(255)].iter().enumerate() {
            let body = json!({"name": name, "email": format!("{number}@example.com"), "password": password("ann")});
            let given = app.anonymous().post(SIGN_UP, body).await.is(201).json();
            assert_eq!(given["user"]["name"], *name);
            let me = app.bearer(given["access_token"].as_str().unwrap()).get("/api/auth/me").await.is(200).json();
            assert_eq!(me["name"], *name);
        }
    }

    nothing_that_is_stored_opens_a_door(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let renewed = ann.refreshes().await;
        let stored = stored(&app).await;
        for member in [&ann, &renewed] {
            for secret in [member.access_token(), member.refresh_token(), member.access_token().rsplit('.').next().unwrap()] {
                assert!(!stored.contains(secret), "{secret} is stored");
            }
        }
        assert!(!stored.contains(&password("ann")) && stored.contains("ann@example.com"));
        let session = SqlConnection::on(&app.database()).await;
        for token in session.column::<String>("select token from session").await {
            app.bearer(&token).get("/api/tasks").await.rejects_the_token();
            app.anonymous().refreshes_with(&token).await.rejects_the_refresh_token();
        }
        for hash in session.column::<String>("select hash from refresh_token").await {
            app.anonymous().refreshes_with(&hash).await.rejects_the_refresh_token();
        }
    }
}

/// All that a thief of the database would have.
async fn stored(app: &TestApp) -> String {
    let (database, mut all) = (app.database(), String::new());
    if let Some(file) = database.url().strip_prefix("sqlite://") {
        let file = file.split('?').next().unwrap();
        for part in [file.to_owned(), format!("{file}-wal")] {
            all += &String::from_utf8_lossy(&std::fs::read(part).unwrap_or_default());
        }
        return all;
    }
    let session = SqlConnection::on(&database).await;
    for table in ["\"user\"", "account", "session", "refresh_token", "revocation", "verification", "jwks"] {
        all += &session.column::<String>(&format!("select t::text from {table} t")).await.concat();
    }
    all
}

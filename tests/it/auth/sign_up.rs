//! `POST /api/auth/signup`.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, SqlConnection, TestApp, on_both, password};

const SIGN_UP: &str = "/api/auth/signup";

fn sign_up_body() -> Value {
    json!({"name": "Ann Lee", "email": "ann@example.com", "password": password("ann")})
}

/// A sign-up with one field replaced.
fn sign_up_body_with(user: &str, value: impl Into<Value>) -> Value {
    let mut sign_up_body = sign_up_body();
    sign_up_body[user] = value.into();
    sign_up_body
}

fn sign_up_body_without(user: &str) -> Value {
    let mut sign_up_body = sign_up_body();
    sign_up_body.as_object_mut().unwrap().remove(user);
    sign_up_body
}

async fn count(app: &TestApp, table: &str) -> i64 {
    SqlConnection::on(&app.database()).await.number(&format!("select count(*) from {table}")).await
}

impl ApiClient {
    async fn posts_raw_sign_up(&self, body: impl Into<reqwest::Body>) -> ApiResponse {
        let request = self.request(Method::POST, SIGN_UP).header("content-type", "application/json");
        ApiResponse::to(request.body(body)).await
    }
}

on_both! {
    with accounts:

    a_sign_up_returns_tokens_and_the_user(app) {
        let response = app.anonymous().post(SIGN_UP, sign_up_body()).await.is(201);
        assert_eq!(response.header("cache-control"), Some("no-store"));
        let response_body = response.json();
        let members: Vec<_> = response_body.as_object().unwrap().keys().collect();
        assert_eq!(members, ["access_token", "expires_in", "refresh_token", "token_type", "user"]);
        assert_eq!((&response_body["token_type"], &response_body["expires_in"]), (&json!("Bearer"), &json!(86_400)));
        assert_eq!(response_body["refresh_token"].as_str().unwrap().len(), 86);

        let ann = app.anonymous().signed_in_by(response);
        let user = &response_body["user"];
        assert_eq!((&user["name"], &user["email"]), (&json!("Ann Lee"), &json!("ann@example.com")));
        assert_eq!((&user["email_verified"], &user["image"]), (&json!(false), &Value::Null));
        assert_eq!((ann.id().len(), &user["created_at"]), (32, &user["updated_at"]));
        assert_eq!(&ann.get("/api/auth/me").await.is(200).json(), user);
        assert_eq!(ann.creates_a_task("Buy milk").await["user_id"], ann.id());
        for (table, rows) in [("\"user\"", 1), ("account", 1), ("session", 1), ("refresh_token", 1)] {
            assert_eq!(count(&app, table).await, rows, "{table}");
        }
    }

    email_addresses_are_lowercased_and_unique(app) {
        let anonymous = app.anonymous();
        let ann = anonymous.post(SIGN_UP, sign_up_body_with("email", "Ann.Lee@Example.COM")).await.is(201).json();
        assert_eq!(ann["user"]["email"], "ann.lee@example.com");
        for email in ["ann.lee@example.com", "ANN.LEE@EXAMPLE.COM", "Ann.Lee@example.Com"] {
            let other = json!({"name": "Not Ann", "email": email, "password": password("another")});
            anonymous.post(SIGN_UP, other).await.is_problem(409, "email-taken");
            anonymous.tries_to_log_in(email, &password("another")).await.rejects_the_log_in();
            let seen = anonymous.tries_to_log_in(email, &password("ann")).await.is(200).json();
            assert_eq!(seen["user"], ann["user"]);
        }
        assert_eq!((count(&app, "\"user\"").await, count(&app, "account").await), (1, 1));
    }

    one_of_20_concurrent_sign_ups_succeeds(app) {
        let anonymous = app.anonymous();
        let responses = join_all((0..20).map(|_| anonymous.tries_to_sign_up("ann"))).await;
        let (created, rejected): (Vec<_>, Vec<_>) = responses.into_iter().partition(|response| response.status == 201);
        assert_eq!((created.len(), rejected.len()), (1, 19));
        for response in rejected {
            response.is_problem(409, "email-taken");
        }
        for table in ["\"user\"", "account", "session", "refresh_token"] {
            assert_eq!(count(&app, table).await, 1, "{table}");
        }
        anonymous.logs_in("ann").await.is_accepted().await;
    }

    every_invalid_field_is_named(app) {
        let long = |length| format!("{}@example.com", "a".repeat(length - "@example.com".len()));
        for (pointer, body) in [
            ("/name", sign_up_body_with("name", "")),
            ("/name", sign_up_body_with("name", " \t\u{a0}\u{3000}")),
            ("/name", sign_up_body_with("name", "a".repeat(256))),
            ("/name", sign_up_body_with("name", 1)),
            ("/name", sign_up_body_without("name")),
            ("/email", sign_up_body_with("email", "")),
            ("/email", sign_up_body_with("email", "ann")),
            ("/email", sign_up_body_with("email", "ann@localhost")),
            ("/email", sign_up_body_with("email", " ann@example.com")),
            ("/email", sign_up_body_with("email", "ann@example.com\n")),
            ("/email", sign_up_body_with("email", "ann@example.com, bob@example.com")),
            ("/email", sign_up_body_with("email", "\u{430}nn@example.com")),
            ("/email", sign_up_body_with("email", "'; drop table \"user\"; --@example.com")),
            ("/email", sign_up_body_with("email", long(255))),
            ("/email", sign_up_body_with("email", json!(["ann@example.com"]))),
            ("/email", sign_up_body_with("email", Value::Null)),
            ("/email", sign_up_body_without("email")),
            ("/password", sign_up_body_with("password", "seven77")),
            ("/password", sign_up_body_with("password", "x".repeat(129))),
            ("/password", sign_up_body_with("password", "iloveyou")),
            ("/password", sign_up_body_with("password", "PassWord1")),
            ("/password", sign_up_body_with("password", 12_345_678)),
            ("/password", sign_up_body_without("password")),
            ("/id", sign_up_body_with("id", "chosen")),
            ("/email_verified", sign_up_body_with("email_verified", true)),
            ("/emailVerified", sign_up_body_with("emailVerified", true)),
            ("/image", sign_up_body_with("image", "https://example.com/a.png")),
            ("/role", sign_up_body_with("role", "admin")),
            ("", json!([])),
        ] {
            let problem = app.anonymous().post(SIGN_UP, body.clone()).await.is_problem(422, "invalid-content");
            assert_eq!(problem.pointers(), [pointer], "{body}");
        }
        app.anonymous().post(SIGN_UP, sign_up_body_with("email", long(254))).await.is(201);
        assert_eq!(count(&app, "\"user\"").await, 1);
    }

    all_errors_are_reported_together(app) {
        let body = json!({"name": " ", "email": "nope", "password": "short"});
        let problem = app.anonymous().post(SIGN_UP, body).await.is_problem(422, "invalid-content");
        assert_eq!(problem.pointers(), ["/email", "/name", "/password"]);
    }

    malformed_requests_are_rejected(app) {
        let anonymous = app.anonymous();
        for body in [
            "", "{", "ann", "{\"name\": \"Ann\\u0000\", \"email\": \"ann@example.com\", \"password\": \"long enough 7\"}",
            "{\"name\": \"Ann\", \"email\": \"ann@example.com\\u0000\", \"password\": \"long enough 7\"}",
            "{\"name\": \"Ann\", \"email\": \"ann@example.com\", \"password\": \"long enough\\u0000 7\"}",
            "{\"name\": \"\\ud800\", \"email\": \"ann@example.com\", \"password\": \"long enough 7\"}",
        ] {
            anonymous.posts_raw_sign_up(body).await.is_problem(400, "malformed-request");
        }
        anonymous.posts_raw_sign_up("x".repeat(70_000)).await.is_problem(413, "content-too-large");
        let form = anonymous.request(Method::POST, SIGN_UP).header("content-type", "application/x-www-form-urlencoded");
        ApiResponse::to(form.body("email=ann@example.com")).await.is_problem(415, "unsupported-media-type");
        let html = anonymous.request(Method::POST, SIGN_UP).header("accept", "text/html").json(&sign_up_body());
        ApiResponse::to(html).await.is_problem(406, "not-acceptable");
        anonymous.get(SIGN_UP).await.is_problem(405, "method-not-allowed");
        assert_eq!(count(&app, "\"user\"").await, 0);
    }

    names_are_stored_unchanged(app) {
        for (number, name) in [" Ann  Lee ", "\u{1f469}\u{200d}\u{1f680} Zoë", "Zoe\u{308}", "'; --", &"é".repeat(255)].iter().enumerate() {
            let body = json!({"name": name, "email": format!("{number}@example.com"), "password": password("ann")});
            let response_body = app.anonymous().post(SIGN_UP, body).await.is(201).json();
            assert_eq!(response_body["user"]["name"], *name);
            let me = app.bearer(response_body["access_token"].as_str().unwrap()).get("/api/auth/me").await.is(200).json();
            assert_eq!(me["name"], *name);
        }
    }

    no_stored_value_authenticates(app) {
        let ann = app.anonymous().signs_up("ann").await;
        let refreshed = ann.refreshes().await;
        let database_contents = database_contents(&app).await;
        for user in [&ann, &refreshed] {
            for secret in [user.access_token(), user.refresh_token(), user.access_token().rsplit('.').next().unwrap()] {
                assert!(!database_contents.contains(secret), "{secret} is stored");
            }
        }
        assert!(!database_contents.contains(&password("ann")) && database_contents.contains("ann@example.com"));
        let sql = SqlConnection::on(&app.database()).await;
        for token in sql.column("select token from session").await {
            app.bearer(&token).get("/api/tasks").await.rejects_the_token();
            app.anonymous().refreshes_with(&token).await.rejects_the_refresh_token();
        }
        for hash in sql.column("select hash from refresh_token").await {
            app.anonymous().refreshes_with(&hash).await.rejects_the_refresh_token();
        }
    }
}

/// Everything that is stored in the database.
async fn database_contents(app: &TestApp) -> String {
    let (database, mut all) = (app.database(), String::new());
    if let Some(file) = database.url().strip_prefix("sqlite://") {
        let file = file.split('?').next().unwrap();
        for part in [file.to_owned(), format!("{file}-wal")] {
            all += &String::from_utf8_lossy(&std::fs::read(part).unwrap_or_default());
        }
        return all;
    }
    let sql = SqlConnection::on(&database).await;
    for table in ["\"user\"", "account", "session", "refresh_token", "revocation", "verification", "jwks"] {
        all += &sql.column(&format!("select t::text from {table} t")).await.concat();
    }
    all
}

//! Who am I: the row that Better Auth keeps of the client, else what the token says.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, Backend, SqlConnection, TestApp, TestDatabase, Token, on_both};

const ME: &str = "/api/auth/me";
const PRISMA: &str = include_str!("../../fixtures/better-auth/ddl_prisma.sql");

/// What Better Auth puts of a user into a token of its own, between other claims.
const OF_A_USER: [(&str, &str); 3] =
    [("image", "https://example.com/ann.png"), ("createdAt", "2026-11-21T05:53:43.642Z"), ("id", "ann")];

impl ApiClient {
    async fn profile(&self) -> Value {
        self.get(ME).await.is(200).json()
    }

    /// The service knows no more of this client than their usual token says.
    async fn is_known_by_the_token_alone(&self) {
        assert_eq!(self.profile().await, said_by_the_token(self.name()));
    }
}

fn said_by_the_token(user: &str) -> Value {
    json!({
        "id": user, "name": user, "email": format!("{user}@example.com"), "email_verified": false, "image": null,
        "created_at": null, "updated_at": null,
    })
}

/// As Better Auth writes it: on SQLite the dates are text, and `true` is 1.
fn sign_up(id: &str) -> String {
    format!(
        "insert into \"user\" (\"id\", \"name\", \"email\", \"emailVerified\", \"image\", \"createdAt\", \"updatedAt\") values
        ('{id}', 'Ann Lee', 'ann@lee.example', true, null, '2026-11-21T05:53:43.642Z', '2026-11-22T06:00:00.000Z')"
    )
}

fn signed_up(id: &str) -> Value {
    json!({
        "id": id, "name": "Ann Lee", "email": "ann@lee.example", "email_verified": true, "image": null,
        "created_at": "2026-11-21T05:53:43.642Z", "updated_at": "2026-11-22T06:00:00Z",
    })
}

/// A service on a database in which somebody ran `ddl` before it came.
async fn after(backend: Backend, ddl: &str) -> TestApp {
    let database = TestDatabase::new(backend).await;
    SqlConnection::on(&database).await.run(ddl).await;
    TestApp::start_on(Arc::new(database), []).await
}

fn table(id: &str) -> String {
    format!(
        "create table \"user\" (\"id\" {id} primary key, \"name\" text not null, \"email\" text not null unique,
        \"emailVerified\" boolean not null, \"image\" text, \"createdAt\" timestamp not null, \"updatedAt\" timestamp not null)"
    )
}

async fn says(app: &TestApp, token: Token) -> Value {
    app.bearer(token.sign()).profile().await
}

on_both! {
    without_a_row_the_token_has_the_word(app) {
        app.ann().is_known_by_the_token_alone().await;
        let token = OF_A_USER.iter().fold(app.token("ann"), |token, (claim, value)| token.with(claim, *value));
        let told = says(&app, token.with("name", "Ann").with("emailVerified", true)).await;
        assert_eq!(told, json!({
            "id": "ann", "name": "Ann", "email": "ann@example.com", "email_verified": true,
            "image": "https://example.com/ann.png", "created_at": null, "updated_at": null,
        }));
        let told = says(&app, app.token("ann").without("name").without("email")).await;
        assert_eq!((&told["id"], &told["name"], &told["email"]), (&json!("ann"), &Value::Null, &Value::Null));
    }

    the_row_outweighs_the_token(app) {
        let session = SqlConnection::on(&app.database()).await;
        session.run(&sign_up("ann")).await;
        assert_eq!(app.ann().profile().await, signed_up("ann"));
        session.run("update \"user\" set \"emailVerified\" = false, \"image\" = 'https://example.com/1.png'").await;
        let told = says(&app, app.token("ann").with("emailVerified", true).with("image", "https://example.com/2.png")).await;
        assert_eq!((&told["email_verified"], &told["image"]), (&json!(false), &json!("https://example.com/1.png")));
        session.run("delete from \"user\"").await;
        app.ann().is_known_by_the_token_alone().await;
    }

    nobody_is_told_of_another(app) {
        SqlConnection::on(&app.database()).await.run(&sign_up("ann")).await;
        for other in ["bob", "ANN", "Ann", "ann.", "an", "anna", "'ann'", "ann'--", "%", "_nn", "*"] {
            app.user(other).is_known_by_the_token_alone().await;
        }
        let bob = app.bob();
        for path in ["/api/auth/me?id=ann", "/api/auth/me?user_id=ann&sub=ann"] {
            assert_eq!(bob.get(path).await.is(200).json(), said_by_the_token("bob"));
        }
        bob.get("/api/auth/me/ann").await.is_problem(404, "not-found");
    }

    a_users_id_is_that_of_their_tasks(app) {
        for user in ["ann", "auth0|5f7c8ec7", "ann@example.com", "a/b?c#d%e", "42", "me"] {
            let client = app.user(user);
            assert_eq!(client.creates_a_task("Buy milk").await["user_id"], client.profile().await["id"]);
        }
    }

    a_user_called_auth_has_their_tasks(app) {
        let (auth, ann) = (app.user("auth"), app.ann());
        let task = auth.post("/api/auth/tasks", json!({"title": "Buy milk"})).await.is(201).json();
        auth.sees(&task).await;
        assert_eq!(auth.get("/api/auth/tasks").await.is(200).json()["items"], json!([task]));
        auth.is_known_by_the_token_alone().await;
        ann.get("/api/auth/tasks").await.is_problem(404, "not-found");
        app.anonymous().get("/api/auth/tasks").await.requires_a_token();
    }

    a_claim_of_the_wrong_type_is_none(app) {
        for odd in [json!(null), json!("true"), json!(1), json!([true]), json!({"is": true})] {
            let token = app.token("ann").with("emailVerified", odd.clone()).with("email_verified", odd.clone());
            assert_eq!(says(&app, token).await, said_by_the_token("ann"), "{odd}");
        }
        for odd in [json!(null), json!(true), json!(1), json!(["a.png"]), json!({"src": "a.png"})] {
            assert_eq!(says(&app, app.token("ann").with("image", odd.clone())).await, said_by_the_token("ann"), "{odd}");
        }
        let both = |camel: Value| app.token("ann").with("emailVerified", camel).with("email_verified", true);
        assert_eq!(says(&app, app.token("ann").with("email_verified", true)).await["email_verified"], true);
        assert_eq!(says(&app, both(json!("no"))).await["email_verified"], true);
        assert_eq!(says(&app, both(json!(false))).await["email_verified"], false);
    }

    it_can_only_be_read(app) {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let response = ApiResponse::to(app.ann().request(method, ME)).await.is_problem(405, "method-not-allowed");
            assert_eq!(response.header("allow"), Some("GET, HEAD"));
        }
        ApiResponse::to(app.ann().request(Method::GET, ME).header("accept", "text/html")).await.is_problem(406, "not-acceptable");
    }
}

#[actix_web::test]
async fn an_id_that_is_no_text_is_compared_to_the_letter() {
    const UUID: &str = "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e";
    let other_uuids = [&UUID.to_uppercase(), &format!("{{{UUID}}}"), &UUID.replace('-', ""), "ann"].map(str::to_owned);
    let other_numbers = ["042", "+42", "42.0", "4.2e1", "0x2a", "-42", "43", "ann"].map(str::to_owned);
    for (backend, id, user, others) in [
        (Backend::Postgres, "uuid", UUID, other_uuids.as_slice()),
        (Backend::Postgres, "integer generated by default as identity", "42", &other_numbers),
        (Backend::Postgres, "bigint", "42", &other_numbers),
        (Backend::Postgres, "varchar(36)", "42", &other_numbers),
        (Backend::Sqlite, "integer", "42", &other_numbers),
    ] {
        let app = after(backend, &table(id)).await;
        SqlConnection::on(&app.database()).await.run(&sign_up(user)).await;
        assert_eq!(app.user(user).profile().await, signed_up(user), "{id}");
        for other in others {
            app.user(other).is_known_by_the_token_alone().await;
        }
    }
}

#[actix_web::test]
async fn a_row_of_prismas_is_read_too() {
    let app = after(Backend::Postgres, PRISMA).await;
    SqlConnection::on(&app.database()).await.run(&sign_up("ann")).await;
    assert_eq!(app.ann().profile().await, signed_up("ann"));
}

#[actix_web::test]
async fn on_sqlite_a_date_may_be_written_in_many_ways() {
    let app = TestApp::start(Backend::Sqlite).await;
    let session = SqlConnection::on(&app.database()).await;
    session.run(&sign_up("ann")).await;
    for (written, told) in [
        ("'2026-11-21T05:53:43.642Z'", "2026-11-21T05:53:43.642Z"),
        ("'2026-11-21T05:53:43Z'", "2026-11-21T05:53:43Z"),
        ("'2026-11-21T05:53:43.642+00:00'", "2026-11-21T05:53:43.642Z"),
        ("'2026-11-21T05:53:43.642123+00:00'", "2026-11-21T05:53:43.642123Z"),
        ("'2026-11-21T07:53:43.642+02:00'", "2026-11-21T05:53:43.642Z"),
        ("'2026-11-21T05:53:43.642'", "2026-11-21T05:53:43.642Z"),
        ("datetime('2026-11-21T05:53:43Z')", "2026-11-21T05:53:43Z"),
        ("1795240423642", "2026-11-21T05:53:43.642Z"),
        ("0", "1970-01-01T00:00:00Z"),
    ] {
        session.run(&format!("update \"user\" set \"createdAt\" = {written}")).await;
        assert_eq!(app.ann().profile().await["created_at"], told, "{written}");
    }
}

#[actix_web::test]
async fn a_table_of_another_shape_tells_nothing() {
    let renamed = table("text").replace("emailVerified", "email_verified").replace("createdAt", "created_at");
    for backend in [Backend::Sqlite, Backend::Postgres] {
        for ddl in [renamed.as_str(), "create table \"user\" (id integer primary key, nickname text)"] {
            after(backend, ddl).await.ann().is_known_by_the_token_alone().await;
        }
    }
}

#[actix_web::test]
async fn the_answer_has_the_members_of_the_contract() {
    let app = TestApp::start(Backend::Sqlite).await;
    let contract: Value = serde_json::from_str(&taskbridge::contract()).unwrap();
    let user = &contract["components"]["schemas"]["User"];
    let told = app.ann().profile().await;
    let members: Vec<_> = told.as_object().unwrap().keys().collect();
    assert_eq!(members, user["properties"].as_object().unwrap().keys().collect::<Vec<_>>());
    assert_eq!(members.len(), user["required"].as_array().unwrap().len());
}

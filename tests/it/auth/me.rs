//! `GET /api/auth/me`: the user's row in Better Auth's table, or the claims of the token.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, BACKENDS, Backend, SqlConnection, TestApp, TestDatabase, Token, on_both};

const ME: &str = "/api/auth/me";
const PRISMA: &str = include_str!("../../fixtures/better-auth/ddl_prisma.sql");

/// Claims about the user in tokens of Better Auth.
const USER_CLAIMS: [(&str, &str); 3] =
    [("image", "https://example.com/ann.png"), ("createdAt", "2026-11-21T05:53:43.642Z"), ("id", "ann")];

impl ApiClient {
    async fn profile(&self) -> Value {
        self.get(ME).await.is(200).json()
    }

    /// Asserts that the profile is that of the default token.
    async fn has_the_profile_of_the_token(&self) {
        assert_eq!(self.profile().await, profile_of_token(self.name()));
    }
}

fn profile_of_token(user: &str) -> Value {
    json!({
        "id": user, "name": user, "email": format!("{user}@example.com"), "email_verified": false, "image": null,
        "created_at": null, "updated_at": null, "role": null, "active_organization_id": null,
    })
}

/// Inserts a user as Better Auth does: on SQLite dates are text and `true` is 1.
fn insert_user(id: &str) -> String {
    format!(
        "insert into \"user\" (\"id\", \"name\", \"email\", \"emailVerified\", \"image\", \"createdAt\", \"updatedAt\") values
        ('{id}', 'Ann Lee', 'ann@lee.example', true, null, '2026-11-21T05:53:43.642Z', '2026-11-22T06:00:00.000Z')"
    )
}

fn stored_profile(id: &str) -> Value {
    json!({
        "id": id, "name": "Ann Lee", "email": "ann@lee.example", "email_verified": true, "image": null,
        "created_at": "2026-11-21T05:53:43.642Z", "updated_at": "2026-11-22T06:00:00Z",
        "role": null, "active_organization_id": null,
    })
}

/// A service on a database on which `ddl` was run before.
async fn start_with_ddl(backend: Backend, ddl: &str) -> TestApp {
    let database = TestDatabase::new(backend).await;
    SqlConnection::on(&database).await.run(ddl).await;
    TestApp::start_on(Arc::new(database), []).await
}

fn user_table(id: &str) -> String {
    format!(
        "create table \"user\" (\"id\" {id} primary key, \"name\" text not null, \"email\" text not null unique,
        \"emailVerified\" boolean not null, \"image\" text, \"createdAt\" timestamp not null, \"updatedAt\" timestamp not null)"
    )
}

async fn profile_for(app: &TestApp, token: Token) -> Value {
    app.bearer(token.sign()).profile().await
}

on_both! {
    without_a_row_the_token_is_used(app) {
        app.ann().has_the_profile_of_the_token().await;
        let token = USER_CLAIMS.iter().fold(app.token("ann"), |token, (claim, value)| token.with(claim, *value));
        let profile = profile_for(&app, token.with("name", "Ann").with("emailVerified", true)).await;
        assert_eq!(profile, json!({
            "id": "ann", "name": "Ann", "email": "ann@example.com", "email_verified": true,
            "image": "https://example.com/ann.png", "created_at": null, "updated_at": null,
            "role": null, "active_organization_id": null,
        }));
        let profile = profile_for(&app, app.token("ann").without("name").without("email")).await;
        assert_eq!((&profile["id"], &profile["name"], &profile["email"]), (&json!("ann"), &Value::Null, &Value::Null));
    }

    the_row_takes_precedence_over_the_token(app) {
        let sql = SqlConnection::on(&app.database()).await;
        sql.run(&insert_user("ann")).await;
        assert_eq!(app.ann().profile().await, stored_profile("ann"));
        sql.run("update \"user\" set \"emailVerified\" = false, \"image\" = 'https://example.com/1.png'").await;
        let profile = profile_for(&app, app.token("ann").with("emailVerified", true).with("image", "https://example.com/2.png")).await;
        assert_eq!((&profile["email_verified"], &profile["image"]), (&json!(false), &json!("https://example.com/1.png")));
        sql.run("delete from \"user\"").await;
        app.user_with_later_token("ann").has_the_profile_of_the_token().await;
    }

    role_and_organization_are_those_of_the_token(app) {
        let sql = SqlConnection::on(&app.database()).await;
        for has_row in [false, true] {
            for (claims, role, organization) in [
                (json!({"role": "admin", "activeOrganizationId": "acme"}), json!("admin"), json!("acme")),
                (json!({"role": "admin,user", "active_organization_id": "acme"}), json!("admin,user"), json!("acme")),
                (json!({"roles": ["admin", "user"], "organizationId": "acme"}), json!("admin,user"), json!("acme")),
                (json!({"roles": "user", "org_id": "acme"}), json!("user"), json!("acme")),
                (json!({"role": "user", "roles": ["admin"], "activeOrganizationId": "acme", "org_id": "other"}), json!("user"), json!("acme")),
                (json!({"role": null, "activeOrganizationId": null}), Value::Null, Value::Null),
                (json!({"role": "", "roles": [], "activeOrganizationId": ""}), Value::Null, Value::Null),
                (json!({"role": 7, "roles": {"admin": true}, "org_id": ["acme"]}), Value::Null, Value::Null),
                (json!({"roles": ["admin", 7]}), Value::Null, Value::Null),
            ] {
                let members = claims.as_object().unwrap().iter();
                let token = members.fold(app.token("ann"), |token, (claim, value)| token.with(claim, value.clone()));
                let profile = profile_for(&app, token).await;
                assert_eq!((&profile["role"], &profile["active_organization_id"]), (&role, &organization), "{claims}");
            }
            if !has_row {
                sql.run(&insert_user("ann")).await;
            }
        }
    }

    other_users_are_not_revealed(app) {
        SqlConnection::on(&app.database()).await.run(&insert_user("ann")).await;
        for other in ["bob", "ANN", "Ann", "ann.", "an", "anna", "'ann'", "ann'--", "%", "_nn", "*"] {
            app.user(other).has_the_profile_of_the_token().await;
        }
        let bob = app.bob();
        for path in ["/api/auth/me?id=ann", "/api/auth/me?user_id=ann&sub=ann"] {
            assert_eq!(bob.get(path).await.is(200).json(), profile_of_token("bob"));
        }
        bob.get("/api/auth/me/ann").await.is_problem(404, "not-found");
    }

    the_id_equals_the_user_id_of_tasks(app) {
        for user in ["ann", "auth0|5f7c8ec7", "ann@example.com", "a/b?c#d%e", "42", "me"] {
            let client = app.user(user);
            assert_eq!(client.creates_a_task("Buy milk").await["user_id"], client.profile().await["id"]);
        }
    }

    a_user_named_auth_can_use_tasks(app) {
        let (auth, ann) = (app.user("auth"), app.ann());
        let task = auth.post("/api/auth/tasks", json!({"title": "Buy milk"})).await.is(201).json();
        auth.sees(&task).await;
        assert_eq!(auth.get("/api/auth/tasks").await.is(200).json()["items"], json!([task]));
        auth.has_the_profile_of_the_token().await;
        ann.get("/api/auth/tasks").await.is_problem(404, "not-found");
        app.anonymous().get("/api/auth/tasks").await.requires_a_token();
    }

    claims_of_a_wrong_type_are_ignored(app) {
        for value in [json!(null), json!("true"), json!(1), json!([true]), json!({"is": true})] {
            let token = app.token("ann").with("emailVerified", value.clone()).with("email_verified", value.clone());
            assert_eq!(profile_for(&app, token).await, profile_of_token("ann"), "{value}");
        }
        for value in [json!(null), json!(true), json!(1), json!(["a.png"]), json!({"src": "a.png"})] {
            assert_eq!(profile_for(&app, app.token("ann").with("image", value.clone())).await, profile_of_token("ann"), "{value}");
        }
        let both = |claim: Value| app.token("ann").with("emailVerified", claim).with("email_verified", true);
        assert_eq!(profile_for(&app, app.token("ann").with("email_verified", true)).await["email_verified"], true);
        assert_eq!(profile_for(&app, both(json!("no"))).await["email_verified"], true);
        assert_eq!(profile_for(&app, both(json!(false))).await["email_verified"], false);
    }

    only_get_is_allowed(app) {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let response = ApiResponse::to(app.ann().request(method, ME)).await.is_problem(405, "method-not-allowed");
            assert_eq!(response.header("allow"), Some("GET, HEAD"));
        }
        ApiResponse::to(app.ann().request(Method::GET, ME).header("accept", "text/html")).await.is_problem(406, "not-acceptable");
    }
}

#[actix_web::test]
async fn uuid_and_integer_ids_are_compared_exactly() {
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
        let app = start_with_ddl(backend, &user_table(id)).await;
        SqlConnection::on(&app.database()).await.run(&insert_user(user)).await;
        assert_eq!(app.user(user).profile().await, stored_profile(user), "{id}");
        for other in others {
            app.user(other).has_the_profile_of_the_token().await;
        }
    }
}

#[actix_web::test]
async fn a_table_of_prisma_is_read() {
    let app = start_with_ddl(Backend::Postgres, PRISMA).await;
    SqlConnection::on(&app.database()).await.run(&insert_user("ann")).await;
    assert_eq!(app.ann().profile().await, stored_profile("ann"));
}

#[actix_web::test]
async fn sqlite_dates_in_several_formats_are_read() {
    let app = TestApp::start(Backend::Sqlite).await;
    let sql = SqlConnection::on(&app.database()).await;
    sql.run(&insert_user("ann")).await;
    for (date, expected) in [
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
        sql.run(&format!("update \"user\" set \"createdAt\" = {date}")).await;
        assert_eq!(app.ann().profile().await["created_at"], expected, "{date}");
    }
}

#[actix_web::test]
async fn a_table_with_other_columns_is_ignored() {
    let renamed = user_table("text").replace("emailVerified", "isVerified");
    for backend in BACKENDS {
        for ddl in [renamed.as_str(), "create table \"user\" (id integer primary key, nickname text)"] {
            start_with_ddl(backend, ddl).await.ann().has_the_profile_of_the_token().await;
        }
    }
}

#[actix_web::test]
async fn the_response_matches_the_openapi_schema() {
    let app = TestApp::start(Backend::Sqlite).await;
    let contract: Value = serde_json::from_str(&taskbridge::contract()).unwrap();
    let user = &contract["components"]["schemas"]["User"];
    let profile = app.ann().profile().await;
    let members: Vec<_> = profile.as_object().unwrap().keys().collect();
    assert_eq!(members, user["properties"].as_object().unwrap().keys().collect::<Vec<_>>());
    assert_eq!(members.len(), user["required"].as_array().unwrap().len());
}

//! Ownership: users see their own tasks only, however the path is spelled.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, Backend, RawConnection, TestApp, id, on_both};

impl ApiClient {
    /// Sends the path unchanged; a client library would normalize it.
    async fn gets_raw_path(&self, app: &TestApp, path: &str) -> ApiResponse {
        let token = self.request(Method::GET, "/").build().unwrap().headers()["authorization"].clone();
        let token = token.to_str().unwrap();
        RawConnection::connect(app)
            .await
            .exchanges(format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n"))
            .await
    }
}

/// Spellings of `ann` that a lenient parser would accept.
const ALTERNATIVE_SPELLINGS: [&str; 22] = [
    "%61nn",
    "a%6en",
    "an%6E",
    "%2561nn",
    "ann%2f..",
    "ann%2F",
    "bob%2f..%2fann",
    "./ann",
    "../api/ann",
    "ann/.",
    "ann/",
    "/ann",
    "ANN",
    "Ann",
    "ann%00",
    "%00ann",
    "ann%20",
    "%20ann",
    "ann%09",
    "ann;a=b",
    "ann%3Ba=b",
    "ann.",
];

on_both! {
    only_its_owner_sees_a_task(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let task = ann.creates_a_task("Buy milk").await;
        ann.sees(&task).await;
        bob.cannot_see(&task).await;
        bob.patch(&format!("/api/tasks/{}", id(&task)), json!({"title": "Bob's"})).await.is_problem(404, "not-found");
        ann.sees(&task).await;
    }

    every_prefix_serves_the_same_tasks(app) {
        let ann = app.ann();
        let prefixes = ["/api/tasks", "/tasks", "/api/ann/tasks"];
        for prefix in prefixes {
            let response = ann.post(prefix, json!({"title": prefix})).await.is(201);
            let task = response.json();
            assert_eq!(response.header("location"), Some(format!("/api/tasks/{}", id(&task)).as_str()));
            ann.sees(&task).await;
        }
        for prefix in prefixes {
            let listed = ann.get(&format!("{prefix}?sort=created_at")).await.is(200).json();
            let titles: Vec<_> = listed["items"].as_array().unwrap().iter().map(|task| task["title"].clone()).collect();
            assert_eq!(Value::from(titles), json!(prefixes));
        }
    }

    the_user_id_in_a_path_has_one_spelling(app) {
        let (ann, bob) = (app.ann(), app.bob());
        ann.creates_a_task("Buy milk").await;
        for user in ALTERNATIVE_SPELLINGS {
            let path = format!("/api/{user}/tasks");
            ann.gets_raw_path(&app, &path).await.is_problem(404, "not-found");
            bob.gets_raw_path(&app, &path).await.is_problem(404, "not-found");
        }
        ann.gets_raw_path(&app, "/api/ann/tasks").await.is(200);
    }

    the_user_id_in_a_path_is_percent_encoded(app) {
        for (user, written) in [
            ("auth0|5f7c8ec7", "auth0%7C5f7c8ec7"),
            ("ann@example.com", "ann%40example.com"),
            ("a/b?c#d%e", "a%2Fb%3Fc%23d%25e"),
            ("../../tasks", "..%2F..%2Ftasks"),
            ("-_.!~*'()", "-_.!~*'()"),
            ("{}[]<>^`\\\"+=&,;:$", "%7B%7D%5B%5D%3C%3E%5E%60%5C%22%2B%3D%26%2C%3B%3A%24"),
        ] {
            let client = app.user(user);
            let task = client.creates_a_task("Buy milk").await;
            assert_eq!(task["user_id"], user);
            let path = format!("/api/{written}/tasks/{}", id(&task));
            assert_eq!(client.gets_raw_path(&app, &path).await.is(200).json(), task);
            app.ann().gets_raw_path(&app, &path).await.is_problem(404, "not-found");
        }
    }

    a_cursor_of_another_user_is_rejected(app) {
        let (ann, bob) = (app.ann(), app.bob());
        for title in ["Buy milk", "Bake bread"] {
            ann.creates_a_task(title).await;
            bob.creates_a_task("Bob's").await;
        }
        let page = ann.get("/api/tasks?limit=1").await.is(200).json();
        let next = format!("/api/tasks?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(bob.get(&next).await.is_problem(422, "invalid-content").pointers(), ["/cursor"]);
        ann.get(&next).await.is(200);
    }

    similar_user_ids_are_different_users(app) {
        let task = app.ann().creates_a_task("Buy milk").await;
        for other in ["ANN", "Ann", "ann.", "an", "anna", "'ann'", "ann%00", "ann--", "*", "%", "_nn"] {
            app.user(other).cannot_see(&task).await;
        }
    }
}

#[actix_web::test]
async fn method_override_headers_are_ignored() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    let task = ann.creates_a_task("Buy milk").await;
    let path = format!("/api/tasks/{}", id(&task));
    for field in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let overridden = |method| ann.request(method, &path).header(field, "DELETE");
        ApiResponse::to(overridden(Method::POST)).await.is_problem(405, "method-not-allowed");
        ApiResponse::to(overridden(Method::GET)).await.is(200);
    }
    ann.get(&format!("{path}?_method=DELETE")).await.is(200);
    ann.sees(&task).await;
}

//! Cost of a request in SQL statements: one, or none if the database is not needed.

use serde_json::json;

use crate::support::{ACCOUNTS, ApiClient, ApiResponse, Backend, ChaosProxy, TestApp, TestDatabase, id};

/// A service whose statements are counted.
struct CountedApp {
    app: TestApp,
    proxy: ChaosProxy,
    ann: ApiClient,
}

impl CountedApp {
    async fn start() -> Self {
        let database = TestDatabase::new(Backend::Postgres).await;
        let proxy = ChaosProxy::start(&database).await;
        let app = TestApp::start_on(database.into(), [ACCOUNTS, ("DATABASE_URL", proxy.url())]).await;
        let ann = app.ann();
        Self { app, proxy, ann }
    }

    /// Asserts that the request runs this number of statements.
    async fn costs(&self, statements: u64, request: impl Future<Output = ApiResponse>) -> ApiResponse {
        let before = self.proxy.statements();
        let response = request.await;
        assert_eq!(self.proxy.statements() - before, statements, "for {response:?}");
        response
    }
}

#[actix_web::test]
async fn a_request_runs_one_statement() {
    let counted = CountedApp::start().await;
    let (ann, bob) = (&counted.ann, counted.app.bob());
    // several times each: every connection prepares a statement at its first use
    for _ in 0..8 {
        let full_task = json!({
            "title": "Buy milk", "description": "Two litres", "completed": true, "priority": "high",
            "due_at": "2026-12-24T18:00:00Z", "tags": ["a", "b"],
        });
        let task = counted.costs(1, ann.post("/api/tasks", full_task.clone())).await.is(201).json();
        let path = format!("/api/tasks/{}", id(&task));
        let complete = format!("{path}/complete");
        counted.costs(1, ann.get("/api/auth/me")).await.is(200);
        counted.costs(1, ann.get(&path)).await.is(200);
        counted.costs(1, ann.put(&path, full_task)).await.is(200);
        counted.costs(1, ann.patch(&path, json!({"title": "Buy bread", "due_at": null}))).await.is(200);
        counted.costs(1, ann.patch(&path, json!({}))).await.is(200);
        counted.costs(1, ann.patch(&complete, json!({"completed": true}))).await.is(200);
        counted.costs(1, ApiResponse::to(ann.request(reqwest::Method::PATCH, &complete))).await.is(200);
        counted.costs(1, ApiResponse::to(ann.request(reqwest::Method::HEAD, &path))).await.is(200);
        counted.costs(1, bob.get(&path)).await.is(404);
        counted.costs(1, bob.patch(&path, json!({"title": "Bob's"}))).await.is(404);
        counted.costs(1, bob.delete(&path)).await.is(404);
        counted.costs(1, ann.delete(&path)).await.is(204);
    }
}

#[actix_web::test]
async fn every_list_runs_one_statement() {
    let counted = CountedApp::start().await;
    let ann = &counted.ann;
    let filters =
        "completed=false&priority=none&tag=a&tag=b&due_before=2027-01-01T00:00:00Z&due_after=2026-01-01T00:00:00Z";
    for _ in 0..3 {
        ann.creates(json!({"title": "milk bread", "tags": ["a", "b"], "due_at": "2026-12-24T18:00:00Z"})).await;
    }
    for sort in ["created_at", "-updated_at", "due_at", "-due_at", "priority", "-title"] {
        let first = format!("/api/tasks?limit=2&sort={sort}&{filters}");
        let page = counted.costs(1, ann.get(&first)).await.is(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), 2, "{page}");
        let next = format!("{first}&cursor={}", page["next_cursor"].as_str().unwrap());
        let page = counted.costs(1, ann.get(&next)).await.is(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    }
}

/// The first statement finds out whether the user has many tasks.
#[actix_web::test]
async fn a_search_runs_two_statements() {
    let counted = CountedApp::start().await;
    counted.ann.creates_a_task("milk bread").await;
    for _ in 0..4 {
        let page = counted.costs(2, counted.ann.get("/api/tasks?q=milk+bread")).await.is(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    }
}

/// Revocations are looked up in memory, for every type of token.
#[actix_web::test]
async fn authentication_runs_no_statement() {
    let counted = CountedApp::start().await;
    let own = counted.app.anonymous().signs_up("ann").await;
    for _ in 0..8 {
        counted.costs(1, own.get("/api/tasks")).await.is(200);
        counted.costs(1, own.get("/api/auth/me")).await.is(200);
        counted.costs(1, own.get("/api/auth/sessions")).await.is(200);
    }
    for client in [&*own, &counted.ann] {
        client.logs_out().await.is(204);
        for _ in 0..4 {
            counted.costs(0, client.get("/api/tasks")).await.rejects_the_token();
            counted.costs(0, client.logs_out()).await.rejects_the_token();
        }
    }
}

#[actix_web::test]
async fn invalid_requests_run_no_statement() {
    let counted = CountedApp::start().await;
    let (ann, anonymous) = (&counted.ann, counted.app.anonymous());
    let path = "/api/tasks/01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e";
    counted.costs(0, anonymous.get("/api/tasks")).await.is(401);
    counted.costs(0, anonymous.get("/api/auth/me")).await.is(401);
    counted.costs(0, anonymous.get("/health/live")).await.is(200);
    counted.costs(0, anonymous.get("/openapi.json")).await.is(200);
    counted.costs(0, ann.get("/api/tasks/no-id")).await.is(404);
    counted.costs(0, ann.get("/api/bob/tasks")).await.is(404);
    counted.costs(0, ann.get("/api/tasks?sort=no")).await.is(422);
    counted.costs(0, ann.get("/api/tasks?cursor=no")).await.is(422);
    counted.costs(0, ann.post("/api/tasks", json!({"title": ""}))).await.is(422);
    counted.costs(0, ann.put(path, json!({}))).await.is(422);
    counted.costs(0, anonymous.tries_to_log_in("ann", "x")).await.is(422);
    counted.costs(0, anonymous.post("/api/auth/signup", json!({}))).await.is(422);
    counted.costs(0, ann.post("/api/auth/password", json!({}))).await.is(422);
    counted.costs(0, ann.patch(path, json!({"id": 1}))).await.is(422);
    counted.costs(0, ann.put("/api/tasks", json!({"title": "a"}))).await.is(405);
}

//! The walk over the contract: every protected operation, under every prefix, refuses whoever is not the owner.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ApiClient, ApiResponse, TestApp, Token, id, on_both};

/// How a protected operation is called: its name, the body that it wants, and what it answers to the owner.
struct Row(&'static str, fn() -> Option<Value>, u16);

const ROWS: [Row; 14] = [
    Row("getCurrentUser", || None, 200),
    Row("logOut", || None, 204),
    Row("changePassword", || Some(json!({"current_password": "x", "new_password": "another of her own"})), 422),
    Row("listSessions", || None, 200),
    Row("revokeSession", || None, 204),
    Row("revokeAllSessions", || None, 204),
    Row("deleteAccount", || Some(json!({"password": "x"})), 422),
    Row("listTasks", || None, 200),
    Row("createTask", || Some(json!({"title": "New"})), 201),
    Row("getTask", || None, 200),
    Row("replaceTask", || Some(json!({"title": "Replaced"})), 200),
    Row("updateTask", || Some(json!({"title": "Changed"})), 200),
    Row("completeTask", || Some(json!({"completed": true})), 200),
    Row("deleteTask", || None, 204),
];

/// A protected operation of the contract.
struct Operation {
    name: String,
    method: Method,
    path: String,
}

impl Operation {
    fn all() -> Vec<Self> {
        let contract: Value = serde_json::from_str(&taskbridge::contract()).unwrap();
        let mut all = Vec::new();
        for (path, item) in contract["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if operation["security"].as_array().is_some_and(|needed| !needed.is_empty()) {
                    let name = operation["operationId"].as_str().unwrap().to_owned();
                    all.push(Self { name, method: method.to_uppercase().parse().unwrap(), path: path.clone() });
                }
            }
        }
        all
    }

    fn of_one() -> impl Iterator<Item = Self> {
        Self::all().into_iter().filter(|operation| operation.path.contains("{id}"))
    }

    fn of_one_task() -> impl Iterator<Item = Self> {
        Self::of_tasks().filter(|operation| operation.path.contains("{id}"))
    }

    /// Those that no row of tasks is named in.
    fn of_oneself() -> impl Iterator<Item = Self> {
        Self::all().into_iter().filter(|operation| !operation.path.starts_with("/api/tasks"))
    }

    fn of_tasks() -> impl Iterator<Item = Self> {
        Self::all().into_iter().filter(|operation| operation.path.starts_with("/api/tasks"))
    }

    fn row(&self) -> &'static Row {
        ROWS.iter().find(|row| row.0 == self.name).unwrap_or_else(|| panic!("{} has no row in the walk", self.name))
    }

    /// Its paths for one task: under each prefix, where the tasks have three.
    fn paths(&self, user: &str, task: &str) -> Vec<String> {
        let path = self.path.replace("{id}", task);
        match path.strip_prefix("/api/tasks") {
            Some(rest) => ["/api/tasks".into(), "/tasks".into(), format!("/api/{user}/tasks")]
                .map(|prefix: String| prefix + rest)
                .into(),
            None => vec![path],
        }
    }

    /// Its path for one task at another user's.
    fn path_at(&self, user: &str, task: &str) -> String {
        self.paths(user, task).pop().unwrap()
    }

    async fn called_by(&self, client: &ApiClient, path: &str) -> ApiResponse {
        self.called_as(&self.method, client, path).await
    }

    async fn called_as(&self, method: &Method, client: &ApiClient, path: &str) -> ApiResponse {
        let request = client.request(method.clone(), path);
        ApiResponse::to(match self.row().1() {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }
}

#[test]
fn every_protected_operation_has_its_row() {
    let operations = Operation::all();
    for operation in &operations {
        operation.row();
    }
    assert_eq!(operations.len(), ROWS.len(), "a row has no operation");
}

type Refusal = fn(ApiResponse) -> ApiResponse;

/// Whoever has no good token, and what is told to them.
fn strangers(app: &TestApp) -> [(ApiClient, Refusal); 4] {
    let token = app.token("ann");
    let expired = token.clone().with("iat", 1).with("exp", (app.now() - chrono::Duration::hours(1)).timestamp());
    let forged: Token = token.signed_with("another-secret-of-more-than-32-bytes-in-all");
    [
        (app.anonymous(), ApiResponse::requires_a_token),
        (app.bearer("garbage"), ApiResponse::rejects_the_token),
        (app.bearer(forged.sign()), ApiResponse::rejects_the_token),
        (app.bearer(expired.sign()), ApiResponse::reports_an_expired_token),
    ]
}

on_both! {
    with accounts:

    nobody_is_let_in_without_a_good_token(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for (stranger, refusal) in strangers(&app) {
            for operation in Operation::all() {
                for path in operation.paths("ann", id(&task)) {
                    refusal(operation.called_by(&stranger, &path).await);
                }
            }
        }
        ann.sees(&task).await;
    }

    each_is_answered_to_whoever_may(app) {
        for operation in Operation::of_oneself() {
            let ann = app.anonymous().signs_up(&operation.name).await;
            let path = operation.path.replace("{id}", &ann.session_id());
            operation.called_by(&ann, &path).await.is(operation.row().2);
        }
    }

    anns_session_is_to_bob_as_one_that_never_was(app) {
        let (ann, bob) = (app.anonymous().signs_up("ann").await, app.anonymous().signs_up("bob").await);
        for operation in Operation::of_one().filter(|operation| operation.path.contains("/sessions/")) {
            let path = |id: &str| operation.path.replace("{id}", id);
            let nothing = operation.called_by(&bob, &path("abcdefghijklmnopqrstuvwxyz012345")).await.is_problem(404, "not-found");
            for id in [ann.session_id(), ann.session_id().to_uppercase(), "%27%20or%201=1--".into(), "%25".into()] {
                operation.called_by(&bob, &path(&id)).await.is_same_as(&nothing);
            }
            ann.is_accepted().await;
            operation.called_by(&ann, &path(&bob.session_id())).await.is_same_as(&nothing);
            bob.is_accepted().await;
        }
    }

    anns_task_is_to_bob_as_one_that_never_was(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let never = Uuid::now_v7().to_string();
        for operation in Operation::of_one_task() {
            let task = ann.creates_a_task("Buy milk").await;
            for (theirs, nobodys) in operation.paths("bob", id(&task)).iter().zip(operation.paths("bob", &never)) {
                let nothing = operation.called_by(&bob, &nobodys).await.is_problem(404, "not-found");
                operation.called_by(&bob, theirs).await.is_same_as(&nothing);
                ann.sees(&task).await;
            }
            bob.cannot_see(&task).await;
            let own = operation.path_at("ann", id(&task));
            operation.called_by(&ann, &own).await.is(operation.row().2);
        }
    }

    what_is_at_another_users_is_not_there_for_bob(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let never = Uuid::now_v7().to_string();
        for operation in Operation::of_tasks() {
            let task = ann.creates_a_task("Buy milk").await;
            let nothing = operation.called_by(&bob, &operation.path_at("never", &never)).await.is_problem(404, "not-found");
            operation.called_by(&bob, &operation.path_at("ann", id(&task))).await.is_same_as(&nothing);
            ann.sees(&task).await;
        }
        assert_eq!(ann.titles("limit=100").await, vec!["Buy milk"; Operation::of_tasks().count()]);
        assert_eq!(bob.titles("").await, Vec::<String>::new());
    }

    head_is_answered_as_get(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let task = ann.creates_a_task("Buy milk").await;
        for operation in Operation::all().into_iter().filter(|operation| operation.method == Method::GET) {
            for client in [&ann, &bob, &app.anonymous(), &app.bearer("garbage")] {
                for path in operation.paths(client.name(), id(&task)) {
                    let mut get = operation.called_by(client, &path).await;
                    let head = operation.called_as(&Method::HEAD, client, &path).await;
                    assert_eq!(get.header("content-length"), Some(get.text.len().to_string().as_str()));
                    get.text.clear();
                    head.is_same_as(&get);
                }
            }
        }
    }

    what_is_no_id_names_nothing(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let id = id(&task);
        let forms = [
            "1", "-1", "0", "null", "undefined", "%00", "%ff", "%20", "*", "true", "18446744073709551616",
            &id[..35], &format!("{id}0"), &format!("{{{id}}}"), &format!("urn:uuid:{id}"), &id.replace('-', ""),
            &format!("%20{id}"), &format!("{id}%00"), &id.replace('-', "_"), &"a".repeat(4000), "'%20or%201=1--",
        ]
        .map(str::to_owned);
        for operation in Operation::of_one() {
            for form in &forms {
                for path in operation.paths("ann", form) {
                    operation.called_by(&ann, &path).await.is_problem(404, "not-found");
                }
            }
        }
        ann.sees(&task).await;
        ann.get(&format!("/api/tasks/{}", id.to_uppercase())).await.is(200);
    }
}

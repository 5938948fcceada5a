//! The protected operations of the contract, and how each is called. A new protected operation needs a row in [`ROWS`].

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ApiClient, ApiResponse, SignedInUser};

/// How a protected operation is called.
pub(super) struct Row {
    operation_id: &'static str,
    body: fn() -> Option<Value>,
    /// The status for the owner.
    pub(super) status: u16,
}

const fn row(operation_id: &'static str, body: fn() -> Option<Value>, status: u16) -> Row {
    Row { operation_id, body, status }
}

/// One row for each protected operation.
pub(super) const ROWS: &[Row] = &[
    row("getCurrentUser", || None, 200),
    row("logOut", || None, 204),
    row("changePassword", || Some(json!({"current_password": "x", "new_password": "another of her own"})), 422),
    row("listSessions", || None, 200),
    row("revokeSession", || None, 204),
    row("revokeAllSessions", || None, 204),
    row("deleteAccount", || Some(json!({"password": "x"})), 422),
    row("listTasks", || None, 200),
    row("createTask", || Some(json!({"title": "New"})), 201),
    row("batchTasks", || Some(json!({"operations": [{"op": "create", "task": {"title": "New"}}]})), 200),
    row("getTask", || None, 200),
    row("replaceTask", || Some(json!({"title": "Replaced"})), 200),
    row("updateTask", || Some(json!({"title": "Changed"})), 200),
    row("completeTask", || Some(json!({"completed": true})), 200),
    row("listTaskChanges", || None, 200),
    row("streamTaskEvents", || None, 200),
    row("deleteTask", || None, 204),
    row("restoreTask", || None, 200),
];

/// A protected operation of the contract, except those of Better Auth's client.
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) method: Method,
    pub(super) path: String,
    takes_idempotency_key: bool,
}

impl Operation {
    pub(super) fn all() -> Vec<Self> {
        let contract: Value = serde_json::from_str(&taskbridge::contract()).unwrap();
        let mut all = Vec::new();
        for (path, item) in contract["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let is_better_auth = operation["tags"] == json!(["better-auth"]);
                if operation["security"].as_array().is_some_and(|needed| !needed.is_empty()) && !is_better_auth {
                    let name = operation["operationId"].as_str().unwrap().to_owned();
                    let method = method.to_uppercase().parse().unwrap();
                    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
                    let takes_idempotency_key = parameters.any(|parameter| parameter["name"] == "Idempotency-Key");
                    all.push(Self { name, method, path: path.clone(), takes_idempotency_key });
                }
            }
        }
        all
    }

    pub(super) fn with_id() -> impl Iterator<Item = Self> {
        Self::all().into_iter().filter(|operation| operation.path.contains("{id}"))
    }

    pub(super) fn of_one_task() -> impl Iterator<Item = Self> {
        Self::of_tasks().filter(|operation| operation.path.contains("{id}"))
    }

    pub(super) fn of_tasks() -> impl Iterator<Item = Self> {
        Self::all().into_iter().filter(|operation| operation.path.starts_with("/api/tasks"))
    }

    pub(super) fn row(&self) -> &'static Row {
        ROWS.iter()
            .find(|row| row.operation_id == self.name)
            .unwrap_or_else(|| panic!("{} has no row in ROWS", self.name))
    }

    /// The paths for an id; operations on tasks have three prefixes.
    pub(super) fn paths(&self, user: &str, task: &str) -> Vec<String> {
        let path = self.path.replace("{id}", task);
        match path.strip_prefix("/api/tasks") {
            Some(rest) => ["/api/tasks".into(), "/tasks".into(), format!("/api/{user}/tasks")]
                .map(|prefix: String| prefix + rest)
                .into(),
            None => vec![path],
        }
    }

    /// The path for an id that contains the user id, if there is one.
    pub(super) fn last_path(&self, user: &str, task: &str) -> String {
        self.paths(user, task).pop().unwrap()
    }

    /// Creates what `{id}` names, by the `POST` of the collection; for a session, returns the current one.
    pub(super) async fn create_resource(&self, user: &SignedInUser) -> String {
        let Some((collection, _)) = self.path.split_once("/{id}") else { return String::new() };
        if collection == "/api/auth/sessions" {
            return user.session_id();
        }
        let is_create = |operation: &Self| operation.path == collection && operation.method == Method::POST;
        let create = Self::all().into_iter().find(is_create).unwrap_or_else(|| panic!("no POST {collection}"));
        let id = create.call(user, collection).await.is(201).json()["id"].as_str().unwrap().to_owned();
        self.prepare(user, &id).await;
        id
    }

    /// Moves a task to the trash if the operation needs it there.
    pub(super) async fn prepare(&self, user: &ApiClient, id: &str) {
        if self.name == "restoreTask" {
            user.delete(&format!("/api/tasks/{id}")).await.is(204);
        }
    }

    /// The collection as this user sees it.
    pub(super) async fn collection_of(&self, user: &SignedInUser) -> Value {
        let (collection, _) = self.path.split_once("/{id}").unwrap();
        user.get(collection).await.is(200).json()
    }

    pub(super) async fn call(&self, client: &ApiClient, path: &str) -> ApiResponse {
        self.call_with_method(&self.method, client, path).await
    }

    pub(super) async fn call_with_method(&self, method: &Method, client: &ApiClient, path: &str) -> ApiResponse {
        let mut request = client.request(method.clone(), path);
        if self.takes_idempotency_key {
            request = request.header("idempotency-key", Uuid::now_v7().to_string());
        }
        if let Some(body) = (self.row().body)() {
            request = request.json(&body);
        }
        if self.is_endless() {
            return ApiResponse::to_begin_of_stream(request).await;
        }
        ApiResponse::to(request).await
    }

    /// Whether the body of the response has no end.
    pub(super) fn is_endless(&self) -> bool {
        self.name == "streamTaskEvents"
    }
}

//! Request bodies: each invalid field is named.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ApiClient, ApiResponse, Backend, TestApp, id, on_both};

/// A valid body with one field replaced.
fn with(member: &str, value: Value) -> Value {
    let mut body = json!({"title": "Buy milk"});
    body[member] = value;
    body
}

fn letters(count: usize) -> Value {
    "\u{1f95b}".repeat(count).into()
}

fn tags(count: usize) -> Value {
    (0..count).map(|number| number.to_string()).collect()
}

/// Invalid bodies, each with the field at fault.
fn invalid_bodies() -> Vec<(Value, &'static str)> {
    let mut invalid_bodies = Vec::new();
    for (member, values) in [
        (
            "title",
            vec![
                json!(null),
                json!(""),
                json!(" "),
                json!("\t\n\u{3000}"),
                json!("\u{feff}"),
                letters(256),
                json!(1),
                json!(["x"]),
            ],
        ),
        ("description", vec![letters(10_001), json!(1), json!({}), json!([]), json!(true)]),
        ("completed", vec![json!(null), json!("true"), json!(1), json!([])]),
        ("priority", vec![json!(null), json!("urgent"), json!("HIGH"), json!(""), json!(2), json!({"high": null})]),
        (
            "due_at",
            vec![
                json!(""),
                json!(0),
                json!("tomorrow"),
                json!("2026-12-24"),
                json!("2026-12-24T18:00:00"),
                json!("2026-02-30T00:00:00Z"),
                json!("2026-12-24T24:00:00Z"),
                json!("2026-12-31T23:59:60Z"),
                json!("10000-01-01T00:00:00Z"),
                json!("-0001-01-01T00:00:00Z"),
                json!("infinity"),
                json!("2026-12-24T18:00:00+99:99"),
                json!("0000-01-01T00:00:00+01:00"),
                json!({}),
            ],
        ),
        ("tags", vec![json!(null), json!("shopping"), json!({}), tags(21)]),
    ] {
        invalid_bodies.extend(values.into_iter().map(|value| (with(member, value), member)));
    }
    invalid_bodies
}

/// Fields that a client may not set.
const READ_ONLY_OR_UNKNOWN: [&str; 14] = [
    "id",
    "user_id",
    "created_at",
    "updated_at",
    "completed_at",
    "is_admin",
    "userId",
    "user",
    "owner_id",
    "version",
    "Title",
    "",
    "folded_title",
    "__proto__",
];

impl ApiClient {
    /// Sends the body to create, replace and update.
    async fn sends_to_every_operation(&self, task: &Value, body: &Value) -> [ApiResponse; 3] {
        let one = format!("/api/tasks/{}", id(task));
        [
            self.post("/api/tasks", body.clone()).await,
            self.put(&one, body.clone()).await,
            self.patch(&one, body.clone()).await,
        ]
    }

    /// Creates a task from raw JSON text.
    async fn posts_raw_json(&self, text: &str) -> ApiResponse {
        let request = self.request(Method::POST, "/api/tasks").header("content-type", "application/json");
        ApiResponse::to(request.body(text.to_owned())).await
    }
}

on_both! {
    every_invalid_field_is_named(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for (body, member) in invalid_bodies() {
            for response in ann.sends_to_every_operation(&task, &body).await {
                assert_eq!(response.is_problem(422, "invalid-content").pointers(), [format!("/{member}")], "{body}");
            }
        }
        ann.sees(&task).await;
        assert_eq!(ann.titles("").await, ["Buy milk"]);
    }

    an_invalid_tag_is_named_by_its_index(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for (tags, pointer) in [
            (json!(["a", ""]), "/tags/1"), (json!(["a", "b", "a"]), "/tags/2"), (json!([letters(51)]), "/tags/0"),
            (json!(["a", 1]), "/tags/1"), (json!([null]), "/tags/0"), (json!(["a", ["b"]]), "/tags/1"),
        ] {
            for response in ann.sends_to_every_operation(&task, &with("tags", tags.clone())).await {
                assert_eq!(response.is_problem(422, "invalid-content").pointers(), [pointer], "{tags}");
            }
        }
        ann.sees(&task).await;
    }

    read_only_and_unknown_fields_are_rejected(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for member in READ_ONLY_OR_UNKNOWN {
            for value in [json!("bob"), json!(null), json!(true), task["id"].clone()] {
                for response in ann.sends_to_every_operation(&task, &with(member, value)).await {
                    assert_eq!(response.is_problem(422, "invalid-content").pointers(), [format!("/{member}")]);
                }
            }
        }
        ann.sees(&task).await;
        assert_eq!(ann.titles("").await, ["Buy milk"]);
    }

    values_at_the_limits_are_accepted(app) {
        let ann = app.ann();
        for body in [
            with("title", letters(1)), with("title", letters(255)), with("title", json!("  x  ")), with("description", letters(10_000)),
            with("description", json!("")), with("description", json!(null)), with("due_at", json!(null)), with("tags", tags(20)),
            with("tags", json!([letters(50), " ", "A", "a"])), with("due_at", json!("0000-01-01T00:00:00Z")),
            with("due_at", json!("9999-12-31T23:59:59.999999Z")),
        ] {
            let task = ann.creates(body.clone()).await;
            for (member, value) in body.as_object().unwrap() {
                assert_eq!(&task[member], value);
            }
            ann.sees(&task).await;
        }
    }
}

#[actix_web::test]
async fn all_errors_are_reported_together() {
    let app = TestApp::start(Backend::Sqlite).await;
    let body = json!({"title": "", "description": "x".repeat(10_001), "tags": [""]});
    let response = app.ann().post("/api/tasks", body).await.is_problem(422, "invalid-content");
    assert_eq!(response.pointers(), ["/description", "/tags/0", "/title"]);
}

#[actix_web::test]
async fn repeated_and_unknown_fields_are_rejected() {
    let app = TestApp::start(Backend::Sqlite).await;
    for (text, pointer, detail) in [
        ("{}", "/title", "is required"),
        (r#"{"title":"a","title":"b"}"#, "/title", "must not be repeated"),
        (r#"{"title":"a","tags":[],"tags":[]}"#, "/tags", "must not be repeated"),
        (r#"{"title":"a","a/b~c":1}"#, "/a~1b~0c", "is not a known field"),
        (r#"{"title":"a","a`b":1}"#, "/a`b", "is not a known field"),
        (r#"{"title":"a","x at line 1 column 2":1}"#, "/x at line 1 column 2", "is not a known field"),
        (r#"{"title":"a","x expected y":1}"#, "/x expected y", "is not a known field"),
        (r#"{"title":"a","priority":"`x`, expected `y`"}"#, "/priority", "must be one of none, low, medium, high"),
        ("[]", "", "must be an object"),
        ("\"x\"", "", "must be an object"),
        ("null", "", "must be an object"),
        ("1e400", "", "must be an object"),
    ] {
        let response = app.ann().posts_raw_json(text).await.is(422);
        let errors = response.json()["errors"].clone();
        assert_eq!(errors, json!([{"pointer": pointer, "detail": detail}]), "{text}");
    }
}

#[actix_web::test]
async fn completion_accepts_only_completed() {
    let app = TestApp::start(Backend::Sqlite).await;
    let ann = app.ann();
    let task = ann.creates_a_task("Buy milk").await;
    let path = format!("/api/tasks/{}/complete", id(&task));
    for (body, pointer) in [
        (json!({}), "/completed"),
        (json!({"completed": null}), "/completed"),
        (json!({"completed": "yes"}), "/completed"),
        (json!({"completed": true, "completed_at": "2026-01-01T00:00:00Z"}), "/completed_at"),
        (json!([true]), ""),
    ] {
        assert_eq!(ann.patch(&path, body).await.is_problem(422, "invalid-content").pointers(), [pointer]);
    }
    ann.sees(&task).await;
}

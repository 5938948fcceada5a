//! `ETag`, `If-Match` and `If-None-Match`.

use std::sync::Arc;

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    ApiClient, ApiResponse, Backend, ChaosProxy, TestApp, TestDatabase, id, on_both,
    task::{path, read},
};

impl ApiClient {
    async fn conditional(
        &self,
        method: Method,
        path: &str,
        condition: (&str, &str),
        body: Option<Value>,
    ) -> ApiResponse {
        let request = self.request(method, path).header(condition.0, condition.1);
        ApiResponse::to(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    /// Sends a create under an id that the client made.
    pub(super) async fn creates_with_id(&self, id: &str) -> ApiResponse {
        let body = json!({"title": "Buy milk"});
        self.conditional(Method::PUT, &format!("/api/tasks/{id}"), ("if-none-match", "*"), Some(body)).await
    }

    async fn gets_unless(&self, task: &Value, tags: &str) -> ApiResponse {
        self.conditional(Method::GET, &path(task), ("if-none-match", tags), None).await
    }

    async fn patches_if(&self, task: &Value, tags: &str, title: &str) -> ApiResponse {
        self.conditional(Method::PATCH, &path(task), ("if-match", tags), Some(json!({ "title": title }))).await
    }
}

/// Each text is parsed and kept by every connection.
#[actix_web::test]
async fn a_list_of_any_length_is_one_statement() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let proxy = ChaosProxy::start(&database).await;
    let app = TestApp::start_on(Arc::new(database), [("DATABASE_URL", proxy.url())]).await;
    let ann = app.ann();
    let task = ann.creates_a_task("Buy milk").await;
    let list = |length: u32| (0..length).map(|tag| format!("\"{}\"", 1_000 + tag)).collect::<Vec<_>>().join(", ");
    ann.patches_if(&task, &list(2), "a").await.is(412);
    ann.sees(&task).await;
    let texts = proxy.texts().len();
    for length in 3..30 {
        ann.patches_if(&task, &list(length), "a").await.is(412);
    }
    let long = format!("{}, {}", list(2_000), tag(&task));
    let task = ann.patches_if(&task, &long, "Buy bread").await.is(200).json();
    ann.sees(&task).await;
    assert_eq!(proxy.texts().len(), texts);
}

fn tag(task: &Value) -> String {
    format!("\"{}\"", task["revision"])
}

/// The writes of a task that take `If-Match`.
fn writes(task: &Value) -> [(Method, String, Option<Value>); 6] {
    let path = path(task);
    [
        (Method::PUT, path.clone(), Some(json!({"title": "a"}))),
        (Method::PATCH, path.clone(), Some(json!({"title": "a"}))),
        (Method::PATCH, path.clone(), Some(json!({}))),
        (Method::PATCH, format!("{path}/complete"), None),
        (Method::DELETE, path.clone(), None),
        (Method::DELETE, format!("{path}?permanent=true"), None),
    ]
}

on_both! {
    every_response_with_one_task_has_its_etag(app) {
        let ann = app.ann();
        let created = ann.post("/api/tasks", json!({"title": "Buy milk"})).await.is(201);
        let task = created.json();
        let path = path(&task);
        let head = ann.request(Method::HEAD, &path);
        assert_eq!(ApiResponse::to(head).await.is(200).header("etag"), Some("\"1\""));
        let responses = [
            created,
            ann.get(&path).await.is(200),
            ann.put(&path, json!({"title": "a"})).await.is(200),
            ann.patch(&path, json!({"title": "b"})).await.is(200),
            ann.patch(&path, json!({})).await.is(200),
            ann.patch(&format!("{path}/complete"), json!({"completed": true})).await.is(200),
            ann.creates_with_id(&Uuid::now_v7().to_string()).await.is(201),
        ];
        ann.delete(&path).await.is(204);
        let restored = ann.post(&format!("{path}/restore"), json!({})).await.is(200);
        for response in responses.into_iter().chain([restored]) {
            assert_eq!(response.header("etag"), Some(tag(&response.json()).as_str()));
        }
    }

    a_current_representation_is_not_sent_again(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for tags in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "\"x\" , W/\"1\"", "*"] {
            let response = ann.gets_unless(&task, tags).await.is(304);
            assert_eq!((response.header("etag"), response.text.as_str()), (Some("\"1\""), ""), "{tags}");
            ann.conditional(Method::HEAD, &path(&task), ("if-none-match", tags), None).await.is(304);
        }
        for tags in ["\"2\"", "\"01\"", "\"+1\"", "\"\"", "\"7\", \"8\"", "\"9223372036854775808\""] {
            assert_eq!(ann.gets_unless(&task, tags).await.is(200).json(), task, "{tags}");
        }
        let changed = ann.patch(&path(&task), json!({"title": "a"})).await.is(200).json();
        assert_eq!(ann.gets_unless(&task, "\"1\"").await.is(200).json(), changed);
        app.bob().gets_unless(&task, "*").await.is_problem(404, "not-found");
    }

    a_write_requires_the_revision_that_it_names(app) {
        let ann = app.ann();
        for (index, _) in writes(&json!({"id": ""})).iter().enumerate() {
            let task = ann.creates_a_task("Buy milk").await;
            let (method, path, body) = writes(&task)[index].clone();
            for tags in ["\"0\"", "W/\"1\"", "\"\"", "\"x\"", "\"9223372036854775808\"", "\"-1\""] {
                let response = ann.conditional(method.clone(), &path, ("if-match", tags), body.clone()).await;
                let response = response.is_problem(412, "precondition-failed");
                assert_eq!(response.header("etag"), Some(tag(&task).as_str()), "{method} {path} {tags}");
                ann.sees(&task).await;
            }
            let list = format!("\"7777\", W/\"{0}\", \"{0}\"", task["revision"]);
            let response = ann.conditional(method, &path, ("if-match", &list), body).await;
            assert!(response.status.is_success(), "{path}: {}", response.text);
        }
    }

    a_malformed_condition_never_matches(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for tags in ["1", "x", "", ",", "\"1", "1\"", "'1'", "\"1\"\"2\"", "*, \"7\"", "**", "w/\"1\"", "\u{e9}"] {
            let status = ann.patches_if(&task, tags, "a").await.status.as_u16();
            assert!([400, 412].contains(&status), "{tags}: {status}");
            let status = ann.gets_unless(&task, tags).await.status.as_u16();
            assert!([200, 400].contains(&status), "{tags}: {status}");
        }
        ann.sees(&task).await;
    }

    a_star_matches_every_task_that_exists(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        ann.patches_if(&task, "*", "a").await.is(200);
        ann.delete(&path(&task)).await.is(204);
        ann.patches_if(&task, "*", "a").await.is_problem(404, "not-found");
        ann.patches_if(&task, "\"2\"", "a").await.is_problem(404, "not-found");
    }

    a_restore_takes_a_condition_too(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        ann.delete(&path(&task)).await.is(204);
        let restore = format!("{}/restore", path(&task));
        let response = ann.conditional(Method::POST, &restore, ("if-match", "\"1\""), None).await;
        assert_eq!(response.is_problem(412, "precondition-failed").header("etag"), Some("\"2\""));
        ann.conditional(Method::POST, &restore, ("if-match", "\"2\""), None).await.is(200);
    }

    a_client_may_make_the_id_of_a_task(app) {
        let ann = app.ann();
        for id in [Uuid::now_v7().to_string(), Uuid::from_u128(0x8a6e_0804_2bd0_4672_b79d_d970_27f9_071a).to_string()] {
            let response = ann.creates_with_id(&id).await.is(201);
            let task = response.json();
            assert_eq!((task["id"].as_str(), response.header("location")), (Some(id.as_str()), Some(path(&task).as_str())));
            ann.sees(&task).await;
            let again = ann.creates_with_id(&id).await.is_problem(412, "precondition-failed");
            assert_eq!(again.header("etag"), Some(tag(&task).as_str()));
            ann.sees(&task).await;
        }
    }

    a_client_makes_ids_of_version_4_or_7_only(app) {
        let invalid = app.ann().creates_with_id("00000000-0000-0000-0000-000000000000").await;
        assert_eq!(invalid.is_problem(422, "invalid-content").pointers(), ["/id"]);
    }

    the_id_of_a_deleted_task_is_not_free(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for deletion in [path(&task), format!("{}?permanent=true", path(&task))] {
            ann.delete(&deletion).await.is(204);
            let response = ann.creates_with_id(id(&task)).await.is_problem(412, "precondition-failed");
            assert_eq!(response.header("etag"), None);
            ann.cannot_see(&task).await;
        }
    }

    the_id_of_another_users_task_is_free(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let anns = ann.creates_a_task("Ann's").await;
        let bobs = bob.creates_with_id(id(&anns)).await.is(201).json();
        assert_eq!(bobs["user_id"], "bob");
        ann.sees(&anns).await;
        bob.sees(&bobs).await;
        bob.delete(&format!("{}?permanent=true", path(&bobs))).await.is(204);
        ann.sees(&anns).await;
    }

    only_a_star_makes_put_create(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let body = Some(json!({"title": "a"}));
        let put = ann.conditional(Method::PUT, &path(&task), ("if-none-match", "\"7\""), body).await;
        put.is_problem(400, "malformed-request");
        ann.put(&format!("/api/tasks/{}", Uuid::now_v7()), json!({"title": "a"})).await.is_problem(404, "not-found");
        ann.sees(&task).await;
    }

    a_task_cannot_both_have_a_revision_and_not_exist(app) {
        let ann = app.ann();
        let path = format!("/api/tasks/{}", Uuid::now_v7());
        let request = ann.request(Method::PUT, &path).header("if-match", "\"5\"").header("if-none-match", "*");
        ApiResponse::to(request.json(&json!({"title": "a"}))).await.is_problem(412, "precondition-failed");
        ann.get(&path).await.is_problem(404, "not-found");
    }

    a_star_and_not_existing_exclude_each_other(app) {
        let ann = app.ann();
        let path = format!("/api/tasks/{}", Uuid::now_v7());
        let request = ann.request(Method::PUT, &path).header("if-match", "*").header("if-none-match", "*");
        let invalid = request.try_clone().unwrap().json(&json!({"title": ""}));
        ApiResponse::to(invalid).await.is_problem(422, "invalid-content");
        ApiResponse::to(request.json(&json!({"title": "a"}))).await.is_problem(412, "precondition-failed");
        ann.get(&path).await.is_problem(404, "not-found");
    }

    a_change_accepts_no_if_none_match(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        for (method, path, body) in writes(&task).into_iter().skip(1) {
            for tags in ["*", tag(&task).as_str(), "\"7777\""] {
                let response = ann.conditional(method.clone(), &path, ("if-none-match", tags), body.clone()).await;
                response.is_problem(400, "malformed-request");
            }
        }
        ann.sees(&task).await;
    }

    of_two_creates_with_one_id_one_wins(app) {
        for _ in 0..10 {
            let (one, two, id) = (app.ann(), app.ann(), Uuid::now_v7().to_string());
            let (one, two) = join(one.creates_with_id(&id), two.creates_with_id(&id)).await;
            let mut statuses = [one.status.as_u16(), two.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 412], "{} {}", one.text, two.text);
        }
        assert_eq!(app.ann().titles("").await.len(), 10);
    }

    of_two_changes_of_one_revision_one_wins(app) {
        let mut task = app.ann().creates_a_task("Buy milk").await;
        for _ in 0..10 {
            let (one, two, tag) = (app.ann(), app.ann(), tag(&task));
            let (one, two) = join(one.patches_if(&task, &tag, "one"), two.patches_if(&task, &tag, "two")).await;
            let mut statuses = [one.status.as_u16(), two.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412], "{} {}", one.text, two.text);
            let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
            task = read(&app.ann(), &task).await;
            assert_eq!(won.json(), task);
            assert_eq!(lost.header("etag"), won.header("etag"));
        }
    }

    no_update_is_lost(app) {
        let task = app.ann().creates_a_task("0").await;
        let increments = (0..6).map(|_| {
            let (user, task) = (app.ann(), task.clone());
            async move {
                let mut rejected = 0;
                for _ in 0..5 {
                    loop {
                        let current = read(&user, &task).await;
                        let next: u32 = current["title"].as_str().unwrap().parse::<u32>().unwrap() + 1;
                        match user.patches_if(&task, &tag(&current), &next.to_string()).await.status.as_u16() {
                            200 => break,
                            status => assert_eq!(status, 412),
                        }
                        rejected += 1;
                    }
                }
                rejected
            }
        });
        let rejected: usize = join_all(increments).await.into_iter().sum();
        assert_eq!(read(&app.ann(), &task).await["title"], "30");
        assert!(rejected > 0, "no writers met");
    }
}

//! Cursors: bound to sort, filter and user; invalid and forged ones are rejected.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{ApiClient, TestApp, on_both};

/// The cursor after the first task.
async fn cursor(client: &ApiClient, query: &str) -> String {
    let page = client.get(&format!("/api/tasks?limit=1&{query}")).await.is(200).json();
    page["next_cursor"].as_str().unwrap_or_else(|| panic!("no cursor in {page}")).to_owned()
}

async fn with_tasks(app: &TestApp) -> ApiClient {
    for client in [app.ann(), app.bob()] {
        for title in ["a", "b", "c"] {
            client.creates(json!({"title": title, "due_at": "2026-12-24T18:00:00Z", "tags": ["x"]})).await;
        }
    }
    app.ann()
}

async fn is_rejected(client: &ApiClient, query: &str, cursor: &str) {
    let response = client.get(&format!("/api/tasks?{query}&cursor={cursor}")).await;
    assert_eq!(response.status, 422, "{query} with {cursor}: {}", response.text);
    assert_eq!(response.is_problem(422, "invalid-content").pointers(), ["/cursor"]);
}

/// A cursor of the list by `sort` in which `member` is replaced.
async fn forged(client: &ApiClient, sort: &str, member: &str, value: Value) -> String {
    let cursor = cursor(client, &format!("sort={sort}")).await;
    let mut json: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
    json[member] = value;
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

on_both! {
    a_cursor_is_bound_to_its_sort(app) {
        let ann = with_tasks(&app).await;
        let sorts = ["created_at", "-created_at", "updated_at", "-updated_at", "due_at", "-due_at", "priority", "-priority", "title", "-title"];
        for sort in sorts {
            let cursor = cursor(&ann, &format!("sort={sort}")).await;
            for other in sorts.into_iter().filter(|other| *other != sort) {
                is_rejected(&ann, &format!("sort={other}"), &cursor).await;
            }
            ann.get(&format!("/api/tasks?sort={sort}&cursor={cursor}")).await.is(200);
        }
    }

    a_cursor_is_bound_to_its_filter(app) {
        let ann = with_tasks(&app).await;
        let filters = [
            "", "completed=false", "priority=none", "tag=x", "tag=x&tag=x", "due_after=2026-01-01T00:00:00Z",
            "due_after=2026-01-02T00:00:00Z", "due_before=2027-01-01T00:00:00Z", "q=",
        ];
        for filter in filters {
            let cursor = cursor(&ann, filter).await;
            for other in filters.into_iter().filter(|other| *other != filter && !(filter.len() < 3 && other.len() < 3)) {
                is_rejected(&ann, other, &cursor).await;
            }
            ann.get(&format!("/api/tasks?{filter}&cursor={cursor}")).await.is(200);
        }
    }

    a_cursor_is_bound_to_its_user(app) {
        let ann = with_tasks(&app).await;
        let cursor = cursor(&ann, "sort=title").await;
        is_rejected(&app.bob(), "sort=title", &cursor).await;
        ann.get(&format!("/api/tasks?sort=title&cursor={cursor}")).await.is(200);
    }

    the_limit_may_change_between_pages(app) {
        let ann = with_tasks(&app).await;
        let cursor = cursor(&ann, "sort=title").await;
        let rest = ann.get(&format!("/api/tasks?sort=title&limit=100&cursor={cursor}")).await.is(200).json();
        let titles: Vec<_> = rest["items"].as_array().unwrap().iter().map(|task| &task["title"]).collect();
        assert_eq!(titles, ["b", "c"]);
        assert_eq!(rest["next_cursor"], Value::Null);
    }

    a_cursor_outlives_its_task(app) {
        let ann = with_tasks(&app).await;
        let page = ann.get("/api/tasks?sort=title&limit=1").await.is(200).json();
        ann.delete(&format!("/api/tasks/{}", page["items"][0]["id"].as_str().unwrap())).await.is(204);
        let cursor = page["next_cursor"].as_str().unwrap();
        let rest = ann.get(&format!("/api/tasks?sort=title&cursor={cursor}")).await.is(200).json();
        assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    }

    malformed_cursors_are_rejected(app) {
        let ann = with_tasks(&app).await;
        let cursor = cursor(&ann, "sort=title").await;
        for garbage in [
            "", "x", "!!!", "null", "%20", "AAAA", "e30", "bnVsbA", "W10", &cursor[1..], &cursor[..cursor.len() - 1],
            &format!("{cursor}="), &format!("{cursor}A"), &format!("%20{cursor}"), &format!("{cursor}.{cursor}"), &"A".repeat(8000),
        ] {
            is_rejected(&ann, "sort=title", garbage).await;
        }
    }

    forged_cursors_are_rejected(app) {
        let ann = with_tasks(&app).await;
        let far = json!({"instant": "+294277-01-01T00:00:00Z"});
        for (sort, member, value) in [
            ("title", "key", json!({"title": "a\0b"})), ("title", "key", json!({"instant": "2026-01-01T00:00:00Z"})),
            ("title", "key", json!({"title": 1})), ("title", "key", json!({"title": null})), ("title", "key", json!("title")),
            ("title", "key", json!({"title": "a", "due": null})), ("title", "key", json!({})), ("title", "key", Value::Null),
            ("title", "id", json!("x")), ("title", "id", json!(0)), ("title", "id", Value::Null), ("title", "more", json!(1)),
            ("title", "list", json!([0, 0, 0, 0, 0, 0, 0, 0])), ("title", "list", json!([])), ("title", "list", json!("x")),
            ("created_at", "key", far.clone()), ("updated_at", "key", far), ("-created_at", "key", json!({"instant": "-0001-01-01T00:00:00Z"})),
            ("created_at", "key", json!({"instant": "infinity"})), ("created_at", "key", json!({"instant": null})),
            ("created_at", "key", json!({"due": "2026-01-01T00:00:00Z"})), ("due_at", "key", json!({"instant": "2026-01-01T00:00:00Z"})),
            ("due_at", "key", json!({"due": "+10000-01-01T00:00:00Z"})), ("priority", "key", json!({"priority": "urgent"})),
            ("priority", "key", json!({"priority": 7})), ("priority", "key", json!({"title": "high"})),
        ] {
            let cursor = forged(&ann, sort, member, value).await;
            is_rejected(&ann, &format!("sort={sort}"), &cursor).await;
        }
    }

    a_forged_position_with_a_valid_key_is_accepted(app) {
        let ann = with_tasks(&app).await;
        for (sort, key) in [
            ("title", json!({"title": "\u{10ffff}".repeat(300)})), ("created_at", json!({"instant": "0000-01-01T00:00:00Z"})),
            ("-created_at", json!({"instant": "9999-12-31T23:59:60.999999999Z"})), ("due_at", json!({"due": null})),
            ("-due_at", json!({"due": "0000-01-01T00:00:00Z"})), ("due_at", json!({"due": "2026-12-31T23:59:60Z"})),
        ] {
            let cursor = forged(&ann, sort, "key", key).await;
            ann.get(&format!("/api/tasks?sort={sort}&cursor={cursor}")).await.is(200);
        }
    }
}

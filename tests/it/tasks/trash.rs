//! The trash: deleted tasks are out of sight until they are restored or deleted for good.

use entity::{
    TaskId, UserId,
    task::{Priority, TaskContent, Tasks, UpdateOutcome, WriteContext},
};
use serde_json::{Value, json};

use crate::support::{
    ApiClient, BACKENDS, Backend, SqlConnection, Store, on_both,
    store::now,
    task::{full_task, has_fields, is_recent, path},
};

/// A word that no table may contain after a task with it was deleted for good.
const MARKER: &str = "xylophone";

impl ApiClient {
    async fn has_deleted(&self, task: Value) -> Value {
        let task = self.creates(task).await;
        self.delete(&path(&task)).await.is(204);
        task
    }

    async fn restores(&self, task: &Value) -> Value {
        self.post(&format!("{}/restore", path(task)), json!({})).await.is(200).json()
    }
}

/// All columns of all tables, those of SQLite in hexadecimal.
async fn dump(sql: &SqlConnection) -> String {
    let columns = if matches!(sql, SqlConnection::Sqlite(_)) {
        "select 'select hex(coalesce(\"' || columns.name || '\", '''')) from \"' || tables.name || '\"'
         from sqlite_master tables join pragma_table_info(tables.name) columns
         where tables.type = 'table' and tables.sql not like 'create virtual%'"
    } else {
        "select format('select coalesce(%I::text, '''') from %I.%I', column_name, table_schema, table_name)
         from information_schema.columns where table_schema in ('taskbridge', 'public')"
    };
    let mut texts = String::new();
    for statement in sql.column(columns).await {
        texts.extend(sql.column(&statement).await);
    }
    texts
}

fn contains_marker(dump: &str) -> bool {
    let upper = MARKER.to_uppercase();
    [MARKER, &upper].into_iter().any(|word| dump.contains(word) || dump.contains(&hex::encode_upper(word)))
}

on_both! {
    a_deleted_task_is_in_the_trash(app) {
        let ann = app.ann();
        let (since, task) = (app.now(), ann.has_deleted(full_task()).await);
        let [trashed] = ann.pages("deleted=true").await.concat().try_into().expect("one task");
        has_fields(&trashed, &full_task());
        assert_eq!((&trashed["id"], &trashed["revision"]), (&task["id"], &json!(2)));
        is_recent(&trashed, "deleted_at", since, &app);
        assert_eq!(ann.titles("").await, Vec::<String>::new());
        assert_eq!(app.bob().titles("deleted=true").await, Vec::<String>::new());
    }

    a_deleted_task_leaves_every_list(app) {
        let ann = app.ann();
        ann.has_deleted(full_task()).await;
        for sort in ["created_at", "updated_at", "due_at", "priority", "title"] {
            for query in [format!("sort={sort}"), format!("sort=-{sort}"), format!("sort={sort}&q=milk")] {
                assert_eq!(ann.titles(&query).await, Vec::<String>::new(), "{query}");
                assert_eq!(ann.titles(&format!("{query}&deleted=true")).await, ["Buy milk"], "{query}");
                assert_eq!(ann.titles(&format!("{query}&deleted=false")).await, Vec::<String>::new(), "{query}");
            }
        }
        for filter in ["completed=true", "priority=high", "tag=shopping", "due_before=2027-01-01T00:00:00Z", "q=litres"] {
            assert_eq!(ann.titles(filter).await, Vec::<String>::new(), "{filter}");
            assert_eq!(ann.titles(&format!("{filter}&deleted=true")).await, ["Buy milk"], "{filter}");
        }
        for filter in ["completed=false", "priority=low", "tag=other", "due_after=2027-01-01T00:00:00Z", "q=bread"] {
            assert_eq!(ann.titles(&format!("{filter}&deleted=true")).await, Vec::<String>::new(), "{filter}");
        }
    }

    the_trash_is_read_page_by_page(app) {
        let ann = app.ann();
        for title in ["a", "b", "c", "d", "e"] {
            ann.has_deleted(json!({"title": title})).await;
            ann.creates_a_task(&title.to_uppercase()).await;
        }
        for (query, expected) in [("sort=title", ["a", "b", "c", "d", "e"]), ("sort=-title", ["e", "d", "c", "b", "a"])] {
            assert_eq!(ann.titles(&format!("{query}&deleted=true&limit=2")).await, expected);
        }
        assert_eq!(ann.titles("sort=title&limit=2").await, ["A", "B", "C", "D", "E"]);
        let page = ann.get("/api/tasks?deleted=true&limit=2").await.is(200).json();
        let cursor = page["next_cursor"].as_str().unwrap();
        ann.get(&format!("/api/tasks?limit=2&cursor={cursor}")).await.is_problem(422, "invalid-content");
    }

    a_restored_task_is_as_it_was(app) {
        let ann = app.ann();
        let task = ann.has_deleted(full_task()).await;
        let restored = ann.restores(&task).await;
        has_fields(&restored, &full_task());
        assert_eq!((&restored["deleted_at"], &restored["revision"]), (&json!(null), &json!(3)));
        for member in ["id", "created_at", "completed_at"] {
            assert_eq!(restored[member], task[member], "{member}");
        }
        ann.sees(&restored).await;
        assert_eq!(ann.titles("q=milk").await, ["Buy milk"]);
        assert_eq!(ann.titles("deleted=true").await, Vec::<String>::new());
    }

    only_a_task_in_the_trash_is_restored(app) {
        let (ann, bob) = (app.ann(), app.bob());
        let task = ann.creates_a_task("Buy milk").await;
        let restore = format!("{}/restore", path(&task));
        ann.post(&restore, json!({})).await.is_problem(404, "not-found");
        ann.delete(&path(&task)).await.is(204);
        bob.post(&restore, json!({})).await.is_problem(404, "not-found");
        ann.restores(&task).await;
        ann.post(&restore, json!({})).await.is_problem(404, "not-found");
        ann.delete(&format!("{}?permanent=true", path(&task))).await.is(204);
        ann.post(&restore, json!({})).await.is_problem(404, "not-found");
        assert_eq!(ann.titles("").await, Vec::<String>::new());
    }

    a_task_is_deleted_for_good_from_the_list_and_from_the_trash(app) {
        let ann = app.ann();
        let (listed, trashed) = (ann.creates_a_task("Buy milk").await, ann.has_deleted(full_task()).await);
        for task in [listed, trashed] {
            let permanent = format!("{}?permanent=true", path(&task));
            app.bob().delete(&permanent).await.is_problem(404, "not-found");
            ann.delete(&permanent).await.is(204);
            ann.delete(&permanent).await.is_problem(404, "not-found");
            ann.delete(&path(&task)).await.is_problem(404, "not-found");
            ann.cannot_see(&task).await;
        }
        assert_eq!(ann.titles("deleted=true").await, Vec::<String>::new());
    }

    the_content_of_a_task_that_is_deleted_for_good_is_in_no_table(app) {
        let (ann, sql) = (app.ann(), SqlConnection::on(&app.database()).await);
        let task = json!({"title": format!("A {MARKER}"), "description": MARKER.to_uppercase(), "tags": [MARKER]});
        let (listed, trashed) = (ann.creates(task.clone()).await, ann.has_deleted(task).await);
        assert!(contains_marker(&dump(&sql).await));
        for task in [listed, trashed] {
            ann.delete(&format!("{}?permanent=true", path(&task))).await.is(204);
        }
        assert!(!contains_marker(&dump(&sql).await));
        assert_eq!(sql.number("select count(*) from task where purged").await, 2);
        let empty = "select count(*) from task where title = '' and description is null and completed_at is null and due_at is null";
        assert_eq!(sql.number(empty).await, 2);
    }
}

#[actix_web::test]
async fn a_task_that_is_deleted_for_good_is_not_in_the_search_index() {
    for backend in BACKENDS {
        let (store, ann) = (Store::new(backend).await, UserId::from("ann"));
        let (sql, tasks): (_, Tasks) = (store.sql().await, store.of(&ann));
        let mut ids = Vec::new();
        for _ in 0..2 {
            let content = TaskContent { title: MARKER.into(), priority: Priority::None, ..TaskContent::default() };
            let stored = tasks.create(content, now()).await.unwrap();
            ids.push(stored.task().unwrap().id);
        }
        store.search_index().fill_batch(&ann).await.unwrap();
        let indexed = match backend {
            Backend::Postgres => "select count(*) from task where search_grams is not null",
            Backend::Sqlite => "select count(*) from task_search_docsize",
        };
        assert_eq!(sql.number(indexed).await, 2);
        let context = WriteContext::unconditional(now());
        purge(&tasks, ids[0]).await;
        tasks.delete(ids[1], &context).await.unwrap();
        purge(&tasks, ids[1]).await;
        assert_eq!(sql.number(indexed).await, 0);
        store.search_index().fill_batch(&ann).await.unwrap();
    }
}

async fn purge(tasks: &Tasks, id: TaskId) {
    let outcome = tasks.delete_permanently(id, &WriteContext::unconditional(now())).await.unwrap();
    assert!(matches!(outcome, UpdateOutcome::Updated(deleted) if deleted.id == id));
}

//! Pagination as properties: for any tasks, filter and sort, each task is on exactly one page, in order.

use std::{cell::Cell, collections::HashSet};

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::support::{ApiClient, BACKENDS, TestApp, id};

/// A task from few words and few dates, so that equal sort keys are frequent.
fn task() -> impl Strategy<Value = Value> {
    let title = select(vec!["a", "A", "b", "ä", "a b", "%", "😀", "milk"]);
    let due = select(vec![
        None,
        Some("2026-01-01T00:00:00Z"),
        Some("2026-01-01T00:00:00.000001Z"),
        Some("2026-01-01T00:00:00.1Z"),
        Some("0000-01-01T00:00:00Z"),
        Some("9999-12-31T23:59:59.999999Z"),
    ]);
    let tags = select(vec![vec![], vec!["x"], vec!["x", "y"], vec!["y"]]);
    (title, due, select(vec!["none", "low", "medium", "high"]), any::<bool>(), tags).prop_map(
        |(title, due, priority, completed, tags)| json!({"title": title, "due_at": due, "priority": priority, "completed": completed, "tags": tags}),
    )
}

/// A filter parameter and its value, or none.
fn filter() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let one = prop_oneof![
        select(vec![("completed", "true"), ("completed", "false"), ("priority", "high"), ("priority", "none")]),
        select(vec![("tag", "x"), ("tag", "y"), ("q", "a"), ("q", "%"), ("q", "MILK")]),
        select(vec![("due_before", "2026-01-01T00:00:00.1Z"), ("due_after", "2026-01-01T00:00:00Z")]),
    ];
    prop_oneof![Just(vec![]), one.prop_map(|one| vec![one])]
}

fn sort() -> impl Strategy<Value = (&'static str, bool)> {
    (select(vec!["created_at", "updated_at", "due_at", "priority", "title"]), any::<bool>())
}

fn matches(task: &Value, (name, value): (&str, &str)) -> bool {
    let title = fold(task["title"].as_str().unwrap());
    match name {
        "completed" => task["completed"] == (value == "true"),
        "priority" => task["priority"] == value,
        "tag" => task["tags"].as_array().unwrap().iter().any(|tag| tag == value),
        "q" => title.contains(&fold(value)),
        "due_before" => task["due_at"].as_str().is_some_and(|due| padded(due) < padded(value)),
        "due_after" => task["due_at"].as_str().is_some_and(|due| padded(due) > padded(value)),
        _ => panic!("no filter {name}"),
    }
}

/// The only letter with an accent in these texts is `ä`.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('ä', "a")
}

/// An instant in UTC as text that sorts chronologically.
fn padded(instant: &str) -> String {
    let (seconds, fraction) =
        instant.trim_end_matches('Z').split_once('.').unwrap_or((instant.trim_end_matches('Z'), ""));
    format!("{seconds}.{fraction:0<6}")
}

/// The expected order: by key, then by id, in the same direction; tasks without a due date come last in both directions.
fn ordered(mut tasks: Vec<Value>, (key, descending): (&str, bool)) -> Vec<Value> {
    let rank = |task: &Value| match key {
        "title" => task["title"].as_str().unwrap().to_owned(),
        "priority" => {
            let ranks = ["none", "low", "medium", "high"];
            ranks.iter().position(|name| task["priority"] == *name).unwrap().to_string()
        }
        date => task[date].as_str().map(padded).unwrap_or_default(),
    };
    tasks.sort_by_key(|task| (rank(task), id(task).to_owned()));
    if descending {
        tasks.reverse();
    }
    if key == "due_at" {
        let (dated, undated): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task["due_at"].is_string());
        return [dated, undated].concat();
    }
    tasks
}

fn query((key, descending): (&str, bool), filter: &[(&str, &str)], limit: u8) -> String {
    let sort = format!("{}{key}", if descending { "-" } else { "" });
    Serializer::new(String::new())
        .append_pair("sort", &sort)
        .append_pair("limit", &limit.to_string())
        .extend_pairs(filter)
        .finish()
}

/// Runs a property on both databases. Each case has a user of its own on one service.
fn holds_on_both<S: Strategy>(cases: u32, strategy: &S, property: impl AsyncFn(ApiClient, S::Value)) {
    for backend in BACKENDS {
        let system = actix_web::rt::System::new();
        let app = system.block_on(TestApp::start(backend));
        let users = Cell::new(0);
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let outcome = runner.run(strategy, |value| {
            let client = app.user(&format!("user{}", users.replace(users.get() + 1)));
            system.block_on(property(client, value));
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{backend:?}: {failure}"));
    }
}

async fn create_all(client: &ApiClient, tasks: Vec<Value>) -> Vec<Value> {
    let mut all = Vec::new();
    for task in tasks {
        all.push(client.creates(task).await);
    }
    all
}

#[test]
fn all_pages_together_are_the_whole_list() {
    let strategy = (vec(task(), 0..14), vec(any::<Index>(), 0..4), filter(), sort(), 1..=5_u8);
    holds_on_both(32, &strategy, async |client, (tasks, changes, filter, sort, limit)| {
        let mut all = create_all(&client, tasks).await;
        let count = all.len();
        for change in changes.iter().filter(|_| count > 0) {
            let task = &mut all[change.index(count)];
            *task = client.patch(&format!("/api/tasks/{}", id(task)), json!({"description": "x"})).await.is(200).json();
        }
        all.retain(|task| filter.iter().all(|one| matches(task, *one)));
        let pages = client.pages(&query(sort, &filter, limit)).await;
        assert_eq!(pages.concat(), ordered(all, sort));
        let (last, full) = pages.split_last().unwrap();
        assert!(full.iter().all(|page| page.len() == usize::from(limit)), "a page is short of {limit}");
        assert!(pages.len() == 1 || !last.is_empty(), "the last of several pages is empty");
    });
}

#[derive(Debug, Clone)]
enum Step {
    Add(Value),
    Delete(Index),
}

#[test]
fn unchanged_tasks_are_listed_once_during_writes() {
    let step = prop_oneof![task().prop_map(Step::Add), any::<Index>().prop_map(Step::Delete)];
    let strategy = (vec(task(), 4..14), vec(step, 0..12), filter(), sort(), 1..=3_u8);
    holds_on_both(32, &strategy, async |client, (tasks, steps, filter, sort, limit)| {
        let mut existing = create_all(&client, tasks).await;
        let mut unchanged: HashSet<_> = existing.iter().map(|task| id(task).to_owned()).collect();
        let (mut seen, mut steps) = (Vec::new(), steps.into_iter());
        let query = format!("/api/tasks?{}", query(sort, &filter, limit));
        let mut path = query.clone();
        loop {
            let page = client.get(&path).await.is(200).json();
            seen.extend(page["items"].as_array().unwrap().clone());
            assert!(seen.len() < 1_000, "too many pages");
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("{query}&cursor={cursor}");
            for step in steps.by_ref().take(2) {
                match step {
                    Step::Add(task) => existing.push(client.creates(task).await),
                    Step::Delete(which) if !existing.is_empty() => {
                        let task = existing.swap_remove(which.index(existing.len()));
                        client.delete(&format!("/api/tasks/{}", id(&task))).await.is(204);
                        unchanged.remove(id(&task));
                    }
                    Step::Delete(_) => {}
                }
            }
        }
        let ids: HashSet<_> = seen.iter().map(|task| id(task).to_owned()).collect();
        assert_eq!(ids.len(), seen.len(), "a task is listed twice");
        for task in
            existing.iter().filter(|task| unchanged.contains(id(task)) && filter.iter().all(|one| matches(task, *one)))
        {
            assert!(ids.contains(id(task)), "{task} was existing all along");
        }
        assert_eq!(ordered(seen.clone(), sort), seen);
    });
}

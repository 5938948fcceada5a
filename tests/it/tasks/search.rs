//! The search finds the same tasks with and without its index, on both databases.

use std::time::Duration;

use chrono::TimeDelta;
use entity::{
    UserId,
    task::{Filter, ListQuery, Sort, SortKey, StoredTask, TaskChange, TaskContent, Tasks, WriteContext},
};
use futures_util::future::try_join_all;
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use crate::support::{BACKENDS, Backend, SqlConnection, Store, TestApp, store::now};

/// More than a search reads without the index.
const TASK_COUNT: usize = 2_200;

/// Letters that are folded, that are special in a pattern, a query or a string, and of several lengths in bytes.
const LETTERS: &str = "[aAbéÉÜu%_'\"*\\-ßя日本🙂각ガ]";

/// A task as the test knows it.
struct Known {
    stored: StoredTask,
    title: String,
    description: Option<String>,
}

impl Known {
    fn contains(&self, word: &str) -> bool {
        let texts = [Some(&self.title), self.description.as_ref()];
        texts.into_iter().flatten().any(|text| folded(text).contains(&folded(word)))
    }
}

fn folded(text: &str) -> String {
    let fold = |letter| match letter {
        'é' => 'e',
        'ü' => 'u',
        other => other,
    };
    text.to_lowercase().chars().map(fold).collect()
}

fn random<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, runner: &mut TestRunner) -> T {
    strategy.new_tree(runner).unwrap().current()
}

async fn create(tasks: &Tasks, count: usize, runner: &mut TestRunner) -> Vec<Known> {
    let text = || format!("{LETTERS}{{1,12}}( {LETTERS}{{1,6}}){{0,2}}");
    let start = now();
    let new = (0..count).map(|number| {
        // every task has "task", a tenth of them "often"
        let often = if number % 10 == 0 { " often" } else { "" };
        let title = format!("task{often} {}", random(text().as_str(), runner));
        (
            title,
            random(proptest::option::of(text().as_str()), runner),
            start + TimeDelta::milliseconds(number.try_into().unwrap()),
        )
    });
    let new: Vec<_> = new.collect();
    let mut known = Vec::new();
    for batch in new.chunks(100) {
        let created = batch.iter().map(async |(title, description, time)| {
            let (title, description) = (title.clone(), description.clone());
            let content =
                TaskContent { title: title.clone(), description: description.clone(), ..TaskContent::default() };
            tasks.create(content, *time).await.map(|stored| Known { stored, title, description })
        });
        known.extend(try_join_all(created).await.unwrap());
    }
    known
}

/// Returns the titles of a search, page by page.
async fn search(tasks: &Tasks, words: &[String], descending: bool) -> Vec<String> {
    let (mut titles, mut after) = (Vec::new(), None);
    loop {
        let filter = Filter { words: words.to_vec(), ..Filter::default() };
        let sort = Sort { key: SortKey::CreatedAt, descending };
        let page = tasks.list(&ListQuery { filter, sort, after, limit: 100 }).await.unwrap();
        titles.extend(page.tasks().map(|task| task.unwrap().title.to_owned()));
        after = page.next;
        if after.is_none() {
            return titles;
        }
    }
}

async fn finds_what_contains_the_words(tasks: &Tasks, known: &[Known], runner: &mut TestRunner, stage: &str) {
    let word = || format!("{LETTERS}{{1,4}}");
    let mut searches: Vec<Vec<String>> =
        vec![vec!["OFTEN".into()], vec!["often".into(), "a".into()], vec!["absent".into()]];
    for _ in 0..30 {
        searches.push(random(proptest::collection::vec(word().as_str(), 1..3), runner));
        // a part of a text, which is found at least once
        let known = &known[random(0..known.len(), runner)];
        let text: Vec<char> = known.description.as_ref().unwrap_or(&known.title).chars().collect();
        let start = random(0..text.len(), runner);
        searches.push(vec![text[start..text.len().min(start + 5)].iter().collect()]);
    }
    for words in searches {
        let contains = |task: &&Known| words.iter().all(|word| task.contains(word));
        let mut expected: Vec<_> = known.iter().filter(contains).map(|task| task.title.as_str()).collect();
        assert_eq!(search(tasks, &words, false).await, expected, "{stage}: {words:?}");
        expected.reverse();
        assert_eq!(search(tasks, &words, true).await, expected, "{stage}, descending: {words:?}");
    }
}

/// Changes every fifth task: the text that is in the index is an earlier one.
async fn change_some(tasks: &Tasks, known: &mut [Known], runner: &mut TestRunner) {
    for (number, task) in known.iter_mut().step_by(5).enumerate() {
        let text = random(format!("{LETTERS}{{3,9}}").as_str(), runner);
        let mut change = TaskChange::default();
        if number % 2 == 0 {
            task.title = format!("changed {text}");
            change.title = Some(task.title.clone());
        } else {
            task.description = Some(text);
            change.description = Some(task.description.clone());
        }
        let id = task.stored.task().unwrap().id;
        tasks.update(id, change, &WriteContext::unconditional(now())).await.unwrap();
    }
}

async fn fill(store: &Store, user: &UserId) {
    while store.search_index().fill_batch(user).await.unwrap() > 0 {}
}

async fn every_state_of_the_index_finds_the_same(backend: Backend) {
    let (store, mut runner) = (Store::new(backend).await, TestRunner::deterministic());
    let (ann, bob) = (UserId::from("ann"), UserId::from("bob"));
    let tasks: Tasks = store.of(&ann);
    let of_bob = create(&store.of(&bob), 100, &mut runner).await;
    let mut known = create(&tasks, TASK_COUNT, &mut runner).await;
    finds_what_contains_the_words(&tasks, &known, &mut runner, "no index").await;
    for _ in 0..3 {
        store.search_index().fill_batch(&ann).await.unwrap();
    }
    finds_what_contains_the_words(&tasks, &known, &mut runner, "some tasks in the index").await;
    fill(&store, &ann).await;
    fill(&store, &bob).await;
    finds_what_contains_the_words(&tasks, &known, &mut runner, "all tasks in the index").await;
    finds_what_contains_the_words(&store.of(&bob), &of_bob, &mut runner, "another user").await;
    change_some(&tasks, &mut known, &mut runner).await;
    finds_what_contains_the_words(&tasks, &known, &mut runner, "changed tasks").await;
    fill(&store, &ann).await;
    finds_what_contains_the_words(&tasks, &known, &mut runner, "all tasks in the index again").await;
    for task in known.drain(..100) {
        tasks.delete(task.stored.task().unwrap().id, &WriteContext::unconditional(now())).await.unwrap();
    }
    finds_what_contains_the_words(&tasks, &known, &mut runner, "deleted tasks").await;
}

#[actix_web::test]
async fn every_state_of_the_index_finds_the_same_on_sqlite() {
    every_state_of_the_index_finds_the_same(Backend::Sqlite).await;
}

#[actix_web::test]
async fn every_state_of_the_index_finds_the_same_on_postgres() {
    every_state_of_the_index_finds_the_same(Backend::Postgres).await;
}

fn insert(user: &str, count: usize, backend: Backend) -> String {
    let (id, now) = match backend {
        Backend::Postgres => ("gen_random_uuid()", "now()"),
        Backend::Sqlite => ("randomblob(16)", "'2026-11-21T05:53:43.642000+00:00'"),
    };
    format!(
        "insert into task (user_id, id, title, priority, tags, created_at, updated_at, folded_title)
         with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {count})
         select '{user}', {id}, 'task', 0, '[]', {now}, {now}, 'task' from numbers"
    )
}

fn in_index(user: &str, backend: Backend) -> String {
    let column = if backend == Backend::Postgres { "search_grams" } else { "search_id" };
    format!("select count(*) from task where user_id = '{user}' and {column} is not null")
}

#[actix_web::test]
async fn the_service_indexes_the_tasks_of_users_with_many() {
    for backend in BACKENDS {
        let app = TestApp::start_with(backend, [("CLEANUP_INTERVAL", "1s")]).await;
        let sql = SqlConnection::on(&app.database()).await;
        for (user, count) in [("ann", 2_001), ("bob", 1_000)] {
            sql.run(&insert(user, count, backend)).await;
        }
        while sql.number(&in_index("ann", backend)).await < 2_001 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(sql.number(&in_index("bob", backend)).await, 0);
    }
}

/// Replicas fill the index together: each task is locked by one of them.
#[actix_web::test]
async fn replicas_fill_the_index_together() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        store.sql().await.run(&insert("ann", 500, backend)).await;
        let (ann, index) = (UserId::from("ann"), store.search_index());
        let filled = try_join_all((0..5).map(|_| index.fill_batch(&ann))).await.unwrap();
        assert_eq!(filled, [100; 5]);
        assert_eq!(store.sql().await.number(&in_index("ann", backend)).await, 500);
    }
}

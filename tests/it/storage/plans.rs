//! Query plans: every page of a list and the lookup of a user use an index, with generic plans too.

use std::time::Duration;

use entity::{
    Db, DbSettings, Owner, OwnerScoped, UserId,
    account::Account,
    task::{Cursor, Filter, ListQuery, SearchIndex, Sort, SortKey, Tasks},
};
use sea_orm::{Statement, Value};

use crate::support::{Backend, SqlConnection, TestApp};

/// 15,000 of them have a due date, so page 1,000 sorted by due date lies among the tasks without one.
const TASK_COUNT: usize = 50_000;
pub(super) const PAGE_SIZE: u8 = 20;
const PAGE_NUMBERS: [usize; 3] = [1, 400, 1_000];
pub(super) const SORTS: [SortKey; 5] =
    [SortKey::CreatedAt, SortKey::UpdatedAt, SortKey::DueAt, SortKey::Priority, SortKey::Title];

/// 50,000 tasks of Ann and 500 of each of 100 other users; every sort gives another order.
pub(super) const POSTGRES_TASKS: &str = "
    insert into task (user_id, id, title, priority, tags, created_at, updated_at, due_at, folded_title)
    select case when n % 2 = 0 then 'ann' else 'user' || (n % 100) end, gen_random_uuid(), 'task ' || n, n / 2 % 4, '[]',
        timestamptz '2026-01-01Z' + n * interval '1 s', timestamptz '2026-01-01Z' + ((n * 7919) % 100000) * interval '1 s',
        case when n % 100 < 30 then timestamptz '2026-01-01Z' + ((n * 7907) % 100000) * interval '1 s' end, 'task ' || n
    from generate_series(1, 100000) n;
    analyze task";

const SQLITE_TASKS: &str = "
    insert into task (user_id, id, title, priority, tags, created_at, updated_at, due_at, folded_title)
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 2000)
    select case when n % 2 = 0 then 'ann' else 'user' || (n % 100) end, randomblob(16), 'task ' || n, n / 2 % 4, '[]',
        strftime('%Y-%m-%dT%H:%M:%S+00:00', 1767225600 + n, 'unixepoch'),
        strftime('%Y-%m-%dT%H:%M:%S+00:00', 1767225600 + n * 7919 % 2000, 'unixepoch'),
        case when n % 100 < 30 then strftime('%Y-%m-%dT%H:%M:%S+00:00', 1767225600 + n * 104729 % 2000, 'unixepoch') end, 'task ' || n
    from numbers;
    analyze";

#[expect(clippy::disallowed_methods, reason = "no request is made, so there is no token to verify")]
async fn scoped_to_ann<T: OwnerScoped>(app: &TestApp) -> T {
    T::scoped_to(Owner::from_verified(UserId::from("ann")), open(app).await)
}

async fn open(app: &TestApp) -> Db {
    let seconds = Duration::from_secs(10);
    let url = app.database().url().to_owned();
    let settings = DbSettings { acquire_timeout: seconds, statement_timeout: seconds, ..DbSettings::new(url) };
    Db::open(&settings).await.unwrap()
}

pub(super) fn page(key: SortKey, descending: bool, limit: u8, after: Option<Cursor>) -> ListQuery {
    ListQuery { filter: Filter::default(), sort: Sort { key, descending }, after, limit }
}

/// The lists to explain: a name and a statement each.
async fn statements(tasks: &Tasks, pages: &[usize]) -> Vec<(String, Statement)> {
    let mut statements = Vec::new();
    for key in SORTS {
        for descending in [false, true] {
            let (mut seen, mut after) = (0, None);
            for number in pages {
                while seen < (number - 1) * usize::from(PAGE_SIZE) {
                    let page = tasks.list(&page(key, descending, 100, after)).await.unwrap();
                    seen += page.tasks().len();
                    after = Some(page.next.expect("another page"));
                }
                let query = page(key, descending, PAGE_SIZE, after.clone());
                let name = format!("page {number} by {key:?}{}", if descending { ", descending" } else { "" });
                statements.push((name, tasks.explain(&query).unwrap()));
            }
        }
    }
    statements
}

/// The generic plan of a prepared statement.
pub(super) async fn generic_plan(sql: &SqlConnection, statement: &Statement) -> String {
    let values: Vec<_> = statement.values.iter().flat_map(|values| &values.0).map(literal).collect();
    sql.run(&format!("prepare list as {}", statement.sql)).await;
    let plan = sql.column(&format!("explain execute list({})", values.join(", "))).await;
    sql.run("deallocate list").await;
    assert!(plan.iter().any(|line| line.contains("$1")), "not a generic plan: {plan:#?}");
    plan.join("\n")
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(Some(text)) => format!("'{text}'"),
        Value::Uuid(Some(id)) => format!("'{id}'"),
        Value::ChronoDateTimeUtc(Some(instant)) => format!("'{}'", instant.to_rfc3339()),
        Value::BigUnsigned(Some(number)) => number.to_string(),
        Value::SmallInt(Some(number)) => number.to_string(),
        other => panic!("no literal for {other:?}"),
    }
}

#[track_caller]
fn uses_an_index(name: &str, plan: &str) {
    assert!(plan.contains("Index"), "{name} uses no index:\n{plan}");
    for costly in ["Seq Scan", "Sort", "Bitmap", "Filter:"] {
        assert!(!plan.contains(costly), "{name} has a {costly}:\n{plan}");
    }
}

/// The buffers that the plan touched, from the line of the topmost node.
#[track_caller]
pub(super) fn buffers(plan: &[String]) -> u64 {
    let line = plan.iter().find(|line| line.contains("Buffers: shared")).unwrap_or_else(|| panic!("{plan:#?}"));
    let numbers = line.split(['=', ' ']).filter_map(|word| word.parse::<u64>().ok());
    numbers.sum()
}

#[actix_web::test]
async fn every_page_of_50_000_tasks_uses_an_index() {
    let app = TestApp::start(Backend::Postgres).await;
    let sql = SqlConnection::on(&app.database()).await;
    sql.run(POSTGRES_TASKS).await;
    assert_eq!(sql.number("select count(*) from task where user_id = 'ann'").await, i64::try_from(TASK_COUNT).unwrap());
    let statements = statements(&scoped_to_ann::<Tasks>(&app).await, &PAGE_NUMBERS).await;
    assert_eq!(statements.len(), PAGE_NUMBERS.len() * SORTS.len() * 2);
    let mut buffers_by_page = Vec::new();
    for (name, statement) in &statements {
        let plan = sql.plan("explain", statement).await.join("\n");
        uses_an_index(name, &plan);
        let plan = sql.plan("explain (analyze, buffers)", statement).await;
        buffers_by_page.push((name, buffers(&plan)));
    }
    for pages in buffers_by_page.chunks(PAGE_NUMBERS.len()) {
        let (_, first) = pages[0];
        for (name, buffers) in pages {
            assert!(*buffers <= first * 2, "{name} touches {buffers} buffers, page 1 {first}");
        }
    }
    sql.run("set plan_cache_mode = force_generic_plan").await;
    for (name, statement) in &statements {
        uses_an_index(name, &generic_plan(&sql, statement).await);
    }
}

#[actix_web::test]
async fn every_page_uses_an_index_on_sqlite() {
    let app = TestApp::start(Backend::Sqlite).await;
    let sql = SqlConnection::on(&app.database()).await;
    sql.run(SQLITE_TASKS).await;
    for (name, statement) in statements(&scoped_to_ann::<Tasks>(&app).await, &[1, 10, 45]).await {
        let positioned = statement.values.iter().flat_map(|values| &values.0).count() > 2;
        let plan = sql.plan("explain query plan", &statement).await.join("\n");
        assert!(plan.contains("SEARCH task USING INDEX task_"), "{name}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{name}: {plan}");
        assert_eq!(plan.contains(['<', '>']), positioned, "{name} does not start at the cursor: {plan}");
    }
}

/// Puts trigrams that no search has on 49,500 of Ann's tasks; the others are left to the index.
pub(super) const POSTGRES_GRAMS: &str = "
    update task set search_grams = hashtextextended(coalesce(folded_description, ''), hashtextextended(folded_title, 0))
        || array[hashtextextended(title, 1), hashtextextended(title, 2)]
    where user_id = 'ann' and title not like '%78'";

/// A search that finds one task.
pub(super) fn rare_words(key: SortKey) -> ListQuery {
    let filter = Filter { words: vec!["49978".into(), "task".into()], ..Filter::default() };
    ListQuery { filter, ..page(key, true, PAGE_SIZE, None) }
}

async fn fill_search_index(app: &TestApp) -> Tasks {
    let (index, ann) = (SearchIndex::new(&open(app).await), UserId::from("ann"));
    while index.fill_batch(&ann).await.unwrap() > 0 {}
    scoped_to_ann(app).await
}

#[actix_web::test]
async fn a_search_in_50_000_tasks_uses_indexes() {
    let app = TestApp::start(Backend::Postgres).await;
    let sql = SqlConnection::on(&app.database()).await;
    sql.run(POSTGRES_TASKS).await;
    sql.run("delete from task where user_id <> 'ann'").await;
    sql.run(POSTGRES_GRAMS).await;
    let tasks = fill_search_index(&app).await;
    sql.run("vacuum analyze task").await;
    for key in SORTS {
        let [first, by_grams] = tasks.explain_search(&rare_words(key)).unwrap();
        let plan = sql.plan("explain (analyze, buffers)", &first).await;
        assert!(plan.iter().any(|line| line.contains("Index Scan")), "{plan:#?}");
        assert!(!plan.iter().any(|line| line.contains("Seq Scan")), "{plan:#?}");
        let plan = sql.plan("explain (analyze, buffers)", &by_grams).await;
        assert!(buffers(&plan) < 1_000, "{plan:#?}");
        let plan = plan.join("\n");
        for index in ["task_search_grams_idx", "task_without_grams_idx"] {
            assert!(plan.contains(&format!("Bitmap Index Scan on {index}")), "{plan}");
        }
        assert!(!plan.contains("Seq Scan"), "{plan}");
        assert_eq!(tasks.list(&rare_words(key)).await.unwrap().tasks().len(), 1);
    }
}

#[actix_web::test]
async fn a_search_uses_indexes_on_sqlite() {
    let app = TestApp::start(Backend::Sqlite).await;
    let sql = SqlConnection::on(&app.database()).await;
    for analyze in ["", "analyze"] {
        sql.run(if analyze.is_empty() { SQLITE_TASKS.trim_end().trim_end_matches("analyze") } else { analyze }).await;
        let tasks = fill_search_index(&app).await;
        for key in SORTS {
            let [_, by_grams] = tasks.explain_search(&rare_words(key)).unwrap();
            let plan = sql.plan("explain query plan", &by_grams).await.join("\n");
            for step in [
                "SCAN task_search VIRTUAL TABLE INDEX",
                "SEARCH found USING INDEX task_search_id_idx (search_id=?)",
                "SEARCH without_grams USING INDEX task_without_grams_idx (user_id=?)",
                "SEARCH task USING INDEX sqlite_autoindex_task_1 (user_id=? AND id=?)",
            ] {
                assert!(plan.contains(step), "no {step}: {plan}");
            }
        }
    }
}

const USERS: &str = "
    insert into \"user\" (id, name, email, \"emailVerified\", \"createdAt\", \"updatedAt\")
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 10000)
    select 'user' || n, 'User', n || '@example.com', true, '2026-11-21T05:53:43.642Z', '2026-11-21T05:53:43.642Z' from numbers;
    analyze";

#[actix_web::test]
async fn a_user_is_found_by_primary_key() {
    let app = TestApp::start(Backend::Postgres).await;
    let sql = SqlConnection::on(&app.database()).await;
    sql.run(&USERS.replace("'2026-11-21T05:53:43.642Z'", "now()")).await;
    sql.run("set plan_cache_mode = force_generic_plan").await;
    let statement = scoped_to_ann::<Account>(&app).await.explain();
    for id in ["text", "varchar(36)"] {
        sql.run(&format!("alter table \"user\" alter id type {id}; analyze \"user\"")).await;
        uses_an_index(id, &sql.plan("explain", &statement).await.join("\n"));
        uses_an_index(id, &generic_plan(&sql, &statement).await);
    }
}

#[actix_web::test]
async fn a_user_is_found_by_primary_key_on_sqlite() {
    let app = TestApp::start(Backend::Sqlite).await;
    let sql = SqlConnection::on(&app.database()).await;
    sql.run(USERS).await;
    let plan = sql.plan("explain query plan", &scoped_to_ann::<Account>(&app).await.explain()).await;
    assert_eq!(plan, ["SEARCH user USING INDEX sqlite_autoindex_user_1 (id=?)"]);
}

//! The migration that removes accents from the folded columns of existing tasks.

use crate::support::{BACKENDS, Backend, Program, Store};

/// More than the migration reads at a time.
const TASK_COUNT: usize = 1_201;

/// Tasks as stored before the migration: in lower case, with accents.
fn old_tasks(backend: Backend) -> String {
    let (id, now) = match backend {
        Backend::Postgres => ("gen_random_uuid()", "now()"),
        Backend::Sqlite => ("randomblob(16)", "'2026-11-21T05:53:43.642000+00:00'"),
    };
    format!(
        "insert into task (user_id, id, title, priority, tags, created_at, updated_at, folded_title, folded_description)
         with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {TASK_COUNT})
         select 'ann', {id}, 'Müller', 0, '[]', {now}, {now},
             case when n % 2 = 0 then 'müller mu\u{308}ller हिन्दी 각 ガ ёлка' else 'ascii' end,
             case when n % 3 = 0 then 'crème' when n % 3 = 1 then 'plain' end
         from numbers"
    )
}

#[actix_web::test]
async fn existing_tasks_lose_their_accents() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let sql = store.sql().await;
        sql.run(&old_tasks(backend)).await;
        sql.run("delete from seaql_migrations where version = 'm20261127_000005_fold_accents'").await;
        assert_eq!(Program::on(store.database()).run(&["migrate"]).await.code, Some(0));
        for (folded, count) in [
            ("folded_title = 'muller muller हिन्दी 각 ガ елка'", 600),
            ("folded_title = 'ascii'", 601),
            ("folded_description = 'creme'", 400),
            ("folded_description = 'plain'", 401),
            ("folded_description is null", 400),
            ("title = 'Müller'", 1_201),
        ] {
            assert_eq!(store.count(&format!("task where {folded}")).await, count, "{folded}");
        }
    }
}

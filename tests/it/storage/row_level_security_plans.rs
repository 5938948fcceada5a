//! Query plans with row-level security: lists are read in the order of an index, searches find tasks by their trigrams.

use entity::{
    BetterAuthNames, Db, Owner, OwnerScoped, UserId,
    task::{SearchIndex, Tasks},
};

use super::plans::{PAGE_SIZE, POSTGRES_GRAMS, POSTGRES_TASKS, SORTS, buffers, generic_plan, page, rare_words};
use crate::support::{SqlConnection, TestDatabase, row_level_security, service_role};

const ANN: &str = "select set_config('taskbridge.row_scope', 'user:ann', false)";

#[actix_web::test]
async fn lists_and_searches_use_indexes() {
    let database = TestDatabase::with_row_level_security().await;
    row_level_security::enable(&database, BetterAuthNames::default()).await;
    let owner = SqlConnection::on(&database).await;
    owner.run(&format!("{POSTGRES_TASKS}; {POSTGRES_GRAMS}")).await;
    let db = Db::open(&row_level_security::settings(&database)).await.unwrap();
    let index = SearchIndex::new(&db);
    while index.fill_batch(&UserId::from("ann")).await.unwrap() > 0 {}
    owner.run("vacuum analyze task").await;
    let tasks = tasks_of_ann(db);
    let service = SqlConnection::to(&service_role::url(database.url())).await;
    service.run(&format!("{ANN}; set plan_cache_mode = force_generic_plan")).await;
    for key in SORTS {
        for descending in [false, true] {
            let query = page(key, descending, PAGE_SIZE, None);
            let statement = tasks.explain(&query).unwrap();
            for plan in [service.plan("explain", &statement).await.join("\n"), generic_plan(&service, &statement).await]
            {
                assert!(plan.contains("Index Scan") && plan.contains("InitPlan"), "{query:?}: {plan}");
                for costly in ["Seq Scan", "Sort", "Bitmap"] {
                    assert!(!plan.contains(costly), "{query:?}: {plan}");
                }
            }
        }
        let [_, by_grams] = tasks.explain_search(&rare_words(key)).unwrap();
        let plan = service.plan("explain (analyze, buffers)", &by_grams).await;
        assert!(plan.iter().any(|line| line.contains("ProjectSet")) && buffers(&plan) < 1_000, "{plan:#?}");
        assert_eq!(tasks.list(&rare_words(key)).await.unwrap().tasks().len(), 1);
    }
}

#[expect(clippy::disallowed_methods, reason = "no request is made, so there is no token to verify")]
fn tasks_of_ann(db: Db) -> Tasks {
    Tasks::scoped_to(Owner::from_verified(UserId::from("ann")), db)
}

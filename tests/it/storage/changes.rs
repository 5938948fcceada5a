//! Pages of changes are bounded by what they hold.

use entity::{
    UserId,
    task::{Change, ChangesOutcome, PageLimit, Revision, TaskContent, Tasks},
};

use crate::support::{BACKENDS, Store, store::now};

/// Returns the size of each page's texts.
async fn page_sizes(tasks: &Tasks, limit: PageLimit) -> Vec<usize> {
    let (mut sizes, mut token) = (Vec::new(), tasks.token_after(Revision(0)));
    loop {
        let ChangesOutcome::Page(page) = tasks.changes(Some(&token), limit).await.unwrap() else { panic!("no page") };
        let size = |change: &Change<'_>| match change {
            Change::Task(task) => task.title.len() + task.description.map_or(0, str::len),
            Change::Deleted(_) => 0,
        };
        sizes.push(page.changes().unwrap().iter().map(size).sum());
        if !page.has_more {
            return sizes;
        }
        token = page.next;
    }
}

#[actix_web::test]
async fn a_page_is_not_much_larger_than_its_limit() {
    for backend in BACKENDS {
        let store = Store::new(backend).await;
        let tasks = store.of::<Tasks>(&UserId::from("ann"));
        for length in [10, 30_000, 0, 30_000, 30_000, 30_000, 10, 30_000, 30_000] {
            let content = TaskContent { description: Some("x".repeat(length)), ..Default::default() };
            tasks.create(content, now()).await.unwrap();
        }
        // two tasks are read at once
        let limit = PageLimit { changes: 50, text_bytes: 16 * 1024 };
        assert_eq!(page_sizes(&tasks, limit).await, [30_010, 30_000, 60_000, 30_010, 30_000], "{backend:?}");
        let limit = PageLimit { changes: 3, text_bytes: 100_000 };
        assert_eq!(page_sizes(&tasks, limit).await, [30_010, 90_000, 60_010], "{backend:?}");
    }
}

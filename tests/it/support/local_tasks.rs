//! A client's tasks, kept by applying changes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ApiClient, id};

/// The tasks of a client that applies pages of changes, or events.
#[derive(Default)]
pub(crate) struct LocalTasks {
    tasks: BTreeMap<String, Value>,
    /// The sync token of the last page or event.
    pub(crate) token: Option<String>,
    /// The revisions of the changes, in the order in which they were read.
    pub(crate) revisions: Vec<i64>,
}

impl LocalTasks {
    /// Reads one page and applies it; returns whether another follows.
    pub(crate) async fn reads_a_page(&mut self, client: &ApiClient, limit: u16) -> bool {
        let since = self.token.as_ref().map(|token| format!("&since={token}")).unwrap_or_default();
        let page = client.get(&format!("/api/tasks/changes?limit={limit}{since}")).await.is(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= usize::from(limit), "{} changes with limit={limit}", items.len());
        for item in items {
            self.apply(item);
        }
        self.token = Some(page["next"].as_str().unwrap().to_owned());
        page["has_more"].as_bool().unwrap()
    }

    pub(crate) async fn reads_all(&mut self, client: &ApiClient, limit: u16) {
        while self.reads_a_page(client, limit).await {}
    }

    /// Applies a change, which must be later than those before.
    pub(crate) fn apply(&mut self, change: &Value) {
        let (task, deleted) = (&change["task"], &change["deleted"]);
        let change = if task.is_object() { task } else { deleted };
        let (id, revision) = (id(change).to_owned(), change["revision"].as_i64().unwrap());
        assert!(self.last_revision() < revision, "{revision} after {}", self.last_revision());
        self.revisions.push(revision);
        if task.is_object() {
            self.tasks.insert(id, task.clone())
        } else {
            self.tasks.remove(&id)
        };
    }

    pub(crate) fn last_revision(&self) -> i64 {
        self.revisions.last().copied().unwrap_or_default()
    }

    pub(crate) fn titles(&self) -> Vec<&str> {
        self.tasks.values().map(|task| task["title"].as_str().unwrap()).collect()
    }

    /// Asserts that these are the user's tasks.
    pub(crate) async fn are_those_of(&self, client: &ApiClient) {
        let listed = client.pages("limit=100").await.concat();
        let listed: BTreeMap<_, _> = listed.into_iter().map(|task| (id(&task).to_owned(), task)).collect();
        assert_eq!(self.tasks, listed);
    }
}

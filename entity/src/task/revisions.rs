//! The last revisions of many users at once.

use super::model::Revision;
use crate::{
    Db, StoreError, UserId,
    db::{Executor, Sql, is_one_of, text_list},
};

/// The most users of one statement.
const MAX_USERS: usize = 1_000;

/// Reads the last revisions of users, to learn whose tasks have changed.
#[derive(Clone)]
pub struct TaskRevisions {
    db: Db,
}

impl TaskRevisions {
    /// Reads the counters of `db`.
    #[must_use]
    pub fn new(db: &Db) -> Self {
        Self { db: db.with_all_rows() }
    }

    /// Returns the last revision of each of `users` who has one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn for_users(&self, users: &[UserId]) -> Result<Vec<(UserId, Revision)>, StoreError> {
        let dialect = self.db.dialect();
        let condition = is_one_of("user_id", dialect);
        let sql = format!("select user_id, revision from taskbridge.task_counter where {condition}");
        let mut revisions = Vec::with_capacity(users.len());
        for users in users.chunks(MAX_USERS) {
            for row in self.db.query(&Sql::new(&sql, [text_list(users, dialect)])).await? {
                revisions.push((UserId::from(row.get::<&str>(0)?), Revision(row.get(1)?)));
            }
        }
        Ok(revisions)
    }
}

//! Row-level security: the rows of owned tables that a statement may reach, whatever its conditions say.

use std::sync::Arc;

use super::postgres::Request;

/// The rows of owned tables that a statement may reach on a database with row-level security. By default none.
#[derive(Clone, Default)]
pub(super) struct RowScope(Option<Arc<str>>);

impl RowScope {
    /// The rows of one user.
    pub(super) fn owner(id: &str) -> Self {
        Self(Some(format!("user:{id}").into()))
    }

    /// The rows of all users, for statements that find a user or that clean up.
    pub(super) fn all() -> Self {
        Self(Some("all".into()))
    }

    pub(super) fn apply(&self, request: Request) -> Request {
        match &self.0 {
            Some(scope) => request.with_row_scope(scope),
            None => request,
        }
    }
}

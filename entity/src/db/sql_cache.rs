//! The SQL text of statements that run for most requests, built once for all statements of a shape.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use sea_orm::{DbBackend, Statement, StatementBuilder, Value, Values};

use super::dialect::Dialect;

/// The texts of one kind of statement by shape: all that a text depends on, besides the dialect. There must be few shapes.
pub(crate) struct SqlCache<S>(LazyLock<Entries<S>>);

type Entries<S> = RwLock<HashMap<(Dialect, S), Arc<str>>>;

/// A statement whose text has been built, or was cached.
pub(crate) struct CachedStatement {
    text: Arc<str>,
    values: Vec<Value>,
}

impl<S: Copy + Eq + Hash> SqlCache<S> {
    pub(crate) const fn new() -> Self {
        Self(LazyLock::new(Entries::default))
    }

    /// Returns the statement of this shape with `values`. If its text is not cached, `build` builds the statement. Only a text
    /// whose values are `values` is cached, so that the condition on the owner cannot be lost.
    pub(crate) fn statement<B: StatementBuilder, E>(
        &self,
        dialect: Dialect,
        shape: S,
        values: Vec<Value>,
        build: impl FnOnce() -> Result<B, E>,
    ) -> Result<CachedStatement, E> {
        let cached = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&(dialect, shape)).cloned();
        if let Some(text) = cached {
            return Ok(CachedStatement { text, values });
        }
        let Statement { sql, values: bound, .. } = build()?.build(&dialect.backend());
        let (text, bound) = (Arc::from(sql), bound.map(|Values(values)| values).unwrap_or_default());
        if bound == values {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert((dialect, shape), Arc::clone(&text));
        }
        Ok(CachedStatement { text, values: bound })
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl StatementBuilder for CachedStatement {
    fn build(&self, backend: &DbBackend) -> Statement {
        Statement::from_sql_and_values(*backend, &*self.text, self.values.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::db::Sql;

    #[test]
    fn sql_is_built_once_for_a_shape_and_a_dialect() {
        let cache = SqlCache::new();
        let mut built = 0;
        for (dialect, owner) in [(Dialect::Postgres, "ann"), (Dialect::Postgres, "ben"), (Dialect::Sqlite, "ben")] {
            let statement = cache.statement(dialect, 1, vec![owner.into()], || {
                built += 1;
                Ok::<_, Infallible>(Sql::new("select $1", [owner.into()]))
            });
            let statement = statement.unwrap().build(&dialect.backend());
            assert_eq!((statement.sql.as_str(), statement.values), ("select $1", Some(Values(vec![owner.into()]))));
        }
        assert_eq!(built, 2);
    }

    #[test]
    fn sql_that_binds_other_values_is_not_cached() {
        let cache = SqlCache::new();
        let build = || Ok::<_, Infallible>(Sql::new("select $1", ["ben".into()]));
        let statement = cache.statement(Dialect::Sqlite, 1, vec!["ann".into()], build).unwrap();
        assert_eq!(statement.build(&DbBackend::Sqlite).values, Some(Values(vec!["ben".into()])));
        assert_eq!(cache.len(), 0);
    }
}

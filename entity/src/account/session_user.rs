//! Sessions whose client is authenticated by the session itself: found by token or id, with their user.

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};

use super::{profile::Profile, store::AccountStore, user_row};
use crate::{
    SessionId, StoreError, UserId,
    better_auth::{self, timestamp_value},
    db::{Dialect, Executor, Row},
    revocation::{self, Revoking},
    session::{self, SessionWithToken},
};

/// A session with its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionUser {
    /// The session, which may have expired.
    pub session: SessionWithToken,
    /// The user.
    pub user: Profile,
}

impl AccountStore {
    /// Returns the session with this token, whose signature has been verified or which its client presented.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn session_by_token(&self, token: &str) -> Result<Option<SessionUser>, StoreError> {
        self.session_where(session::Column::Token.eq(token).into()).await
    }

    /// Returns the session that a verified token names.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn session_by_id(&self, id: &SessionId) -> Result<Option<SessionUser>, StoreError> {
        self.session_where(better_auth::id_equals(session::Column::Id, id.as_str(), self.db.dialect())).await
    }

    /// Extends a session to `expires_at`. Returns whether it still exists.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn extend_session(
        &self,
        id: &SessionId,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let dialect = self.db.dialect();
        let timestamp = |instant: DateTime<Utc>| Expr::value(timestamp_value(instant.trunc_subsecs(3), dialect));
        let mut update = Query::update();
        update
            .table(session::Entity)
            .value(session::Column::ExpiresAt, timestamp(expires_at))
            .value(session::Column::UpdatedAt, timestamp(now))
            .cond_where(better_auth::id_equals(session::Column::Id, id.as_str(), dialect));
        Ok(self.db.execute(&update).await? > 0)
    }

    /// Deletes the session with this token, which revokes its tokens. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if the database cannot be reached in time; [`StoreError::Unexpected`] otherwise.
    pub async fn delete_session(&self, token: &str) -> Result<Revoking<bool>, StoreError> {
        let mut delete = Query::delete();
        delete
            .from_table(session::Entity)
            .and_where(session::Column::Token.eq(token))
            .returning(Query::returning().expr(better_auth::id_as_text(session::Column::Id)));
        self.db
            .transaction(async move |transaction| {
                let Some(row) = transaction.execute_returning(&delete).await? else {
                    return Ok(Revoking::new(false, Vec::new()));
                };
                let id = SessionId::from(row.get::<String>(0)?.as_str());
                Ok(Revoking::new(true, revocation::for_sessions(transaction, &[id]).await?))
            })
            .await
    }

    async fn session_where(&self, condition: Condition) -> Result<Option<SessionUser>, StoreError> {
        let select = select(condition, self.db.dialect());
        self.db.query_one(&select).await?.map(|row| from_row(&row)).transpose()
    }
}

fn select(condition: Condition, dialect: Dialect) -> SelectStatement {
    let user_id = Expr::col((user_row::Entity, user_row::Column::Id));
    let mut select = Query::select();
    select
        .exprs(user_row::columns(dialect))
        .expr(better_auth::id_as_text(user_row::Column::Id))
        .exprs(session::columns(dialect))
        .from(session::Entity)
        .inner_join(user_row::Entity, user_id.eq(Expr::col((session::Entity, session::Column::UserId))))
        .cond_where(condition);
    select
}

fn from_row(row: &Row) -> Result<SessionUser, StoreError> {
    let id = UserId::from(row.get::<String>(6)?.as_str());
    Ok(SessionUser { user: user_row::from_row(row, &id)?, session: session::from_row(row, 7)? })
}

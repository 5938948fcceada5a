//! The table `refresh_token`, private to this module.

use chrono::{DateTime, Utc};
use sea_orm::{
    DeriveIden,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};

use super::row;
use crate::{
    SessionId, StoreError, TokenHash, UserId,
    better_auth::{self, timestamp_value},
    db::{Dialect, Executor, SERVICE_SCHEMA, Sql, Transaction},
};

#[derive(DeriveIden)]
enum RefreshTokenColumn {
    #[sea_orm(iden = "refresh_token")]
    Table,
    Hash,
    SessionId,
    UserId,
    ExpiresAt,
    ReplacedAt,
    ReplacedBy,
}

/// A refresh token to store.
pub(super) struct NewRefreshToken<'a> {
    pub(super) hash: TokenHash,
    pub(super) session_id: &'a SessionId,
    pub(super) user_id: &'a UserId,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) access_token_expires_at: DateTime<Utc>,
}

/// Locks the session first, as the deletion of a session does before it deletes the session's tokens.
pub(super) const LOCK_SESSION: &str = r#"select 1 from "session" where cast(id as text) = (select session_id from taskbridge.refresh_token where hash = $1) for update"#;

pub(super) async fn insert(transaction: &Transaction, token: &NewRefreshToken<'_>) -> Result<(), StoreError> {
    const INSERT: &str = "
        insert into taskbridge.refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
        values ($1, $2, $3, $4, $5, $6)";
    let timestamp = |instant| timestamp_value(instant, transaction.dialect());
    let NewRefreshToken { hash, session_id, user_id, created_at, expires_at, access_token_expires_at } = *token;
    let values = [
        hash.to_string().into(),
        session_id.as_str().into(),
        user_id.as_str().into(),
        timestamp(created_at),
        timestamp(expires_at),
        timestamp(access_token_expires_at),
    ];
    transaction.execute(&Sql::new(INSERT, values)).await?;
    Ok(())
}

/// Records that a second access token was issued with `token`, which may expire later than the first.
pub(crate) async fn extend_access_token_expiry(
    transaction: &Transaction,
    token: TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    const UPDATE: &str =
        "update taskbridge.refresh_token set access_expires_at = $2 where hash = $1 and access_expires_at < $2";
    let expires_at = timestamp_value(expires_at, transaction.dialect());
    transaction.execute(&Sql::new(UPDATE, [token.to_string().into(), expires_at])).await?;
    Ok(())
}

/// Selects a token with its session: ids of session and user, expiry and creation of the session, expiry of the token, when
/// and by what it was replaced, and whether its successor is unused.
pub(super) fn select(hash: TokenHash, dialect: Dialect) -> SelectStatement {
    const SUCCESSOR_UNUSED: &str = "exists (select 1 from taskbridge.refresh_token as successor
        where successor.hash = refresh_token.replaced_by and successor.replaced_at is null)";
    use RefreshTokenColumn::{ExpiresAt, Hash, ReplacedAt, ReplacedBy, SessionId, Table, UserId};
    let session = |column| better_auth::timestamp_column(row::column(column), dialect);
    let session_id = match dialect {
        Dialect::Postgres => better_auth::id_as_text(row::Column::Id),
        Dialect::Sqlite => row::column(row::Column::Id),
    };
    let mut select = Query::select();
    select
        .columns([(Table, SessionId), (Table, UserId)])
        .exprs([session(row::Column::ExpiresAt), session(row::Column::CreatedAt)])
        .columns([(Table, ExpiresAt), (Table, ReplacedAt), (Table, ReplacedBy)])
        .expr(Expr::cust(SUCCESSOR_UNUSED))
        .from((SERVICE_SCHEMA, Table))
        .inner_join(row::Entity, session_id.eq(Expr::col((Table, SessionId))))
        .and_where(Expr::col((Table, Hash)).eq(hash.to_string()));
    select
}

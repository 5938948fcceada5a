//! Refresh tokens: hashes of them, in a table of our own.

use std::slice;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, DeriveIden, QueryResult,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};

use super::{Lifetimes, row};
use crate::{
    SessionId, TokenHash, UserId,
    better_auth::{self, timestamp_value},
    db::{is_postgres, statement},
    revocation::{self, Revocation},
};

/// How long a token that was just replaced is honoured again, for the answer may have been lost.
const REUSE_GRACE_PERIOD: TimeDelta = TimeDelta::seconds(10);

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

/// What replaces a token, and what else may have done so.
#[derive(Debug, Clone)]
pub struct Successors {
    /// What replaces it now.
    pub current: TokenHash,
    /// What did so before, while another secret was the first.
    pub previous: Vec<TokenHash>,
}

/// A token that was presented, and the session that it is of, which is held as it is until the transaction ends.
#[derive(Debug)]
pub(crate) struct StoredRefreshToken {
    pub(crate) session_id: SessionId,
    pub(crate) user_id: UserId,
    /// When the session ends.
    pub(crate) session_expires_at: DateTime<Utc>,
    session_created_at: DateTime<Utc>,
    hash: TokenHash,
    expires_at: DateTime<Utc>,
    replacement: Option<Replacement>,
}

#[derive(Debug)]
struct Replacement {
    at: DateTime<Utc>,
    by: String,
    /// Whether the successor is there, and not replaced itself.
    successor_unused: bool,
}

/// What a presented token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefreshTokenStatus {
    /// It may be replaced, and the session then ends at this instant.
    Active(DateTime<Utc>),
    /// It was replaced by this one a moment ago, and nobody has used that, or may even have heard of it.
    Rotated(TokenHash),
    /// It was replaced, however long ago, and two have it now, of whom one has stolen it.
    Reused,
    /// It has ended, or its session has.
    Expired,
}

/// Whoever ends a session locks it, and then touches its tokens: so it is locked first here too.
const LOCK_SESSION: &str =
    "select 1 from session where cast(id as text) = (select session_id from refresh_token where hash = $1) for update";

impl Successors {
    /// The one that is stored as this.
    fn with_hash(&self, hash: &str) -> Option<TokenHash> {
        [&self.current].into_iter().chain(&self.previous).find(|one| one.to_string() == hash).copied()
    }
}

impl StoredRefreshToken {
    /// The token, if there is such a one and its session stands.
    pub(crate) async fn find(work: &DatabaseTransaction, hash: TokenHash) -> Result<Option<Self>, DbErr> {
        let backend = work.get_database_backend();
        if is_postgres(backend) {
            statement::query(work, LOCK_SESSION, [hash.to_string().into()]).await?;
        }
        let rows = work.query_all(&select(hash, backend)).await?;
        rows.first().map(|row| Self::read(row, hash)).transpose()
    }

    fn read(row: &QueryResult, hash: TokenHash) -> Result<Self, DbErr> {
        let replaced = (row.try_get_by_index::<Option<_>>(5)?, row.try_get_by_index::<Option<_>>(6)?);
        let by_one_unused = row.try_get_by_index(7)?;
        Ok(Self {
            session_id: SessionId::from(row.try_get_by_index::<String>(0)?.as_str()),
            user_id: UserId::from(row.try_get_by_index::<String>(1)?.as_str()),
            session_expires_at: row.try_get_by_index(2)?,
            session_created_at: row.try_get_by_index(3)?,
            hash,
            expires_at: row.try_get_by_index(4)?,
            replacement: replaced.0.zip(replaced.1).map(|(at, by)| Replacement {
                at,
                by,
                successor_unused: by_one_unused,
            }),
        })
    }

    /// What it is worth at `now`, if what replaces it is one of `successors`.
    pub(crate) fn status(
        &self,
        successors: &Successors,
        lifetimes: &Lifetimes,
        now: DateTime<Utc>,
    ) -> RefreshTokenStatus {
        let ends = lifetimes.session_expiry(self.session_created_at, now);
        match &self.replacement {
            _ if self.session_expires_at <= now => RefreshTokenStatus::Expired,
            None if self.expires_at <= now || ends <= now => RefreshTokenStatus::Expired,
            None => RefreshTokenStatus::Active(ends),
            Some(Replacement { at, by, successor_unused: true }) if now - at <= REUSE_GRACE_PERIOD => {
                successors.with_hash(by).map_or(RefreshTokenStatus::Reused, RefreshTokenStatus::Rotated)
            }
            Some(_) => RefreshTokenStatus::Reused,
        }
    }

    /// Puts the successor in its place, and lets the session live until `ends`.
    pub(crate) async fn rotate(
        &self,
        work: &DatabaseTransaction,
        successor: TokenHash,
        ends: DateTime<Utc>,
        access_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        const TOKEN: &str = "update refresh_token set replaced_at = $2, replaced_by = $3 where hash = $1";
        const SESSION: &str = r#"update session set "expiresAt" = $2, "updatedAt" = $3 where id = $1"#;
        let instant = |instant| timestamp_value(instant, work.get_database_backend());
        insert(work, successor, (&self.session_id, &self.user_id), [now, ends, access_until]).await?;
        let replaced = [self.hash.to_string().into(), instant(now), successor.to_string().into()];
        statement::execute(work, TOKEN, replaced).await?;
        statement::execute(work, SESSION, [self.session_id.as_str().into(), instant(ends), instant(now)]).await?;
        Ok(())
    }

    /// Ends the session, and returns what that has revoked.
    pub(crate) async fn revoke_session(&self, work: &DatabaseTransaction) -> Result<Vec<Revocation>, DbErr> {
        statement::execute(work, "delete from session where id = $1", [self.session_id.as_str().into()]).await?;
        revocation::for_sessions(work, slice::from_ref(&self.session_id)).await
    }
}

/// A token of a session: made, ending, and with an access token that ends, at these instants.
pub(super) async fn insert(
    work: &DatabaseTransaction,
    token: TokenHash,
    (session, user): (&SessionId, &UserId),
    instants: [DateTime<Utc>; 3],
) -> Result<(), DbErr> {
    const INSERT: &str = "
        insert into refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
        values ($1, $2, $3, $4, $5, $6)";
    let [made, ends, access_ends] = instants.map(|instant| timestamp_value(instant, work.get_database_backend()));
    let (hash, session, user) = (token.to_string().into(), session.as_str().into(), user.as_str().into());
    statement::execute(work, INSERT, [hash, session, user, made, ends, access_ends]).await?;
    Ok(())
}

/// A second access token was given with it, which may end later than the first.
pub(crate) async fn extend_access_expiry(
    work: &DatabaseTransaction,
    token: TokenHash,
    access_until: DateTime<Utc>,
) -> Result<(), DbErr> {
    const UPDATE: &str = "update refresh_token set access_expires_at = $2 where hash = $1 and access_expires_at < $2";
    let until = timestamp_value(access_until, work.get_database_backend());
    statement::execute(work, UPDATE, [token.to_string().into(), until]).await?;
    Ok(())
}

fn select(hash: TokenHash, backend: DbBackend) -> SelectStatement {
    const BY_ONE_UNUSED: &str = "exists (select 1 from refresh_token as successor
        where successor.hash = refresh_token.replaced_by and successor.replaced_at is null)";
    use RefreshTokenColumn::{ExpiresAt, Hash, ReplacedAt, ReplacedBy, SessionId, Table, UserId};
    let session = |column| better_auth::timestamp_column(row::column(column), backend);
    let id = if is_postgres(backend) { better_auth::id_as_text(row::Column::Id) } else { row::column(row::Column::Id) };
    let mut select = Query::select();
    select
        .columns([(Table, SessionId), (Table, UserId)])
        .exprs([session(row::Column::ExpiresAt), session(row::Column::CreatedAt)])
        .columns([(Table, ExpiresAt), (Table, ReplacedAt), (Table, ReplacedBy)])
        .expr(Expr::cust(BY_ONE_UNUSED))
        .from(Table)
        .inner_join(row::Entity, id.eq(Expr::col((Table, SessionId))))
        .and_where(Expr::col((Table, Hash)).eq(hash.to_string()));
    select
}

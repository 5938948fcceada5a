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
    better_auth::{self, written},
    db::is_postgres,
    raw,
    revocation::{self, Revocation},
};

/// How long a token that was just replaced is honoured again, for the answer may have been lost.
const GRACE: TimeDelta = TimeDelta::seconds(10);

#[derive(DeriveIden)]
enum RefreshToken {
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
    pub now: TokenHash,
    /// What did so before, while another secret was the first.
    pub before: Vec<TokenHash>,
}

/// A token that was presented, and the session that it is of, which is held as it is until the transaction ends.
#[derive(Debug)]
pub(crate) struct Presented {
    pub(crate) session: SessionId,
    pub(crate) user: UserId,
    /// When the session ends.
    pub(crate) ends: DateTime<Utc>,
    opened: DateTime<Utc>,
    hash: TokenHash,
    expires_at: DateTime<Utc>,
    replaced: Option<Replaced>,
}

#[derive(Debug)]
struct Replaced {
    at: DateTime<Utc>,
    by: String,
    /// Whether the successor is there, and not replaced itself.
    by_one_unused: bool,
}

/// What a presented token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It may be replaced, and the session then ends at this instant.
    Current(DateTime<Utc>),
    /// It was replaced by this one a moment ago, and nobody has used that, or may even have heard of it.
    JustReplaced(TokenHash),
    /// It was replaced, however long ago, and two have it now, of whom one has stolen it.
    Reused,
    /// It has ended, or its session has.
    Over,
}

/// Whoever ends a session locks it, and then touches its tokens: so it is locked first here too.
const LOCK: &str =
    "select 1 from session where cast(id as text) = (select session_id from refresh_token where hash = $1) for update";

impl Successors {
    /// The one that is stored as this.
    fn stored_as(&self, hash: &str) -> Option<TokenHash> {
        [&self.now].into_iter().chain(&self.before).find(|one| one.to_string() == hash).copied()
    }
}

impl Presented {
    /// The token, if there is such a one and its session stands.
    pub(crate) async fn find(work: &DatabaseTransaction, hash: TokenHash) -> Result<Option<Self>, DbErr> {
        let backend = work.get_database_backend();
        if is_postgres(backend) {
            raw::query(work, LOCK, [hash.to_string().into()]).await?;
        }
        let rows = work.query_all(&select(hash, backend)).await?;
        rows.first().map(|row| Self::read(row, hash)).transpose()
    }

    fn read(row: &QueryResult, hash: TokenHash) -> Result<Self, DbErr> {
        let replaced = (row.try_get_by_index::<Option<_>>(5)?, row.try_get_by_index::<Option<_>>(6)?);
        let by_one_unused = row.try_get_by_index(7)?;
        Ok(Self {
            session: SessionId::from(row.try_get_by_index::<String>(0)?.as_str()),
            user: UserId::from(row.try_get_by_index::<String>(1)?.as_str()),
            ends: row.try_get_by_index(2)?,
            opened: row.try_get_by_index(3)?,
            hash,
            expires_at: row.try_get_by_index(4)?,
            replaced: replaced.0.zip(replaced.1).map(|(at, by)| Replaced { at, by, by_one_unused }),
        })
    }

    /// What it is worth at `now`, if what replaces it is one of `successors`.
    pub(crate) fn standing(&self, successors: &Successors, lifetimes: &Lifetimes, now: DateTime<Utc>) -> Standing {
        let ends = lifetimes.end(self.opened, now);
        match &self.replaced {
            _ if self.ends <= now => Standing::Over,
            None if self.expires_at <= now || ends <= now => Standing::Over,
            None => Standing::Current(ends),
            Some(Replaced { at, by, by_one_unused: true }) if now - at <= GRACE => {
                successors.stored_as(by).map_or(Standing::Reused, Standing::JustReplaced)
            }
            Some(_) => Standing::Reused,
        }
    }

    /// Puts the successor in its place, and lets the session live until `ends`.
    pub(crate) async fn replace(
        &self,
        work: &DatabaseTransaction,
        successor: TokenHash,
        ends: DateTime<Utc>,
        access_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        const TOKEN: &str = "update refresh_token set replaced_at = $2, replaced_by = $3 where hash = $1";
        const SESSION: &str = r#"update session set "expiresAt" = $2, "updatedAt" = $3 where id = $1"#;
        let instant = |instant| written(instant, work.get_database_backend());
        add(work, successor, (&self.session, &self.user), [now, ends, access_until]).await?;
        let replaced = [self.hash.to_string().into(), instant(now), successor.to_string().into()];
        raw::execute(work, TOKEN, replaced).await?;
        raw::execute(work, SESSION, [self.session.as_str().into(), instant(ends), instant(now)]).await?;
        Ok(())
    }

    /// Ends the session, and returns what that has revoked.
    pub(crate) async fn end_session(&self, work: &DatabaseTransaction) -> Result<Vec<Revocation>, DbErr> {
        raw::execute(work, "delete from session where id = $1", [self.session.as_str().into()]).await?;
        revocation::of_sessions(work, slice::from_ref(&self.session)).await
    }
}

/// A token of a session: made, ending, and with an access token that ends, at these instants.
pub(super) async fn add(
    work: &DatabaseTransaction,
    token: TokenHash,
    (session, user): (&SessionId, &UserId),
    instants: [DateTime<Utc>; 3],
) -> Result<(), DbErr> {
    const INSERT: &str = "
        insert into refresh_token (hash, session_id, user_id, created_at, expires_at, access_expires_at)
        values ($1, $2, $3, $4, $5, $6)";
    let [made, ends, access_ends] = instants.map(|instant| written(instant, work.get_database_backend()));
    let (hash, session, user) = (token.to_string().into(), session.as_str().into(), user.as_str().into());
    raw::execute(work, INSERT, [hash, session, user, made, ends, access_ends]).await?;
    Ok(())
}

/// A second access token was given with it, which may end later than the first.
pub(crate) async fn prolong(
    work: &DatabaseTransaction,
    token: TokenHash,
    access_until: DateTime<Utc>,
) -> Result<(), DbErr> {
    const UPDATE: &str = "update refresh_token set access_expires_at = $2 where hash = $1 and access_expires_at < $2";
    let until = written(access_until, work.get_database_backend());
    raw::execute(work, UPDATE, [token.to_string().into(), until]).await?;
    Ok(())
}

fn select(hash: TokenHash, backend: DbBackend) -> SelectStatement {
    const BY_ONE_UNUSED: &str = "exists (select 1 from refresh_token as successor
        where successor.hash = refresh_token.replaced_by and successor.replaced_at is null)";
    use RefreshToken::{ExpiresAt, Hash, ReplacedAt, ReplacedBy, SessionId, Table, UserId};
    let session = |column| better_auth::instant(row::of(column), backend);
    let id = if is_postgres(backend) { better_auth::text(row::Column::Id) } else { row::of(row::Column::Id) };
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

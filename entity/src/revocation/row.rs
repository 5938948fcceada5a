//! The table of revocations, and the forms that they have there and in a notification.

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, DeriveIden, QueryResult,
    sea_query::{Expr, ExprTrait, Query},
};
use serde::Deserialize;

use super::{Revocation, RevocationTarget};
use crate::{
    SessionId, TokenHash, UserId,
    better_auth::timestamp_value,
    db::{is_postgres, statement},
};

/// How many sessions are asked for at once: a statement has not room for any number of values.
const MAX_KEYS_PER_QUERY: usize = 1_000;

#[derive(DeriveIden)]
enum RevocationColumn {
    #[sea_orm(iden = "revocation")]
    Table,
    Kind,
    Key,
    IssuedUntil,
    ExpiresAt,
}

/// A revocation as it is stored, and told of.
#[derive(Deserialize)]
pub(super) struct StoredRevocation {
    kind: String,
    key: String,
    issued_until: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
}

impl StoredRevocation {
    /// Of four columns of a row, the first of which is the `at`th.
    pub(super) fn read(row: &QueryResult, at: usize) -> Result<Self, DbErr> {
        Ok(Self {
            kind: row.try_get_by_index(at)?,
            key: row.try_get_by_index(at + 1)?,
            issued_until: row.try_get_by_index(at + 2)?,
            expires_at: row.try_get_by_index(at + 3)?,
        })
    }

    /// None if it is of a kind that is not known here: a newer service may have stored it.
    pub(super) fn into_revocation(self) -> Option<Revocation> {
        let what = match (self.kind.as_str(), self.issued_until) {
            ("session", _) => RevocationTarget::Session(SessionId::from(self.key.as_str())),
            ("token", _) => RevocationTarget::Token(TokenHash::from_hex(&self.key)?),
            ("user", Some(issued_until)) => {
                RevocationTarget::User { id: UserId::from(self.key.as_str()), issued_until }
            }
            _ => return None,
        };
        Some(Revocation { target: what, expires_at: self.expires_at })
    }
}

/// Stores a revocation. One that is there already is widened if anything, and told of again.
pub(crate) async fn upsert(on: &impl ConnectionTrait, revocation: &Revocation) -> Result<(), DbErr> {
    let (kind, key, issued_until) = match &revocation.target {
        RevocationTarget::Session(id) => ("session", id.to_string(), None),
        RevocationTarget::Token(hash) => ("token", hash.to_string(), None),
        RevocationTarget::User { id, issued_until } => ("user", id.to_string(), Some(*issued_until)),
    };
    let backend = on.get_database_backend();
    let (issued_until, expires_at) =
        (timestamp_value(issued_until, backend), timestamp_value(revocation.expires_at, backend));
    statement::execute(on, &upsert_sql(backend), [kind.into(), key.into(), issued_until, expires_at]).await?;
    Ok(())
}

fn upsert_sql(backend: DbBackend) -> String {
    let greatest = if is_postgres(backend) { "greatest" } else { "max" };
    format!(
        "insert into revocation (kind, key, issued_until, expires_at) values ($1, $2, $3, $4)
        on conflict (kind, key) do update set created_at = excluded.created_at,
            issued_until = {greatest}(revocation.issued_until, excluded.issued_until),
            expires_at = {greatest}(revocation.expires_at, excluded.expires_at)"
    )
}

/// What the end of these sessions has revoked.
pub(crate) async fn for_sessions(on: &impl ConnectionTrait, sessions: &[SessionId]) -> Result<Vec<Revocation>, DbErr> {
    let mut revocations = Vec::new();
    for some in sessions.chunks(MAX_KEYS_PER_QUERY) {
        let mut select = Query::select();
        select
            .columns([
                RevocationColumn::Kind,
                RevocationColumn::Key,
                RevocationColumn::IssuedUntil,
                RevocationColumn::ExpiresAt,
            ])
            .from(RevocationColumn::Table)
            .and_where(Expr::col(RevocationColumn::Kind).eq("session"))
            .and_where(Expr::col(RevocationColumn::Key).is_in(some.iter().map(SessionId::as_str)));
        for row in on.query_all(&select).await? {
            revocations.extend(StoredRevocation::read(&row, 0)?.into_revocation());
        }
    }
    Ok(revocations)
}

//! The table `revocation`, and the form that its rows have in a notification.

use chrono::{DateTime, Utc};
use sea_orm::{
    DeriveIden,
    sea_query::{Expr, ExprTrait, Query},
};
use serde::Deserialize;

use super::model::{Revocation, RevocationTarget};
use crate::{
    SessionId, StoreError, TokenHash, UserId,
    better_auth::timestamp_value,
    db::{Dialect, Executor, Row, SERVICE_SCHEMA, Sql},
};

/// The number of sessions in one query: the number of parameters of a statement is limited.
const MAX_SESSIONS_PER_QUERY: usize = 1_000;

#[derive(DeriveIden)]
enum RevocationColumn {
    #[sea_orm(iden = "revocation")]
    Table,
    Kind,
    Key,
    IssuedUntil,
    ExpiresAt,
}

/// A revocation as it is stored and sent in a notification.
#[derive(Deserialize)]
pub(super) struct StoredRevocation {
    kind: String,
    key: String,
    issued_until: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
}

impl StoredRevocation {
    /// Reads four columns, starting at `first`.
    pub(super) fn from_row(row: &Row, first: usize) -> Result<Self, StoreError> {
        Ok(Self {
            kind: row.get(first)?,
            key: row.get(first + 1)?,
            issued_until: row.get(first + 2)?,
            expires_at: row.get(first + 3)?,
        })
    }

    /// Returns `None` for an unknown kind, which a newer version of the service may have stored.
    pub(super) fn into_revocation(self) -> Option<Revocation> {
        let target = match (self.kind.as_str(), self.issued_until) {
            ("session", _) => RevocationTarget::Session(SessionId::from(self.key.as_str())),
            ("token", _) => RevocationTarget::Token(TokenHash::from_hex(&self.key)?),
            ("user", Some(issued_until)) => {
                RevocationTarget::User { id: UserId::from(self.key.as_str()), issued_until }
            }
            ("all_users", Some(issued_until)) => RevocationTarget::AllUsers { issued_until },
            _ => return None,
        };
        Some(Revocation { target, expires_at: self.expires_at })
    }
}

/// Stores a revocation. An existing one of the same target is extended, never shortened, and announced again.
pub(crate) async fn upsert(on: &impl Executor, revocation: &Revocation) -> Result<(), StoreError> {
    let Revocation { target, expires_at } = revocation;
    let (kind, key, issued_until) = match target {
        RevocationTarget::Session(id) => ("session", id.to_string(), None),
        RevocationTarget::Token(hash) => ("token", hash.to_string(), None),
        RevocationTarget::User { id, issued_until } => ("user", id.to_string(), Some(*issued_until)),
        RevocationTarget::AllUsers { issued_until } => ("all_users", String::new(), Some(*issued_until)),
    };
    let dialect = on.dialect();
    let (issued_until, expires_at) = (timestamp_value(issued_until, dialect), timestamp_value(*expires_at, dialect));
    on.execute(&Sql::new(&upsert_sql(dialect), [kind.into(), key.into(), issued_until, expires_at])).await?;
    Ok(())
}

fn upsert_sql(dialect: Dialect) -> String {
    let greatest = dialect.greatest();
    format!(
        "insert into taskbridge.revocation (kind, key, issued_until, expires_at) values ($1, $2, $3, $4)
        on conflict (kind, key) do update set created_at = excluded.created_at,
            issued_until = {greatest}(revocation.issued_until, excluded.issued_until),
            expires_at = {greatest}(revocation.expires_at, excluded.expires_at)"
    )
}

/// Returns the revocations that a trigger stored when these sessions were deleted.
pub(crate) async fn for_sessions(on: &impl Executor, sessions: &[SessionId]) -> Result<Vec<Revocation>, StoreError> {
    let mut revocations = Vec::new();
    for chunk in sessions.chunks(MAX_SESSIONS_PER_QUERY) {
        let mut select = Query::select();
        select
            .columns([
                RevocationColumn::Kind,
                RevocationColumn::Key,
                RevocationColumn::IssuedUntil,
                RevocationColumn::ExpiresAt,
            ])
            .from((SERVICE_SCHEMA, RevocationColumn::Table))
            .and_where(Expr::col(RevocationColumn::Kind).eq("session"))
            .and_where(Expr::col(RevocationColumn::Key).is_in(chunk.iter().map(SessionId::as_str)));
        for row in on.query(&select).await? {
            revocations.extend(StoredRevocation::from_row(&row, 0)?.into_revocation());
        }
    }
    Ok(revocations)
}

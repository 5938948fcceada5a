//! Single-use values in Better Auth's table `verification`, found by a mailed token until they expire.

mod row;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ColumnTrait,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};
use sha2::{Digest, Sha256};

use self::row::{Column, Entity};
use crate::{
    StoreError, better_auth,
    db::{Dialect, Executor, Sql, Transaction},
};

/// The purpose of a token, and the token: `reset-password:<token>`.
pub(crate) struct Identifier<'i>(pub(crate) &'i str);

impl Identifier<'_> {
    /// Returns Better Auth's form under `storeIdentifier: 'hashed'`, which its other setting cannot be mistaken for: that one
    /// has a colon.
    fn hashed(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.0))
    }

    /// Selects the row that this service stored, hashed, or that Better Auth stored in either form.
    fn is_stored(&self) -> SimpleExpr {
        Column::Identifier.is_in([self.hashed(), self.0.to_owned()])
    }
}

/// Stores `value` under `identifier`.
pub(crate) async fn insert(
    executor: &impl Executor,
    identifier: &Identifier<'_>,
    value: &str,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    const INSERT: &str = r#"
        insert into "verification" (id, identifier, value, "expiresAt", "createdAt", "updatedAt")
        values ($1, $2, $3, $4, $5, $5)"#;
    let timestamp = |instant: DateTime<Utc>| better_auth::timestamp_value(instant.trunc_subsecs(3), executor.dialect());
    let values = [
        better_auth::new_id()?.into(),
        identifier.hashed().into(),
        value.into(),
        timestamp(expires_at),
        timestamp(now),
    ];
    executor.execute(&Sql::new(INSERT, values)).await?;
    Ok(())
}

/// Returns whether the token of `identifier` is valid at `now`.
pub(crate) async fn exists(
    executor: &impl Executor,
    identifier: &Identifier<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut select = Query::select();
    select.expr(Expr::value(1)).from(Entity).and_where(identifier.is_stored());
    select.and_where(is_pending(now, executor.dialect()));
    Ok(executor.query_one(&select).await?.is_some())
}

/// Deletes the row of `identifier` and returns its value, if the token was valid at `now`. Of several callers, one gets it.
pub(crate) async fn consume(
    transaction: &Transaction,
    identifier: &Identifier<'_>,
    now: DateTime<Utc>,
) -> Result<Option<String>, StoreError> {
    // Citus accepts the comparison of times in a subquery only
    let mut pending = Query::select();
    pending.column(Column::Id).from(Entity).and_where(identifier.is_stored());
    pending.and_where(is_pending(now, transaction.dialect()));
    let mut delete = Query::delete();
    delete
        .from_table(Entity)
        .and_where(Expr::col(Column::Id).in_subquery(pending))
        .returning(Query::returning().column(Column::Value));
    transaction.execute_returning(&delete).await?.map(|row| row.get(0)).transpose()
}

/// Deletes all pending verifications whose value is `value`, such as a user's id.
pub(crate) async fn delete_by_value(transaction: &Transaction, value: &str) -> Result<(), StoreError> {
    let mut delete = Query::delete();
    delete.from_table(Entity).and_where(Column::Value.eq(value));
    transaction.execute(&delete).await?;
    Ok(())
}

/// Deletes at most `limit` rows that expired before `instant`, Better Auth's too, and returns their number.
pub(crate) async fn delete_expired(
    transaction: &Transaction,
    instant: DateTime<Utc>,
    limit: u64,
) -> Result<u64, StoreError> {
    let mut expired = Query::select();
    expired.column(Column::Id).from(Entity).and_where(is_pending(instant, transaction.dialect()).not()).limit(limit);
    let mut delete = Query::delete();
    delete.from_table(Entity).and_where(Expr::col(Column::Id).in_subquery(expired));
    transaction.execute(&delete).await
}

fn is_pending(now: DateTime<Utc>, dialect: Dialect) -> SimpleExpr {
    let expires_at = better_auth::comparable_timestamp(Expr::col((Entity, Column::ExpiresAt)), dialect);
    expires_at.gt(better_auth::timestamp_value(now, dialect))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Better Auth 1.7.25's `defaultKeyHasher`.
    #[test]
    fn a_hashed_identifier_is_better_auths() {
        let identifier = Identifier("reset-password:abcdefghijklmnopqrstuvwx");
        assert_eq!(identifier.hashed(), "kW4Kkq2Pg7p8F2L5uPiAC2_-waW7ek7XNPF_g2EcuPc");
    }
}

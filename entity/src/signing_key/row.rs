//! The columns of the table. Before version 1.7, Better Auth's table has no `alg` and no `crv`.

use sea_orm::{
    DeriveIden, Order,
    sea_query::{Expr, ExprTrait, InsertStatement, Query, SelectStatement, SimpleExpr},
};

use super::model::{NewSigningKey, StoredSigningKey};
use crate::{
    StoreError,
    better_auth::{timestamp_column, timestamp_value},
    db::{Dialect, Row},
};

#[derive(DeriveIden)]
enum Jwks {
    Table,
    Id,
    #[sea_orm(iden = "publicKey")]
    PublicKey,
    #[sea_orm(iden = "privateKey")]
    PrivateKey,
    #[sea_orm(iden = "createdAt")]
    CreatedAt,
    #[sea_orm(iden = "expiresAt")]
    ExpiresAt,
    Alg,
    Crv,
}

/// Selects the newest keys. Names are qualified: SQLite takes a quoted name without a column for a text.
pub(super) fn select(limit: u64, has_algorithm: bool, dialect: Dialect) -> SelectStatement {
    let created_at = || timestamp_column(column(Jwks::CreatedAt), dialect);
    let algorithm = if has_algorithm { column(Jwks::Alg) } else { Expr::cust("cast(null as text)") };
    Query::select()
        .expr(column(Jwks::Id).cast_as("text"))
        .exprs([column(Jwks::PublicKey), column(Jwks::PrivateKey)])
        .expr(created_at())
        .expr(timestamp_column(column(Jwks::ExpiresAt), dialect))
        .expr(algorithm)
        .from(Jwks::Table)
        .order_by_expr(created_at(), Order::Desc)
        .order_by_expr(column(Jwks::Id), Order::Asc)
        .limit(limit)
        .to_owned()
}

pub(super) fn from_row(row: &Row) -> Result<StoredSigningKey, StoreError> {
    Ok(StoredSigningKey {
        id: row.get(0)?,
        public_key: row.get(1)?,
        private_key: row.get::<String>(2)?.into(),
        created_at: row.get(3)?,
        expires_at: row.get(4)?,
        algorithm: row.get(5)?,
    })
}

pub(super) fn insert(id: &str, key: &NewSigningKey, has_algorithm: bool, dialect: Dialect) -> InsertStatement {
    let mut columns = vec![Jwks::Id, Jwks::PublicKey, Jwks::PrivateKey, Jwks::CreatedAt, Jwks::ExpiresAt];
    let mut values: Vec<SimpleExpr> = vec![
        id.into(),
        key.public_key.as_str().into(),
        key.private_key.expose().into(),
        timestamp_value(key.created_at, dialect).into(),
        timestamp_value(key.expires_at, dialect).into(),
    ];
    if has_algorithm {
        columns.extend([Jwks::Alg, Jwks::Crv]);
        values.extend(["EdDSA".into(), "Ed25519".into()]);
    }
    Query::insert().into_table(Jwks::Table).columns(columns).values_panic(values).to_owned()
}

fn column(column: Jwks) -> SimpleExpr {
    Expr::col((Jwks::Table, column))
}

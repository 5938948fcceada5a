//! The table `idempotency_key`: the responses to requests that a client may repeat, each stored in the transaction of its write.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};

use crate::{
    Db, StoreError,
    db::{Executor, Outcome, Row, Transaction},
    owned::{Owned, OwnedEntity, Owner},
    owned_tables::OwnedTable,
};

/// How long a request waits for an earlier one with the same key. It occupies a connection meanwhile.
const MAX_WAIT: Duration = Duration::from_millis(100);

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "taskbridge", table_name = "idempotency_key")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    user_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    key: String,
    request_hash: Vec<u8>,
    expires_at: DateTime<Utc>,
    /// Null only inside the transaction of the write.
    status: Option<i16>,
    etag: Option<String>,
    location: Option<String>,
    body: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl OwnedEntity for Entity {
    const TABLE: OwnedTable = OwnedTable::IdempotencyKey;
    const OWNER: Column = Column::UserId;
}

/// A key of a client, and the request that it sent under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key.
    pub key: String,
    /// The SHA-256 hash of the request.
    pub request_hash: [u8; 32],
    /// The time of the request. Keys that have expired are free.
    pub now: DateTime<Utc>,
    /// When the key expires.
    pub expires_at: DateTime<Utc>,
}

/// The response to a request, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The HTTP status.
    pub status: u16,
    /// The header `ETag`.
    pub etag: Option<String>,
    /// The header `Location`.
    pub location: Option<String>,
    /// The body.
    pub body: String,
}

/// The outcome of claiming a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The key is free, and no other transaction can claim it until this one has ended.
    New,
    /// The request has been completed.
    Completed(StoredResponse),
    /// The key was used for another request.
    Reused,
    /// Another transaction has claimed the key and not ended. This one can only be rolled back.
    InProgress,
}

/// The idempotency keys of one owner.
#[derive(Clone)]
pub(super) struct IdempotencyKeys {
    rows: Owned<Entity>,
}

impl IdempotencyKeys {
    pub(super) fn new(owner: Owner, db: &Db) -> Self {
        Self { rows: Owned::new(owner, db) }
    }

    pub(super) async fn claim(&self, transaction: &Transaction, key: &IdempotencyKey) -> Result<Claim, StoreError> {
        let row = ActiveModel {
            user_id: NotSet, // set by `Owned::insert`
            key: Set(key.key.clone()),
            request_hash: Set(key.request_hash.to_vec()),
            expires_at: Set(key.expires_at),
            status: NotSet,
            etag: NotSet,
            location: NotSet,
            body: NotSet,
        };
        let mut insert = self.rows.insert(row);
        insert.on_conflict(replace_expired(key.now)).returning(Query::returning().column(Column::Key));
        match transaction.write_unless_locked(&insert, MAX_WAIT).await?.map(Outcome::into_row) {
            None => Ok(Claim::InProgress),
            Some(Some(_claimed)) => Ok(Claim::New),
            Some(None) => self.stored(transaction, key).await,
        }
    }

    /// Stores the response to a request whose key the transaction has claimed.
    pub(super) async fn store(
        &self,
        transaction: &Transaction,
        key: &str,
        response: &StoredResponse,
    ) -> Result<(), StoreError> {
        let row = ActiveModel {
            status: Set(Some(i16::try_from(response.status).map_err(StoreError::unexpected)?)),
            etag: Set(response.etag.clone()),
            location: Set(response.location.clone()),
            body: Set(Some(response.body.clone())),
            ..<ActiveModel as Default>::default()
        };
        transaction.execute(&self.rows.update(row).filter(Column::Key.eq(key)).into_query()).await?;
        Ok(())
    }

    async fn stored(&self, transaction: &Transaction, key: &IdempotencyKey) -> Result<Claim, StoreError> {
        let select = self.rows.select().filter(Column::Key.eq(key.key.as_str()));
        let select = select.filter(Column::RequestHash.eq(key.request_hash.to_vec())).select_only();
        let select = select.columns([Column::Status, Column::Etag, Column::Location, Column::Body]).into_query();
        let row = transaction.query_one(&select).await?;
        row.map_or(Ok(Claim::Reused), |row| stored_response(&row).map(Claim::Completed))
    }
}

fn stored_response(row: &Row) -> Result<StoredResponse, StoreError> {
    Ok(StoredResponse {
        status: u16::try_from(row.get::<i16>(0)?).map_err(StoreError::unexpected)?,
        etag: row.get(1)?,
        location: row.get(2)?,
        body: row.get(3)?,
    })
}

/// Lets a key that has expired be claimed again.
fn replace_expired(now: DateTime<Utc>) -> OnConflict {
    let expires_at = Expr::col(("idempotency_key", Column::ExpiresAt));
    OnConflict::columns([Column::UserId, Column::Key])
        .update_columns([Column::RequestHash, Column::ExpiresAt])
        .action_and_where(expires_at.lte(now))
        .to_owned()
}

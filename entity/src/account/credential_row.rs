//! Better Auth's table `account`, of which the service uses the rows with a password and lists the others; private to this module.

use chrono::{DateTime, Utc};
use sea_orm::{
    Condition,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use crate::{UserId, better_auth, db::Dialect, owned::OwnedEntity, owned_tables::OwnedTable};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account", rename_all = "camelCase")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(super) id: String,
    pub(super) account_id: String,
    pub(super) provider_id: String,
    pub(super) user_id: String,
    pub(super) scope: Option<String>,
    pub(super) password: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl OwnedEntity for Entity {
    const TABLE: OwnedTable = OwnedTable::Account;
    const OWNER: Column = Column::UserId;

    fn owned_by(owner: &UserId, dialect: Dialect) -> Condition {
        better_auth::id_equals(Column::UserId, owner.as_str(), dialect)
    }
}

/// Limits a statement to rows that Better Auth accepts a password for. They name their user twice.
pub(super) fn has_password() -> Condition {
    Condition::all().add(Column::ProviderId.eq("credential")).add(names_its_user()).add(Column::Password.is_not_null())
}

/// Limits a statement to rows whose account id is the user's, as that of a password is.
pub(super) fn names_its_user() -> SimpleExpr {
    Expr::col((Entity, Column::AccountId)).eq(better_auth::id_as_text(Column::UserId))
}

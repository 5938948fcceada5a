//! Ownership as a type: every statement over rows of a user starts at [`Owned`].

use std::marker::PhantomData;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DeleteMany, EntityTrait, IdenStatic, Iterable, QueryFilter, Select,
    UpdateMany, Value,
    sea_query::{InsertStatement, Query, SimpleExpr},
};

use crate::{
    Db, UserId,
    db::{Dialect, Executor},
    owned_tables::OwnedTable,
};

/// A user whose token has been verified.
///
/// ```compile_fail,E0423
/// let ann = entity::Owner(entity::UserId::from("ann")); // the field is private
/// ```
///
/// ```
/// # #![allow(clippy::disallowed_methods)]
/// let ann = entity::Owner::from_verified(entity::UserId::from("ann")); // clippy allows it in `auth::principal` only
/// ```
#[derive(Debug, Clone)]
pub struct Owner(UserId);

impl Owner {
    /// Constructs an owner from the user id of a verified token. Only `auth::principal` may call it.
    #[must_use]
    pub fn from_verified(user: UserId) -> Self {
        Self(user)
    }

    pub(crate) fn id(&self) -> &UserId {
        &self.0
    }
}

/// A view of the store that is limited to the rows of one owner.
pub trait OwnerScoped {
    /// Limits the store to the rows of `owner`.
    fn scoped_to(owner: Owner, db: Db) -> Self;
}

/// A table whose rows belong to users.
pub(crate) trait OwnedEntity: EntityTrait<ActiveModel: ActiveModelTrait<Entity = Self> + Send> {
    /// The table's entry in the list from which the deletion of a user and the cleanup derive.
    const TABLE: OwnedTable;

    /// The column with the owner's id.
    const OWNER: Self::Column;

    /// Limits a statement to the rows of `owner`.
    fn owned_by(owner: &UserId, _: Dialect) -> Condition {
        Self::OWNER.eq(owner.as_str()).into()
    }
}

/// The rows of one owner.
#[derive(Debug, Clone)]
pub(crate) struct Owned<E> {
    owner: Owner,
    dialect: Dialect,
    has_row_level_security: bool,
    entity: PhantomData<E>,
}

impl<E: OwnedEntity> Owned<E> {
    pub(crate) fn new(owner: Owner, db: &Db) -> Self {
        debug_assert_eq!((E::TABLE.name(), E::TABLE.owner_column()), (E::default().table_name(), E::OWNER.as_str()));
        debug_assert_eq!(E::TABLE.schema(), E::default().schema_name());
        let (dialect, has_row_level_security) = (db.dialect(), db.has_row_level_security());
        Self { owner, dialect, has_row_level_security, entity: PhantomData }
    }

    pub(crate) fn owner(&self) -> &UserId {
        self.owner.id()
    }

    pub(crate) fn has_row_level_security(&self) -> bool {
        self.has_row_level_security
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where a select starts, limited to its owner")]
    pub(crate) fn select(&self) -> Select<E> {
        E::find().filter(self.is_owned())
    }

    /// Starts an update. A row cannot change its owner: the one that `row` names is ignored.
    #[expect(clippy::disallowed_methods, reason = "the one place where an update starts, limited to its owner")]
    pub(crate) fn update(&self, mut row: E::ActiveModel) -> UpdateMany<E> {
        row.not_set(E::OWNER);
        E::update_many().set(row).filter(self.is_owned())
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where a delete starts, limited to its owner")]
    pub(crate) fn delete(&self) -> DeleteMany<E> {
        E::delete_many().filter(self.is_owned())
    }

    /// Starts an insert of a row of this owner, whichever owner `row` names.
    pub(crate) fn insert(&self, row: E::ActiveModel) -> InsertStatement {
        let (columns, values): (Vec<_>, Vec<_>) = self.values_of(row).unzip();
        let mut insert = Query::insert();
        insert.into_table(E::default().table_ref()).columns(columns);
        let inserted = insert.values(values).is_ok();
        debug_assert!(inserted, "as many values as columns");
        insert
    }

    /// Starts an insert like [`Owned::insert`] of a row that also has `computed` columns, if `condition` holds. Citus cannot run it
    /// outside of a common table expression.
    pub(crate) fn insert_if(
        &self,
        row: E::ActiveModel,
        computed: impl IntoIterator<Item = (E::Column, SimpleExpr)>,
        condition: Condition,
    ) -> InsertStatement {
        let (columns, values): (Vec<_>, Vec<_>) = self.values_of(row).chain(computed).unzip();
        let mut source = Query::select();
        source.exprs(values).cond_where(condition);
        let mut insert = Query::insert();
        insert.into_table(E::default().table_ref()).columns(columns);
        let selected = insert.select_from(source);
        debug_assert!(selected.is_ok(), "as many values as columns");
        insert
    }

    /// Returns the values that [`Owned::insert_if`] binds for `row`, in its order.
    pub(crate) fn values(&self, row: E::ActiveModel) -> impl Iterator<Item = Value> {
        self.set_columns(row).map(|(_column, value)| value)
    }

    fn values_of(&self, row: E::ActiveModel) -> impl Iterator<Item = (E::Column, SimpleExpr)> {
        self.set_columns(row).map(|(column, value)| (column, column.save_as(SimpleExpr::from(value))))
    }

    /// Returns the columns that `row` sets, and the owner's.
    fn set_columns(&self, mut row: E::ActiveModel) -> impl Iterator<Item = (E::Column, Value)> {
        row.set(E::OWNER, self.owner().as_str().into());
        E::Column::iter().filter_map(move |column| Some((column, row.take(column).into_value()?)))
    }

    fn is_owned(&self) -> Condition {
        E::owned_by(self.owner(), self.dialect)
    }
}

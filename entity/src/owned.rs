//! Ownership as a type: where every statement over owned rows begins.

use std::marker::PhantomData;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DbBackend, DeleteMany, EntityTrait, Insert, QueryFilter, Select,
    UpdateMany,
};

use crate::{Db, UserId};

/// A proven caller, in the storage's terms.
///
/// ```compile_fail,E0423
/// let ann = entity::Owner(entity::UserId::from("ann")); // the field is private
/// ```
///
/// ```
/// # #![allow(clippy::disallowed_methods)]
/// let ann = entity::Owner::from_verified(entity::UserId::from("ann")); // a word that clippy lets only `auth` give
/// ```
#[derive(Debug, Clone)]
pub struct Owner(UserId);

impl Owner {
    /// Takes the caller's word that this user was proven. Only `auth::principal` may give it.
    #[must_use]
    pub fn from_verified(user: UserId) -> Self {
        Self(user)
    }

    pub(crate) fn id(&self) -> &UserId {
        &self.0
    }
}

/// One owner's share of something stored.
pub trait OwnerScoped {
    /// The share of `owner`.
    fn scoped_to(owner: Owner, db: Db) -> Self;
}

/// A table whose rows have an owner.
pub(crate) trait OwnedEntity: EntityTrait<ActiveModel: ActiveModelTrait<Entity = Self> + Send> {
    const OWNER: Self::Column;

    /// Whether a row is `owner`'s.
    fn owned_by(owner: &UserId, _: DbBackend) -> Condition {
        Self::OWNER.eq(owner.as_str()).into()
    }
}

/// The rows of one owner.
#[derive(Debug, Clone)]
pub(crate) struct Owned<E> {
    owner: Owner,
    backend: DbBackend,
    entity: PhantomData<E>,
}

impl<E: OwnedEntity> Owned<E> {
    pub(crate) fn new(owner: Owner, db: &Db) -> Self {
        Self { owner, backend: db.connection().get_database_backend(), entity: PhantomData }
    }

    pub(crate) fn owner(&self) -> &UserId {
        self.owner.id()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where a select begins, with its owner")]
    pub(crate) fn select(&self) -> Select<E> {
        E::find().filter(self.is_mine())
    }

    /// A row never changes hands: whatever owner `row` names is dropped.
    #[expect(clippy::disallowed_methods, reason = "the one place where an update begins, with its owner")]
    pub(crate) fn update(&self, mut row: E::ActiveModel) -> UpdateMany<E> {
        row.not_set(E::OWNER);
        E::update_many().set(row).filter(self.is_mine())
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where a delete begins, with its owner")]
    pub(crate) fn delete(&self) -> DeleteMany<E> {
        E::delete_many().filter(self.is_mine())
    }

    /// Whatever owner `row` names, it is this one's.
    #[expect(clippy::disallowed_methods, reason = "the one place where an insert begins, with its owner")]
    pub(crate) fn insert(&self, mut row: E::ActiveModel) -> Insert<E::ActiveModel> {
        row.set(E::OWNER, self.owner().as_str().into());
        E::insert(row)
    }

    fn is_mine(&self) -> Condition {
        E::owned_by(self.owner(), self.backend)
    }
}

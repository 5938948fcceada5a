//! The one list of tables whose rows belong to users. The deletion of a user and the cleanup of orphans derive from it.

/// Every table that implements [`OwnedEntity`](crate::owned::OwnedEntity). Rows are deleted in this order.
pub(crate) const OWNED_TABLES: &[OwnedTable] = &[
    OwnedTable { name: "task", owner_column: "user_id", key_column: "id", creator: Creator::Service },
    OwnedTable { name: "session", owner_column: "userId", key_column: "id", creator: Creator::BetterAuth },
    OwnedTable { name: "account", owner_column: "userId", key_column: "id", creator: Creator::BetterAuth },
    OwnedTable { name: "user", owner_column: "id", key_column: "id", creator: Creator::BetterAuth },
];

/// A table whose rows belong to users.
#[derive(Debug)]
pub(crate) struct OwnedTable {
    name: &'static str,
    owner_column: &'static str,
    key_column: &'static str,
    creator: Creator,
}

#[derive(Debug, PartialEq, Eq)]
enum Creator {
    /// The owner's id is text and refers to no other table: a user may be deleted while a row is being added.
    Service,
    /// A foreign key deletes the rows along with their user.
    BetterAuth,
}

impl OwnedTable {
    /// Returns the entry of a table.
    ///
    /// # Panics
    ///
    /// If the table is not listed. In a constant, that is an error of the compiler.
    pub(crate) const fn listed(name: &str) -> &'static Self {
        let mut rest = OWNED_TABLES;
        while let [table, others @ ..] = rest {
            if same(table.name.as_bytes(), name.as_bytes()) {
                return table;
            }
            rest = others;
        }
        panic!("a table with an owner must be listed in OWNED_TABLES")
    }

    /// Returns the tables whose rows no foreign key deletes along with their user.
    pub(crate) fn without_foreign_key() -> impl Iterator<Item = &'static Self> {
        OWNED_TABLES.iter().filter(|table| table.creator == Creator::Service)
    }

    pub(crate) fn key_column(&self) -> &'static str {
        self.key_column
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn owner_column(&self) -> &'static str {
        self.owner_column
    }
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    match (left, right) {
        ([], []) => true,
        ([first, left @ ..], [second, right @ ..]) => *first == *second && same(left, right),
        _ => false,
    }
}

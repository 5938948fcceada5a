//! The names of Better Auth's tables and columns in a database.

use std::borrow::Cow;

/// A table of Better Auth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BetterAuthTable {
    /// Users.
    User,
    /// Sessions.
    Session,
    /// Accounts: a user's passwords and identities at other providers.
    Account,
    /// Single-use values for verifications.
    Verification,
    /// Key pairs.
    Jwks,
}

impl BetterAuthTable {
    /// Every table.
    pub const ALL: [Self; 5] = [Self::User, Self::Session, Self::Account, Self::Verification, Self::Jwks];

    /// Returns Better Auth's own name of the table, which statements are written with.
    #[must_use]
    pub fn default_name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Session => "session",
            Self::Account => "account",
            Self::Verification => "verification",
            Self::Jwks => "jwks",
        }
    }
}

/// The names of Better Auth's tables and columns in a database. Statements are written with Better Auth's own names, in double
/// quotes, and [`rewrite`](Self::rewrite) replaces these before a statement is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BetterAuthNames {
    tables: [String; 5],
    snake_case: bool,
}

impl Default for BetterAuthNames {
    fn default() -> Self {
        Self { tables: BetterAuthTable::ALL.map(|table| table.default_name().to_owned()), snake_case: false }
    }
}

impl BetterAuthNames {
    /// Returns the names under `usePlural`, which adds an `s` to each: `jwkss` too.
    #[must_use]
    pub fn plural() -> Self {
        Self { tables: BetterAuthTable::ALL.map(|table| format!("{}s", table.default_name())), snake_case: false }
    }

    /// Makes columns `snake_case`: `expires_at`.
    #[must_use]
    pub fn with_snake_case(self) -> Self {
        Self { snake_case: true, ..self }
    }

    /// Gives a table a name.
    #[must_use]
    pub fn with_table(mut self, table: BetterAuthTable, name: impl Into<String>) -> Self {
        if let Some(entry) = self.tables.get_mut(table as usize) {
            *entry = name.into();
        }
        self
    }

    /// Returns the name of a table.
    #[must_use]
    pub fn table(&self, table: BetterAuthTable) -> &str {
        self.tables.get(table as usize).map_or(table.default_name(), String::as_str)
    }

    /// Returns whether columns are `snake_case`.
    #[must_use]
    pub fn is_snake_case(&self) -> bool {
        self.snake_case
    }

    /// Replaces the identifiers in double quotes. Values are parameters, so that no text of a user is changed.
    #[must_use]
    pub fn rewrite(&self, sql: &str) -> String {
        let mut result = String::with_capacity(sql.len() + 64);
        for (position, part) in sql.split('"').enumerate() {
            if position > 0 {
                result.push('"');
            }
            let is_quoted = position % 2 == 1;
            result.push_str(&if is_quoted { self.identifier(part) } else { part.into() });
        }
        result
    }

    fn identifier<'n>(&'n self, name: &'n str) -> Cow<'n, str> {
        if let Some(table) = BetterAuthTable::ALL.into_iter().find(|table| table.default_name() == name) {
            return self.table(table).into();
        }
        // `"C"` is a collation
        let is_column = name.starts_with(|first: char| first.is_ascii_lowercase());
        if self.snake_case && is_column { snake_case(name).into() } else { name.into() }
    }
}

fn snake_case(name: &str) -> String {
    let mut result = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            result.push('_');
        }
        result.push(character.to_ascii_lowercase());
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQL: &str = r#"delete from "session" where "session"."userId" = (select id from "user" where "emailVerified") and session_id = 'user'"#;

    #[test]
    fn default_names_change_nothing() {
        assert_eq!(BetterAuthNames::default().rewrite(SQL), SQL);
    }

    #[test]
    fn quoted_names_alone_are_replaced() {
        let names = BetterAuthNames::plural().with_snake_case().with_table(BetterAuthTable::User, "Member");
        let expected = r#"delete from "sessions" where "sessions"."user_id" = (select id from "Member" where "email_verified") and session_id = 'user'"#;
        assert_eq!(names.rewrite(SQL), expected);
    }

    #[test]
    fn a_collation_is_no_column() {
        let names = BetterAuthNames::default().with_snake_case();
        assert_eq!(names.rewrite(r#"title text collate "C""#), r#"title text collate "C""#);
    }

    #[test]
    fn names_may_be_exchanged() {
        let names = BetterAuthNames::default()
            .with_table(BetterAuthTable::User, "account")
            .with_table(BetterAuthTable::Account, "user");
        assert_eq!(names.rewrite(r#"select 1 from "user", "account""#), r#"select 1 from "account", "user""#);
    }
}

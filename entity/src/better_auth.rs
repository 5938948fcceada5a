//! Better Auth's formats of ids and timestamps, and how to read and compare its columns, whichever library created them.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{
    ColumnTrait, Condition, Value,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use crate::{StoreError, db::Dialect};

/// The format for SQLite's `strftime` that yields Better Auth's timestamps: ISO 8601 with milliseconds and `Z`.
const SQLITE_TIMESTAMP_FORMAT: &str = "%Y-%m-%dT%H:%M:%fZ";

/// The last timestamp with a four-digit year. As text, later ones would sort before all others.
const MAX_TIMESTAMP: DateTime<Utc> = DateTime::from_timestamp_millis(253_402_300_799_999).expect("a valid timestamp");

/// Returns a new random id of 32 letters and digits.
pub(crate) fn new_id() -> Result<String, StoreError> {
    random_text(32)
}

/// Returns `length` random letters and digits.
pub(crate) fn random_text(length: usize) -> Result<String, StoreError> {
    const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut random = [0; 64];
        getrandom::fill(&mut random).map_err(|error| StoreError::unexpected(error.to_string()))?;
        // rejection sampling: 62 of the 64 values are letters, so that all letters are equally likely
        let letters = random.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 64)));
        text.extend(letters.take(length - text.len()).copied().map(char::from));
    }
    Ok(text)
}

/// Converts a timestamp to the value that is stored. On SQLite that is text of a fixed length, so that it can be compared.
pub(crate) fn timestamp_value(timestamp: impl Into<Option<DateTime<Utc>>>, dialect: Dialect) -> Value {
    let timestamp = timestamp.into();
    if dialect.is_postgres() {
        return timestamp.into();
    }
    timestamp.map(|timestamp| Ord::min(timestamp, MAX_TIMESTAMP).to_rfc3339_opts(SecondsFormat::Millis, true)).into()
}

/// Reads a timestamp column. Prisma creates it as `timestamp`, in UTC, which is what `extract` takes it for in every session;
/// on SQLite as an integer of milliseconds since 1970.
pub(crate) fn timestamp_column(column: SimpleExpr, dialect: Dialect) -> SimpleExpr {
    if dialect.is_postgres() {
        return Expr::cust_with_exprs("to_timestamp(extract(epoch from $1))", [column]);
    }
    let from_milliseconds = format!(
        "case typeof(?) when 'integer' then strftime('{SQLITE_TIMESTAMP_FORMAT}', ? / 1000.0, 'unixepoch') else ? end"
    );
    Expr::cust_with_exprs(from_milliseconds, [column.clone(), column.clone(), column])
}

/// Makes a timestamp column comparable with a [`timestamp_value`].
pub(crate) fn comparable_timestamp(column: SimpleExpr, dialect: Dialect) -> SimpleExpr {
    let timestamp = timestamp_column(column, dialect);
    if dialect.is_postgres() {
        timestamp
    } else {
        Expr::cust_with_exprs(format!("strftime('{SQLITE_TIMESTAMP_FORMAT}', ?)"), [timestamp])
    }
}

/// Compares an id column with `id` as text, exactly: in an existing table the column may hold UUIDs or integers.
///
/// PostgreSQL drops the cast of a text column and uses its index. SQLite does not, so that the column itself is compared
/// too; alone that comparison would take `042` for 42.
pub(crate) fn id_equals(column: impl ColumnTrait, id: &str, dialect: Dialect) -> Condition {
    let exact = id_as_text(column).eq(id);
    let by_index = (!dialect.is_postgres()).then(|| column.eq(id));
    Condition::all().add(exact).add_option(by_index)
}

/// Reads an id column as text.
pub(crate) fn id_as_text(column: impl ColumnTrait) -> SimpleExpr {
    Expr::col(column.as_column_ref()).cast_as("text")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::TimeDelta;

    use super::*;

    fn sqlite_text(timestamp: DateTime<Utc>) -> String {
        match timestamp_value(timestamp, Dialect::Sqlite) {
            Value::String(Some(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_timestamp_beyond_the_maximum_is_clamped() {
        let earliest = sqlite_text(MAX_TIMESTAMP - TimeDelta::days(3_000_000));
        for later in [TimeDelta::zero(), TimeDelta::days(1), TimeDelta::days(400_000)] {
            let text = sqlite_text(MAX_TIMESTAMP + later);
            assert_eq!(text, "9999-12-31T23:59:59.999Z");
            assert!(earliest < text);
        }
    }

    #[test]
    fn an_id_is_32_letters_and_digits_and_unique() {
        let ids: HashSet<_> = (0..1000).map(|_| new_id().expect("an id")).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())));
        let letters: HashSet<_> = ids.iter().flat_map(|id| id.chars()).collect();
        assert_eq!(letters.len(), 62);
    }

    #[test]
    fn a_sqlite_timestamp_has_a_fixed_length() {
        for seconds in [0, 1_795_240_423] {
            let text = sqlite_text(DateTime::from_timestamp(seconds, 0).expect("a timestamp"));
            assert_eq!(text.len(), "1970-01-01T00:00:00.000Z".len(), "{text}");
        }
    }
}

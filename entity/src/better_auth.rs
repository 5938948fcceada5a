//! How Better Auth writes ids and instants, and how its columns are read and compared, whoever wrote them.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, DbErr, Value,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use crate::db::is_postgres;

/// What SQLite's `strftime` is told, to write an instant as Better Auth does: ISO 8601 with milliseconds and `Z`.
const SQLITE_TIMESTAMP_FORMAT: &str = "%Y-%m-%dT%H:%M:%fZ";

/// The last instant whose year has four digits: as text, later ones come before all others.
const MAX_TIMESTAMP: DateTime<Utc> = DateTime::from_timestamp_millis(253_402_300_799_999).expect("an instant");

/// A new id: 32 letters and digits.
pub(crate) fn new_id() -> Result<String, DbErr> {
    const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut id = String::with_capacity(32);
    while id.len() < 32 {
        let mut random = [0; 64];
        getrandom::fill(&mut random).map_err(|error| DbErr::Custom(error.to_string()))?;
        // of 64 values the two that no letter stands for are thrown away, so that no letter comes oftener
        let letters = random.iter().filter_map(|octet| LETTERS.get(usize::from(octet % 64)));
        id.extend(letters.take(32 - id.len()).copied().map(char::from));
    }
    Ok(id)
}

/// An instant as a value: on SQLite text, in one form only, so that it can be compared.
pub(crate) fn timestamp_value(instant: impl Into<Option<DateTime<Utc>>>, backend: DbBackend) -> Value {
    let instant = instant.into();
    if is_postgres(backend) {
        return instant.into();
    }
    instant.map(|instant| Ord::min(instant, MAX_TIMESTAMP).to_rfc3339_opts(SecondsFormat::Millis, true)).into()
}

/// An instant to be read. Prisma makes it a `timestamp`, which is in UTC as the session is; on SQLite a number, of
/// milliseconds since 1970.
pub(crate) fn timestamp_column(column: SimpleExpr, backend: DbBackend) -> SimpleExpr {
    if is_postgres(backend) {
        return column.cast_as("timestamptz");
    }
    let milliseconds = format!(
        "case typeof(?) when 'integer' then strftime('{SQLITE_TIMESTAMP_FORMAT}', ? / 1000.0, 'unixepoch') else ? end"
    );
    Expr::cust_with_exprs(milliseconds, [column.clone(), column.clone(), column])
}

/// An instant to be compared with one that was [`written`].
pub(crate) fn comparable_timestamp(column: SimpleExpr, backend: DbBackend) -> SimpleExpr {
    let read = timestamp_column(column, backend);
    if is_postgres(backend) {
        read
    } else {
        Expr::cust_with_exprs(format!("strftime('{SQLITE_TIMESTAMP_FORMAT}', ?)"), [read])
    }
}

/// Whether an id is this one, as text and to the letter: where the table stood before the service came, it may be a UUID
/// or a number. The cast of a text is nothing to PostgreSQL; to SQLite it is something that no index is on, but the
/// column itself it compares with any text, and takes `042` for 42.
pub(crate) fn id_equals(column: impl ColumnTrait, id: &str, backend: DbBackend) -> Condition {
    let to_the_letter = id_as_text(column).eq(id);
    let by_index = (!is_postgres(backend)).then(|| column.eq(id));
    Condition::all().add(to_the_letter).add_option(by_index)
}

/// An id as text.
pub(crate) fn id_as_text(column: impl ColumnTrait) -> SimpleExpr {
    Expr::col(column.as_column_ref()).cast_as("text")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn what_is_written_of_a_later_instant_is_not_less() {
        let written = |instant: DateTime<Utc>| match timestamp_value(instant, DbBackend::Sqlite) {
            Value::String(Some(text)) => text,
            other => panic!("{other:?}"),
        };
        let instants =
            [TimeDelta::zero(), TimeDelta::days(1), TimeDelta::days(400_000)].map(|later| MAX_TIMESTAMP + later);
        let earliest = written(MAX_TIMESTAMP - TimeDelta::days(3_000_000));
        for instant in instants {
            assert_eq!(written(instant), "9999-12-31T23:59:59.999Z");
            assert!(earliest < written(instant));
        }
    }

    #[test]
    fn an_id_is_32_letters_and_digits_and_never_the_same() {
        let ids: HashSet<_> = (0..1000).map(|_| new_id().expect("an id")).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|octet| octet.is_ascii_alphanumeric())));
        let letters: HashSet<_> = ids.iter().flat_map(|id| id.chars()).collect();
        assert_eq!(letters.len(), 62);
    }

    #[test]
    fn on_sqlite_an_instant_has_always_one_length() {
        for seconds in [0, 1_795_240_423] {
            let instant = DateTime::from_timestamp(seconds, 0).expect("an instant");
            let Value::String(Some(text)) = timestamp_value(instant, DbBackend::Sqlite) else { panic!("no text") };
            assert_eq!(text.len(), "1970-01-01T00:00:00.000Z".len(), "{text}");
        }
    }
}

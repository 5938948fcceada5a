//! Binding values, in the storage formats that sqlx uses.

use chrono::{DateTime, SecondsFormat, TimeZone};
use rusqlite::{Statement, ToSql, types::Null};
use sea_orm::Value;

use super::error::SqliteError;

/// Binds `values` by position. A parameter `$N` or `?N` takes the N-th value, a `?` the one at its own position.
pub(super) fn bind(statement: &mut Statement<'_>, values: &[Value]) -> Result<(), SqliteError> {
    for index in 1..=statement.parameter_count() {
        let number = statement.parameter_name(index).and_then(|name| name.get(1..)?.parse().ok());
        let position: usize = number.unwrap_or(index);
        let value = position.checked_sub(1).and_then(|position| values.get(position));
        let value = value.ok_or_else(|| SqliteError::other(format!("no value for parameter {position}")))?;
        bind_one(statement, index, value)?;
    }
    Ok(())
}

fn bind_one(statement: &mut Statement<'_>, index: usize, value: &Value) -> Result<(), SqliteError> {
    let mut put = |value: &dyn ToSql| statement.raw_bind_parameter(index, value);
    match value {
        Value::Bool(value) => put(value),
        Value::TinyInt(value) => put(value),
        Value::SmallInt(value) => put(value),
        Value::Int(value) => put(value),
        Value::BigInt(value) => put(value),
        Value::TinyUnsigned(value) => put(value),
        Value::SmallUnsigned(value) => put(value),
        Value::Unsigned(value) => put(value),
        Value::BigUnsigned(None) => put(&Null),
        Value::BigUnsigned(Some(value)) => {
            put(&i64::try_from(*value).map_err(|error| SqliteError::other(error.to_string()))?)
        }
        Value::Float(value) => put(value),
        Value::Double(value) => put(value),
        Value::String(value) => put(value),
        Value::Char(value) => put(&value.map(String::from)),
        Value::Bytes(value) => put(value),
        Value::Json(value) => put(&value.as_ref().map(ToString::to_string)),
        Value::ChronoDate(value) => put(&value.map(|date| date.format("%F").to_string())),
        Value::ChronoTime(value) => put(&value.map(|time| time.format("%T%.f").to_string())),
        Value::ChronoDateTime(value) => put(&value.map(|time| time.format("%F %T%.f").to_string())),
        Value::ChronoDateTimeUtc(value) => put(&value.as_ref().map(timestamp)),
        Value::ChronoDateTimeLocal(value) => put(&value.as_ref().map(timestamp)),
        Value::ChronoDateTimeWithTimeZone(value) => put(&value.as_ref().map(timestamp)),
        Value::Uuid(value) => put(&value.as_ref().map(|id| id.as_bytes().as_slice())),
        _ => return Err(SqliteError::other("a value has a type that SQLite does not store")),
    }?;
    Ok(())
}

fn timestamp<Tz: TimeZone>(time: &DateTime<Tz>) -> String
where
    Tz::Offset: std::fmt::Display,
{
    time.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

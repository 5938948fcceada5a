//! A row of a result.

use std::collections::BTreeMap;

use sea_orm::Value;
use serde_json::value::RawValue;
use tokio_postgres::types::{FromSql, Json, Type};

use super::{
    error::StoreError,
    postgres::PostgresError,
    sqlite::{self, Cell, FromCell},
};

/// A row of a result, read by position: by name, each column of each row would be looked up.
pub(crate) enum Row {
    Postgres(tokio_postgres::Row),
    Sqlite(sqlite::Row),
}

/// A type that a column can be read as. It may borrow from the row.
pub(crate) trait FromColumn<'r>: FromSql<'r> + FromCell<'r> {}

impl<'r, T: FromSql<'r> + FromCell<'r>> FromColumn<'r> for T {}

impl Row {
    /// Returns the value at `position`, counted from zero.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unexpected`] if there is no such column or its value is not a `T`.
    pub(crate) fn get<'r, T: FromColumn<'r>>(&'r self, position: usize) -> Result<T, StoreError> {
        match self {
            Self::Postgres(row) => {
                row.try_get(position).map_err(|error| StoreError::unexpected(PostgresError::from(error)))
            }
            Self::Sqlite(row) => row.get(position),
        }
    }
}

impl Row {
    /// Returns text and numbers by column name, for migrations.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unexpected`] if a column has another type.
    pub(super) fn to_values(&self) -> Result<BTreeMap<String, Value>, StoreError> {
        let names: Vec<String> = match self {
            Self::Postgres(row) => row.columns().iter().map(|column| column.name().to_owned()).collect(),
            Self::Sqlite(row) => row.columns().to_vec(),
        };
        names.into_iter().enumerate().map(|(position, name)| Ok((name, self.to_value(position)?))).collect()
    }

    fn to_value(&self, position: usize) -> Result<Value, StoreError> {
        if let Ok(text) = self.get::<Option<&str>>(position) {
            return Ok(text.map(str::to_owned).into());
        }
        self.get::<i64>(position).map(Value::from)
    }
}

/// A column of JSON as its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonText<'r>(pub(crate) &'r RawValue);

impl<'r> FromSql<'r> for JsonText<'r> {
    fn from_sql(column: &Type, bytes: &'r [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Json::from_sql(column, bytes).map(|Json(text)| Self(text))
    }

    fn accepts(column: &Type) -> bool {
        <Json<&RawValue> as FromSql>::accepts(column)
    }
}

impl<'r> FromCell<'r> for JsonText<'r> {
    fn from_cell(cell: Cell<'r>) -> Result<Self, sqlite::SqliteError> {
        <&RawValue>::from_cell(cell).map(Self)
    }
}

//! A list of texts as one parameter.

use sea_orm::{
    Value,
    sea_query::{ArrayType, Expr, SimpleExpr},
};

use super::dialect::Dialect;

/// Returns a condition on `column`: `$1`, a value that [`text_list`] returns, contains it.
pub(crate) fn is_one_of(column: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => format!("{column} = any($1)"),
        Dialect::Sqlite => format!("{column} in (select value from json_each($1))"),
    }
}

/// Returns the condition that one of `texts` is the value of `expression`, for a statement that is built.
pub(crate) fn is_in_list<T: AsRef<str>>(expression: &str, texts: &[T], dialect: Dialect) -> SimpleExpr {
    let condition = is_one_of(expression, dialect);
    // a built statement numbers its parameters by itself
    let condition = if dialect.is_postgres() { condition } else { condition.replace("$1", "?") };
    Expr::cust_with_values(condition, [text_list(texts, dialect)])
}

pub(crate) fn text_list<T: AsRef<str>>(texts: &[T], dialect: Dialect) -> Value {
    match dialect {
        Dialect::Postgres => {
            let texts = texts.iter().map(|text| Value::from(text.as_ref())).collect();
            Value::Array(ArrayType::String, Some(Box::new(texts)))
        }
        Dialect::Sqlite => {
            let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
            serde_json::Value::from(texts).to_string().into()
        }
    }
}

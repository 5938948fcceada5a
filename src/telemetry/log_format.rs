//! Log formats: text and JSON. A record is always one line.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use chrono::{DateTime, SecondsFormat, Utc};
use env_logger::fmt::Formatter;
use log::{
    Record,
    kv::{self, Key, Value, VisitSource},
};
use serde_json::Map;

use super::traces;

pub(super) fn text(out: &mut Formatter, record: &Record<'_>) -> io::Result<()> {
    let mut line = format!("{} {:5} {}", timestamp(), record.level(), one_line(&record.args().to_string()));
    drop(record.key_values().visit(&mut Text(&mut line)));
    if let Some(span) = traces::current() {
        write!(line, " trace_id={} span_id={}", span.trace_id(), span.span_id()).ok();
    }
    writeln!(out, "{line}")
}

pub(super) fn json(out: &mut Formatter, record: &Record<'_>) -> io::Result<()> {
    let mut object = Map::new();
    object.insert("time".into(), timestamp().into());
    object.insert("level".into(), record.level().as_str().into());
    object.insert("target".into(), record.target().into());
    object.insert("message".into(), record.args().to_string().into());
    drop(record.key_values().visit(&mut Json(&mut object)));
    if let Some(span) = traces::current() {
        object.insert("trace_id".into(), span.trace_id().to_string().into());
        object.insert("span_id".into(), span.span_id().to_string().into());
    }
    writeln!(out, "{}", serde_json::Value::Object(object))
}

#[expect(clippy::disallowed_methods, reason = "log timestamps are real time, whatever the Clock returns")]
fn timestamp() -> String {
    DateTime::<Utc>::from(std::time::SystemTime::now()).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Escapes control characters, line separators and bidirectional controls.
fn one_line(text: &str) -> String {
    let is_plain =
        |c: &char| !c.is_control() && !('\u{2028}'..='\u{202e}').contains(c) && !('\u{2066}'..='\u{2069}').contains(c);
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if is_plain(&c) { line.push(c) } else { line.extend(c.escape_default()) }
    }
    line
}

struct Text<'l>(&'l mut String);

impl<'kvs> VisitSource<'kvs> for Text<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        let value = value.to_string();
        if value.is_empty() || value.contains(|c: char| !c.is_ascii_graphic() || c == '"') {
            write!(self.0, " {key}={value:?}")?;
        } else {
            write!(self.0, " {key}={value}")?;
        }
        Ok(())
    }
}

struct Json<'o>(&'o mut Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Json<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        let value = match value.to_u64() {
            Some(number) => number.into(),
            None => value.to_string().into(),
        };
        self.0.insert(key.as_str().to_owned(), value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(one_line("GET /a\r\n2026 INFO forged"), r"GET /a\r\n2026 INFO forged");
        assert_eq!(one_line("\u{1b}[2J\u{202e}\u{2066}ü"), r"\u{1b}[2J\u{202e}\u{2066}ü");
    }
}

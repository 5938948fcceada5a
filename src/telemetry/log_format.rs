//! Log formats: text and JSON. A record is always one line.

use std::{
    fmt::{self, Display, Write as _},
    io::{self, Write},
    time::SystemTime,
};

use env_logger::fmt::Formatter;
use log::{
    Record,
    kv::{self, Key, Value, VisitSource},
};
use serde_json::Map;

use super::traces;

/// Writes into the buffer of `out`, without strings of its own: the access log has a line for each request.
pub(super) fn text(out: &mut Formatter, record: &Record<'_>) -> io::Result<()> {
    write!(out, "{} {:5} {}", timestamp(), record.level(), Escaped(record.args()))?;
    drop(record.key_values().visit(&mut Text(out)));
    if let Some(span) = traces::current() {
        write!(out, " trace_id={} span_id={}", span.trace_id(), span.span_id())?;
    }
    writeln!(out)
}

pub(super) fn json(out: &mut Formatter, record: &Record<'_>) -> io::Result<()> {
    let mut object = Map::new();
    object.insert("time".into(), timestamp().to_string().into());
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
fn timestamp() -> impl Display {
    humantime::format_rfc3339_millis(SystemTime::now())
}

/// A value with its control characters, line separators and bidirectional controls escaped.
struct Escaped<T>(T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(EscapingWriter(f), "{}", self.0)
    }
}

/// Escapes what is written through it.
struct EscapingWriter<'f, 'b>(&'f mut fmt::Formatter<'b>);

impl fmt::Write for EscapingWriter<'_, '_> {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        while let Some((position, special)) = text.char_indices().find(|(_, c)| !is_plain(*c)) {
            let (plain, rest) = text.split_at(position);
            self.0.write_str(plain)?;
            write!(self.0, "{}", special.escape_default())?;
            text = rest.get(special.len_utf8()..).unwrap_or_default();
        }
        self.0.write_str(text)
    }
}

fn is_plain(c: char) -> bool {
    !c.is_control() && !('\u{2028}'..='\u{202e}').contains(&c) && !('\u{2066}'..='\u{2069}').contains(&c)
}

struct Text<'o>(&'o mut Formatter);

impl<'kvs> VisitSource<'kvs> for Text<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        let written = match (value.to_u64(), value.to_borrowed_str()) {
            (Some(number), _) => write!(self.0, " {key}={number}"),
            (None, Some(text)) => write_key_value(self.0, &key, text),
            (None, None) => write_key_value(self.0, &key, &value.to_string()),
        };
        written.map_err(|_error| kv::Error::msg("the line cannot be written"))
    }
}

fn write_key_value(out: &mut impl Write, key: &Key<'_>, value: &str) -> io::Result<()> {
    let is_quoted = value.is_empty() || value.contains(|c: char| !c.is_ascii_graphic() || c == '"');
    if is_quoted { write!(out, " {key}={value:?}") } else { write!(out, " {key}={value}") }
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
        let escaped = |text| Escaped(text).to_string();
        assert_eq!(escaped("GET /a\r\n2026 INFO forged"), r"GET /a\r\n2026 INFO forged");
        assert_eq!(escaped("\u{1b}[2J\u{202e}\u{2066}ü"), r"\u{1b}[2J\u{202e}\u{2066}ü");
        assert_eq!(escaped("ü\u{2028}\n"), r"ü\u{2028}\n");
    }
}

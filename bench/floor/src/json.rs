//! Tasks as JSON, written from the bytes that PostgreSQL sent.

use std::{error::Error, io::Write};

use tokio_postgres::{
    Row,
    types::{FromSql, Type},
};

const PRIORITIES: [&str; 4] = ["none", "low", "medium", "high"];
const DAYS_FROM_0000_03_01_TO_2000: i64 = 730_425;

struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

pub(crate) fn page(rows: &[Row], user: &str, limit: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 * 1024);
    out.extend_from_slice(b"{\"items\":[");
    for (position, row) in rows.iter().take(limit).enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_task(&mut out, row, user);
    }
    out.extend_from_slice(b"],\"next_cursor\":");
    match rows.get(limit - 1).filter(|_| rows.len() > limit) {
        Some(last) => {
            quoted(&mut out, |out| {
                write_instant(out, last.get(7));
                out.push(b'_');
                write_id(out, last.get(0));
            });
        }
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
    out
}

pub(crate) fn task(row: &Row, user: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    write_task(&mut out, row, user);
    out
}

fn write_task(out: &mut Vec<u8>, row: &Row, user: &str) {
    let completed_at: Option<Raw> = row.get(3);
    out.extend_from_slice(b"{\"id\":");
    quoted(out, |out| write_id(out, row.get(0)));
    out.extend_from_slice(b",\"user_id\":");
    write_text(out, user);
    out.extend_from_slice(b",\"title\":");
    write_text(out, row.get(1));
    out.extend_from_slice(b",\"description\":");
    optional(out, row.get::<_, Option<&str>>(2), write_text);
    out.extend_from_slice(if completed_at.is_some() { b",\"completed\":true" } else { b",\"completed\":false" });
    out.extend_from_slice(b",\"completed_at\":");
    optional(out, completed_at, |out, instant| quoted(out, |out| write_instant(out, instant)));
    out.extend_from_slice(b",\"priority\":");
    write_text(out, PRIORITIES[row.get::<_, i16>(4) as usize]);
    out.extend_from_slice(b",\"due_at\":");
    optional(out, row.get(5), |out, instant| quoted(out, |out| write_instant(out, instant)));
    out.extend_from_slice(b",\"tags\":");
    out.extend_from_slice(&row.get::<_, Raw>(6).0[1..]);
    out.extend_from_slice(b",\"created_at\":");
    quoted(out, |out| write_instant(out, row.get(7)));
    out.extend_from_slice(b",\"updated_at\":");
    quoted(out, |out| write_instant(out, row.get(8)));
    out.push(b'}');
}

fn optional<T>(out: &mut Vec<u8>, value: Option<T>, write: impl FnOnce(&mut Vec<u8>, T)) {
    match value {
        Some(value) => write(out, value),
        None => out.extend_from_slice(b"null"),
    }
}

fn quoted(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        serde_json::to_writer(out, text).expect("text is serialisable");
    } else {
        quoted(out, |out| out.extend_from_slice(text.as_bytes()));
    }
}

fn write_id(out: &mut Vec<u8>, id: Raw) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for (position, byte) in id.0.iter().enumerate() {
        if [4, 6, 8, 10].contains(&position) {
            out.push(b'-');
        }
        out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
}

/// Writes a `timestamptz`, which PostgreSQL sends as microseconds since 2000-01-01, in RFC 3339.
fn write_instant(out: &mut Vec<u8>, instant: Raw) {
    let micros = i64::from_be_bytes(instant.0.try_into().expect("a timestamp has 8 bytes"));
    let (seconds, fraction) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let mut buffer = *b"0000-00-00T00:00:00";
    digits(&mut buffer[0..4], year);
    digits(&mut buffer[5..7], month);
    digits(&mut buffer[8..10], day);
    digits(&mut buffer[11..13], second / 3600);
    digits(&mut buffer[14..16], second / 60 % 60);
    digits(&mut buffer[17..19], second % 60);
    out.extend_from_slice(&buffer);
    if fraction % 1000 != 0 {
        write!(out, ".{fraction:06}").expect("a vector takes all");
    } else if fraction != 0 {
        write!(out, ".{:03}", fraction / 1000).expect("a vector takes all");
    }
    out.push(b'Z');
}

fn digits(buffer: &mut [u8], mut value: i64) {
    for digit in buffer.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// Returns year, month and day of a number of days since 2000-01-01 (Gregorian; years start in March within).
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_FROM_0000_03_01_TO_2000;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (month_of_year, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    (era * 400 + year, month_of_year, day - (153 * month + 2) / 5 + 1)
}

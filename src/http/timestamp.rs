//! Timestamps in response bodies (RFC 3339).

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde::{Serialize, Serializer};

/// A timestamp in UTC with up to six digits of a second, written without allocation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timestamp(pub(crate) DateTime<Utc>);

/// The length of `2026-11-21T09:30:00.123456Z`.
const MAX_LENGTH: usize = 27;

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_common = (0..=9999).contains(&self.0.year()) && self.0.nanosecond().is_multiple_of(1_000);
        if !is_common {
            return self.0.serialize(serializer);
        }
        let (buffer, length) = format(&self.0);
        match buffer.get(..length).map(std::str::from_utf8) {
            Some(Ok(text)) => serializer.serialize_str(text),
            _ => self.0.serialize(serializer),
        }
    }
}

/// Writes the fraction as three or six digits, or not at all, as chrono does.
fn format(timestamp: &DateTime<Utc>) -> ([u8; MAX_LENGTH], usize) {
    let mut buffer = *b"0000-00-00T00:00:00.000000Z";
    let year = timestamp.year().unsigned_abs();
    let microseconds = timestamp.nanosecond() / 1_000;
    let fields = [
        (0, 4, year),
        (5, 2, timestamp.month()),
        (8, 2, timestamp.day()),
        (11, 2, timestamp.hour()),
        (14, 2, timestamp.minute()),
        (17, 2, timestamp.second()),
        (20, 6, microseconds),
    ];
    for (position, digits, number) in fields {
        write_number(&mut buffer, position, digits, number);
    }
    let fraction_end = match microseconds {
        0 => 19,
        _ if microseconds.is_multiple_of(1_000) => 23,
        _ => 26,
    };
    if let Some(zone) = buffer.get_mut(fraction_end) {
        *zone = b'Z';
    }
    (buffer, fraction_end + 1)
}

fn write_number(buffer: &mut [u8], position: usize, digits: usize, mut number: u32) {
    for byte in buffer.iter_mut().skip(position).take(digits).rev() {
        *byte = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json(timestamp: DateTime<Utc>) -> String {
        serde_json::to_string(&Timestamp(timestamp)).unwrap()
    }

    #[test]
    fn the_fraction_has_as_many_digits_as_it_needs() {
        for (text, written) in [
            ("2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z"),
            ("2026-11-21T09:30:00.120Z", "2026-11-21T09:30:00.120Z"),
            ("2026-11-21T09:30:00.123456Z", "2026-11-21T09:30:00.123456Z"),
            ("2026-11-21T09:30:00.123456789Z", "2026-11-21T09:30:00.123456789Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(json(text.parse().unwrap()), format!("\"{written}\""));
        }
    }

    proptest! {
        #[test]
        fn a_timestamp_is_written_as_chrono_writes_it(seconds in -80_000_000_000_i64..300_000_000_000, nanoseconds in 0..1_000_000_000_u32) {
            let timestamp = DateTime::from_timestamp(seconds, nanoseconds).unwrap();
            prop_assert_eq!(json(timestamp), serde_json::to_string(&timestamp).unwrap());
            let rounded = DateTime::from_timestamp(seconds, nanoseconds / 1_000 * 1_000).unwrap();
            prop_assert_eq!(json(rounded), serde_json::to_string(&rounded).unwrap());
        }
    }
}

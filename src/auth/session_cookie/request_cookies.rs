//! The cookies of a request (RFC 6265 §5.4).

use actix_web::http::header::{self, HeaderMap};
use percent_encoding::percent_decode_str;

/// Returns the value of a cookie, percent-decoded once, as `decodeURIComponent` does. If there are two
/// with different values, both are ignored: a sibling domain may have set one of them.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let fields = headers.get_all(header::COOKIE).filter_map(|field| field.to_str().ok());
    let pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value);
    let value = values.next()?;
    if values.any(|other| other != value) {
        return None;
    }
    percent_decode_str(value).decode_utf8().ok().map(Into::into)
}

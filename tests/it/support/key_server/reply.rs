//! Replies of a key server: the published set, or a fault seen in practice.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

/// A chunk of padding.
static BLANKS: [u8; 64 * 1024] = [b' '; 64 * 1024];

/// A response to be.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(super) status: u16,
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) body: Body,
}

/// The body of a reply.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// The set as published at that moment, padded with blanks to this length.
    Set {
        padded_to: usize,
    },
    /// The same, compressed.
    Gzipped {
        padded_to: usize,
    },
    /// The set after a change.
    Altered(fn(Vec<u8>) -> Vec<u8>),
    Bytes(Vec<u8>),
    /// The set and then blanks one at a time, endlessly.
    Drip,
    /// The set and then blanks in large chunks, endlessly.
    Flood,
    /// The same, compressed.
    Bomb,
    /// The set, one byte shorter than its `Content-Length`.
    Short,
    /// The set in an unfinished chunked body, followed by a connection reset.
    Reset,
    /// A status line and a header field of blanks one at a time, endlessly.
    DrippingHead,
    /// A status line and header fields in large chunks, endlessly.
    EndlessHead,
    /// No byte at all.
    Silence,
}

impl Reply {
    fn new(status: u16, body: Body) -> Self {
        Self { status, fields: vec![("Content-Type", "application/json".into())], body }
    }

    /// The set as published.
    pub(crate) fn key_set() -> Self {
        Self::padded_to(0)
    }

    /// The set padded with blanks to this length.
    pub(crate) fn padded_to(bytes: usize) -> Self {
        Self::new(200, Body::Set { padded_to: bytes })
    }

    /// The set padded with blanks to this length, compressed.
    pub(crate) fn gzipped(bytes: usize) -> Self {
        Self::new(200, Body::Gzipped { padded_to: bytes }).with("Content-Encoding", "gzip")
    }

    /// The set with another status.
    pub(crate) fn status(status: u16) -> Self {
        Self::new(status, if status == 204 { Body::Bytes(Vec::new()) } else { Body::Set { padded_to: 0 } })
    }

    /// Another body.
    pub(crate) fn body(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, Body::Bytes(body.into()))
    }

    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).with("Location", location)
    }

    pub(crate) fn drip() -> Self {
        Self::new(200, Body::Drip)
    }

    pub(crate) fn flood() -> Self {
        Self::new(200, Body::Flood)
    }

    pub(crate) fn gzip_bomb() -> Self {
        Self::new(200, Body::Bomb).with("Content-Encoding", "gzip")
    }

    pub(crate) fn dripping_head() -> Self {
        Self::new(200, Body::DrippingHead)
    }

    pub(crate) fn endless_head() -> Self {
        Self::new(200, Body::EndlessHead)
    }

    pub(crate) fn silence() -> Self {
        Self::new(200, Body::Silence)
    }

    pub(crate) fn with(mut self, field: &'static str, value: &str) -> Self {
        self.fields.push((field, value.into()));
        self
    }

    /// Finite replies that are not a key set, each with a name.
    pub(crate) fn wrong_contents() -> Vec<(String, Self)> {
        let statuses = [201, 202, 203, 204, 206, 301, 304, 400, 401, 404, 429, 500, 503];
        let statuses = statuses.map(|status| (format!("status {status}"), Self::status(status)));
        let html = "<!doctype html><title>Sign in</title>";
        let bodies = [
            ("an empty body", String::new()),
            ("HTML", html.into()),
            ("{}", "{}".into()),
            ("keys in an object", r#"{"keys":{}}"#.into()),
            ("keys null", r#"{"keys":null}"#.into()),
            ("keys a string", r#"{"keys":"[]"}"#.into()),
            ("a list", "[]".into()),
            ("null", "null".into()),
            ("deep nesting", format!(r#"{{"keys":{}"#, "[".repeat(100_000))),
        ];
        let bodies = bodies.map(|(name, body)| (name.to_owned(), Self::body(body)));
        let broken = Self::broken_sets().map(|(name, body)| (name.to_owned(), Self::new(200, body)));
        let html = ("HTML with its media type".to_owned(), Self::body(html).html());
        statuses.into_iter().chain(bodies).chain(broken).chain([html]).collect()
    }

    /// Sets without usable keys, each with a name.
    pub(crate) fn sets_without_keys() -> Vec<(String, Self)> {
        let nesting = format!(r#"{{"x":{}{},"keys":[]}}"#, "[".repeat(50_000), "]".repeat(50_000));
        let bodies = [
            ("no keys", r#"{"keys":[]}"#.into()),
            ("values that are not keys", r#"{"keys":[null,1,"a",[],{}]}"#.into()),
            ("deep nesting beside no keys", nesting),
        ];
        bodies.map(|(name, body)| (name.to_owned(), Self::body(body))).into()
    }

    /// The set with a defect.
    fn broken_sets() -> [(&'static str, Body); 5] {
        [
            ("truncated JSON", Body::Altered(|set| set[..set.len() - 1].to_vec())),
            ("more than JSON", Body::Altered(|set| [&set, b"}".as_slice()].concat())),
            ("not UTF-8", Body::Altered(|set| [b"{\"x\":\"\xff\",".as_slice(), &set[1..]].concat())),
            ("a body shorter than its length", Body::Short),
            ("a body that is cut by a reset", Body::Reset),
        ]
    }

    fn html(mut self) -> Self {
        self.fields = vec![("Content-Type", "text/html".into())];
        self
    }
}

/// A gzip stream that begins with the set, and a chunk that continues it endlessly: 64 KiB of blanks.
pub(super) fn bomb(set: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // twice, so that the third piece refers to blanks only
    for piece in [set, &BLANKS, &BLANKS] {
        encoder.write_all(piece).unwrap();
        encoder.flush().unwrap();
    }
    let first = std::mem::take(encoder.get_mut());
    encoder.write_all(&BLANKS).unwrap();
    encoder.flush().unwrap();
    (first, std::mem::take(encoder.get_mut()))
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

//! Everything an attacker may send in place of a token, and the odd tokens that are nevertheless good.

mod accepted;
mod algorithms;
mod base64url;
mod claims;
mod fields;
mod forge;
mod forms;
mod header_members;
mod json;
mod keys;
mod misplaced;
mod raw_bytes;
mod signatures;
mod sizes;
mod subjects;
mod times;

use forge::Forge;

/// One hostile request: what it tries, and all that it is sent with.
///
/// The bytes go on the wire as they stand. Some are no HTTP, which a client library would not send.
#[derive(Clone, Debug)]
pub(crate) struct Hostile {
    /// What is tried, in words; no two are the same.
    pub(crate) name: String,
    /// The values of the `Authorization` fields, as many as are sent, in their order.
    pub(crate) authorization: Vec<Vec<u8>>,
    /// Other fields, sent after `Authorization`.
    pub(crate) other: Vec<(String, Vec<u8>)>,
    /// The query of the target, without its question mark.
    pub(crate) query: Option<String>,
    /// The body; its `Content-Type` is among the other fields.
    pub(crate) body: Option<String>,
    /// How it must be rejected.
    pub(crate) expect: Expect,
}

/// How a hostile request must be rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// 401 whose challenge has no `error`: no bearer credential came (RFC 6750 §3).
    NoCredentials,
    /// 401 with `error="invalid_token"`.
    InvalidToken,
    /// 401 with either challenge: whether a bearer credential came is a matter of taste.
    Unauthorized,
    /// 400 from the HTTP parser, whose body is empty: the request is no HTTP (RFC 9112 §5).
    BadRequest,
}

impl Hostile {
    /// A request with these `Authorization` values.
    fn fields(name: impl Into<String>, values: &[&[u8]], expect: Expect) -> Self {
        Self {
            name: name.into(),
            authorization: values.iter().map(|value| value.to_vec()).collect(),
            other: Vec::new(),
            query: None,
            body: None,
            expect,
        }
    }

    /// A request with one `Authorization` value.
    fn field(name: impl Into<String>, value: impl AsRef<[u8]>, expect: Expect) -> Self {
        Self::fields(name, &[value.as_ref()], expect)
    }

    /// A well-formed bearer credential whose token is bad.
    fn bearer(name: impl Into<String>, token: impl AsRef<[u8]>) -> Self {
        Self::field(name, [b"Bearer ", token.as_ref()].concat(), Expect::InvalidToken)
    }

    /// A request without any credential where one belongs.
    fn without(name: impl Into<String>) -> Self {
        Self::fields(name, &[], Expect::NoCredentials)
    }

    fn and(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.other.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }
}

/// All hostile requests, none of which may be let in by a server that knows only `secret`.
///
/// `now` is the server's present, in seconds; the verdicts hold for the two minutes after it.
pub(crate) fn corpus(secret: &str, now: i64) -> Vec<Hostile> {
    let forge = Forge { secret, now };
    [
        algorithms::attacks,
        base64url::attacks,
        claims::attacks,
        misplaced::attacks,
        fields::attacks,
        forms::attacks,
        header_members::attacks,
        json::attacks,
        keys::attacks,
        raw_bytes::attacks,
        signatures::attacks,
        sizes::attacks,
        subjects::attacks,
        times::attacks,
    ]
    .iter()
    .flat_map(|attacks| attacks(&forge))
    .collect()
}

/// Odd requests that must be let in: the name of each and its one `Authorization` value.
///
/// `now` is the server's present, in seconds; the verdicts hold for the ten seconds after it.
pub(crate) fn accepted(secret: &str, now: i64) -> Vec<(String, Vec<u8>)> {
    accepted::requests(&Forge { secret, now })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{accepted, corpus};

    const SECRET: &str = "Hostile-Tests/Secret+0123456789-abcdefgh";
    const NOW: i64 = 1_800_000_000;

    #[test]
    fn the_corpus_is_large() {
        assert!(corpus(SECRET, NOW).len() >= 250);
    }

    #[test]
    fn every_name_stands_once() {
        let hostile = corpus(SECRET, NOW).into_iter().map(|one| one.name);
        let accepted = accepted(SECRET, NOW).into_iter().map(|(name, _)| name);
        let mut seen = HashSet::new();
        for name in hostile.chain(accepted) {
            assert!(seen.insert(name.clone()), "twice: {name}");
        }
    }

    #[test]
    fn no_request_is_sent_twice() {
        let mut seen = HashSet::new();
        for one in corpus(SECRET, NOW) {
            let request = (one.authorization, one.other, one.query, one.body);
            assert!(seen.insert(request), "as another: {}", one.name);
        }
    }

    #[test]
    fn no_welcome_token_is_hostile() {
        let hostile: HashSet<_> =
            corpus(SECRET, NOW).into_iter().filter(|one| one.other.is_empty()).map(|one| one.authorization).collect();
        for (name, value) in accepted(SECRET, NOW) {
            assert!(!hostile.contains(&vec![value]), "both accepted and hostile: {name}");
        }
    }
}

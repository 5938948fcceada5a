//! Hostile requests: what an attacker may send instead of a valid token; and unusual tokens that must be accepted.

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

/// A hostile request: what it attempts, and all that is sent.
///
/// The bytes are sent unchanged. Some are not valid HTTP, so that a client library would not send them.
#[derive(Clone, Debug)]
pub(crate) struct HostileRequest {
    /// A unique description of the attempt.
    pub(crate) name: String,
    /// The values of the `Authorization` fields, in order.
    pub(crate) authorization: Vec<Vec<u8>>,
    /// Other fields, sent after `Authorization`.
    pub(crate) other: Vec<(String, Vec<u8>)>,
    /// The query of the target, without its question mark.
    pub(crate) query: Option<String>,
    /// The body; its `Content-Type` is in `other`.
    pub(crate) body: Option<String>,
    /// The required rejection.
    pub(crate) expect: Expect,
}

/// The required rejection of a hostile request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// 401 without `error` in the challenge: the request has no bearer credential (RFC 6750 §3).
    NoCredentials,
    /// 401 with `error="invalid_token"`.
    InvalidToken,
    /// 401 with either challenge: the request may be read as one with or without a bearer credential.
    Unauthorized,
    /// 400 with an empty body from the HTTP parser: the request is not valid HTTP (RFC 9112 §5).
    BadRequest,
}

impl HostileRequest {
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

    /// A well-formed bearer credential with a bad token.
    fn bearer(name: impl Into<String>, token: impl AsRef<[u8]>) -> Self {
        Self::field(name, [b"Bearer ", token.as_ref()].concat(), Expect::InvalidToken)
    }

    /// A request without an `Authorization` field.
    fn without(name: impl Into<String>) -> Self {
        Self::fields(name, &[], Expect::NoCredentials)
    }

    fn and(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.other.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }
}

/// All hostile requests. A server that knows only `secret` must reject each of them.
///
/// `now` is the time of the server in seconds; the expectations hold for two minutes.
pub(crate) fn corpus(secret: &str, now: i64) -> Vec<HostileRequest> {
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

/// Unusual requests that must be accepted: a unique name and the `Authorization` value of each.
///
/// `now` is the time of the server in seconds; the expectations hold for ten seconds.
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
    fn the_corpus_has_at_least_250_requests() {
        assert!(corpus(SECRET, NOW).len() >= 250);
    }

    #[test]
    fn every_name_is_unique() {
        let hostile = corpus(SECRET, NOW).into_iter().map(|one| one.name);
        let accepted = accepted(SECRET, NOW).into_iter().map(|(name, _)| name);
        let mut seen = HashSet::new();
        for name in hostile.chain(accepted) {
            assert!(seen.insert(name.clone()), "duplicate: {name}");
        }
    }

    #[test]
    fn every_request_is_unique() {
        let mut seen = HashSet::new();
        for one in corpus(SECRET, NOW) {
            let request = (one.authorization, one.other, one.query, one.body);
            assert!(seen.insert(request), "duplicate: {}", one.name);
        }
    }

    #[test]
    fn no_accepted_token_is_hostile() {
        let hostile: HashSet<_> =
            corpus(SECRET, NOW).into_iter().filter(|one| one.other.is_empty()).map(|one| one.authorization).collect();
        for (name, value) in accepted(SECRET, NOW) {
            assert!(!hostile.contains(&vec![value]), "both accepted and hostile: {name}");
        }
    }
}

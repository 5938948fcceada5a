//! Large and deeply nested requests, which must be rejected at little cost (RFC 8725 §3.13; CVE-2025-30204).

use super::{
    Expect, HostileRequest,
    forge::{Forge, HEADER, part},
};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [long(forge), nested(forge), many_digits_and_members(forge), large_and_repeated_fields(forge)].concat()
}

/// A valid token of this length, padded by an unknown claim.
pub(super) fn good_of_length(forge: &Forge<'_>, length: usize) -> String {
    let overhead = HEADER.len().div_ceil(3) * 4 + 43 + 2;
    let bytes = (length - overhead) * 3 / 4;
    let fixed = forge.claims_after(r#""pad":"""#).len();
    forge.holding(forge.claims_after(&format!(r#""pad":"{}""#, "x".repeat(bytes - fixed))))
}

fn long(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let header = part(HEADER);
    [
        ("60 kB of full stops", ".".repeat(60_000)),
        ("60 kB of full stops after a token", forge.good() + &".".repeat(60_000)),
        ("10 kB of full stops", ".".repeat(10_000)),
        ("16 kB of the letter A", "A".repeat(16_384)),
        ("100 kB of the letter A", "A".repeat(100_000)),
        ("100 kB of padding signs", "=".repeat(100_000)),
        ("an unsigned payload of 100 kB", format!("{header}.{}.{}", "A".repeat(100_000), part([0; 32]))),
        ("a header of 100 kB", format!("{}.{}.{}", "A".repeat(100_000), part(forge.claims()), part([0; 32]))),
        ("a signature of 100 kB", format!("{header}.{}.{}", part(forge.claims()), "A".repeat(100_000))),
        ("a rightly signed token one byte too long", good_of_length(forge, 16_385)),
        ("a rightly signed token of 100 kB", good_of_length(forge, 100_000)),
    ]
    .map(|(name, token)| HostileRequest::bearer(name, token))
    .into()
}

/// Nested brackets above and below the size limit, correctly signed.
fn nested(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let open = |count: usize| "[".repeat(count);
    let closed = |count: usize| format!("{}{}", "[".repeat(count), "]".repeat(count));
    let objects = |count: usize| format!("{}1{}", r#"{"a":"#.repeat(count), "}".repeat(count));
    [
        ("40 000 brackets as the header", forge.under(open(40_000))),
        ("40 000 brackets as the payload", forge.holding(open(40_000))),
        (
            "40 000 brackets in the header, half of them closing",
            forge.under(format!(r#"{{"alg":"HS256","x":{}}}"#, closed(20_000))),
        ),
        (
            "40 000 brackets in the payload, half of them closing",
            forge.holding(forge.claims_with("x", &closed(20_000))),
        ),
        ("5 000 brackets as the header", forge.under(open(5_000))),
        ("5 000 brackets as the payload", forge.holding(open(5_000))),
        ("5 000 unclosed brackets in the header", forge.under(format!(r#"{{"alg":"HS256","x":{}}}"#, open(5_000)))),
        ("5 000 unclosed brackets in the payload", forge.holding(forge.claims_with("x", &open(5_000)))),
        ("an array 5 000 nested as the header", forge.under(closed(5_000))),
        ("an array 5 000 nested as the payload", forge.holding(closed(5_000))),
        ("an array 5 000 nested as alg", forge.under(format!(r#"{{"alg":{}}}"#, closed(5_000)))),
        ("an array 5 000 nested as typ", forge.under(format!(r#"{{"alg":"HS256","typ":{}}}"#, closed(5_000)))),
        ("an array 5 000 nested as sub", forge.holding(forge.claims_with("sub", &closed(5_000)))),
        ("an array 5 000 nested as exp", forge.holding(forge.claims_with("exp", &closed(5_000)))),
        ("objects 1 500 nested as the payload", forge.holding(objects(1_500))),
        ("objects 1 500 nested as email", forge.holding(forge.claims_with("email", &objects(1_500)))),
    ]
    .map(|(name, token)| HostileRequest::bearer(name, token))
    .into()
}

/// Many digits and many members, within the size limit.
fn many_digits_and_members(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let digits = "9".repeat(10_000);
    let repeated = vec![r#""exp":4102444800"#; 500].join(",");
    [
        ("exp of 10 000 digits", forge.holding(forge.claims_with("exp", &digits))),
        ("exp of 10 000 digits after the point", forge.holding(forge.claims_with("exp", &format!("0.{digits}")))),
        ("exp with an exponent of 10 000 digits", forge.holding(forge.claims_with("exp", &format!("1e{digits}")))),
        ("exp 500 times", forge.holding(forge.claims_after(&repeated))),
        ("alg of 10 000 characters", forge.under(format!(r#"{{"alg":"{}"}}"#, "HS256".repeat(2_000)))),
        ("typ of 10 000 characters", forge.under(format!(r#"{{"alg":"HS256","typ":"{}"}}"#, "JWT".repeat(3_333)))),
        (
            "2 000 names in crit",
            forge.under(format!(r#"{{"alg":"HS256","crit":[{}]}}"#, vec![r#""x""#; 2_000].join(","))),
        ),
    ]
    .map(|(name, token)| HostileRequest::bearer(name, token))
    .into()
}

/// Large fields without a bearer token, and many fields with one.
fn large_and_repeated_fields(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let value = format!("Bearer {}", forge.good());
    let many = vec![value.as_bytes(); 50];
    vec![
        HostileRequest::field("a scheme of 60 kB", "B".repeat(60_000), Expect::NoCredentials),
        HostileRequest::field(
            "a Basic credential of 60 kB",
            format!("Basic {}", "A".repeat(60_000)),
            Expect::NoCredentials,
        ),
        HostileRequest::field("100 kB of raw bytes above ASCII", [0xff; 100_000], Expect::Unauthorized),
        HostileRequest::field(
            "60 kB of spaces before a token",
            format!("Bearer {}{}", " ".repeat(60_000), forge.good()),
            Expect::InvalidToken,
        ),
        HostileRequest::fields("fifty good fields", &many, Expect::InvalidToken),
    ]
}

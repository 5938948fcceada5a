//! Correctly signed tokens whose header asks for unsupported features: `crit`, `b64`, another `typ`.

use super::{
    HostileRequest,
    forge::{Forge, part},
};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [critical(), unencoded(), other_types()]
        .concat()
        .into_iter()
        .map(|(name, members)| HostileRequest::bearer(name, forge.under(format!(r#"{{"alg":"HS256",{members}}}"#))))
        .chain(raw_payloads(forge))
        .collect()
}

type Members = (String, String);

/// No extension is supported, so every `crit` is rejected; an empty or mistyped one is invalid by itself (RFC 7515 §4.1.11).
fn critical() -> Vec<Members> {
    [
        ("that names an unknown member", r#"["http://example.com/x"],"http://example.com/x":true"#),
        ("that names an absent member", r#"["absent"]"#),
        ("that names exp, in the header too", r#"["exp"],"exp":4102444800"#),
        ("that names exp", r#"["exp"]"#),
        ("that names alg", r#"["alg"]"#),
        ("that names typ", r#"["typ"],"typ":"JWT""#),
        ("that names crit", r#"["crit"]"#),
        ("that names b64, which is true", r#"["b64"],"b64":true"#),
        ("that names b64, which is false", r#"["b64"],"b64":false"#),
        ("that names b64, which is absent", r#"["b64"]"#),
        ("that names a member twice", r#"["x","x"],"x":1"#),
        ("that names the empty member", r#"[""],"":1"#),
        ("an empty array", "[]"),
        ("an array of null", "[null]"),
        ("an array of numbers", "[1]"),
        ("an array in an array", r#"[["x"]],"x":1"#),
        ("null", "null"),
        ("false", "false"),
        ("zero", "0"),
        ("a string", r#""x","x":1"#),
        ("an empty string", r#""""#),
        ("an object", r#"{"x":true},"x":1"#),
        ("twice", r#"[],"crit":["x"]"#),
    ]
    .map(|(name, value)| (format!("crit {name}"), format!(r#""crit":{value}"#)))
    .into_iter()
    .chain([("crit with an escaped letter".to_owned(), r#""\u0063rit":["x"],"x":1"#.to_owned())])
    .collect()
}

/// Unencoded payloads, which RFC 7797 §7 forbids for JWTs.
fn unencoded() -> Vec<Members> {
    ["true", "false", "null", "0", r#""false""#, "[]"]
        .map(|value| (format!("b64 as {value}"), format!(r#""b64":{value}"#)))
        .into()
}

/// Other token types, and a `typ` that is not a type (RFC 8725 §3.11).
fn other_types() -> Vec<Members> {
    [
        r#""at+jwt""#,
        r#""AT+JWT""#,
        r#""application/at+jwt""#,
        r#""dpop+jwt""#,
        r#""refresh+jwt""#,
        r#""logout+jwt""#,
        r#""id+jwt""#,
        r#""secevent+jwt""#,
        r#""entity-statement+jwt""#,
        r#""better-auth.session-cache+jwt""#,
        r#""JWE""#,
        r#""JOSE""#,
        r#""JOSE+JSON""#,
        r#""jwt2""#,
        r#""JWT ""#,
        r#"" JWT""#,
        r#""JWT\u0000""#,
        r#""JWT,at+jwt""#,
        "\"JW\u{422}\"",
        r#""""#,
        "null",
        "true",
        "0",
        r#"["JWT"]"#,
        r#"{"JWT":1}"#,
        r#""JWT","typ":"at+jwt""#,
        r#""at+jwt","typ":"JWT""#,
        r#""JWT","typ":"JWT""#,
    ]
    .map(|value| (format!("typ as {value}"), format!(r#""typ":{value}"#)))
    .into()
}

/// An unencoded payload, signed as in RFC 7797.
fn raw_payloads(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        ("crit and b64", r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#),
        ("b64 alone", r#"{"alg":"HS256","b64":false}"#),
        ("no word of it", r#"{"alg":"HS256"}"#),
    ]
    .map(|(name, header)| {
        let text = format!("{}.{}", part(header), forge.claims());
        HostileRequest::bearer(format!("an unencoded payload with {name}"), forge.sign(&text))
    })
    .into()
}

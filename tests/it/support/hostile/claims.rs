//! Correctly signed tokens with invalid `iss`, `aud`, `email` or `name`, or with repeated claims.

use super::{HostileRequest, forge::Forge};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [issuer_and_audience(forge), email_and_name(forge), repeated(forge)].concat()
}

/// `iss` and `aud` are rejected if none is configured.
fn issuer_and_audience(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let values = [
        r#""http://localhost:3000""#,
        r#""taskbridge""#,
        r#""""#,
        r#""*""#,
        "null",
        "0",
        "true",
        "[]",
        r#"["taskbridge"]"#,
        "{}",
    ];
    ["iss", "aud"]
        .iter()
        .flat_map(|claim| {
            values.map(|value| {
                HostileRequest::bearer(format!("{claim} as {value}"), forge.holding(forge.claims_with(claim, value)))
            })
        })
        .collect()
}

/// An `email` or `name` that is not a string.
fn email_and_name(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let values = ["0", "true", "false", "[]", r#"["ann@example.com"]"#, "{}", r#""\ud800""#];
    ["email", "name"]
        .iter()
        .flat_map(|claim| {
            values.map(|value| {
                HostileRequest::bearer(format!("{claim} as {value}"), forge.holding(forge.claims_with(claim, value)))
            })
        })
        .collect()
}

/// A repeated claim: the valid value first, last, or both times (RFC 7519 §4).
fn repeated(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let (past, later) = ((forge.now - 3_600).to_string(), (forge.now + 3_600).to_string());
    let (now, dead) = (forge.now.to_string(), "0".to_owned());
    let mut attacks: Vec<_> = [
        ("sub", r#""ann""#.to_owned(), r#""bob""#.to_owned()),
        ("exp", later.clone(), past.clone()),
        ("iat", now, later),
        ("email", r#""ann@example.com""#.to_owned(), r#""bob@example.com""#.to_owned()),
        ("name", r#""Ann""#.to_owned(), "null".to_owned()),
        ("nbf", past, dead),
    ]
    .iter()
    .flat_map(|(claim, one, two)| {
        [("another value last", one, two), ("another value first", two, one), ("the same value", one, one)].map(
            |(order, first, last)| {
                let claims = forge.claims_with(claim, &format!(r#"{first},"{claim}":{last}"#));
                HostileRequest::bearer(format!("{claim} twice with {order}"), forge.holding(claims))
            },
        )
    })
    .collect();
    let escaped = forge.claims_with("sub", r#""ann","s\u0075b":"bob""#);
    let apart = forge.claims_with("jti", r#""1","sub":"bob""#);
    attacks.push(HostileRequest::bearer("sub twice, once with an escaped letter", forge.holding(escaped)));
    attacks.push(HostileRequest::bearer("sub twice, with other claims between", forge.holding(apart)));
    attacks
}

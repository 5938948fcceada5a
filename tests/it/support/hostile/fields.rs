//! `Authorization` fields that are not exactly one `Bearer` credential (RFC 6750 §2.1, RFC 9110 §11).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    Expect::{InvalidToken, NoCredentials, Unauthorized},
    HostileRequest,
    forge::Forge,
};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let token = forge.good();
    [empty(), other_schemes(&token), spaced(&token), quoted(&token), repeated(forge)].concat()
}

fn empty() -> Vec<HostileRequest> {
    let mut attacks = vec![HostileRequest::without("no field at all")];
    for (name, value) in [
        ("an empty field", ""),
        ("a field of blanks", "   "),
        ("Bearer alone", "Bearer"),
        ("Bearer and a space", "Bearer "),
        ("Bearer and two spaces", "Bearer  "),
    ] {
        attacks.push(HostileRequest::field(name, value, NoCredentials));
    }
    attacks
}

fn other_schemes(token: &str) -> Vec<HostileRequest> {
    let schemes = [
        "Basic",
        "Digest",
        "Negotiate",
        "NTLM",
        "Token",
        "JWT",
        "DPoP",
        "MAC",
        "Hawk",
        "OAuth",
        "AWS4-HMAC-SHA256",
        "Bear",
        "Beare",
        "BearerX",
        "Bearer:",
        "Bearer-Token",
        "Bearers",
        "XBearer",
        "access_token",
        "Authorization:",
        "Authorization: Bearer",
        ",",
    ];
    let mut attacks: Vec<_> = schemes
        .map(|scheme| {
            HostileRequest::field(
                format!("the scheme {scheme} with a token"),
                format!("{scheme} {token}"),
                NoCredentials,
            )
        })
        .into();
    for (name, value) in [
        ("a token without a scheme", token.to_owned()),
        ("a token after an equals sign", format!("access_token={token}")),
        ("a token as a Basic user", format!("Basic {}", STANDARD.encode(format!("{token}:")))),
        ("a token as a Basic password", format!("Basic {}", STANDARD.encode(format!("ann:{token}")))),
        ("a Bearer credential inside a Basic one", format!("Basic {}", STANDARD.encode(format!("Bearer {token}")))),
        ("a Basic credential before a Bearer one, in a list", format!("Basic YW5uOmFubg==, Bearer {token}")),
    ] {
        attacks.push(HostileRequest::field(name, value, NoCredentials));
    }
    attacks
}

fn spaced(token: &str) -> Vec<HostileRequest> {
    vec![
        HostileRequest::field("two spaces before the token", format!("Bearer  {token}"), InvalidToken),
        HostileRequest::field("three spaces before the token", format!("Bearer   {token}"), InvalidToken),
        HostileRequest::field("a space and a tab before the token", format!("Bearer \t{token}"), InvalidToken),
        HostileRequest::field("a tab before the token", format!("Bearer\t{token}"), Unauthorized),
        HostileRequest::field("a tab and a space before the token", format!("Bearer\t {token}"), Unauthorized),
        HostileRequest::field("no space before the token", format!("Bearer{token}"), NoCredentials),
        HostileRequest::field("a plus sign before the token", format!("Bearer+{token}"), NoCredentials),
        HostileRequest::field("a percent-encoded space before the token", format!("Bearer%20{token}"), NoCredentials),
        HostileRequest::field("a space inside the scheme", format!("Bear er {token}"), NoCredentials),
        HostileRequest::field("a word after the token", format!("Bearer {token} x"), InvalidToken),
        HostileRequest::field("a tab and a word after the token", format!("Bearer {token}\tx"), InvalidToken),
        HostileRequest::field("the scheme twice", format!("Bearer Bearer {token}"), InvalidToken),
        HostileRequest::field("the token twice with a space", format!("Bearer {token} {token}"), InvalidToken),
    ]
}

fn quoted(token: &str) -> Vec<HostileRequest> {
    let mut attacks = vec![
        HostileRequest::field("the whole value in double quotes", format!("\"Bearer {token}\""), NoCredentials),
        HostileRequest::field("the whole value in single quotes", format!("'Bearer {token}'"), NoCredentials),
    ];
    for (name, value) in [
        ("the token in double quotes", format!("\"{token}\"")),
        ("the token in single quotes", format!("'{token}'")),
        ("the token in angle brackets", format!("<{token}>")),
        ("the token in braces", format!("{{{token}}}")),
        ("the token as a parameter", format!("token={token}")),
        ("the token as a quoted parameter", format!("token=\"{token}\"")),
        ("the token after a realm", format!("realm=\"tasks\", token=\"{token}\"")),
        ("a parameter after the token", format!("{token};q=1")),
        ("a comma after the token", format!("{token},")),
        ("a comma before the token", format!(",{token}")),
        ("the token twice with a comma", format!("{token},{token}")),
        ("the credential twice in a list", format!("{token}, Bearer {token}")),
        ("a Basic credential after the token, in a list", format!("{token}, Basic YW5uOmFubg==")),
        ("a backslash after the token", format!("{token}\\")),
    ] {
        attacks.push(HostileRequest::bearer(name, value));
    }
    attacks
}

/// More than one field, in every order (RFC 9110 §5.3).
fn repeated(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let (good, other, basic) =
        (format!("Bearer {}", forge.good()), format!("Bearer {}", forge.other()), "Basic YW5uOmFubg==");
    let bad = format!("Bearer {}", forge.signed_with("another key"));
    [
        ("a good field and a bad one", vec![good.as_str(), &bad]),
        ("a bad field and a good one", vec![&bad, &good]),
        ("the same good field twice", vec![&good, &good]),
        ("the same good field thrice", vec![&good, &good, &good]),
        ("good fields of two users", vec![&good, &other]),
        ("a good field and an empty one", vec![&good, ""]),
        ("an empty field and a good one", vec!["", &good]),
        ("a good field and Bearer alone", vec![&good, "Bearer"]),
        ("a good field and a Basic one", vec![&good, basic]),
        ("a Basic field and a good one", vec![basic, &good]),
        ("two bad fields", vec![&bad, &bad]),
    ]
    .map(|(name, values)| {
        HostileRequest::fields(name, &values.iter().map(|value| value.as_bytes()).collect::<Vec<_>>(), InvalidToken)
    })
    .into_iter()
    .chain([
        HostileRequest::fields("two empty fields", &[b"", b""], Unauthorized),
        HostileRequest::fields("two Basic fields", &[basic.as_bytes(); 2], Unauthorized),
    ])
    .chain([
        HostileRequest::field("a good field and another in capitals", &good, InvalidToken).and("AUTHORIZATION", &good)
    ])
    .collect()
}

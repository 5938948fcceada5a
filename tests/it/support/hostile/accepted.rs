//! Unusual tokens that are valid (RFC 7519 §4, §5.1; RFC 7515 §4; RFC 9110 §11.1).

use super::{
    forge::{Forge, HEADER},
    sizes::good_of_length,
    times::expiring_at,
};

pub(super) fn requests(forge: &Forge<'_>) -> Vec<(String, Vec<u8>)> {
    let mut requests = schemes(&forge.good());
    for (name, token) in
        [times(forge), headers(forge), payloads(forge), claims(forge), subjects(forge), encodings(forge)].concat()
    {
        requests.push((name, format!("Bearer {token}").into_bytes()));
    }
    requests
}

type Token = (String, String);

/// The scheme in any case; blanks around a field value are ignored (RFC 9110 §5.5).
fn schemes(token: &str) -> Vec<(String, Vec<u8>)> {
    [
        ("the usual token", format!("Bearer {token}")),
        ("the scheme in small letters", format!("bearer {token}")),
        ("the scheme in capitals", format!("BEARER {token}")),
        ("the scheme in mixed case", format!("bEaReR {token}")),
        ("blanks around the value", format!("  Bearer {token}  ")),
        ("tabs around the value", format!("\tBearer {token}\t")),
    ]
    .map(|(name, value)| (name.to_owned(), value.into_bytes()))
    .into()
}

/// Times within the leeway of 15 s, fractions, and the last second of the year 9999.
fn times(forge: &Forge<'_>) -> Vec<Token> {
    let now = forge.now;
    [
        ("exp with a fraction", "exp", format!("{}.5", now + 600)),
        ("exp with an exponent", "exp", "4.1e9".to_owned()),
        ("exp with an exponent in capitals and a sign", "exp", "41E+8".to_owned()),
        ("exp above 32 bits", "exp", "4294967296".to_owned()),
        ("exp at the end of the year 9999", "exp", "253402300799".to_owned()),
        ("iat ahead, within the leeway", "iat", (now + 10).to_string()),
        ("iat with a fraction", "iat", format!("{}.25", now - 1)),
        ("iat zero", "iat", "0".to_owned()),
        ("iat before 1970", "iat", "-1".to_owned()),
        ("nbf past", "nbf", (now - 60).to_string()),
        ("nbf ahead, within the leeway", "nbf", (now + 10).to_string()),
        ("nbf with a fraction", "nbf", format!("{}.75", now - 1)),
        ("nbf zero", "nbf", "0".to_owned()),
    ]
    .map(|(name, claim, value)| (name.to_owned(), forge.holding(forge.claims_with(claim, &value))))
    .into_iter()
    .chain([("exp just past, within the leeway".to_owned(), expiring_at(forge, &(now - 3).to_string()))])
    .collect()
}

fn headers(forge: &Forge<'_>) -> Vec<Token> {
    [
        ("typ JWT", r#"{"alg":"HS256","typ":"JWT"}"#),
        ("typ before alg", r#"{"typ":"JWT","alg":"HS256"}"#),
        ("typ in small letters", r#"{"alg":"HS256","typ":"jwt"}"#),
        ("typ in mixed case", r#"{"alg":"HS256","typ":"Jwt"}"#),
        ("typ with an escaped letter", r#"{"alg":"HS256","t\u0079p":"J\u0057T"}"#),
        ("alg with escaped letters", r#"{"\u0061lg":"\u0048S256"}"#),
        ("a header in white space of all kinds", "\r\n\t {\t\"alg\" :\r\n \"HS256\"\n} \t\r\n"),
        ("a kid", r#"{"alg":"HS256","kid":"k1"}"#),
        ("a kid that is a path", r#"{"alg":"HS256","kid":"../../../../dev/null"}"#),
        ("a jku, not fetched", r#"{"alg":"HS256","jku":"http://127.0.0.1:9/jwks.json"}"#),
        ("an x5u, not fetched", r#"{"alg":"HS256","x5u":"http://127.0.0.1:9/chain.pem"}"#),
        ("a jwk, not trusted", r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}"#),
        ("a jwk of a wrong type", r#"{"alg":"HS256","jwk":"none"}"#),
        ("an x5c, not trusted", r#"{"alg":"HS256","x5c":["AAAA"]}"#),
        ("an x5c of a wrong type", r#"{"alg":"HS256","x5c":{"a":1}}"#),
        (
            "unknown header members of every type",
            r#"{"a":null,"b":true,"c":-1.5e3,"d":"","e":[1,[]],"f":{"alg":"none"},"alg":"HS256"}"#,
        ),
        ("an unknown member ALG", r#"{"ALG":"none","alg":"HS256"}"#),
        ("an unknown member Crit", r#"{"Crit":["x"],"alg":"HS256"}"#),
        ("a header member without a name", r#"{"":0,"alg":"HS256"}"#),
        ("a header member outside ASCII", "{\"alg\":\"HS256\",\"\u{1f600}\":\"\u{e9}\"}"),
    ]
    .map(|(name, header)| (name.to_owned(), forge.under(header)))
    .into()
}

fn payloads(forge: &Forge<'_>) -> Vec<Token> {
    let (plain, later) = (forge.claims(), forge.now + 600);
    let airy = plain.replace(',', "\r\n\t , ").replace(':', "\t:\n").replace("ann@example\t:\n", "ann@example:");
    let nested = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let better_auth =
        r#""emailVerified":true,"image":null,"createdAt":"2026-01-01T00:00:00.000Z","role":["user"],"id":"ann""#;
    [
        ("a payload in white space of all kinds", format!("\n\t {airy} \r\n")),
        ("only sub and exp", format!(r#"{{"sub":"ann","exp":{later}}}"#)),
        ("exp before sub", format!(r#"{{"exp":{later},"sub":"ann"}}"#)),
        ("claims with escaped names", format!(r#"{{"s\u0075b":"\u0061nn","\u0065xp":{later}}}"#)),
        ("the claims of a Better Auth user", forge.claims_after(better_auth)),
        (
            "unknown claims of every type",
            forge.claims_after(r#""a":null,"b":false,"c":1e3,"d":"","e":[{}],"f":{"exp":0,"sub":null}"#),
        ),
        ("unknown claims SUB and Exp", forge.claims_after(r#""SUB":"bob","Exp":0"#)),
        ("a claim without a name", forge.claims_after(r#""":0"#)),
        ("a claim __proto__", forge.claims_after(r#""__proto__":{"sub":"bob"}"#)),
        ("a claim crit", forge.claims_after(r#""crit":["x"]"#)),
        ("a claim alg", forge.claims_after(r#""alg":"none""#)),
        ("an escaped NUL in an unknown claim", forge.claims_after(r#""x":"\u0000""#)),
        ("an unknown claim a hundred deep", forge.claims_after(&format!(r#""x":{nested}"#))),
        ("an unknown claim of 10 000 characters", forge.claims_after(&format!(r#""x":"{}""#, "y".repeat(10_000)))),
    ]
    .map(|(name, payload)| (name.to_owned(), forge.holding(payload)))
    .into()
}

fn claims(forge: &Forge<'_>) -> Vec<Token> {
    let mut tokens: Vec<_> = ["email", "name", "iat"]
        .map(|claim| (format!("no {claim}"), forge.holding(forge.claims_without(claim))))
        .into();
    for (name, claim, value) in [
        ("email null", "email", "null"),
        ("name null", "name", "null"),
        ("an empty email", "email", r#""""#),
        ("an empty name", "name", r#""""#),
        ("an email in capitals", "email", r#""ANN@EXAMPLE.COM""#),
        ("a name outside ASCII", "name", "\"\u{c5}nn \u{1f469}\u{200d}\u{1f680} \u{5b89}\""),
        ("a name of escapes", "name", r#""\u00c5nn \ud83d\ude00 \"\\\/""#),
    ] {
        tokens.push((name.to_owned(), forge.holding(forge.claims_with(claim, value))));
    }
    tokens
}

fn subjects(forge: &Forge<'_>) -> Vec<Token> {
    [
        ("of one letter", "a".to_owned()),
        ("of 255 characters", "a".repeat(255)),
        ("the first visible character", "!".to_owned()),
        ("the last visible character", "~".to_owned()),
        ("in capitals", "ANN".to_owned()),
        ("of digits", "0".to_owned()),
        ("the word null", "null".to_owned()),
        ("a Better Auth id", "Zk9VbT0sYw5LxNn2Rj7HcUeDfGaM1Pq3".to_owned()),
        ("a UUID", "123e4567-e89b-12d3-a456-426614174000".to_owned()),
        ("an e-mail address", "ann@example.com".to_owned()),
        ("a provider's id", "auth0|5f7c8ec7c33c6c004bbafe82".to_owned()),
        ("a path", "../../etc/passwd".to_owned()),
        ("of SQL", "';DELETE/**/FROM/**/task;--".to_owned()),
        ("of all other signs", r##"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"##.to_owned()),
        ("with escaped letters", r"\u0061\u006e\u006e".to_owned()),
    ]
    .map(|(name, sub)| (format!("sub {name}"), forge.holding(forge.claims_with("sub", &format!("\"{sub}\"")))))
    .into()
}

/// Parts of every length, both special characters of the alphabet, and the longest token.
fn encodings(forge: &Forge<'_>) -> Vec<Token> {
    let mut tokens: Vec<_> = (1..=2)
        .flat_map(|blanks| {
            let blank = " ".repeat(blanks);
            [
                (format!("{blanks} blanks after the header"), forge.under(format!("{HEADER}{blank}"))),
                (format!("{blanks} blanks after the payload"), forge.holding(forge.claims() + &blank)),
            ]
        })
        .collect();
    tokens.push(("a hyphen or underscore in the signature".to_owned(), forge.marked()));
    tokens.push((
        "hyphens and underscores in the payload".to_owned(),
        forge.holding(forge.claims_after(r#""x":"???>>>""#)),
    ));
    tokens.push(("a token of exactly 16 KiB".to_owned(), good_of_length(forge, 16_384)));
    tokens
}

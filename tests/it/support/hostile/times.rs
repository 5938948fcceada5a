//! Correctly signed tokens that are expired or not yet valid, or with invalid times (RFC 7519 §4.1.4–4.1.6).

use super::{HostileRequest, forge::Forge};

/// Values that are not numbers.
const MISTYPED: [&str; 9] = [
    "null",
    "true",
    "false",
    r#""""#,
    r#""4102444800""#,
    r#""2099-12-31T23:59:59Z""#,
    "[]",
    "[4102444800]",
    r#"{"$numberLong":"4102444800"}"#,
];

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let mut attacks = [mistyped(forge), past(forge), out_of_range(forge), in_the_future(forge)].concat();
    attacks.extend(missing(forge));
    attacks.extend(issued_after_expiry(forge));
    attacks
}

fn set(forge: &Forge<'_>, claim: &str, value: &str) -> String {
    forge.holding(forge.claims_with(claim, value))
}

/// A token with this `exp` and without `iat`.
pub(super) fn expiring_at(forge: &Forge<'_>, exp: &str) -> String {
    forge.holding(format!(r#"{{"sub":"ann","exp":{exp}}}"#))
}

fn mistyped(forge: &Forge<'_>) -> Vec<HostileRequest> {
    ["exp", "nbf", "iat"]
        .iter()
        .flat_map(|claim| {
            MISTYPED.map(|value| HostileRequest::bearer(format!("{claim} as {value}"), set(forge, claim, value)))
        })
        .collect()
}

fn missing(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let later = forge.now + 3_600;
    let bare = forge.claims_without("exp");
    let renamed = |name: &str| forge.holding(bare.replacen('}', &format!(r#","{name}":{later}}}"#), 1));
    [
        ("no exp", forge.holding(&bare)),
        ("no claims at all", forge.holding("{}")),
        ("exp in capitals", renamed("EXP")),
        ("exp by another name", renamed("expires_at")),
        ("exp with a space after its name", renamed("exp ")),
        ("exp with a NUL after its name", renamed(r"exp\u0000")),
        ("exp in a nested object", forge.holding(bare.replacen('}', &format!(r#","claims":{{"exp":{later}}}}}"#), 1))),
        ("exp in the header only", forge.seal(format!(r#"{{"alg":"HS256","exp":{later}}}"#), &bare)),
    ]
    .map(|(name, token)| HostileRequest::bearer(name, token))
    .into()
}

fn past(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let now = forge.now;
    [
        ("a second past the leeway", (now - 16).to_string()),
        ("half a second past the leeway", format!("{}.5", now - 16)),
        ("a minute ago", (now - 60).to_string()),
        ("an hour ago", (now - 3_600).to_string()),
        ("an hour ago, with an exponent", format!("{}e0", now - 3_600)),
        ("zero", "0".to_owned()),
        ("minus zero", "-0".to_owned()),
        ("one", "1".to_owned()),
        ("minus one", "-1".to_owned()),
        ("minus now", (-now).to_string()),
        ("too small for a double", "1e-400".to_owned()),
        ("the least of 64 bits", i64::MIN.to_string()),
        ("below 64 bits", "-9223372036854775809".to_owned()),
        ("the least double", "-1.7976931348623157e308".to_owned()),
    ]
    .map(|(name, value)| HostileRequest::bearer(format!("exp {name}"), expiring_at(forge, &value)))
    .into()
}

/// Times after the year 9999: milliseconds, or a number that overflows.
fn out_of_range(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let later = forge.now + 3_600;
    [
        ("in milliseconds", (later * 1_000).to_string()),
        ("in microseconds", (later * 1_000_000).to_string()),
        ("in the year 10000", "253402300800".to_owned()),
        ("in the year 10000, as a fraction", "253402300800.0".to_owned()),
        ("in the year 10000, with an exponent", "2.534023008e11".to_owned()),
        ("2 to the power of 53", "9007199254740992".to_owned()),
        ("the most of 63 bits", i64::MAX.to_string()),
        ("2 to the power of 63", "9223372036854775808".to_owned()),
        ("the most of 64 bits", u64::MAX.to_string()),
        ("2 to the power of 64", "18446744073709551616".to_owned()),
        ("now, above 2 to the power of 64", (i128::from(later) + (1_i128 << 64)).to_string()),
        ("a one with thirty zeros", "1000000000000000000000000000000".to_owned()),
        ("1e30", "1e30".to_owned()),
        ("the most of a double", "1.7976931348623157e308".to_owned()),
        ("1e400", "1e400".to_owned()),
        ("-1e400", "-1e400".to_owned()),
        ("an exponent of ten digits", "1e9999999999".to_owned()),
        ("NaN", "NaN".to_owned()),
        ("Infinity", "Infinity".to_owned()),
        ("with a leading zero", format!("0{later}")),
        ("with a plus sign", format!("+{later}")),
        ("in hexadecimal", format!("{later:#x}")),
        ("with an underscore", format!("{later}_0")),
    ]
    .map(|(name, value)| HostileRequest::bearer(format!("exp {name}"), expiring_at(forge, &value)))
    .into()
}

/// `nbf` and `iat` in the future, beyond the leeway for as long as the expectations hold.
fn in_the_future(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let values = [
        ("some minutes ahead", (forge.now + 300).to_string()),
        ("some minutes ahead, as a fraction", format!("{}.25", forge.now + 300)),
        ("an hour ahead", (forge.now + 3_600).to_string()),
        ("in milliseconds", (forge.now * 1_000).to_string()),
        ("the most of 63 bits", i64::MAX.to_string()),
        ("the most of 64 bits", u64::MAX.to_string()),
        ("2 to the power of 64", "18446744073709551616".to_owned()),
        ("1e30", "1e30".to_owned()),
        ("1e400", "1e400".to_owned()),
        ("-1e400", "-1e400".to_owned()),
        ("NaN", "NaN".to_owned()),
    ];
    ["nbf", "iat"]
        .iter()
        .flat_map(|claim| {
            values
                .clone()
                .map(|(name, value)| HostileRequest::bearer(format!("{claim} {name}"), set(forge, claim, &value)))
        })
        .collect()
}

/// `iat` after `exp`, each within the leeway.
fn issued_after_expiry(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let between = |iat: i64, exp: i64| {
        let claims = forge.claims_without("iat").replacen(
            &format!(r#""exp":{}"#, forge.now + 86_400),
            &format!(r#""iat":{iat},"exp":{exp}"#),
            1,
        );
        forge.holding(claims)
    };
    [
        ("iat now and exp just before", between(forge.now, forge.now - 2)),
        ("iat within the leeway and past exp", between(forge.now + 10, forge.now + 5)),
    ]
    .map(|(name, token)| HostileRequest::bearer(name, token))
    .into()
}

//! Tokens with another algorithm than HS256 (RFC 8725 §3.1).

use jsonwebtoken::Algorithm;

use super::{
    HostileRequest,
    forge::{Forge, HEADER, mac_by, part, split},
};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        unsigned(forge),
        misspelled(forge),
        other_algorithms(forge),
        not_a_string(forge),
        other_macs(forge),
        zero_signatures(forge),
    ]
    .concat()
}

/// Spellings of `none`: without a signature, with an empty one, and with a valid one.
fn unsigned(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        ("none", "none"),
        ("None", "None"),
        ("NONE", "NONE"),
        ("nOnE", "nOnE"),
        ("none with a space after", "none "),
        ("none with a space before", " none"),
        ("none with an escaped letter", r"n\u006fne"),
        ("none with a NUL after", r"none\u0000"),
        ("none with a Cyrillic letter", "n\u{43e}ne"),
        ("none with a zero-width space", "no\u{200b}ne"),
    ]
    .iter()
    .flat_map(|(name, alg)| {
        let signed = forge.under(format!(r#"{{"alg":"{alg}"}}"#));
        let (message, _) = split(&signed);
        [
            HostileRequest::bearer(format!("alg {name} in two parts"), message),
            HostileRequest::bearer(format!("alg {name} with an empty signature"), format!("{message}.")),
            HostileRequest::bearer(format!("alg {name} with a right HMAC"), &signed),
        ]
    })
    .collect()
}

/// Misspellings of HS256 with a valid HMAC.
fn misspelled(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        ("in lower case", "hs256"),
        ("in mixed case", "Hs256"),
        ("with a space after", "HS256 "),
        ("with a space before", " HS256"),
        ("with a space inside", "HS 256"),
        ("with a hyphen", "HS-256"),
        ("with a NUL after", r"HS256\u0000"),
        ("with a NUL before", r"\u0000HS256"),
        ("with a line feed after", r"HS256\n"),
        ("with a tab after", r"HS256\t"),
        ("with a zero-width space after", "HS256\u{200b}"),
        ("with a byte order mark before", "\u{feff}HS256"),
        ("in full-width letters", "\u{ff28}\u{ff33}\u{ff12}\u{ff15}\u{ff16}"),
        ("with Cyrillic letters", "\u{41d}\u{405}256"),
        ("with Arabic digits", "HS\u{662}\u{665}\u{666}"),
        ("with a long s", "H\u{17f}256"),
        ("and none in one list", "HS256,none"),
        ("with a digit too many", "HS2566"),
        ("with a digit too few", "HS25"),
        ("quoted twice", r#"\"HS256\""#),
        ("by its digest's name", "SHA256"),
        ("by its long name", "HMAC-SHA256"),
        ("by its XML name", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        ("by its object identifier", "1.2.840.113549.2.9"),
        ("by an empty name", ""),
    ]
    .map(|(name, alg)| {
        HostileRequest::bearer(format!("alg HS256 {name}"), forge.under(format!(r#"{{"alg":"{alg}"}}"#)))
    })
    .into()
}

/// Other registered algorithms with a valid HMAC-SHA256.
fn other_algorithms(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        "HS1",
        "HS384",
        "HS512",
        "RS1",
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES256K",
        "ES384",
        "ES512",
        "EdDSA",
        "Ed25519",
        "Ed448",
        "ML-DSA-44",
        "dir",
        "A128KW",
        "A256GCMKW",
        "RSA-OAEP",
        "ECDH-ES",
        "PBES2-HS256+A128KW",
    ]
    .map(|alg| {
        HostileRequest::bearer(format!("alg {alg} over an HMAC-SHA256"), forge.under(format!(r#"{{"alg":"{alg}"}}"#)))
    })
    .into()
}

/// An `alg` that is not a string or is missing.
fn not_a_string(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        ("an empty object as the header", "{}"),
        ("typ but no alg", r#"{"typ":"JWT"}"#),
        ("alg null", r#"{"alg":null}"#),
        ("alg true", r#"{"alg":true}"#),
        ("alg zero", r#"{"alg":0}"#),
        ("alg the number 256", r#"{"alg":256}"#),
        ("alg in an array", r#"{"alg":["HS256"]}"#),
        ("alg an empty array", r#"{"alg":[]}"#),
        ("alg in an object", r#"{"alg":{"alg":"HS256"}}"#),
        ("alg an enum's object", r#"{"alg":{"HS256":null}}"#),
        ("alg in capitals as a member", r#"{"ALG":"HS256"}"#),
        ("a member alg with a space", r#"{"alg ":"HS256"}"#),
        ("a member alg with a NUL", r#"{"alg\u0000":"HS256"}"#),
        ("alg in a nested header", r#"{"header":{"alg":"HS256"}}"#),
        ("alg twice, none first", r#"{"alg":"none","alg":"HS256"}"#),
        ("alg twice, none last", r#"{"alg":"HS256","alg":"none"}"#),
        ("alg twice, both right", r#"{"alg":"HS256","alg":"HS256"}"#),
        ("alg twice, once escaped", r#"{"alg":"HS256","\u0061lg":"none"}"#),
    ]
    .map(|(name, header)| HostileRequest::bearer(name, forge.under(header)))
    .into()
}

/// The right secret with another digest: a key is used with one algorithm only.
fn other_macs(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [(Algorithm::HS384, "HS384"), (Algorithm::HS512, "HS512")]
        .iter()
        .flat_map(|&(algorithm, alg)| {
            let honest = format!("{}.{}", part(format!(r#"{{"alg":"{alg}"}}"#)), part(forge.claims()));
            let labelled = format!("{}.{}", part(HEADER), part(forge.claims()));
            [
                HostileRequest::bearer(
                    format!("alg {alg} rightly signed"),
                    format!("{honest}.{}", mac_by(algorithm, forge.secret, &honest)),
                ),
                HostileRequest::bearer(
                    format!("alg HS256 over an {alg}"),
                    format!("{labelled}.{}", mac_by(algorithm, forge.secret, &labelled)),
                ),
            ]
        })
        .collect()
}

/// Signatures of zeros (CVE-2022-21449).
fn zero_signatures(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [("ES256", 64), ("ES384", 96), ("ES512", 132), ("EdDSA", 64), ("RS256", 256), ("PS256", 256)]
        .map(|(alg, length)| {
            let signed = forge.under(format!(r#"{{"alg":"{alg}"}}"#));
            let (message, _) = split(&signed);
            HostileRequest::bearer(
                format!("alg {alg} with a signature of zeros"),
                format!("{message}.{}", part(vec![0; length])),
            )
        })
        .into()
}

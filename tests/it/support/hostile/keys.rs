//! Tokens that are valid except for the key: transformations of the secret, public values, public keys.

use std::collections::HashSet;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE},
};

use super::{
    HostileRequest,
    forge::{Forge, HEADER, bytes, forged, hexadecimal, mac, part},
};

/// The Ed25519 public key of RFC 8037, appendix A.
const PUBLIC_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
/// The same key as `SubjectPublicKeyInfo`.
const PUBLIC_PEM: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----";

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let mut seen = HashSet::from([as_hmac_sees(forge.secret)]);
    [
        variants_of_the_secret(forge.secret),
        fragments(forge.secret),
        encoded(forge.secret),
        derived(forge.secret),
        well_known_secrets(),
        public_keys(),
    ]
    .concat()
    .into_iter()
    .filter(|(_, key)| seen.insert(as_hmac_sees(key)))
    .map(|(name, key)| HostileRequest::bearer(format!("signed with {name}"), forge.signed_with(key)))
    .chain(embedded_keys(forge))
    .collect()
}

/// The effective key: HMAC pads short keys with zeros and hashes long ones, so different bytes may be the same key.
fn as_hmac_sees(key: impl AsRef<[u8]>) -> String {
    mac(key, "")
}

type Key = (&'static str, Vec<u8>);

fn variants_of_the_secret(secret: &str) -> Vec<Key> {
    [
        ("the secret in capitals", secret.to_uppercase()),
        ("the secret in small letters", secret.to_lowercase()),
        ("the secret without white space around it", secret.trim().to_owned()),
        ("the secret and a line feed", format!("{secret}\n")),
        ("the secret and a Windows line end", format!("{secret}\r\n")),
        ("the secret and a space", format!("{secret} ")),
        ("a space and the secret", format!(" {secret}")),
        ("a line feed and the secret", format!("\n{secret}")),
        ("a NUL and the secret", format!("\0{secret}")),
        ("a byte order mark and the secret", format!("\u{feff}{secret}")),
        ("the secret in double quotes", format!("\"{secret}\"")),
        ("the secret in single quotes", format!("'{secret}'")),
        ("the secret in back quotes", format!("`{secret}`")),
        ("the secret and a semicolon", format!("{secret};")),
        ("the secret as its line in .env", format!("BETTER_AUTH_SECRET={secret}")),
        ("the secret in the versioned form", format!("1:{secret}")),
        ("the secret twice", secret.repeat(2)),
        ("the secret twice with a comma", format!("{secret},{secret}")),
        ("the secret backwards", secret.chars().rev().collect()),
    ]
    .map(|(name, key)| (name, key.into_bytes()))
    .into()
}

fn fragments(secret: &str) -> Vec<Key> {
    let (all, half) = (secret.as_bytes(), secret.len() / 2);
    let piece = |from: usize, to: usize| all.iter().copied().skip(from).take(to.saturating_sub(from)).collect();
    let turned = all.iter().enumerate().map(|(place, byte)| if place == 0 { byte ^ 1 } else { *byte }).collect();
    [
        ("the secret without its first letter", piece(1, all.len())),
        ("the secret without its last letter", piece(0, all.len() - 1)),
        ("the first half of the secret", piece(0, half)),
        ("the second half of the secret", piece(half, all.len())),
        ("the first 16 bytes of the secret", piece(0, 16)),
        ("the first 32 bytes of the secret", piece(0, 32)),
        ("the secret with one bit turned", turned),
    ]
    .into()
}

fn encoded(secret: &str) -> Vec<Key> {
    let hex = hexadecimal(secret);
    let utf_16: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf_16_be: Vec<u8> = secret.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut keys: Vec<Key> = vec![
        ("the secret in hexadecimal", hex.clone().into_bytes()),
        ("the secret in hexadecimal capitals", hex.to_uppercase().into_bytes()),
        ("the secret in base64", STANDARD.encode(secret).into_bytes()),
        ("the secret in base64 without padding", STANDARD_NO_PAD.encode(secret).into_bytes()),
        ("the secret in base64url", part(secret).into_bytes()),
        ("the secret in base64url with padding", URL_SAFE.encode(secret).into_bytes()),
        ("the secret in UTF-16", utf_16),
        ("the secret in big-endian UTF-16", utf_16_be),
    ];
    let letters: String = secret.chars().filter(char::is_ascii_alphanumeric).collect();
    let whole = letters.get(..letters.len() / 4 * 4).unwrap_or_default();
    keys.extend(STANDARD.decode(secret).ok().map(|key| ("the secret taken for base64", key)));
    keys.extend(STANDARD.decode(whole).ok().map(|key| ("the letters of the secret taken for base64", key)));
    keys
}

/// Keys that Better Auth or this service derive from the secret for other purposes.
fn derived(secret: &str) -> Vec<Key> {
    let extracted = bytes(&mac("better-auth-session", secret));
    let expanded = bytes(&mac(&extracted, b"BetterAuth.js Generated Encryption Key\x01"));
    [
        ("the HMAC of the secret under no key", bytes(&mac("", secret))),
        ("the HMAC of nothing under the secret", bytes(&mac(secret, ""))),
        ("the secret extracted as for Better Auth's cookies", extracted),
        ("Better Auth's key for its cookies", expanded),
    ]
    .into()
}

fn well_known_secrets() -> Vec<Key> {
    [
        ("an empty key", ""),
        ("Better Auth's first fallback secret", "better-auth-secret-12345678901234567890"),
        ("Better Auth's second fallback secret", "better-auth-secret-123456789"),
        ("the word secret", "secret"),
        ("the sample secret of jwt.io", "your-256-bit-secret"),
        ("the long sample secret of jwt.io", "a-string-secret-at-least-256-bits-long"),
        ("the name of the variable", "BETTER_AUTH_SECRET"),
        ("the variable left unexpanded", "${BETTER_AUTH_SECRET}"),
        ("the word undefined", "undefined"),
        ("the word null", "null"),
        ("a JavaScript object's text", "[object Object]"),
        ("the user id", "ann"),
    ]
    .map(|(name, key)| (name, key.as_bytes().to_vec()))
    .into()
}

/// A public key in encodings that were accepted as secrets (CVE-2015-9235, CVE-2026-34950, CVE-2026-22817).
fn public_keys() -> Vec<Key> {
    let der: String = PUBLIC_PEM.lines().filter(|line| !line.starts_with('-')).collect();
    [
        ("a public key in PEM", PUBLIC_PEM.as_bytes().to_vec()),
        ("a public key in PEM and a line feed", format!("{PUBLIC_PEM}\n").into_bytes()),
        ("a space and a public key in PEM", format!(" {PUBLIC_PEM}").into_bytes()),
        ("a public key in DER", STANDARD.decode(der).unwrap_or_default()),
        ("a public key's raw bytes", bytes(PUBLIC_X)),
        ("a public key in base64url", PUBLIC_X.as_bytes().to_vec()),
        ("a public key as a JWK", format!(r#"{{"crv":"Ed25519","x":"{PUBLIC_X}","kty":"OKP"}}"#).into_bytes()),
        (
            "a public key as a JWK with alg",
            format!(r#"{{"alg":"EdDSA","crv":"Ed25519","x":"{PUBLIC_X}","kty":"OKP","kid":"k1"}}"#).into_bytes(),
        ),
    ]
    .into()
}

/// Tokens whose header contains or names the signing key (CVE-2018-0114).
fn embedded_keys(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let k = part("the attacker's own key, 32 bytes");
    [
        ("jwk", format!(r#"{{"kty":"oct","k":"{k}"}}"#)),
        ("jku", r#""http://127.0.0.1:9/jwks.json""#.to_owned()),
        ("x5u", r#""http://127.0.0.1:9/chain.pem""#.to_owned()),
        ("x5c", format!(r#"["{k}"]"#)),
        ("k", format!(r#""{k}""#)),
        ("kid", r#""the attacker's own key, 32 bytes""#.to_owned()),
    ]
    .map(|(member, value)| {
        let header = HEADER.replacen('}', &format!(r#","{member}":{value}}}"#), 1);
        HostileRequest::bearer(
            format!("signed with the attacker's key, which {member} names"),
            forged("the attacker's own key, 32 bytes", header, forge.claims()),
        )
    })
    .into_iter()
    .chain(
        [
            ("a path to an empty file", "../../../../dev/null"),
            ("an SQL statement", "' UNION SELECT ''--"),
            ("a shell command", "|true"),
        ]
        .map(|(name, kid)| {
            HostileRequest::bearer(
                format!("an empty key, with {name} as kid"),
                forged("", format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#), forge.claims()),
            )
        }),
    )
    .collect()
}

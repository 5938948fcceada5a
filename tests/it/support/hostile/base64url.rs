//! Tokens in an encoding that is nearly base64url (RFC 7515 §2, RFC 4648 §3.5), signed as sent.

use super::{
    Expect, HostileRequest,
    forge::{Forge, HEADER, mac, part, split},
};

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let mut attacks = Vec::new();
    for (name, text) in malformed(&part(filled(HEADER, 1))) {
        attacks.push(HostileRequest::bearer(
            format!("{name} the header"),
            forge.sign(&format!("{text}.{}", part(forge.claims()))),
        ));
    }
    for (name, text) in malformed(&part(filled(&forge.claims(), 1))) {
        attacks.push(HostileRequest::bearer(
            format!("{name} the payload"),
            forge.sign(&format!("{}.{text}", part(HEADER))),
        ));
    }
    let token = forge.good();
    let (message, signature) = split(&token);
    for (name, text) in malformed(signature) {
        attacks.push(HostileRequest::bearer(format!("{name} the signature"), format!("{message}.{text}")));
    }
    attacks.extend(lone_letters(forge));
    attacks.extend(standard_alphabet(forge));
    attacks.extend(broken_lines(&token));
    attacks
}

/// The text padded with blanks until its length modulo 3 is `rest`.
fn filled(text: &str, rest: usize) -> String {
    let mut text = text.to_owned();
    while text.len() % 3 != rest {
        text.push(' ');
    }
    text
}

/// Variants of a part that lenient decoders decode to the same bytes.
fn malformed(text: &str) -> Vec<(&'static str, String)> {
    let middle = |sign: &str| {
        let (front, back) = text.split_at(text.len() / 2);
        format!("{front}{sign}{back}")
    };
    vec![
        ("full padding after", format!("{text}{}", "=".repeat(4 - text.len() % 4))),
        ("four signs of padding after", format!("{text}====")),
        ("percent-encoded padding after", format!("{text}%3D%3D")),
        ("a sign of padding inside", middle("=")),
        ("a space inside", middle(" ")),
        ("a tab inside", middle("\t")),
        ("a percent-encoded line feed inside", middle("%0A")),
        ("a tilde inside", middle("~")),
        ("an exclamation mark inside", middle("!")),
        ("a zero-width space inside", middle("\u{200b}")),
        ("a full-width letter inside", middle("\u{ff21}")),
        ("slack bits at the end of", with_slack(text, 1)),
        ("other slack bits at the end of", with_slack(text, 2)),
    ]
}

/// The text with unused bits of its last character set.
fn with_slack(text: &str, bits: usize) -> String {
    let mut text = text.to_owned();
    let last = text.pop().and_then(|letter| ALPHABET.find(letter)).expect("a letter of the alphabet");
    text.extend(ALPHABET.chars().nth(last ^ bits));
    text
}

/// A single character after whole groups of four.
fn lone_letters(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let (header, payload) = (part(HEADER), part(filled(&forge.claims(), 0)));
    let token = forge.good();
    [
        ("a lone letter after the header", forge.sign(&format!("{header}A.{payload}"))),
        ("a lone letter after the payload", forge.sign(&format!("{header}.{payload}A"))),
        ("two letters more after the signature", format!("{token}AA")),
    ]
    .map(|(name, token)| HostileRequest::bearer(name, token))
    .into()
}

/// `+` and `/` instead of `-` and `_`.
fn standard_alphabet(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let header = HEADER.replacen('}', r#","x":"???>>>"}"#, 1);
    let claims = forge.claims_after(r#""x":"???>>>""#);
    let standard = |text: &str| text.replace('-', "+").replace('_', "/");
    let marked = forge.marked();
    let (message, signature) = split(&marked);
    let both = format!("{}.{}", standard(&part(&header)), standard(&part(&claims)));
    [
        ("the header", forge.sign(&format!("{}.{}", standard(&part(&header)), part(&claims)))),
        ("the payload", forge.sign(&format!("{}.{}", part(&header), standard(&part(&claims))))),
        ("the signature", format!("{message}.{}", standard(signature))),
        ("the whole token", format!("{both}.{}", standard(&mac(forge.secret, &both)))),
    ]
    .map(|(name, token)| HostileRequest::bearer(format!("the standard alphabet in {name}"), token))
    .into()
}

/// Line breaks inside a token, which end the field.
fn broken_lines(token: &str) -> Vec<HostileRequest> {
    [("a line feed", "\n"), ("a Windows line end", "\r\n"), ("a folded line", "\r\n "), ("a carriage return", "\r")]
        .map(|(name, end)| {
            let broken = token.replacen('.', &format!(".{end}"), 1);
            HostileRequest::field(format!("{name} inside the token"), format!("Bearer {broken}"), Expect::BadRequest)
        })
        .into()
}

//! `Authorization` fields with bytes that are not visible ASCII (RFC 9110 §5.5).

use super::{
    Expect::{BadRequest, InvalidToken, Unauthorized},
    HostileRequest,
    forge::Forge,
};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let token = forge.good();
    [not_ascii(&token), controls(&token)].concat()
}

/// Bytes above 0x7F, which HTTP allows.
fn not_ascii(token: &str) -> Vec<HostileRequest> {
    let joined = |before: &[u8], after: &[u8]| [before, token.as_bytes(), after].concat();
    let mut attacks: Vec<_> = [0x80_u8, 0x85, 0xa0, 0xc3, 0xe9, 0xfe, 0xff]
        .map(|byte| {
            HostileRequest::field(
                format!("a byte {byte:#04X} after the token"),
                joined(b"Bearer ", &[byte]),
                InvalidToken,
            )
        })
        .into();
    attacks.push(HostileRequest::field(
        "every byte above ASCII for a token",
        [b"Bearer ".as_slice(), &(0x80..=0xff).collect::<Vec<u8>>()].concat(),
        InvalidToken,
    ));
    attacks.push(HostileRequest::field(
        "a space and a no-break space before the token",
        joined(b"Bearer \xc2\xa0", b""),
        InvalidToken,
    ));
    attacks.push(HostileRequest::field(
        "a UTF-8 letter before the token",
        joined("Bearer \u{e9}".as_bytes(), b""),
        InvalidToken,
    ));
    for (name, scheme) in [
        ("a no-break space for the space", b"Bearer\xc2\xa0".as_slice()),
        ("a Latin-1 no-break space for the space", b"Bearer\xa0"),
        ("an ideographic space for the space", "Bearer\u{3000}".as_bytes()),
        ("a byte order mark before the scheme", "\u{feff}Bearer ".as_bytes()),
        ("a Cyrillic letter in the scheme", "\u{412}earer ".as_bytes()),
        ("a full-width letter in the scheme", "\u{ff22}earer ".as_bytes()),
        ("a byte 0xFF before the scheme", b"\xffBearer "),
    ] {
        attacks.push(HostileRequest::field(name, joined(scheme, b""), Unauthorized));
    }
    attacks
}

/// Control characters, which HTTP does not allow in a field.
fn controls(token: &str) -> Vec<HostileRequest> {
    let mut attacks: Vec<_> = ["\0", "\u{1}", "\u{8}", "\u{b}", "\u{c}", "\u{1b}", "\u{1f}", "\u{7f}"]
        .map(|sign| {
            HostileRequest::field(
                format!("a control character {sign:?} after the token"),
                format!("Bearer {token}{sign}"),
                BadRequest,
            )
        })
        .into();
    attacks.push(HostileRequest::field("a NUL for the space", format!("Bearer\0{token}"), BadRequest));
    attacks.push(HostileRequest::field("a NUL before the scheme", format!("\0Bearer {token}"), BadRequest));
    attacks.push(HostileRequest::field("a folded line before the token", format!("Bearer\r\n {token}"), BadRequest));
    attacks.push(HostileRequest::field("a folded line after the token", format!("Bearer {token}\r\n\tx"), BadRequest));
    attacks
}

//! Tokens whose signature does not match their text (RFC 7515 §5.2).

use jsonwebtoken::Algorithm;

use super::{
    HostileRequest,
    forge::{Forge, HEADER, bytes, forged, hexadecimal, mac, mac_by, part, split},
};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [malformed(forge), bit_flips(forge), swapped_parts(forge), wrong_messages(forge)].concat()
}

/// The valid signature, truncated, extended or rewritten.
fn malformed(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let token = forge.good();
    let (message, signature) = split(&token);
    let right = bytes(signature);
    let cut = |length: usize| part(right.iter().copied().take(length).collect::<Vec<_>>());
    let letters = |length: usize| signature.chars().take(length).collect::<String>();
    let hex = hexadecimal(&right);
    [
        ("missing", message.to_owned()),
        ("empty", format!("{message}.")),
        ("of one byte", format!("{message}.{}", cut(1))),
        ("cut to 16 bytes", format!("{message}.{}", cut(16))),
        ("cut to 31 bytes", format!("{message}.{}", cut(31))),
        ("without its last letter", format!("{message}.{}", letters(42))),
        ("without its last two letters", format!("{message}.{}", letters(41))),
        ("without its first letter", format!("{message}.{}", signature.chars().skip(1).collect::<String>())),
        ("with a byte before", format!("{message}.{}", part([&[0], right.as_slice()].concat()))),
        ("with a byte after", format!("{message}.{}", part([right.as_slice(), &[0]].concat()))),
        ("twice over", format!("{message}.{}", part(right.repeat(2)))),
        ("twice over, as text", format!("{message}.{signature}{signature}")),
        ("of zeros", format!("{message}.{}", part([0; 32]))),
        ("of ones", format!("{message}.{}", part([0xff; 32]))),
        ("reversed", format!("{message}.{}", part(right.iter().rev().copied().collect::<Vec<_>>()))),
        ("in capitals", format!("{message}.{}", signature.to_uppercase())),
        ("in small letters", format!("{message}.{}", signature.to_lowercase())),
        ("in hexadecimal", format!("{message}.{hex}")),
        ("encoded twice", format!("{message}.{}", part(signature))),
        ("the word null", format!("{message}.null")),
    ]
    .map(|(name, token)| HostileRequest::bearer(format!("the signature {name}"), token))
    .into()
}

/// A valid token with one bit flipped, in each part.
fn bit_flips(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let token = forge.good();
    let (message, signature) = split(&token);
    let mut attacks: Vec<_> = [("first", 0, 0x80), ("middle", 16, 0x01), ("last", 31, 0x01)]
        .map(|(name, place, bit)| {
            let wrong = part(flipped(bytes(signature), place, bit));
            HostileRequest::bearer(
                format!("one bit flipped in the {name} byte of the signature"),
                format!("{message}.{wrong}"),
            )
        })
        .into();
    for (name, place) in [("user id", 8), ("e-mail", 22)] {
        let payload = part(flipped(forge.claims().into_bytes(), place, 0x01));
        let token = format!("{}.{payload}.{signature}", part(HEADER));
        attacks.push(HostileRequest::bearer(format!("one bit flipped in the {name}"), token));
    }
    attacks
}

fn flipped(mut bytes: Vec<u8>, place: usize, bit: u8) -> Vec<u8> {
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= bit;
    }
    bytes
}

/// Parts of several valid tokens combined.
fn swapped_parts(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let (good, other) = (forge.good(), forge.other());
    let typed = forge.under(r#"{"alg":"HS256","typ":"JWT"}"#);
    let expired = forge.holding(forge.claims_with("exp", &(forge.now - 3_600).to_string()));
    let ((message, signature), (typed_message, _)) = (split(&good), split(&typed));
    let (expired_message, _) = split(&expired);
    let raised = part(forge.claims_after(r#""role":"admin""#));
    [
        ("another user's signature", format!("{message}.{}", split(&other).1)),
        ("a good signature under another header", format!("{typed_message}.{signature}")),
        ("a good signature under an expired token's text", format!("{expired_message}.{signature}")),
        ("a good signature under a payload with a claim more", format!("{}.{raised}.{signature}", part(HEADER))),
        (
            "a good signature under the same claims with a blank more",
            format!("{}.{}.{signature}", part(HEADER), part(forge.claims() + " ")),
        ),
        ("header and payload exchanged", format!("{}.{}.{signature}", part(forge.claims()), part(HEADER))),
    ]
    .map(|(name, token)| HostileRequest::bearer(name, token))
    .into()
}

/// Signatures with the secret over another text.
fn wrong_messages(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let (header, payload) = (part(HEADER), part(forge.claims()));
    let message = format!("{header}.{payload}");
    let once = mac(forge.secret, &message);
    let wide = bytes(&mac_by(Algorithm::HS512, forge.secret, &message));
    let cut: Vec<_> = wide.into_iter().take(32).collect();
    let backwards = forged(&message, HEADER, forge.claims());
    [
        ("of the payload alone", mac(forge.secret, &payload)),
        ("of the header alone", mac(forge.secret, &header)),
        ("of nothing", mac(forge.secret, "")),
        ("of the parts without a full stop", mac(forge.secret, format!("{header}{payload}"))),
        ("of the parts with a full stop more", mac(forge.secret, format!("{message}."))),
        ("of the parts exchanged", mac(forge.secret, format!("{payload}.{header}"))),
        ("of the decoded texts", mac(forge.secret, format!("{HEADER}.{}", forge.claims()))),
        ("of a line", mac(forge.secret, format!("{message}\n"))),
        ("of its own signature", mac(forge.secret, &once)),
        ("by HS512, cut to 32 bytes", part(cut)),
        ("with message and key exchanged", mac(&message, forge.secret)),
        ("with the message as the key", split(&backwards).1.to_owned()),
    ]
    .map(|(name, signature)| HostileRequest::bearer(format!("an HMAC {name}"), format!("{message}.{signature}")))
    .into()
}

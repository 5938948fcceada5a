//! Creates tokens with the secret, so that each token has exactly one defect.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};

/// The header of the front end's tokens.
pub(super) const HEADER: &str = r#"{"alg":"HS256"}"#;

/// The secret and the time for forged tokens.
pub(super) struct Forge<'a> {
    /// The secret of the server under attack.
    pub(super) secret: &'a str,
    /// Its time in seconds.
    pub(super) now: i64,
}

impl Forge<'_> {
    /// A valid token.
    pub(super) fn good(&self) -> String {
        self.seal(HEADER, self.claims())
    }

    /// A valid token of another user.
    pub(super) fn other(&self) -> String {
        self.holding(self.claims_with("sub", r#""bob""#))
    }

    /// A valid token whose signature differs between base64url and base64.
    pub(super) fn marked(&self) -> String {
        (0..1_000)
            .map(|count| self.holding(self.claims_with("jti", &count.to_string())))
            .find(|token| split(token).1.contains(['-', '_']))
            .expect("two signatures in three hold such a letter")
    }

    /// A token with the usual claims under this header, with a valid signature.
    pub(super) fn under(&self, header: impl AsRef<[u8]>) -> String {
        self.seal(header, self.claims())
    }

    /// A token with the usual header over this payload, with a valid signature.
    pub(super) fn holding(&self, payload: impl AsRef<[u8]>) -> String {
        self.seal(HEADER, payload)
    }

    /// A token of any two byte strings, with a valid signature.
    pub(super) fn seal(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        self.sign(&format!("{}.{}", part(header), part(payload)))
    }

    /// Any text followed by a full stop and its valid signature.
    pub(super) fn sign(&self, text: &str) -> String {
        format!("{text}.{}", mac(self.secret, text))
    }

    /// A token with the usual header and claims, signed with another key.
    pub(super) fn signed_with(&self, key: impl AsRef<[u8]>) -> String {
        forged(key, HEADER, self.claims())
    }

    /// The claims of the front end's tokens, as JSON text.
    pub(super) fn claims(&self) -> String {
        object(&self.members())
    }

    /// The claims with one set to this JSON text, in place or at the end.
    pub(super) fn claims_with(&self, name: &str, value: &str) -> String {
        let mut members = self.members();
        match members.iter_mut().find(|(known, _)| known == name) {
            Some(member) => value.clone_into(&mut member.1),
            None => members.push((name.to_owned(), value.to_owned())),
        }
        object(&members)
    }

    /// The claims without one of them.
    pub(super) fn claims_without(&self, name: &str) -> String {
        let mut members = self.members();
        members.retain(|(known, _)| known != name);
        object(&members)
    }

    /// The claims with this text inserted before the first.
    pub(super) fn claims_after(&self, text: &str) -> String {
        self.claims().replacen('{', &format!("{{{text},"), 1)
    }

    fn members(&self) -> Vec<(String, String)> {
        [
            ("sub", r#""ann""#.to_owned()),
            ("email", r#""ann@example.com""#.to_owned()),
            ("name", r#""Ann""#.to_owned()),
            ("iat", self.now.to_string()),
            ("exp", (self.now + 86_400).to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
    format!("{{{}}}", members.join(","))
}

/// A token of any two byte strings, signed with any key.
pub(super) fn forged(key: impl AsRef<[u8]>, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    let message = format!("{}.{}", part(header), part(payload));
    format!("{message}.{}", mac(key, &message))
}

/// The HMAC-SHA256 of a message, as the third part of a token.
pub(super) fn mac(key: impl AsRef<[u8]>, message: impl AsRef<[u8]>) -> String {
    mac_by(Algorithm::HS256, key, message)
}

/// The HMAC of a message by one of the HS algorithms, as the third part of a token.
pub(super) fn mac_by(algorithm: Algorithm, key: impl AsRef<[u8]>, message: impl AsRef<[u8]>) -> String {
    crypto::sign(message.as_ref(), &EncodingKey::from_secret(key.as_ref()), algorithm)
        .expect("an HMAC takes any key and message")
}

/// Bytes as one part of a token.
pub(super) fn part(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of one part of a token.
pub(super) fn bytes(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).expect("a part this forger made")
}

/// A token's text up to its signature, and the signature.
pub(super) fn split(token: &str) -> (&str, &str) {
    token.rsplit_once('.').expect("a token this forger made")
}

/// Bytes in hexadecimal digits.
pub(super) fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).expect("half a byte");
    bytes.as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

//! Values that are not a JWT in compact form, and values of Better Auth (RFC 8725 §3.3, §3.12).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    HostileRequest,
    forge::{Forge, HEADER, bytes, mac, part, split},
};

/// A session token in the format of Better Auth.
const SESSION: &str = "q3Zk9VbT0sYw5LxNn2Rj7HcUeDfGaM1P";

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    [
        wrong_number_of_parts(forge),
        json_serializations(forge),
        wrapped(forge),
        other_formats(),
        better_auth(forge),
        session_tokens(forge),
    ]
    .concat()
    .into_iter()
    .map(|(name, token)| HostileRequest::bearer(name, token))
    .collect()
}

type Token = (&'static str, String);

/// Too few, too many and empty parts.
fn wrong_number_of_parts(forge: &Forge<'_>) -> Vec<Token> {
    let token = forge.good();
    let (message, signature) = split(&token);
    let (header, payload) = split(message);
    [
        ("one full stop", ".".to_owned()),
        ("two full stops", "..".to_owned()),
        ("three full stops", "...".to_owned()),
        ("the header alone", header.to_owned()),
        ("the payload alone", payload.to_owned()),
        ("the signature alone", signature.to_owned()),
        ("the header with empty parts after", format!("{header}..")),
        ("empty header and payload, signed", forge.sign(".")),
        ("a payload and its signature", forge.sign(payload)),
        ("a full stop before the token", format!(".{token}")),
        ("a full stop after the token", format!("{token}.")),
        ("a full stop twice between the parts", format!("{header}..{payload}.{signature}")),
        ("a fourth part after the token", format!("{token}.{signature}")),
        ("four parts, the first three signed", forge.sign(&format!("{message}.{payload}"))),
        ("five parts, the first four signed", forge.sign(&format!("{message}.{message}"))),
        ("the token twice", format!("{token}.{token}")),
        ("colons for full stops", token.replace('.', ":")),
        ("a full-width full stop", token.replace('.', "\u{ff0e}")),
    ]
    .into()
}

/// JWS JSON serializations, which RFC 7519 §1 does not allow for JWTs.
fn json_serializations(forge: &Forge<'_>) -> Vec<Token> {
    let token = forge.good();
    let (message, signature) = split(&token);
    let (header, payload) = split(message);
    let flattened = json!({"payload": payload, "protected": header, "signature": signature});
    let general = json!({"payload": payload, "signatures": [{"protected": header, "signature": signature}]});
    let open = json!({"payload": payload, "header": {"alg": "none"}, "signature": ""});
    [
        ("a flattened JSON serialisation", flattened.to_string()),
        ("a general JSON serialisation", general.to_string()),
        ("a JSON serialisation without protection", open.to_string()),
        ("a flattened JSON serialisation in base64url", part(flattened.to_string())),
        ("an OAuth response", json!({"access_token": token, "token_type": "Bearer"}).to_string()),
        ("a detached payload", format!("{header}..{signature}")),
    ]
    .into()
}

/// A valid token inside or around something else.
fn wrapped(forge: &Forge<'_>) -> Vec<Token> {
    let token = forge.good();
    let deflated = stored_deflate(forge.claims().as_bytes());
    [
        ("a token in a token, with cty", forge.seal(r#"{"alg":"HS256","cty":"JWT"}"#, &token)),
        ("a token in a token, without cty", forge.holding(&token)),
        ("a token as the payload's only string", forge.holding(format!("\"{token}\""))),
        ("the claims under a member", forge.holding(format!(r#"{{"claims":{}}}"#, forge.claims()))),
        ("the claims as a string", forge.holding(json!(forge.claims()).to_string())),
        ("the claims in the header", forge.seal(forge.claims_after(r#""alg":"HS256""#), "{}")),
        ("a DEFLATE payload with zip", forge.seal(r#"{"alg":"HS256","zip":"DEF"}"#, deflated)),
        ("the whole token in base64url", part(&token)),
        ("a selective disclosure without disclosures", format!("{token}~")),
        ("a selective disclosure", format!("{token}~{}~", part(r#"["salt","sub","bob"]"#))),
        ("a selective disclosure with a key binding", format!("{token}~{}~{token}", part(r#"["salt","sub","bob"]"#))),
        ("the token percent-encoded", token.replace('.', "%2E")),
        ("the token with a fragment", format!("{token}#")),
        ("the token with a query", format!("{token}?sub=bob")),
    ]
    .into()
}

/// Raw DEFLATE of one stored block.
fn stored_deflate(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("claims are short");
    [&[1], length.to_le_bytes().as_slice(), (!length).to_le_bytes().as_slice(), bytes].concat()
}

fn other_formats() -> Vec<Token> {
    let encrypted = part(r#"{"alg":"dir","enc":"A256CBC-HS512"}"#);
    let wrapping = part(r#"{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":2147483647,"p2s":"c2FsdHNhbHQ"}"#);
    let (iv, tag) = (part([1; 16]), part([2; 32]));
    [
        ("a JWE with a direct key", format!("{encrypted}..{iv}.{}.{tag}", part([3; 64]))),
        (
            "a JWE with two thousand million rounds",
            format!("{wrapping}.{}.{iv}.{}.{tag}", part([4; 40]), part([3; 64])),
        ),
        ("a PASETO v2.local", format!("v2.local.{}", part([5; 96]))),
        ("a PASETO v4.public", format!("v4.public.{}", part([6; 128]))),
        ("a Fernet token", format!("gAAAAABk{}", part([7; 90]))),
        ("a UUID", "123e4567-e89b-12d3-a456-426614174000".to_owned()),
        ("the word null", "null".to_owned()),
        ("the word undefined", "undefined".to_owned()),
        ("a JavaScript object's text", "[object Object]".to_owned()),
        ("a template left unfilled", "{{token}}".to_owned()),
        ("a shell variable left unexpanded", "$TOKEN".to_owned()),
        ("an XML element", "<token/>".to_owned()),
    ]
    .into()
}

/// JWTs that Better Auth signs with the same secret for other purposes.
fn better_auth(forge: &Forge<'_>) -> Vec<Token> {
    let (iat, exp) = (forge.now, forge.now + 300);
    let user = json!({"id": "ann", "email": "ann@example.com", "name": "Ann", "emailVerified": true});
    let session = json!({"token": SESSION, "userId": "ann", "expiresAt": "2099-01-01T00:00:00.000Z"});
    let cached =
        json!({"session": session, "user": user, "updatedAt": iat * 1_000, "version": "1", "iat": iat, "exp": exp});
    let compact = json!({"session": {"session": session, "user": user, "updatedAt": iat * 1_000, "version": "1"}, "expiresAt": exp * 1_000});
    let sealed = mac(forge.secret, compact.to_string());
    let typed = format!(r#"{{"alg":"HS256","typ":"better-auth.session-cache+jwt","kid":"{SESSION}"}}"#);
    let asserted = json!({"sub": "ann", "sid": SESSION, "iss": "http://localhost:3000", "aud": "better-auth:session-cache", "iat": iat, "exp": exp});
    [
        ("Better Auth's cookie cache as a JWT", forge.holding(cached.to_string())),
        ("Better Auth's cookie cache as a typed JWT", forge.seal(typed, asserted.to_string())),
        ("Better Auth's cookie cache in compact form", part(json!({"session": compact, "signature": sealed}).to_string())),
        ("Better Auth's e-mail verification", forge.holding(json!({"email": "ann@example.com", "iat": iat, "exp": exp}).to_string())),
        (
            "Better Auth's change of e-mail",
            forge.holding(json!({"email": "ann@example.com", "updateTo": "bob@example.com", "requestType": "change-email-verification", "iat": iat, "exp": exp}).to_string()),
        ),
    ]
    .into()
}

/// Session tokens and the session cookie: `token.signature`, in base64 with padding.
fn session_tokens(forge: &Forge<'_>) -> Vec<Token> {
    let signature = STANDARD.encode(bytes(&mac(forge.secret, SESSION)));
    let encoded = signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    [
        ("a session token", SESSION.to_owned()),
        ("a signed session token", format!("{SESSION}.{signature}")),
        ("a signed session token, percent-encoded", format!("{SESSION}.{encoded}")),
        ("a session cookie", format!("better-auth.session_token={SESSION}.{encoded}")),
        ("a session token signed as a JWT is", forge.sign(SESSION)),
        ("a session token as the payload", forge.sign(&format!("{}.{SESSION}", part(HEADER)))),
        ("a reset token", "h5Tq8Zr1Wn4Xc7Vb0Mk3Lj6P".to_owned()),
        ("an opaque refresh token", part([9; 32])),
    ]
    .into()
}

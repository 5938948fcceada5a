//! Likely mistakes behind a rejected token, for `explain-token`. Never used for requests: it reads unverified payloads and
//! tries other forms of the secret.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Map, Value};

use super::{error::TokenError, oauth::is_access_token};
use crate::{
    config::Config,
    jose::{UnverifiedToken, algorithm::Algorithm},
};

/// Better Auth's media type of a cookie-cache JWT that is signed with a key of its key set.
const COOKIE_CACHE_TYPE: &str = "better-auth.session-cache+jwt";

const COOKIE_CACHE: &str =
    "this is Better Auth's cookie cache (`session_data`), not an access token; `authClient.token()` returns one";
const EMAIL_VERIFICATION: &str =
    "these are the claims of Better Auth's e-mail verification token; an access token has the user's id in `sub`";
const OAUTH_PROVIDER: &str = "this is an access token of Better Auth's OAuth provider, for its OAuth clients; set OAUTH_AUDIENCE and OAUTH_SCOPE to accept such tokens; `authClient.token()` returns the front end's own";
const OAUTH_AUDIENCE: &str = "this is an access token of Better Auth's OAuth provider; its client must request it with `resource` set to OAUTH_AUDIENCE";
const OAUTH_SCOPE: &str = "the client must request the scopes of OAUTH_SCOPE, and the user consent to them";

/// Seconds since 1970 below which `exp` must be a span: ten years.
const MAX_SPAN_SECONDS: f64 = 315_360_000.0;

/// Seconds since 1970 above which a time must be in milliseconds: the year 5138.
const MIN_MILLISECONDS: f64 = 1e11;

/// Returns the most likely mistake behind `error`, if it is a known one.
#[must_use]
pub fn diagnose(token: &str, error: &TokenError, config: &Config) -> Option<String> {
    let token = UnverifiedToken::parse(token).ok()?;
    let payload: Map<String, Value> = decode_payload(&token)?;
    if let Some(purpose) = identify_purpose(&token, &payload, error, config) {
        return Some(purpose.to_owned());
    }
    match error {
        TokenError::NoVerifier { .. } => missing_setting(&token, config),
        TokenError::InvalidSignature(_) => other_form_of_secret(&token, config),
        TokenError::InvalidPayload(_) => missing_claim(&payload, config),
        TokenError::InsufficientScope { .. } => Some(OAUTH_SCOPE.into()),
        TokenError::AudienceMismatch { .. } if is_oauth_access_token(&token, &payload) => Some(OAUTH_AUDIENCE.into()),
        TokenError::Expired(_) => span_as_expiry(&payload),
        TokenError::IssuedInFuture(_) => milliseconds(&payload, "iat"),
        TokenError::NotYetValid(_) => milliseconds(&payload, "nbf"),
        _ => None,
    }
}

fn decode_payload(token: &UnverifiedToken<'_>) -> Option<Map<String, Value>> {
    let (_, payload) = token.signed_part().split_once('.')?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// Recognizes the JWTs that Better Auth makes for other purposes.
fn identify_purpose(
    token: &UnverifiedToken<'_>,
    payload: &Map<String, Value>,
    error: &TokenError,
    config: &Config,
) -> Option<&'static str> {
    let is_wrong_kind = matches!(error, TokenError::NoVerifier { .. } | TokenError::OAuthDisabled);
    let accepts_oauth = config.jwks.as_ref().is_some_and(|jwks| jwks.oauth.is_some());
    if is_cookie_cache(token, payload) {
        Some(COOKIE_CACHE)
    } else if is_email_verification(payload) {
        Some(EMAIL_VERIFICATION)
    } else if is_wrong_kind && !accepts_oauth && is_oauth_access_token(token, payload) {
        Some(OAUTH_PROVIDER)
    } else {
        None
    }
}

fn is_cookie_cache(token: &UnverifiedToken<'_>, payload: &Map<String, Value>) -> bool {
    let has_object = |claim: &str| payload.get(claim).is_some_and(Value::is_object);
    token.media_type() == Some(COOKIE_CACHE_TYPE) || (has_object("session") && has_object("user"))
}

fn is_email_verification(payload: &Map<String, Value>) -> bool {
    const CLAIMS: [&str; 6] = ["email", "updateTo", "requestType", "userId", "iat", "exp"];
    payload.contains_key("email") && payload.keys().all(|claim| CLAIMS.contains(&claim.as_str()))
}

/// Such tokens are signed with a private key and have the media type of RFC 9068 or the claims of one (RFC 9068 §2.2).
fn is_oauth_access_token(token: &UnverifiedToken<'_>, payload: &Map<String, Value>) -> bool {
    let has = |claim: &str| payload.contains_key(claim);
    Algorithm::from_name(token.algorithm()).is_some()
        && (is_access_token(token) || (has("scope") && (has("azp") || has("client_id"))))
}

fn missing_setting(token: &UnverifiedToken<'_>, config: &Config) -> Option<String> {
    let hint = match token.algorithm() {
        "none" => "an unsigned token is never accepted; sign it with HS256 or use Better Auth's jwt plugin",
        "HS256" if config.secrets.is_none() => {
            "the token is signed with a shared secret; set BETTER_AUTH_SECRET to the front end's"
        }
        "HS256" if is_access_token(token) && config.accounts.is_none() => {
            "access tokens of this service have typ `at+jwt`; set ACCOUNTS=on to accept them"
        }
        "HS384" | "HS512" => "sign tokens with HS256",
        name if Algorithm::from_name(name).is_some() && config.jwks.is_none() => {
            "the token is signed with a private key, as by Better Auth's jwt plugin; set JWKS_URL to <front end>/api/auth/jwks"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

/// Finds out whether the token was signed with another form of a configured secret.
fn other_form_of_secret(token: &UnverifiedToken<'_>, config: &Config) -> Option<String> {
    let secrets = config.secrets.as_ref().filter(|_| token.algorithm() == "HS256")?;
    let verifies = |key: &[u8]| token.verify_hmac(&[hmac::Key::new(HMAC_SHA256, key)]).is_some();
    let forms = secrets.iter().flat_map(|secret| forms_of(secret.expose()));
    let (form, _) = forms.into_iter().find(|(_, key)| verifies(key))?;
    Some(format!("it verifies with the value of BETTER_AUTH_SECRET {form}; use the same bytes on both sides"))
}

/// The forms in which the other side may have read the secret.
fn forms_of(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let indifferent = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let decode = |alphabet| GeneralPurpose::new(alphabet, indifferent).decode(secret.trim());
    let unquoted = secret.trim().trim_matches(['"', '\'']);
    let mut forms = vec![
        ("without the white space around it", secret.trim().into()),
        ("without the quotes around it", unquoted.into()),
        ("in double quotes", format!("\"{secret}\"").into()),
        ("in single quotes", format!("'{secret}'").into()),
        ("with a line break after it", format!("{secret}\n").into()),
        ("encoded in base64", BASE64_STANDARD.encode(secret).into()),
    ];
    forms.extend(decode(&STANDARD).or_else(|_| decode(&URL_SAFE)).map(|key| ("decoded from base64", key)));
    forms.extend(hex::decode(secret.trim()).map(|key| ("decoded from hex", key)));
    forms
}

fn missing_claim(payload: &Map<String, Value>, config: &Config) -> Option<String> {
    let claim = config.user_id_claim.as_deref().unwrap_or("sub");
    match payload.get(claim) {
        None => {
            let mut others = ["sub", "user_id", "userId", "id", "uid"].into_iter().filter(|other| *other != claim);
            let id = others.find(|other| payload.contains_key(*other))?;
            let advice = format!("put the user's id in `{claim}`, or set USER_ID_CLAIM to the name of the claim");
            Some(format!("the payload has `{id}`, but no `{claim}`; {advice}"))
        }
        Some(Value::Number(_)) => Some(format!("`{claim}` is a number; make it a string: `String(user.id)`")),
        Some(_) if !payload.contains_key("exp") => Some("set an expiry, such as `.setExpirationTime('15m')`".into()),
        Some(_) => None,
    }
}

fn span_as_expiry(payload: &Map<String, Value>) -> Option<String> {
    let exp = payload.get("exp")?;
    let is_span = exp.as_f64().is_some_and(|seconds| (0.0..MAX_SPAN_SECONDS).contains(&seconds));
    is_span.then(|| {
        format!("`exp` is {exp}: a span, not a time? It counts from 1970; use `Math.floor(Date.now() / 1000) + {exp}`")
    })
}

fn milliseconds(payload: &Map<String, Value>, claim: &str) -> Option<String> {
    let is_milliseconds = payload.get(claim)?.as_f64().is_some_and(|time| time > MIN_MILLISECONDS);
    is_milliseconds
        .then(|| format!("`{claim}` is in milliseconds; it must be in seconds: `Math.floor(Date.now() / 1000)`"))
}

//! Valid tokens and user names in places that are not read (RFC 6750 §5.3, RFC 9700 §4.3.2).

use super::{Expect::BadRequest, HostileRequest, forge::Forge};

pub(super) fn attacks(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let token = forge.good();
    [
        in_query(&token),
        in_cookie(&token),
        in_body(&token),
        in_fields(&token),
        user_headers(forge),
        malformed_field_names(&token),
    ]
    .concat()
}

fn in_query(token: &str) -> Vec<HostileRequest> {
    ["access_token", "token", "jwt", "id_token", "bearer", "auth", "authorization", "Authorization", "bearer_token"]
        .map(|parameter| HostileRequest {
            query: Some(format!("{parameter}={token}")),
            ..HostileRequest::without(format!("a token in the query as {parameter}"))
        })
        .into_iter()
        .chain([HostileRequest {
            query: Some(format!("authorization=Bearer%20{token}")),
            ..HostileRequest::without("a Bearer credential in the query")
        }])
        .collect()
}

fn in_cookie(token: &str) -> Vec<HostileRequest> {
    [
        "access_token",
        "token",
        "jwt",
        "session",
        "Authorization",
        "better-auth.session_token",
        "__Secure-better-auth.session_token",
        "better-auth.session_data",
        "better-auth.jwt",
    ]
    .map(|cookie| {
        HostileRequest::without(format!("a token in the cookie {cookie}")).and("Cookie", format!("{cookie}={token}"))
    })
    .into()
}

fn in_body(token: &str) -> Vec<HostileRequest> {
    [
        ("a token in a form", "application/x-www-form-urlencoded", format!("access_token={token}")),
        ("a token in a JSON body", "application/json", format!(r#"{{"title":"x","access_token":"{token}"}}"#)),
        (
            "a Bearer credential in a JSON body",
            "application/json",
            format!(r#"{{"title":"x","authorization":"Bearer {token}"}}"#),
        ),
        ("a token as the body", "application/jwt", token.to_owned()),
    ]
    .map(|(name, media_type, body)| HostileRequest {
        body: Some(body),
        ..HostileRequest::without(name).and("Content-Type", media_type)
    })
    .into()
}

fn in_fields(token: &str) -> Vec<HostileRequest> {
    [
        "Proxy-Authorization",
        "X-Authorization",
        "X-Forwarded-Authorization",
        "X-Original-Authorization",
        "X-Auth-Token",
        "X-Access-Token",
        "X-Api-Key",
        "X-Token",
        "X-Jwt-Assertion",
        "X-Amzn-Oidc-Data",
        "Cf-Access-Jwt-Assertion",
        "X-Goog-Iap-Jwt-Assertion",
        "Authentication",
        "Authorisation",
        "Authorization-Bearer",
        "Access-Token",
        "Token",
        "Bearer",
        "WWW-Authenticate",
        "Set-Auth-Token",
        "Sec-WebSocket-Protocol",
    ]
    .iter()
    .flat_map(|field| {
        [
            HostileRequest::without(format!("a token in the field {field}")).and(field, token),
            HostileRequest::without(format!("a Bearer credential in the field {field}"))
                .and(field, format!("Bearer {token}")),
        ]
    })
    .collect()
}

/// Header fields by which a proxy names the user or rewrites the path.
fn user_headers(forge: &Forge<'_>) -> Vec<HostileRequest> {
    let fields = [
        ("X-User-Id", "ann"),
        ("X-User", "ann"),
        ("X-User-Email", "ann@example.com"),
        ("X-Forwarded-User", "ann"),
        ("X-Forwarded-Email", "ann@example.com"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Remote-User", "ann"),
        ("Remote-User", "ann"),
        ("X-Auth-Request-User", "ann"),
        ("X-Authenticated-Userid", "ann"),
        ("X-Webauth-User", "ann"),
        ("X-Ms-Client-Principal", "eyJ1c2VySWQiOiJhbm4ifQ=="),
        ("X-Ssl-Client-Verify", "SUCCESS"),
        ("X-Ssl-Client-S-Dn", "CN=ann"),
        ("X-Original-Url", "/health/live"),
        ("X-Rewrite-Url", "/health/live"),
        ("X-Middleware-Subrequest", "middleware:middleware:middleware:middleware:middleware"),
        ("From", "ann@example.com"),
    ];
    let mut attacks: Vec<_> = fields
        .map(|(field, value)| HostileRequest::without(format!("a mere name in the field {field}")).and(field, value))
        .into();
    let forged = forge.signed_with("another key");
    for field in ["X-User-Id", "X-Forwarded-User"] {
        attacks.push(
            HostileRequest::bearer(format!("a forged token and a name in the field {field}"), &forged)
                .and(field, "ann"),
        );
    }
    attacks.push(
        HostileRequest::bearer("a forged token and a good one in Proxy-Authorization", &forged)
            .and("Proxy-Authorization", format!("Bearer {}", forge.good())),
    );
    attacks.push(
        HostileRequest::bearer("a forged token and a good one in a cookie", &forged)
            .and("Cookie", format!("access_token={}", forge.good())),
    );
    attacks
}

/// Invalid field names (RFC 9112 §5.1).
fn malformed_field_names(token: &str) -> Vec<HostileRequest> {
    [
        ("a space before the colon", "Authorization "),
        ("a tab before the colon", "Authorization\t"),
        ("a space inside the name", "Author ization"),
        ("a NUL after the name", "Authorization\0"),
        ("a space before the name", " Authorization"),
        ("parentheses about the name", "(Authorization)"),
        ("no name", ""),
        ("a letter outside ASCII in the name", "Authorizati\u{f6}n"),
    ]
    .map(|(name, field)| HostileRequest {
        expect: BadRequest,
        ..HostileRequest::without(format!("an Authorization field with {name}")).and(field, format!("Bearer {token}"))
    })
    .into()
}

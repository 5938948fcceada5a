//! Problems as declared responses: list them in `#[utoipa::path(responses(…))]`.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Response, response::ResponseBuilder},
};

use super::{Kind, Problem};

macro_rules! responses {
    ($($(#[$doc:meta])* $name:ident: $($kind:ident),+;)+) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    [$(reference(Kind::$kind),)+].into()
                }
            }
        )+
    };
}

responses! {
    /// 401.
    Unauthorized: Unauthorized;
    /// 403: an operation of Better Auth's client, or one that manages the account.
    Forbidden: Forbidden;
    /// 404.
    NotFound: NotFound;
    /// 406: an operation with a response body.
    NotAcceptable: NotAcceptable;
    /// 409.
    EmailTaken: Conflict;
    /// 400 and 422: query parameters.
    InvalidQuery: Malformed, InvalidContent;
    /// 400, 408, 413, 415 and 422: a JSON body.
    InvalidBody: Malformed, Timeout, TooLarge, UnsupportedMediaType, InvalidContent;
    /// 429.
    TooManyRequests: TooManyRequests;
    /// 500: every operation.
    Internal: Internal;
    /// 503: an operation that needs the database or the key set.
    Unavailable: Unavailable;
}

fn reference(kind: Kind) -> (String, RefOr<Response>) {
    (kind.status().as_str().to_owned(), RefOr::Ref(Ref::from_response_name(kind.slug())))
}

/// The shared responses that the declared ones refer to.
pub(crate) fn components() -> impl Iterator<Item = (String, RefOr<Response>)> {
    Kind::ALL.iter().map(|kind| (kind.slug().to_owned(), RefOr::T(component(*kind))))
}

fn component(kind: Kind) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let body = ContentBuilder::new().schema(Some(schema)).example(Some(Problem::example(kind))).build();
    let response = ResponseBuilder::new().description(kind.title()).content("application/problem+json", body);
    let header = |text: &str| HeaderBuilder::new().description(Some(text)).build();
    match kind {
        Kind::Unauthorized => {
            let text = "`Bearer`, with `error=\"invalid_token\"` if a token was sent and rejected (RFC 6750).";
            response.header("WWW-Authenticate", header(text))
        }
        Kind::TooManyRequests | Kind::Unavailable => {
            response.header("Retry-After", header("Seconds to wait before the next attempt."))
        }
        _ => response,
    }
    .build()
}

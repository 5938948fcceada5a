//! Problems as declared responses: list them in `#[utoipa::path(responses(…))]`.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{
        ContentBuilder, HeaderBuilder, Ref, RefOr, Response, example::ExampleBuilder, response::ResponseBuilder,
    },
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
    /// 409: an operation that takes an `Idempotency-Key`.
    RequestInProgress: Conflict;
    /// 410.
    SyncTokenExpired: SyncTokenExpired;
    /// 412.
    PreconditionFailed: PreconditionFailed;
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

/// The response of an operation that is rejected while the service is overloaded.
pub(crate) fn overloaded() -> (String, RefOr<Response>) {
    reference(Kind::from_status(Kind::Overloaded.status()))
}

/// The shared responses that the declared ones refer to: one a status, also if that has several kinds.
pub(crate) fn components() -> impl Iterator<Item = (String, RefOr<Response>)> {
    let is_first = |kind: &&Kind| Kind::from_status(kind.status()) == **kind;
    Kind::ALL.iter().filter(is_first).map(|kind| (kind.slug().to_owned(), RefOr::T(component(*kind))))
}

fn component(kind: Kind) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let kinds: Vec<_> = Kind::ALL.iter().copied().filter(|other| other.status() == kind.status()).collect();
    let body = ContentBuilder::new().schema(Some(schema));
    let body = match kinds.as_slice() {
        [_] => body.example(Some(Problem::example(kind))),
        several => body.examples_from_iter(several.iter().map(|kind| {
            let example = ExampleBuilder::new().summary(kind.title()).value(Some(Problem::example(*kind))).build();
            (kind.slug(), example)
        })),
    };
    let titles: Vec<_> = kinds.iter().map(|kind| kind.title()).collect();
    let response =
        ResponseBuilder::new().description(titles.join(", or ")).content("application/problem+json", body.build());
    let header = |text: &str| HeaderBuilder::new().description(Some(text)).build();
    match kind {
        Kind::Unauthorized => {
            let text = "`Bearer`, with `error=\"invalid_token\"` if a token was sent and rejected (RFC 6750).";
            response.header("WWW-Authenticate", header(text))
        }
        Kind::PreconditionFailed => response.header("ETag", header("The current revision of the task, if it exists.")),
        Kind::TooManyRequests | Kind::Unavailable => {
            response.header("Retry-After", header("Seconds to wait before the next attempt."))
        }
        _ => response,
    }
    .build()
}

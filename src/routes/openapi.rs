//! The contract as a document: its title, its security scheme, and the problems that every operation can answer.

use utoipa::{
    OpenApi,
    openapi::{
        Content, ContentBuilder, Ref, RefOr, Response,
        path::{Operation, Parameter},
        response::ResponseBuilder,
        schema::Schema,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::http::problem::{InvalidField, Kind, Problem, ProblemBody};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "taskbridge",
        version = env!("CARGO_PKG_VERSION"),
        description = "Tasks for the users of Next.js front ends that sign in with Better Auth.\n\n\
            The same operations are served under `/tasks` and under `/api/{user_id}/tasks`, where the user must be the \
            caller. Errors are problem details (RFC 9457).",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "tasks", description = "The caller's tasks."),
        (name = "auth", description = "Who is calling; accounts and sessions of the service's own."),
        (name = "health", description = "For load balancers and orchestrators.")
    ),
    components(schemas(ProblemBody, InvalidField))
)]
struct BaseDocument;

/// What only few operations answer.
const OPERATION_PROBLEMS: [(&str, &[Kind]); 5] = [
    ("signUp", &[Kind::Conflict, Kind::TooManyRequests]),
    ("logIn", &[Kind::Unauthorized, Kind::TooManyRequests]),
    ("refreshToken", &[Kind::Unauthorized, Kind::TooManyRequests]),
    ("changePassword", &[Kind::TooManyRequests]),
    ("deleteAccount", &[Kind::TooManyRequests]),
];

/// The document without its operations, which the router gathers.
pub(crate) fn base_document() -> utoipa::openapi::OpenApi {
    BaseDocument::openapi()
}

/// Adds to the gathered operations what is true of all of their kind.
pub(crate) fn with_shared_responses(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            add_problems(operation);
            make_body_non_null(operation);
        }
    }
    let components = document.components.get_or_insert_default();
    for kind in Kind::ALL.iter().copied() {
        components.responses.insert(kind.slug().to_owned(), RefOr::T(problem(kind)));
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    let bearer = bearer
        .description(Some("The token that the front end fetches for its user, or one of `taskbridge mint-token`."));
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    document
}

fn add_problems(operation: &mut Operation) {
    let is_named =
        |parameter: &RefOr<Parameter>, name: &str| matches!(parameter, RefOr::T(known) if known.name == name);
    let has = |name: &str| operation.parameters.iter().flatten().any(|parameter| is_named(parameter, name));
    let mut kinds = vec![Kind::Internal];
    if operation.operation_id.as_deref() != Some("getLiveness") {
        kinds.push(Kind::Unavailable);
    }
    if operation.security.is_some() {
        kinds.push(Kind::Unauthorized);
    }
    if operation.security.is_some() || operation.request_body.is_some() {
        kinds.push(Kind::NotAcceptable);
    }
    let own = OPERATION_PROBLEMS.iter().find(|(name, _)| operation.operation_id.as_deref() == Some(name));
    kinds.extend(own.iter().flat_map(|(_, kinds)| *kinds));
    if operation.request_body.is_some() {
        kinds.extend([Kind::Timeout, Kind::TooLarge, Kind::UnsupportedMediaType]);
    }
    if operation.request_body.is_some() || has("cursor") {
        kinds.extend([Kind::Malformed, Kind::InvalidContent]);
    }
    if has("id") {
        kinds.push(Kind::NotFound);
    }
    for kind in kinds {
        let reference = Ref::from_response_name(kind.slug());
        operation.responses.responses.insert(kind.status().as_str().to_owned(), RefOr::Ref(reference));
    }
}

/// A body that may be left out is base_document as one that may be `null`, which it may not.
fn make_body_non_null(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    for content in body.content.values_mut() {
        if let RefOr::T(Content { schema: Some(schema), .. }) = content
            && let RefOr::T(Schema::OneOf(alternatives)) = schema
            && let Some(named) = alternatives.items.iter().find(|one| matches!(one, RefOr::Ref(_))).cloned()
        {
            *schema = named;
        }
    }
}

fn problem(kind: Kind) -> Response {
    let body =
        ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).example(Some(Problem::example(kind)));
    let response = ResponseBuilder::new().description(kind.title()).content("application/problem+json", body.build());
    let header = |description: &str| utoipa::openapi::HeaderBuilder::new().description(Some(description)).build();
    match kind {
        Kind::Unauthorized => {
            response.header("WWW-Authenticate", header("The scheme, and whether a token was refused (RFC 6750)."))
        }
        Kind::TooManyRequests | Kind::Unavailable => {
            response.header("Retry-After", header("Seconds after which to try again."))
        }
        _ => response,
    }
    .build()
}

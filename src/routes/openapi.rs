//! The contract as a document: its title, its security scheme, and the problems that every operation can answer.

use utoipa::{
    OpenApi,
    openapi::{
        Content, RefOr,
        path::Operation,
        schema::Schema,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::http::problem::{InvalidField, ProblemBody, responses};

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
    servers((url = "/", description = "The service that serves this document.")),
    tags(
        (name = "tasks", description = "The caller's tasks."),
        (name = "auth", description = "Who is calling; accounts and sessions of the service's own."),
        (name = "health", description = "For load balancers and orchestrators.")
    ),
    components(schemas(ProblemBody, InvalidField))
)]
struct BaseDocument;

/// The document without its operations, which the router gathers.
pub(crate) fn base_document() -> utoipa::openapi::OpenApi {
    BaseDocument::openapi()
}

/// Adds to the gathered operations what is true of all of their kind.
pub(crate) fn with_shared_responses(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            make_body_non_null(operation);
        }
    }
    let components = document.components.get_or_insert_default();
    components.responses.extend(responses::components());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    let bearer = bearer
        .description(Some("The token that the front end fetches for its user, or one of `taskbridge mint-token`."));
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    document
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

//! The OpenAPI document without its operations: title, tags, security scheme and shared responses.

use utoipa::{
    OpenApi,
    openapi::{
        Content, RefOr,
        path::{Operation, Parameter, ParameterIn},
        schema::{Schema, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::http::problem::{InvalidField, ProblemBody, responses};

/// The operation that is never rejected.
const LIVENESS: &str = "getLiveness";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "taskbridge",
        version = env!("CARGO_PKG_VERSION"),
        description = "Task API for Next.js front ends that use Better Auth.\n\n\
            The task operations are also available under `/tasks` and `/api/{user_id}/tasks`, where `user_id` must be \
            the id of the authenticated user. Errors are problem details (RFC 9457).",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "The service that serves this document.")),
    tags(
        (name = "tasks", description = "Tasks of the authenticated user."),
        (name = "auth", description = "The authenticated user, accounts and sessions."),
        (name = "better-auth", description = "The operations that Better Auth's client calls, also available under `/api`."),
        (name = "health", description = "Liveness and readiness, for load balancers and orchestrators.")
    ),
    components(schemas(ProblemBody, InvalidField))
)]
struct BaseDocument;

/// The document without operations; the router adds them.
pub(crate) fn base_document() -> utoipa::openapi::OpenApi {
    BaseDocument::openapi()
}

/// Adds the shared responses and the security scheme to the document of the router.
pub(crate) fn with_shared_responses(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            make_body_non_null(operation);
            make_headers_non_null(operation);
            if operation.operation_id.as_deref() != Some(LIVENESS) {
                let (status, overloaded) = responses::overloaded();
                operation.responses.responses.entry(status).or_insert(overloaded);
            }
        }
    }
    let components = document.components.get_or_insert_default();
    components.responses.extend(responses::components());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    let bearer =
        bearer.description(Some("An access token: from the front end, from log-in, or from `taskbridge mint-token`."));
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    let cookie = "The session cookie, which sign-in sets. Its name has the prefix `__Secure-` if `PUBLIC_URL` starts with https.";
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description("better-auth.session_token", cookie));
    components.add_security_scheme("session_cookie", SecurityScheme::ApiKey(cookie));
    document
}

/// Removes `null` from the schema of an optional body, which may be omitted but not be `null`.
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

/// Removes `null` from the schemas of optional header fields, which are text.
fn make_headers_non_null(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(Parameter { parameter_in: ParameterIn::Header, schema: Some(RefOr::T(schema)), .. }) = parameter
            && let Schema::Object(schema) = schema
        {
            schema.schema_type = Type::String.into();
        }
    }
}

//! Problem details (RFC 9457): the body of every error response, the framework's errors included.

mod kind;
mod page;
pub(crate) mod responses;
mod store;

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{
        extensions::Extensions,
        schema::{Object, ObjectBuilder, Type},
    },
};

pub(crate) use self::{kind::Kind, page::problem_page};

/// An error response: a public detail, and a cause that is only logged.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: Cow<'static, str>,
    code: Option<&'static str>,
    errors: Vec<InvalidField>,
    headers: Vec<(header::HeaderName, header::HeaderValue)>,
    cause: Option<String>,
}

/// An invalid value in the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct InvalidField {
    /// A JSON pointer (RFC 6901) into the body, or `/` and the name of a query parameter.
    #[schema(example = "/title")]
    pub(crate) pointer: String,
    /// The rule that the value must satisfy.
    #[schema(example = "must have 1 to 255 characters")]
    pub(crate) detail: Cow<'static, str>,
}

impl InvalidField {
    pub(crate) fn new(pointer: impl Into<String>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// An error, as problem details (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'p> {
    #[serde(rename = "type")]
    #[schema(schema_with = kinds)]
    kind: String,
    /// The name of the problem kind.
    #[schema(example = "Invalid content")]
    title: &'p str,
    /// The HTTP status code.
    #[schema(example = 422, minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request. Safe to show to users.
    #[schema(example = "The request is invalid; see errors.")]
    detail: &'p str,
    /// The id of the request, as in `X-Request-Id`.
    #[schema(example = "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e")]
    instance: &'p str,
    /// The detail, for Better Auth's client. Present only on its routes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "Invalid email or password")]
    message: Option<&'p str>,
    /// Better Auth's code of the error, for its client. Present only on its routes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "INVALID_EMAIL_OR_PASSWORD")]
    code: Option<Cow<'p, str>>,
    /// The invalid values. Present with status 422, and with 404 and 412 if an operation of a batch failed.
    #[serde(skip_serializing_if = "<[InvalidField]>::is_empty")]
    #[schema(required = false)]
    errors: &'p [InvalidField],
}

impl Problem {
    /// Creates a problem with the default detail of its kind.
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            detail: Cow::Borrowed(kind.detail()),
            code: None,
            errors: Vec::new(),
            headers: Vec::new(),
            cause: None,
        }
    }

    /// Creates a 422 with the invalid fields.
    pub(crate) fn invalid(errors: Vec<InvalidField>) -> Self {
        Self { errors, ..Self::new(Kind::InvalidContent) }
    }

    /// Adds what in the request is at fault, to a problem other than 422.
    pub(crate) fn with_errors(mut self, errors: Vec<InvalidField>) -> Self {
        self.errors = errors;
        self
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Adds Better Auth's code of the error, which its client reads.
    pub(crate) fn with_code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    pub(crate) fn with_header(mut self, name: header::HeaderName, value: header::HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds the cause, which is logged and never sent.
    pub(crate) fn with_cause(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// An example of the body, for the contract.
    pub(crate) fn example(kind: Kind) -> serde_json::Value {
        let errors = if kind == Kind::InvalidContent {
            vec![InvalidField::new("/title", "must have 1 to 255 characters, not only white space")]
        } else {
            Vec::new()
        };
        let problem = Self { errors, ..Self::new(kind) };
        serde_json::to_value(problem.body("01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e")).unwrap_or_default()
    }

    /// The body of the response; `instance` is the request id.
    pub(crate) fn body<'p>(&'p self, instance: &'p str) -> ProblemBody<'p> {
        ProblemBody {
            kind: self.kind.reference(),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail: &self.detail,
            instance,
            message: None,
            code: None,
            errors: &self.errors,
        }
    }

    /// The body with the members that Better Auth's client reads. An error that is not Better Auth's has its slug as code.
    pub(crate) fn body_for_better_auth<'p>(&'p self, instance: &'p str) -> ProblemBody<'p> {
        let code = self.code.map_or_else(|| self.kind.slug().to_uppercase().replace('-', "_").into(), Cow::Borrowed);
        ProblemBody { message: Some(&self.detail), code: Some(code), ..self.body(instance) }
    }
}

fn kinds() -> Object {
    let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.slug().to_uppercase().replace('-', "_")).collect();
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The problem kind: a URI reference to a page that explains it."))
        .enum_values(Some(Kind::ALL.iter().map(|kind| kind.reference())))
        .extensions(Some(Extensions::builder().add("x-enum-varnames", names).build()))
        .build()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.title(), self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    /// Returns status and headers. The `error_response` middleware adds the body, since that contains the request id.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.kind.status());
        if let Some(seconds) = self.kind.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        for (name, value) in &self.headers {
            if *name == header::SET_COOKIE {
                response.headers_mut().append(name.clone(), value.clone());
            } else {
                response.headers_mut().insert(name.clone(), value.clone());
            }
        }
        response
    }
}

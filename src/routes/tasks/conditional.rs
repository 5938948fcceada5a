//! Conditional requests (RFC 9110, section 13): the entity tag of a task is its revision.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{self, EntityTag, Header, HeaderValue},
    },
};
use entity::task::{Precondition, Revision};
use utoipa::{
    IntoParams,
    openapi::{
        Object, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::http::problem::{Kind, Problem};

/// The `If-Match` header. Weak tags never match (section 13.1.1); without the header, and with `*`, every revision does.
pub(crate) struct IfMatch(pub(super) Precondition);

/// The `If-None-Match` header of a read. Weak tags match too (section 13.1.2).
pub(crate) enum IfNoneMatch {
    /// The request has no such header.
    Absent,
    /// `*`: the client wants no representation at all.
    Any,
    /// The client has these.
    Revisions(Vec<Revision>),
}

/// The `If-None-Match` header of a request that replaces a task. Only `*` has a meaning: the task must not exist.
pub(crate) struct MustNotExist {
    is_required: bool,
    has_if_match: bool,
}

impl MustNotExist {
    /// Returns whether the task must not exist. Preconditions are evaluated after the body (section 13.2.1).
    ///
    /// # Errors
    ///
    /// 412 if `If-Match` requires that it exists.
    pub(super) fn evaluate(&self) -> Result<bool, Problem> {
        if self.is_required && self.has_if_match {
            let detail = "If-Match and If-None-Match: * exclude each other.";
            return Err(Problem::new(Kind::PreconditionFailed).with_detail(detail));
        }
        Ok(self.is_required)
    }
}

impl IfMatch {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        if request.method() != Method::PUT && request.headers().contains_key(header::IF_NONE_MATCH) {
            let detail = "If-None-Match has no meaning in this request; use If-Match.";
            return Err(Problem::new(Kind::Malformed).with_detail(detail));
        }
        Ok(match parse::<header::IfMatch>(request)? {
            None | Some(header::IfMatch::Any) => Self(Precondition::None),
            Some(header::IfMatch::Items(tags)) => {
                let strong = tags.iter().filter(|tag| !tag.weak);
                Self(Precondition::OneOf(strong.filter_map(revision).collect()))
            }
        })
    }
}

impl IfNoneMatch {
    /// Returns whether the client has this revision.
    pub(super) fn matches(&self, revision: Revision) -> bool {
        match self {
            Self::Absent => false,
            Self::Any => true,
            Self::Revisions(revisions) => revisions.contains(&revision),
        }
    }

    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        Ok(match parse::<header::IfNoneMatch>(request)? {
            None => Self::Absent,
            Some(header::IfNoneMatch::Any) => Self::Any,
            Some(header::IfNoneMatch::Items(tags)) => Self::Revisions(tags.iter().filter_map(revision).collect()),
        })
    }
}

/// Returns the entity tag of a revision.
pub(super) fn entity_tag(revision: Revision) -> HeaderValue {
    // digits in quotes are a valid header value
    HeaderValue::try_from(format!("\"{revision}\"")).unwrap_or_else(|_invalid| HeaderValue::from_static(""))
}

/// Returns the header; `None` if the request has none. Tags that are malformed are left out, so that they never match.
fn parse<H: Header>(request: &HttpRequest) -> Result<Option<H>, Problem> {
    if !request.headers().contains_key(H::name()) {
        return Ok(None);
    }
    let malformed = |_error| Problem::new(Kind::Malformed).with_detail(format!("{} is malformed.", H::name()));
    H::parse(request).map(Some).map_err(malformed)
}

fn revision(tag: &EntityTag) -> Option<Revision> {
    tag.tag().parse().ok().filter(|revision: &i64| revision.to_string() == tag.tag()).map(Revision)
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = "Only if the task has this revision, as in its `ETag`.";
        let header = ParameterBuilder::new().name("If-Match").parameter_in(ParameterIn::Header).description(Some(text));
        vec![header.schema(Some(Object::with_type(Type::String))).build()]
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl FromRequest for IfNoneMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl FromRequest for MustNotExist {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let has_if_match = request.headers().contains_key(header::IF_MATCH);
        ready(IfNoneMatch::read(request).and_then(|header| match header {
            IfNoneMatch::Absent => Ok(Self { is_required: false, has_if_match }),
            IfNoneMatch::Any => Ok(Self { is_required: true, has_if_match }),
            IfNoneMatch::Revisions(_) => {
                Err(Problem::new(Kind::Malformed).with_detail("If-None-Match must be * in this request."))
            }
        }))
    }
}

//! The token that came with a request, once it was proven: known by its hash, for nothing but to be revoked.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::AUTHORIZATION};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{SessionId, TokenHash};

use super::principal::Principal;
use crate::{
    http::problem::{Kind, Problem},
    jose::UnverifiedToken,
};

/// What is to be revoked at a log-out.
pub(crate) struct Presented {
    /// The session, of an own token.
    pub(crate) session: Option<SessionId>,
    /// The token.
    pub(crate) hash: TokenHash,
    /// When it is let in no more, whoever's clock is right.
    pub(crate) until: DateTime<Utc>,
}

/// More than any leeway (`TOKEN_LEEWAY`).
const MARGIN: TimeDelta = TimeDelta::minutes(2);

impl FromRequest for Presented {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(presented(request).ok_or_else(|| Problem::new(Kind::Unauthorized)))
    }
}

fn presented(request: &HttpRequest) -> Option<Presented> {
    let extensions = request.extensions();
    let caller = extensions.get::<Principal>()?;
    let (_, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let hash = UnverifiedToken::parse(token).ok()?.signed_hash();
    Some(Presented { session: caller.session().cloned(), hash, until: caller.expires_at() + MARGIN })
}

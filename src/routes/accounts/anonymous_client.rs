//! The client of an operation that needs no token, as an extractor.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::USER_AGENT, web::Data};
use entity::{Db, account::AccountStore};

use crate::http::{
    extract::ClientIp,
    problem::{Kind, Problem},
};

/// The number of characters of `User-Agent` that are stored.
const MAX_USER_AGENT_CHARS: usize = 512;

/// A client that is not authenticated, and the account store.
pub(crate) struct AnonymousClient {
    pub(crate) accounts: AccountStore,
    /// The IP address.
    pub(crate) address: ClientIp,
    /// The value of `User-Agent`, truncated.
    pub(crate) user_agent: String,
}

impl FromRequest for AnonymousClient {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(extract(request, payload))
    }
}

fn extract(request: &HttpRequest, payload: &mut Payload) -> Result<AnonymousClient, Problem> {
    let db = request.app_data::<Data<Db>>();
    let db = db.ok_or_else(|| Problem::new(Kind::Internal).with_cause("no database is registered"))?;
    let address = ClientIp::from_request(request, payload).into_inner();
    let address = address.map_err(|error| Problem::new(Kind::Internal).with_cause(error))?;
    let user_agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    Ok(AnonymousClient {
        accounts: AccountStore::new(db.get_ref()),
        address,
        user_agent: user_agent.chars().take(MAX_USER_AGENT_CHARS).collect(),
    })
}

//! `GET /api/auth/jwks`.

use actix_web::{
    get,
    web::{Data, Json},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    http::problem::responses::{Internal, NotAcceptable},
    routes::accounts::AccountServices,
};

/// The public keys of access tokens (RFC 7517 §5).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BetterAuthKeySet)]
pub(super) struct PublishedKeySet {
    /// Public JSON Web Keys with `kid` and `alg`.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

/// Returns the public keys that verify access tokens signed with `EdDSA`, and those of a Better Auth on the same database.
#[utoipa::path(
    operation_id = "getKeySet", tag = "better-auth",
    responses(
        (status = 200, description = "The key set. It is empty if no key was created.", body = PublishedKeySet),
        NotAcceptable, Internal
    )
)]
#[get("/jwks")]
pub(in crate::routes) async fn jwks(services: Data<AccountServices>) -> Json<PublishedKeySet> {
    Json(PublishedKeySet { keys: services.signing_keys.published().await })
}

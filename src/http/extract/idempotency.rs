//! Requests that a client may repeat under the same `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{Method, header::HeaderMap},
    web::Bytes,
};
use futures_util::{FutureExt, future::LocalBoxFuture};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};
use validator::Validate;

use super::json::{MAX_BODY_BYTES, parse, required_body};
use crate::http::problem::{Kind, Problem};

const IDEMPOTENCY_KEY: &str = "idempotency-key";

const MAX_KEY_LENGTH: usize = 255;

const INVALID_KEY: &str = "Idempotency-Key must be one field with 1 to 255 visible ASCII characters.";

/// A JSON body of at most `MAX_BYTES`, deserialized and validated, and the key under which the request may be repeated.
pub(crate) struct RepeatableJson<T, const MAX_BYTES: usize = MAX_BODY_BYTES> {
    pub(crate) value: T,
    pub(crate) key: Option<RequestKey>,
}

/// The `Idempotency-Key` of a request.
pub(crate) struct RequestKey {
    pub(crate) key: String,
    method: Method,
    body: Bytes,
}

impl RequestKey {
    /// Returns the hash of the request. `path` is that of the contract, whichever alias the client used.
    pub(crate) fn request_hash(&self, path: &str) -> [u8; 32] {
        let head = format!("{} {path}\n", self.method);
        Sha256::new().chain_update(head).chain_update(&self.body).finalize().into()
    }
}

impl IntoParams for RequestKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text =
            "A key that the client makes for this one operation, such as a UUID: 1 to 255 visible ASCII characters.";
        let key = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(MAX_KEY_LENGTH));
        let header = ParameterBuilder::new().name("Idempotency-Key").parameter_in(ParameterIn::Header);
        vec![header.description(Some(text)).schema(Some(key.pattern(Some("^[!-~]+$")))).build()]
    }
}

impl<T: DeserializeOwned + Validate + 'static, const MAX_BYTES: usize> FromRequest for RepeatableJson<T, MAX_BYTES> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (key, method) = (key(request.headers()), request.method().clone());
        let body = required_body::<MAX_BYTES>(request, payload);
        async move {
            let key = key?;
            let body = body.await?;
            let value = parse(&body)?;
            Ok(Self { value, key: key.map(|key| RequestKey { key, method, body }) })
        }
        .boxed_local()
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut fields = headers.get_all(IDEMPOTENCY_KEY);
    let Some(field) = fields.next() else { return Ok(None) };
    let key = field.to_str().ok().filter(|key| is_key(key)).filter(|_| fields.next().is_none());
    key.map(|key| Some(key.to_owned())).ok_or_else(|| Problem::new(Kind::Malformed).with_detail(INVALID_KEY))
}

fn is_key(text: &str) -> bool {
    (1..=MAX_KEY_LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

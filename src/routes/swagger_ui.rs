//! Swagger UI, from the files that are compiled in.

use std::{borrow::Cow, sync::Arc};

use actix_web::{
    HttpResponse,
    http::header::{self, ContentEncoding},
    web::{Bytes, Data, Path},
};
use utoipa_swagger_ui::{Config, serve};

use crate::http::problem::{Kind, Problem};

pub(super) fn config() -> Data<Config<'static>> {
    Data::new(Config::from("/openapi.json").persist_authorization(false))
}

/// Returns a file of Swagger UI. The handler of `utoipa_swagger_ui` copies the file for each response.
pub(super) async fn file(path: Path<String>, config: Data<Config<'static>>) -> Result<HttpResponse, Problem> {
    let config: Arc<Config<'static>> = config.into_inner();
    let file = serve(&path, config).map_err(|error| Problem::new(Kind::Internal).with_cause(error))?;
    let file = file.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let mut response = HttpResponse::Ok();
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    let body = match file.bytes {
        Cow::Borrowed(compiled_in) => Bytes::from_static(compiled_in),
        Cow::Owned(generated) => generated.into(),
    };
    Ok(response.content_type(file.content_type).body(body))
}

//! Closes the connection of a request whose chunked body has not been read.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpMessage,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::{InternalError, PayloadError},
    http::header,
    middleware::Next,
    web::Bytes,
};
use futures_util::Stream;

use crate::http::split_body::split_body;

/// Holds a chunked body until the response is sent, and splits large responses. Actix would read a body that has been dropped to its end, without a time
/// limit; if one is still held, it closes the connection, as it does for a body with a length.
pub(crate) async fn hold_body(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !request.headers().contains_key(header::TRANSFER_ENCODING) {
        return Ok(next.call(request).await?.map_body(|_, body| split_body(body.boxed())));
    }
    let body = SharedBody(Rc::new(RefCell::new(request.take_payload())));
    request.set_payload(Payload::Stream { payload: Box::pin(body.clone()) });
    let hold = |response: BoxBody| BoxBody::new(Holding { response: split_body(response), _request: body });
    match next.call(request).await {
        Ok(response) => Ok(response.map_body(|_, response| hold(response.boxed()))),
        Err(error) => {
            let response = error.error_response().map_body(|_, response| hold(response));
            Err(InternalError::from_response(error, response).into())
        }
    }
}

#[derive(Clone)]
struct SharedBody(Rc<RefCell<Payload>>);

impl Stream for SharedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(cx)
    }
}

/// A response body that holds the body of its request.
struct Holding {
    response: BoxBody,
    _request: SharedBody,
}

impl MessageBody for Holding {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.response.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.response).poll_next(cx)
    }
}

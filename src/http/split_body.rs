//! Large bodies in chunks, so that a client that reads slowly holds one chunk in memory and not a copy of the whole body.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    web::Bytes,
};

/// The most bytes that are given to the connection at once.
const CHUNK_SIZE: usize = 4 * 1024;

/// Bodies up to this size are sent as one chunk.
const MAX_UNSPLIT_SIZE: usize = 32 * 1024;

struct SplitBody {
    rest: Bytes,
    size: u64,
}

/// Splits a body if it is large and in memory.
pub(crate) fn split_body(body: BoxBody) -> BoxBody {
    match body.size() {
        BodySize::Sized(size) if usize::try_from(size).is_ok_and(|size| size > MAX_UNSPLIT_SIZE) => {
            body.try_into_bytes().map_or_else(|body| body, |rest| BoxBody::new(SplitBody { rest, size }))
        }
        _ => body,
    }
}

impl MessageBody for SplitBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let length = self.rest.len().min(CHUNK_SIZE);
        Poll::Ready((length > 0).then(|| Ok(self.rest.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    #[actix_web::test]
    async fn a_split_body_is_the_same_body() {
        for length in [0, 1, MAX_UNSPLIT_SIZE, MAX_UNSPLIT_SIZE + 1, 100_000] {
            let whole = Bytes::from(vec![7; length]);
            let split = split_body(BoxBody::new(whole.clone()));
            assert_eq!(split.size(), BodySize::Sized(length as u64));
            assert_eq!(to_bytes(split).await.unwrap(), whole);
        }
    }
}

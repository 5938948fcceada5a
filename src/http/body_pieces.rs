//! Large bodies in pieces, so that a client that reads slowly holds one piece in memory and not a copy of the whole body.

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
const MAX_PIECE: usize = 4 * 1024;

/// Bodies up to this size are sent in one piece.
const MAX_WHOLE: usize = 32 * 1024;

struct Pieces {
    rest: Bytes,
    size: u64,
}

/// Splits a body if it is large and in memory.
pub(crate) fn in_pieces(body: BoxBody) -> BoxBody {
    match body.size() {
        BodySize::Sized(size) if usize::try_from(size).is_ok_and(|size| size > MAX_WHOLE) => {
            body.try_into_bytes().map_or_else(|body| body, |rest| BoxBody::new(Pieces { rest, size }))
        }
        _ => body,
    }
}

impl MessageBody for Pieces {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let length = self.rest.len().min(MAX_PIECE);
        Poll::Ready((length > 0).then(|| Ok(self.rest.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    #[actix_web::test]
    async fn a_body_in_pieces_is_the_same_body() {
        for length in [0, 1, MAX_WHOLE, MAX_WHOLE + 1, 100_000] {
            let whole = Bytes::from(vec![7; length]);
            let pieces = in_pieces(BoxBody::new(whole.clone()));
            assert_eq!(pieces.size(), BodySize::Sized(length as u64));
            assert_eq!(to_bytes(pieces).await.unwrap(), whole);
        }
    }
}

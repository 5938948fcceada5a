//! What a handler may tell the connection of its request.

use std::{cell::Cell, rc::Rc};

use actix_web::HttpRequest;

/// Whether the connection ends when its client closes it, though a response is being sent. Without it, the response is sent to
/// its end, since a client may close only its own direction.
#[derive(Debug, Clone, Default)]
pub(crate) struct EndsWithClient(Rc<Cell<bool>>);

impl EndsWithClient {
    pub(crate) fn is_set(&self) -> bool {
        self.0.get()
    }

    /// Ends the connection of `request` with its client.
    pub(crate) fn set_for(request: &HttpRequest) {
        if let Some(ends_with_client) = request.conn_data::<Self>() {
            ends_with_client.0.set(true);
        }
    }
}

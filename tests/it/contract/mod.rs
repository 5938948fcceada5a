//! The OpenAPI document, and every operation in it.

mod authorization_matrix;
mod openapi;

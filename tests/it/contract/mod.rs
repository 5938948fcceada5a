//! The OpenAPI document and its operations.

mod authorization_matrix;
mod openapi;
mod operation;

//! The OpenAPI document and its operations.

mod authorization_matrix;
mod deleted_user;
mod openapi;
mod operation;
mod owner_in_statements;

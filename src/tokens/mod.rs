//! Access and refresh tokens of the service's own sessions.

mod issuer;
mod refresh_token;

pub(crate) use self::{
    issuer::{IssuedTokens, TokenIssuer},
    refresh_token::RefreshToken,
};

//! TokenIssuer of our own: what they are opened, renewed and proven with.

mod issuer;
mod refresh_token;

pub(crate) use self::{
    issuer::{IssuedTokens, TokenIssuer},
    refresh_token::RefreshToken,
};

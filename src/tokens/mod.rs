//! Access and refresh tokens of the service's own sessions, and tokens in mails.

mod email_token;
mod issuer;
mod refresh_token;

pub(crate) use self::{
    email_token::{EmailProof, EmailPurpose, EmailTokenError, EmailTokens},
    issuer::{IssuedTokens, TokenIssuer},
    refresh_token::RefreshToken,
};

//! Sessions of our own: what they are opened, renewed and proven with.

mod granting;
mod refresh_token;

pub(crate) use self::{
    granting::{Granted, Sessions},
    refresh_token::RefreshToken,
};

//! Accounts of our own: passwords, and the door for those who are not proven yet.

pub mod password;
mod reception;

pub(crate) use self::reception::Reception;

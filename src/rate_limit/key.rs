//! What a limit counts by.

use std::{
    fmt::Display,
    hash::{BuildHasher, RandomState},
};

use crate::http::extract::ClientIp;

/// An address, an account, or both.
pub(super) struct Key {
    pub(super) subject: String,
    pub(super) hash: u64,
}

/// Makes keys. Hashes are keyed at random: clients cannot predict them, and they reveal no address or email address.
#[derive(Default)]
pub(super) struct KeyHasher(RandomState);

impl KeyHasher {
    pub(super) fn address(&self, from: ClientIp) -> Key {
        self.key(from.network())
    }

    pub(super) fn account(&self, name: &str) -> Key {
        self.key(name.to_lowercase())
    }

    pub(super) fn account_and_address(&self, from: ClientIp, name: &str) -> Key {
        self.key(format_args!("{} {}", from.network(), name.to_lowercase()))
    }

    fn key(&self, subject: impl Display) -> Key {
        let subject = subject.to_string();
        Key { hash: self.0.hash_one(&subject), subject }
    }
}

//! Pseudonyms of users in the log and in traces.

use std::fmt;

use log::{Level, log_enabled};
use sha2::{Digest, Sha256};

use super::{ACCESS_LOG, traces::is_recording};

/// The first 32 bits of the SHA-256 of a user ID, in hexadecimal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SubjectFingerprint([u8; 8]);

impl SubjectFingerprint {
    pub(crate) fn new(subject: &str) -> Self {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(subject));
        let mut hex = [0; 8];
        drop(base16ct::lower::encode(&[a, b, c, d], &mut hex)); // it fits
        Self(hex)
    }

    /// Returns whether the access log or a trace shows the hash.
    pub(crate) fn is_shown() -> bool {
        log_enabled!(target: ACCESS_LOG, Level::Info) || is_recording()
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for SubjectFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! Pseudonyms of users in the log and in traces.

use std::fmt;

use log::{Level, log_enabled};
use sha2::{Digest, Sha256};

use super::{ACCESS_LOG, traces::is_recording};

/// The first 32 bits of the SHA-256 of a user ID, in hexadecimal.
#[derive(Debug, Clone)]
pub(crate) struct SubjectFingerprint(String);

impl SubjectFingerprint {
    pub(crate) fn new(subject: &str) -> Self {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(subject));
        Self(format!("{:08x}", u32::from_be_bytes([a, b, c, d])))
    }

    /// Returns whether the access log or a trace shows the hash.
    pub(crate) fn is_shown() -> bool {
        log_enabled!(target: ACCESS_LOG, Level::Info) || is_recording()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubjectFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

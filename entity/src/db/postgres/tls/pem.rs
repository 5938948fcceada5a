//! Certificates and keys in PEM: a file, or the text itself.

use std::{borrow::Cow, fs};

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use crate::db::postgres::{invalid_url::InvalidUrl, setting::Setting};

/// Returns at least one certificate.
pub(super) fn certificates(setting: &Setting) -> Result<Vec<CertificateDer<'static>>, InvalidUrl> {
    let text = read(setting)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let certificates = certificates.ok().filter(|certificates| !certificates.is_empty());
    certificates.ok_or_else(|| setting.invalid("must be a file of PEM certificates"))
}

pub(super) fn private_key(setting: &Setting) -> Result<PrivateKeyDer<'static>, InvalidUrl> {
    let text = read(setting)?;
    PrivateKeyDer::from_pem_slice(&text)
        .map_err(|_error| setting.invalid("must be a file of a PEM private key, unencrypted"))
}

fn read(setting: &Setting) -> Result<Cow<'_, [u8]>, InvalidUrl> {
    if setting.value.trim_start().starts_with("-----BEGIN") {
        return Ok(Cow::Borrowed(setting.value.as_bytes()));
    }
    let content = fs::read(&setting.value);
    content.map(Cow::Owned).map_err(|error| setting.invalid(format!("cannot be read: {error}")))
}

//! The certificate authorities that may have signed a server's certificate.

use rustls::RootCertStore;

use super::pem;
use crate::db::postgres::{invalid_url::InvalidUrl, setting::Setting};

/// The value of `sslrootcert` that stands for the operating system's certificate authorities.
pub(super) const SYSTEM: &str = "system";

pub(super) fn from_file(setting: &Setting) -> Result<RootCertStore, InvalidUrl> {
    let mut roots = RootCertStore::empty();
    for certificate in pem::certificates(setting)? {
        roots.add(certificate).map_err(|error| setting.invalid(format!("cannot be used: {error}")))?;
    }
    Ok(roots)
}

pub(super) fn system(setting: &Setting) -> Result<RootCertStore, InvalidUrl> {
    Some(native())
        .filter(|roots| !roots.is_empty())
        .ok_or_else(|| setting.invalid("is system, but the operating system has no certificate authorities"))
}

/// Returns the operating system's certificate authorities, or Mozilla's where there are none, as in a minimal container.
pub(super) fn system_or_bundled() -> RootCertStore {
    let roots = native();
    if roots.is_empty() { webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect() } else { roots }
}

fn native() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

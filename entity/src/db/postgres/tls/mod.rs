//! TLS.

mod pem;
mod roots;
#[cfg(test)]
mod tests;
mod tls_settings;
mod verifier;

pub(super) use self::tls_settings::TlsSettings;

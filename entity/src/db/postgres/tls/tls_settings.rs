//! TLS: the `ssl…` settings of a connection, with libpq's meaning.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    client::{WantsClientCert, danger::ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
};
use tokio_postgres::config::{SslMode as Encryption, SslNegotiation};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    pem, roots,
    verifier::{AcceptAnyCertificate, ChainVerifier},
};
use crate::db::postgres::{invalid_url::InvalidUrl, setting::Setting};

type Builder = rustls::ConfigBuilder<ClientConfig, WantsClientCert>;

/// The protocol name that a direct handshake must offer.
const ALPN: &[u8] = b"postgresql";

/// How much a connection requires of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SslMode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// `allow` is treated as `prefer`: TLS is tried first.
const MODES: [(&str, SslMode); 6] = [
    ("disable", SslMode::Disable),
    ("allow", SslMode::Prefer),
    ("prefer", SslMode::Prefer),
    ("require", SslMode::Require),
    ("verify-ca", SslMode::VerifyCa),
    ("verify-full", SslMode::VerifyFull),
];

/// The `ssl…` settings of a connection.
#[derive(Default)]
pub(in crate::db::postgres) struct TlsSettings {
    mode: Option<(SslMode, Setting)>,
    root_certificates: Option<Setting>,
    certificate: Option<Setting>,
    key: Option<Setting>,
    negotiation: Option<(SslNegotiation, Setting)>,
}

impl TlsSettings {
    pub(in crate::db::postgres) fn has(name: &str) -> bool {
        canonical(name).is_some()
    }

    pub(in crate::db::postgres) fn apply(&mut self, setting: &Setting) -> Result<(), InvalidUrl> {
        match canonical(&setting.name) {
            Some("sslmode") => self.mode = Some((setting.one_of(&MODES)?, setting.clone())),
            Some("sslrootcert") => self.root_certificates = Some(setting.clone()),
            Some("sslcert") => self.certificate = Some(setting.clone()),
            Some("sslkey") => self.key = Some(setting.clone()),
            _ => self.negotiation = Some((negotiation(setting)?, setting.clone())),
        }
        Ok(())
    }

    pub(in crate::db::postgres) fn negotiation(&self) -> SslNegotiation {
        self.negotiation.as_ref().map_or(SslNegotiation::Postgres, |(negotiation, _)| *negotiation)
    }

    /// Returns whether to encrypt, and how. Reads the certificate files.
    pub(in crate::db::postgres) fn connector(&self) -> Result<(Encryption, MakeRustlsConnect), InvalidUrl> {
        let mode = self.mode()?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = self.with_client_certificate(self.with_verifier(mode, provider)?, mode)?;
        if let Some((SslNegotiation::Direct, setting)) = &self.negotiation {
            if matches!(mode, SslMode::Disable | SslMode::Prefer) {
                return Err(setting.invalid("needs sslmode=require or a stricter one"));
            }
            config.alpn_protocols = vec![ALPN.to_vec()];
        }
        let encryption = match mode {
            SslMode::Disable => Encryption::Disable,
            SslMode::Prefer => Encryption::Prefer,
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => Encryption::Require,
        };
        Ok((encryption, MakeRustlsConnect::new(config)))
    }

    /// Returns the mode. The operating system's roots demand the strictest: anyone can have a certificate under them.
    fn mode(&self) -> Result<SslMode, InvalidUrl> {
        let is_system = self.root_certificates.as_ref().is_some_and(|setting| setting.value == roots::SYSTEM);
        match &self.mode {
            None if is_system => Ok(SslMode::VerifyFull),
            Some((mode, setting)) if is_system && *mode != SslMode::VerifyFull => {
                Err(setting.invalid("must be verify-full if sslrootcert is system"))
            }
            mode => Ok(mode.as_ref().map_or(SslMode::Prefer, |(mode, _)| *mode)),
        }
    }

    fn with_verifier(&self, mode: SslMode, provider: Arc<CryptoProvider>) -> Result<Builder, InvalidUrl> {
        let verifier: Arc<dyn ServerCertVerifier> = match (mode, &self.root_certificates) {
            (SslMode::VerifyFull, _) => Arc::new(ChainVerifier::with_host_name(self.roots()?, &provider)),
            // with a root certificate, `require` verifies it, as libpq does
            (SslMode::VerifyCa, _) | (SslMode::Require, Some(_)) => {
                Arc::new(ChainVerifier::without_host_name(self.roots()?, &provider))
            }
            _ => Arc::new(AcceptAnyCertificate::new(&provider)),
        };
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| InvalidUrl::new("TLS", error.to_string()))?;
        Ok(builder.dangerous().with_custom_certificate_verifier(verifier))
    }

    fn roots(&self) -> Result<RootCertStore, InvalidUrl> {
        match &self.root_certificates {
            Some(setting) if setting.value == roots::SYSTEM => roots::system(setting),
            Some(setting) => roots::from_file(setting),
            None => Ok(roots::system_or_bundled()),
        }
    }

    fn with_client_certificate(&self, builder: Builder, mode: SslMode) -> Result<ClientConfig, InvalidUrl> {
        match (&self.certificate, &self.key) {
            _ if mode == SslMode::Disable => Ok(builder.with_no_client_auth()),
            (None, None) => Ok(builder.with_no_client_auth()),
            (Some(certificate), Some(key)) => {
                let config = builder.with_client_auth_cert(pem::certificates(certificate)?, pem::private_key(key)?);
                config.map_err(|error| certificate.invalid(format!("cannot be used: {error}")))
            }
            (Some(setting), None) => Err(setting.invalid("needs sslkey")),
            (None, Some(setting)) => Err(setting.invalid("needs sslcert")),
        }
    }
}

/// Returns libpq's name for a setting of TLS. The other names are sqlx's.
fn canonical(name: &str) -> Option<&'static str> {
    match name {
        "sslmode" | "ssl-mode" => Some("sslmode"),
        "sslrootcert" | "ssl-root-cert" | "ssl-ca" => Some("sslrootcert"),
        "sslcert" | "ssl-cert" => Some("sslcert"),
        "sslkey" | "ssl-key" => Some("sslkey"),
        "sslnegotiation" => Some("sslnegotiation"),
        _ => None,
    }
}

fn negotiation(setting: &Setting) -> Result<SslNegotiation, InvalidUrl> {
    setting.one_of(&[("postgres", SslNegotiation::Postgres), ("direct", SslNegotiation::Direct)])
}

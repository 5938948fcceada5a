//! Certificates, generated for each test.

use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SigningKey};
use x509_cert::{
    TbsCertificate, Version,
    der::{Decode, Encode, asn1::BitString},
};

/// A certificate and its private key, both in PEM.
pub(in crate::db::postgres) struct Identity {
    pub(in crate::db::postgres) certificate: String,
    pub(in crate::db::postgres) key: String,
}

/// A certificate authority.
pub(in crate::db::postgres) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(in crate::db::postgres) fn new() -> Self {
        let mut params = params("Test CA", vec![]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, key()).unwrap())
    }

    pub(in crate::db::postgres) fn certificate(&self) -> String {
        self.0.pem()
    }

    /// Returns a certificate with `name` as its common name and host name.
    pub(in crate::db::postgres) fn sign(&self, name: &str) -> Identity {
        let key = key();
        let certificate = params(name, vec![name.into()]).signed_by(&key, &self.0).unwrap();
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

impl Identity {
    pub(in crate::db::postgres) fn self_signed(name: &str) -> Self {
        let (certificate, key) = self_signed(name);
        Self { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// Returns a self-signed certificate of X.509 version 1.
    pub(in crate::db::postgres) fn version_1(name: &str) -> Self {
        let (certificate, key) = self_signed(name);
        let mut certificate = x509_cert::Certificate::from_der(certificate.der()).unwrap();
        let content = &mut certificate.tbs_certificate;
        *content = TbsCertificate { version: Version::V1, extensions: None, ..content.clone() };
        let signature = key.sign(&content.to_der().unwrap()).unwrap();
        certificate.signature = BitString::from_bytes(&signature).unwrap();
        Self { certificate: pem("CERTIFICATE", &certificate.to_der().unwrap()), key: key.serialize_pem() }
    }
}

fn self_signed(name: &str) -> (Certificate, KeyPair) {
    let key = key();
    (params(name, vec![name.into()]).self_signed(&key).unwrap(), key)
}

fn params(name: &str, hosts: Vec<String>) -> CertificateParams {
    let mut params = CertificateParams::new(hosts).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

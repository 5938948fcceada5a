//! Handshakes in memory: a server that has not the key of its certificate is refused.

use std::sync::Arc;

use rustls::{
    ClientConfig, ClientConnection, Error, ServerConfig, ServerConnection, SupportedProtocolVersion,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use crate::db::postgres::{test_server::Identity, tls::verifier::AcceptAnyCertificate};

/// Presents a certificate, with whichever key.
#[derive(Debug)]
struct Presents(Arc<CertifiedKey>);

impl ResolvesServerCert for Presents {
    fn resolve(&self, _client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn server(certificate: &Identity, key: &Identity, version: &'static SupportedProtocolVersion) -> ServerConnection {
    let chain = vec![CertificateDer::from_pem_slice(certificate.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.key.as_bytes()).unwrap();
    let key = aws_lc_rs::sign::any_supported_type(&key).unwrap();
    let config = ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[version]).unwrap();
    let resolver = Presents(Arc::new(CertifiedKey::new(chain, key)));
    let config = config.with_no_client_auth().with_cert_resolver(Arc::new(resolver));
    ServerConnection::new(Arc::new(config)).unwrap()
}

fn client() -> ClientConnection {
    let config = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
    let verifier = Arc::new(AcceptAnyCertificate::new(&provider()));
    let config = config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    ClientConnection::new(Arc::new(config), ServerName::try_from("db.example").unwrap()).unwrap()
}

/// Returns the client's error.
fn shake_hands(mut server: ServerConnection) -> Result<(), Error> {
    let mut client = client();
    while client.is_handshaking() || server.is_handshaking() {
        let mut bytes = Vec::new();
        client.write_tls(&mut bytes).unwrap();
        server.read_tls(&mut bytes.as_slice()).unwrap();
        server.process_new_packets().unwrap();
        let mut bytes = Vec::new();
        server.write_tls(&mut bytes).unwrap();
        client.read_tls(&mut bytes.as_slice()).unwrap();
        client.process_new_packets()?;
    }
    Ok(())
}

#[test]
fn any_certificate_is_accepted_from_the_owner_of_its_key_alone() {
    let other = Identity::self_signed("db.example");
    for (identity, version) in [
        (Identity::self_signed("db.example"), &TLS13),
        (Identity::self_signed("db.example"), &TLS12),
        (Identity::version_1("db.example"), &TLS13),
    ] {
        shake_hands(server(&identity, &identity, version)).unwrap();
        let error = shake_hands(server(&identity, &other, version)).unwrap_err();
        assert!(matches!(error, Error::InvalidCertificate(_)), "{error:?}");
    }
}

//! One server, and the attempt to connect to it.

use tokio_postgres::{
    Client, Config, Error,
    config::{SslMode, SslNegotiation},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    connection::PostgresConnection,
    hosts::Host,
    parameters::Parameters,
    passfile::{self, Login},
};
use crate::db::postgres::error::PostgresError;

/// A server and all that a connection to it needs, but for TLS.
pub(super) struct Server {
    pub(super) host: Host,
    pub(super) config: Config,
}

impl Server {
    pub(super) fn new(host: Host, parameters: &Parameters, mode: SslMode) -> Self {
        let mut config = parameters.config.clone();
        config.host(&host.name).port(host.port);
        // as in libpq, no TLS over a socket
        if host.is_socket() {
            config.ssl_mode(SslMode::Disable).ssl_negotiation(SslNegotiation::Postgres);
        } else {
            config.ssl_mode(mode).ssl_negotiation(parameters.tls.negotiation());
        }
        if let Some(address) = host.address {
            config.hostaddr(address);
        }
        if let Some(password) = password_from_file(&host, parameters) {
            config.password(password);
        }
        Self { host, config }
    }

    pub(super) async fn connect(&self, tls: MakeRustlsConnect) -> Result<(Client, PostgresConnection), Error> {
        let (client, connection) = self.config.connect(tls).await?;
        Ok((client, PostgresConnection::new(connection)))
    }

    /// Connects within the connect timeout, which the driver applies to the TCP connection alone. Returns `None`, and logs
    /// why, if that fails.
    pub(super) async fn try_connect(&self, tls: MakeRustlsConnect) -> Option<(Client, PostgresConnection)> {
        let attempt = self.connect(tls);
        let outcome = match self.config.get_connect_timeout() {
            Some(limit) => tokio::time::timeout(*limit, attempt).await,
            None => Ok(attempt.await),
        };
        let error = match outcome {
            Ok(Ok(connected)) => return Some(connected),
            Ok(Err(error)) => PostgresError::from(error).to_string(),
            Err(elapsed) => elapsed.to_string(),
        };
        log::debug!("cannot connect to host {} port {}: {error}", self.host.name, self.host.port);
        None
    }
}

fn password_from_file(host: &Host, parameters: &Parameters) -> Option<String> {
    let (config, path) = (&parameters.config, parameters.passfile.as_ref()?);
    if config.get_password().is_some() {
        return None;
    }
    let (database, user) = (config.get_dbname(), config.get_user());
    passfile::find_password(path, &Login { host: &host.name, port: host.port, database, user })
}

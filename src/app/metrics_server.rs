//! The metrics' own listener and thread: they are served under load and until the service has stopped.

use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::Server,
    web::{self, Data},
};
use tokio_util::sync::CancellationToken;

use super::StartError;
use crate::telemetry::metrics::Exposition;

/// Open connections; a scraper needs one.
const MAX_CONNECTIONS: usize = 64;

/// A listener that serves `GET /metrics` once it runs.
pub(super) struct MetricsServer {
    server: Server,
    address: SocketAddr,
}

impl MetricsServer {
    /// Binds `address`, as in `127.0.0.1:9464`.
    ///
    /// # Errors
    ///
    /// [`StartError::ListenMetrics`] if it cannot be bound.
    pub(super) fn bind(address: &str, metrics: Exposition) -> Result<Self, StartError> {
        let (server, address) = bind(address, metrics)
            .map_err(|source| StartError::ListenMetrics { address: address.to_owned(), source })?;
        Ok(Self { server, address })
    }

    /// Serves until `stop` is cancelled.
    pub(super) async fn run(self, stop: CancellationToken) {
        log::info!("metrics on http://{}/metrics", self.address);
        let handle = self.server.handle();
        tokio::select! {
            result = self.server => if let Err(error) = result {
                log::error!(error:%; "metrics are not served any more");
            },
            () = stop.cancelled() => handle.stop(false).await,
        }
    }
}

fn bind(address: &str, metrics: Exposition) -> io::Result<(Server, SocketAddr)> {
    let addresses: Vec<_> = address.to_socket_addrs()?.collect();
    let listener = TcpListener::bind(addresses.as_slice())?;
    let address = listener.local_addr()?;
    let metrics = Data::new(metrics);
    let server = HttpServer::new(move || {
        App::new().app_data(metrics.clone()).service(
            web::resource("/metrics")
                .get(async |metrics: Data<Exposition>, request: HttpRequest| metrics.respond(&request))
                .default_service(web::to(HttpResponse::NotFound)),
        )
    });
    let server = server.workers(1).max_connections(MAX_CONNECTIONS).disable_signals().listen(listener)?.run();
    Ok((server, address))
}

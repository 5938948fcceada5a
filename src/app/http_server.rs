//! The HTTP server: workers, connections and their limits.
//!
//! As [`actix_web::HttpServer`], which gives no access to the connections.

use std::{fmt, io, net::TcpListener, time::Duration};

use actix_http::{HttpService, Request, Response, body::MessageBody, error::DispatchError};
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    Error,
    dev::AppConfig,
    http::KeepAlive,
    rt::{self, net::TcpStream},
};

use super::limited_stream::{ConnectionLimits, LimitedStream};
use crate::config::HttpSettings;

/// The time in which the head of the first request must be received.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection without a request is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// How long a connection that is being closed waits for its client.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// The longest time from the end of one response to the start of the next, with the request in between. No request takes as long.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// How much of a response is collected before it is sent.
const WRITE_BUFFER: usize = 4 * 1024;

/// Starts the workers; `factory` creates the application of each. `on_shutdown` runs when the listener has been closed and
/// requests are completed. The returned server must be polled.
pub(super) fn start<F, I, S, B>(
    settings: &HttpSettings,
    listener: TcpListener,
    on_shutdown: impl FnOnce() + 'static,
    factory: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    B: MessageBody + 'static,
{
    let limits = ConnectionLimits { send_timeout: settings.send_timeout, idle_timeout: IDLE_TIMEOUT };
    let address = listener.local_addr()?;
    let builder = Server::build()
        .workers(settings.workers)
        .shutdown_timeout(whole_seconds(settings.shutdown_timeout))
        .disable_signals();
    let shutdown = builder.graceful_shutdown_signal();
    let closed = shutdown.clone();
    rt::spawn(async move {
        closed.notified().await;
        on_shutdown();
    });
    let builder = builder.listen("http", listener, move || {
        let shutdown = shutdown.clone();
        let service = factory().into_factory().map_err(|error| error.into().error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let shutdown = shutdown.clone();
                async move { shutdown.notified().await }
            })
            .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
            .client_request_timeout(HEAD_TIMEOUT)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            .h1_write_buffer_size(WRITE_BUFFER)
            .on_connect_ext(|stream: &LimitedStream, data| drop(data.insert(stream.ends_with_client())))
            .local_addr(address)
            .finish(map_config(service, |()| AppConfig::default()));
        fn_service(move |stream: TcpStream| async move {
            // without it, the second of two small writes would wait for the acknowledgement of the first
            stream.set_nodelay(true).ok();
            let peer = stream.peer_addr().ok();
            Ok::<_, DispatchError>((LimitedStream::new(stream, limits), actix_http::Protocol::Http1, peer))
        })
        .and_then(http)
    })?;
    Ok(builder.run())
}

fn whole_seconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
}

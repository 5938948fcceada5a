//! The HTTP server: per-worker state, and middleware. A request passes the last `wrap` first.

use std::net::TcpListener;

use actix_web::{
    App,
    dev::Server,
    middleware::{Condition, from_fn},
    web::Data,
};
use entity::Db;
use tokio_util::sync::CancellationToken;

use super::{StartError, http_server, pools::PoolFactory};
use crate::{
    auth::{Authenticator, CookieAuthentication, Revocations, SessionCookies},
    clock::Clock,
    config::Config,
    events::EventHub,
    http::{TrustedOrigins, admission::AdmissionControl, extract::TrustedProxies, middleware},
    routes::{self, AccountServices, BatchLimit, IdempotencyTtl, PingCache, RouteSettings},
    telemetry::traces::is_recording,
};

/// State that all workers share.
pub(super) struct SharedState {
    pub(super) authenticator: Authenticator,
    pub(super) revocations: Revocations,
    pub(super) account_services: Option<AccountServices>,
    pub(super) clock: Clock,
    pub(super) event_hub: EventHub,
    /// Cancelled when shutdown starts.
    pub(super) shutdown: CancellationToken,
}

/// Starts the workers. The returned server must be polled.
pub(super) fn start(
    config: &Config,
    listener: TcpListener,
    state: SharedState,
    background: &Db,
) -> Result<Server, StartError> {
    let origins = config.http.cors_origins.clone();
    let routes = RouteSettings {
        with_accounts: state.account_services.is_some(),
        cookie_everywhere: config.session_cookie.authenticates_every_route,
    };
    let cookie_authentication = routes.cookie_everywhere.then(|| {
        let (revocations, clock) = (state.revocations.clone(), state.clock.clone());
        Data::new(CookieAuthentication::new(TrustedOrigins::new(config), revocations, clock))
    });
    let (authenticator, revocations) = (Data::new(state.authenticator), Data::new(state.revocations));
    let (account_services, clock, shutdown) =
        (state.account_services.map(Data::new), Data::new(state.clock), Data::new(state.shutdown));
    let hub_at_shutdown = state.event_hub.clone();
    let event_hub = Data::new(state.event_hub);
    let proxies = Data::new(TrustedProxies::new(config.http.trusted_proxies.clone()));
    let pools = PoolFactory::new(&config.database, config.http.workers, background);
    let trusted_origins = Data::new(TrustedOrigins::new(config));
    let cookies =
        config.secrets.as_ref().map(|secrets| Data::new(SessionCookies::new(&config.session_cookie, secrets)));
    let ping_cache = Data::new(PingCache::default());
    let idempotency_ttl = Data::new(IdempotencyTtl(config.idempotency_ttl));
    let admission = Data::new(AdmissionControl::new(config.http.max_concurrent_requests, config.http.queue_timeout));
    let close_streams = move || hub_at_shutdown.close();
    http_server::start(&config.http, listener, close_streams, move || {
        let pools = pools.clone();
        let app = App::new()
            .app_data(authenticator.clone())
            .app_data(revocations.clone())
            .app_data(clock.clone())
            .app_data(shutdown.clone())
            .app_data(proxies.clone())
            .app_data(trusted_origins.clone())
            .app_data(ping_cache.clone())
            .app_data(idempotency_ttl.clone())
            .app_data(admission.clone())
            .app_data(Data::new(BatchLimit::default()))
            .app_data(event_hub.clone())
            .data_factory(move || pools.clone().pool());
        let app = account_services.iter().cloned().fold(app, App::app_data);
        let app = cookies.iter().cloned().fold(app, App::app_data);
        let app = cookie_authentication.iter().cloned().fold(app, App::app_data);
        let (app, _) = routes::mount(app, routes);
        app.wrap(from_fn(middleware::head_as_get))
            .wrap(from_fn(middleware::catch_panic))
            .wrap(from_fn(middleware::limit_concurrency))
            .wrap(from_fn(middleware::close_connections))
            .wrap(routes::cors(&origins))
            .wrap(from_fn(middleware::error_response))
            .wrap(from_fn(middleware::hold_body))
            .wrap(from_fn(middleware::access_log))
            .wrap(from_fn(middleware::measure_requests))
            .wrap(Condition::new(is_recording(), from_fn(middleware::trace_request)))
    })
    .map_err(|source| StartError::Listen { address: config.http.host.clone(), source })
}

//! The server: what each worker has, and the layers that a request passes from the last line to the first.

use std::{net::TcpListener, time::Duration};

use actix_web::{App, HttpServer, dev::Server, middleware::from_fn, web::Data};

use super::{StartError, store::Store};
use crate::{
    auth::Authenticator,
    clock::Clock,
    config::Config,
    drain::{self, Draining},
    health::LastSeen,
    problem, router, telemetry,
};

/// A server that is not running yet.
pub(super) async fn serve(
    config: &Config,
    listener: TcpListener,
    authenticator: Data<Authenticator>,
    clock: Clock,
    draining: Draining,
) -> Result<Server, StartError> {
    let origins = config.cors_origins.clone();
    let store = Store::open(&config.database, config.workers).await?;
    let server = HttpServer::new(move || {
        let store = store.clone();
        let app = App::new()
            .app_data(authenticator.clone())
            .app_data(Data::new(clock.clone()))
            .app_data(Data::new(draining.clone()))
            .app_data(Data::new(LastSeen::default()))
            .data_factory(move || store.clone().pool());
        let (app, _) = router::mount(app);
        app.wrap(from_fn(router::head_as_get))
            .wrap(from_fn(problem::survive))
            .wrap(from_fn(drain::say_goodbye))
            .wrap(router::cors(&origins))
            .wrap(from_fn(problem::answer))
            .wrap(from_fn(telemetry::observe))
    });
    let server = server
        .workers(config.workers)
        .shutdown_timeout(whole_seconds(config.shutdown_timeout))
        .disable_signals()
        .listen(listener)
        .map_err(|source| StartError::Listen { address: config.host.clone(), source })?;
    Ok(server.run())
}

fn whole_seconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
}

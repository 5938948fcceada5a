//! Liveness and readiness, for orchestrators and load balancers.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{
    get,
    web::{Data, Json},
};
use entity::Db;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::{
    auth::{Authenticator, KeySetStatus, Revocations},
    http::problem::{
        Kind, Problem,
        responses::{Internal, Unavailable},
    },
};

/// The time for which a ping's result is reused.
const PING_CACHE_TTL: Duration = Duration::from_secs(1);

/// The time in which the database must respond to a ping.
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// The process is running.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

/// The service can handle requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    #[schema(example = "ok")]
    status: &'static str,
    /// The status of the key set. Present only if `JWKS_URL` is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = KeySet)]
    key_set: Option<KeySet>,
}

/// The status of the key set: `fresh`, or `stale` if its server is unavailable and the cached keys are in use.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum KeySet {
    Fresh,
    Stale,
}

/// The time and the result of the last ping of the database, for all workers: readiness must not depend on the worker.
#[derive(Debug, Default)]
pub(crate) struct PingCache(Mutex<Option<(Instant, bool)>>);

/// Checks liveness.
///
/// Does not use the database, so that an outage of it does not restart the service.
#[utoipa::path(
    operation_id = "getLiveness", tag = "health",
    responses(
        (status = 200, description = "The process is running.", body = Health),
        Internal
    )
)]
#[get("/health/live")]
pub(crate) async fn live() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Checks readiness.
///
/// Succeeds if the database, the key set and the revocation feed are available and the service is not shutting down.
#[utoipa::path(
    operation_id = "getReadiness", tag = "health",
    responses(
        (status = 200, description = "The service can handle requests.", body = Readiness),
        Internal, Unavailable
    )
)]
#[get("/health/ready")]
pub(crate) async fn ready(
    db: Data<Db>,
    ping_cache: Data<PingCache>,
    authenticator: Data<Authenticator>,
    revocations: Data<Revocations>,
    shutdown: Data<CancellationToken>,
) -> Result<Json<Readiness>, Problem> {
    let unavailable =
        |detail: &'static str| Err(Problem::new(Kind::Unavailable).with_detail(detail).with_cause(detail));
    if shutdown.is_cancelled() {
        return unavailable("The service is shutting down.");
    }
    let key_set = match (ping_cache.is_database_reachable(&db).await, authenticator.key_set_status()) {
        (false, Some(KeySetStatus::Unavailable)) => {
            return unavailable("The database and the key set are unavailable.");
        }
        (false, _) => return unavailable("The database is unavailable."),
        (true, Some(KeySetStatus::Unavailable)) => return unavailable("The key set is unavailable."),
        (true, Some(KeySetStatus::Stale)) => Some(KeySet::Stale),
        (true, Some(KeySetStatus::Fresh)) => Some(KeySet::Fresh),
        (true, None) => None,
    };
    if !revocations.is_feed_current() {
        return unavailable("The revocation feed is stale.");
    }
    Ok(Json(Readiness { status: "ok", key_set }))
}

impl PingCache {
    async fn is_database_reachable(&self, db: &Db) -> bool {
        let last = *self.lock();
        if let Some((_, answered)) = last.filter(|(asked, _)| asked.elapsed() < PING_CACHE_TTL) {
            return answered;
        }
        let answered = tokio::time::timeout(PING_TIMEOUT, db.ping()).await.is_ok_and(|answer| answer.is_ok());
        *self.lock() = Some((Instant::now(), answered));
        answered
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Instant, bool)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Whether the process lives, and whether it can serve: two questions, asked by different machines.

use std::{
    cell::Cell,
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
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    auth::{Authenticator, KeySetStatus, Revocations},
    http::problem::{
        Kind, Problem,
        responses::{Internal, Unavailable},
    },
};

/// How long an answer of the database's is believed, and waited for.
const PING_CACHE_TTL: Duration = Duration::from_secs(1);

/// The operations, served and described.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(live).service(ready);
}

/// All is well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

/// The service can serve.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    #[schema(example = "ok")]
    status: &'static str,
    /// How the keys at `JWKS_URL` are, where that is set: `stale` while their server is away and the known ones serve.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, value_type = KeySet)]
    key_set: Option<KeySet>,
}

/// A key set that serves: as good as its server's, or kept while that is away.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum KeySet {
    Fresh,
    Stale,
}

/// When the database was last asked by this worker, and whether it answered.
#[derive(Debug, Default)]
pub(crate) struct PingCache(Cell<Option<(Instant, bool)>>);

/// Liveness.
///
/// Asks nothing of anything else, so that a database that is away does not get the service killed.
#[utoipa::path(
    operation_id = "getLiveness", tag = "health",
    responses(
        (status = 200, description = "The process is alive.", body = Health),
        Internal
    )
)]
#[get("/health/live")]
pub(crate) async fn live() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Readiness.
#[utoipa::path(
    operation_id = "getReadiness", tag = "health",
    responses(
        (status = 200, description = "The service can serve.", body = Readiness),
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
    let not = |detail: &'static str| Err(Problem::new(Kind::Unavailable).with_detail(detail).with_cause(detail));
    if shutdown.is_cancelled() {
        return not("The service is stopping.");
    }
    let key_set = match (ping_cache.is_database_reachable(&db).await, authenticator.key_set_status()) {
        (false, Some(KeySetStatus::Unavailable)) => return not("The database and the key set are away."),
        (false, _) => return not("The database is away."),
        (true, Some(KeySetStatus::Unavailable)) => return not("The key set is away."),
        (true, Some(KeySetStatus::Stale)) => Some(KeySet::Stale),
        (true, Some(KeySetStatus::Fresh)) => Some(KeySet::Fresh),
        (true, None) => None,
    };
    if !revocations.is_feed_current() {
        return not("What is revoked elsewhere is not heard.");
    }
    Ok(Json(Readiness { status: "ok", key_set }))
}

impl PingCache {
    async fn is_database_reachable(&self, db: &Db) -> bool {
        if let Some((_, answered)) = self.0.get().filter(|(asked, _)| asked.elapsed() < PING_CACHE_TTL) {
            return answered;
        }
        let answered = tokio::time::timeout(PING_CACHE_TTL, db.ping()).await.is_ok_and(|answer| answer.is_ok());
        self.0.set(Some((Instant::now(), answered)));
        answered
    }
}

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
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    drain::Draining,
    problem::{Kind, Problem},
};

/// How long an answer of the database's is believed, and waited for.
const A_MOMENT: Duration = Duration::from_secs(1);

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

const OK: Json<Health> = Json(Health { status: "ok" });

/// When the database was last asked by this worker, and whether it answered.
#[derive(Debug, Default)]
pub(crate) struct LastSeen(Cell<Option<(Instant, bool)>>);

/// Liveness.
///
/// Asks nothing of anything else, so that a database that is away does not get the service killed.
#[utoipa::path(
    operation_id = "getLiveness", tag = "health",
    responses((status = 200, description = "The process is alive.", body = Health))
)]
#[get("/health/live")]
pub(crate) async fn live() -> Json<Health> {
    OK
}

/// Readiness.
#[utoipa::path(
    operation_id = "getReadiness", tag = "health",
    responses((status = 200, description = "The service can serve.", body = Health))
)]
#[get("/health/ready")]
pub(crate) async fn ready(
    db: Data<Db>,
    last_seen: Data<LastSeen>,
    draining: Data<Draining>,
) -> Result<Json<Health>, Problem> {
    if draining.has_begun() {
        return Err(Problem::new(Kind::Unavailable).with_detail("The service is stopping."));
    }
    if last_seen.or_ask(&db).await {
        Ok(OK)
    } else {
        Err(Problem::new(Kind::Unavailable).with_detail("The database is away."))
    }
}

impl LastSeen {
    async fn or_ask(&self, db: &Db) -> bool {
        if let Some((_, answered)) = self.0.get().filter(|(asked, _)| asked.elapsed() < A_MOMENT) {
            return answered;
        }
        let answered = tokio::time::timeout(A_MOMENT, db.ping()).await.is_ok_and(|answer| answer.is_ok());
        self.0.set(Some((Instant::now(), answered)));
        answered
    }
}

//! PostgreSQL in a Docker container that cannot outlive this process.

use std::mem;
use std::time::Duration;

use testcontainers_modules::postgres::Postgres;
use testcontainers_modules::testcontainers::core::client::docker_client_instance;
use testcontainers_modules::testcontainers::core::{ContainerState, ExecCommand, WaitFor};
use testcontainers_modules::testcontainers::runners::AsyncRunner as _;
use testcontainers_modules::testcontainers::{Image, ImageExt as _, TestcontainersError};
use tokio::runtime;

use super::{say, setting};

/// How long an engine may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(2);
const SETTINGS: [&str; 8] =
    ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=300"];

/// Starts a server and returns its URL, if a Docker engine answers.
pub(super) fn start() -> Option<String> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime for Docker");
    if !runtime.block_on(engine_answers()) {
        if let Some(host) = setting("DOCKER_HOST") {
            say(&format!(
                "no Docker engine answers at {host} (DOCKER_HOST); looking for PostgreSQL's programs instead"
            ));
        }
        return None;
    }
    let started = runtime.block_on(run());
    started
        .inspect_err(|reason| {
            say(&format!(
                "Docker answers, but runs no PostgreSQL: {reason}; looking for PostgreSQL's programs instead"
            ));
        })
        .ok()
}

async fn engine_answers() -> bool {
    let ping = async { docker_client_instance().await.ok()?.ping().await.ok() };
    tokio::time::timeout(PATIENCE, ping).await.ok().flatten().is_some()
}

async fn run() -> Result<String, TestcontainersError> {
    let request = Server(Postgres::default()).with_cmd(SETTINGS);
    let container = request.with_host_config_modifier(|host| host.auto_remove = Some(true)).start().await?;
    let host = container.get_host().await?;
    let port = container.get_host_port_ipv4(5432).await?;
    // Its Drop would need this runtime; what removes the container is the script in it.
    mem::forget(container);
    Ok(format!("postgres://postgres:postgres@{host}:{port}/postgres"))
}

/// The official image, with a script beside the server that stops it when no test process is connected any more.
struct Server(Postgres);

impl Image for Server {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn tag(&self) -> &'static str {
        "17-alpine"
    }

    fn ready_conditions(&self) -> Vec<WaitFor> {
        self.0.ready_conditions()
    }

    fn env_vars(
        &self,
    ) -> impl IntoIterator<Item = (impl Into<std::borrow::Cow<'_, str>>, impl Into<std::borrow::Cow<'_, str>>)> {
        self.0.env_vars()
    }

    fn exec_before_ready(&self, _: ContainerState) -> Result<Vec<ExecCommand>, TestcontainersError> {
        Ok(vec![ExecCommand::new(["sh", "-c", include_str!("container.sh")])])
    }
}

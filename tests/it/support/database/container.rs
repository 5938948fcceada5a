//! PostgreSQL in a Docker container that cannot outlive this process.

use std::mem;
use std::time::Duration;

use testcontainers_modules::postgres::Postgres;
use testcontainers_modules::testcontainers::core::client::docker_client_instance;
use testcontainers_modules::testcontainers::core::{ContainerState, ExecCommand, WaitFor};
use testcontainers_modules::testcontainers::runners::AsyncRunner as _;
use testcontainers_modules::testcontainers::{ContainerAsync, Image, ImageExt as _, TestcontainersError};
use tokio::runtime::{Builder, Runtime};

use super::{print, setting};

/// The longest wait for a response of the Docker engine.
const PING_TIMEOUT: Duration = Duration::from_secs(2);
const SETTINGS: [&str; 8] =
    ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=300"];

/// Stops the server if the test process has ended before it connected.
const STOP_UNLESS_WATCHED: &str = "sleep 60; [ -e /tmp/watched ] || kill -QUIT 1";

/// A server in a container that removes itself when it stops.
pub(super) struct Container {
    runtime: Runtime,
    server: ContainerAsync<Server>,
    url: String,
}

impl Container {
    /// Starts a server, if a Docker engine answers.
    pub(super) fn start() -> Option<Container> {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime for Docker");
        if !runtime.block_on(engine_answers()) {
            if let Some(host) = setting("DOCKER_HOST") {
                print(&format!(
                    "no Docker engine answers at {host} (DOCKER_HOST); trying PostgreSQL's programs instead"
                ));
            }
            return None;
        }
        match runtime.block_on(run()) {
            Ok((server, url)) => Some(Container { runtime, server, url }),
            Err(reason) => {
                print(&format!("Docker runs no PostgreSQL: {reason}; trying PostgreSQL's programs instead"));
                None
            }
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// From now on the container lives as long as the admin connection, and stops at once if there is none.
    pub(super) fn stop_with_the_admin_connection(self) {
        let watch = ExecCommand::new(["sh", "-c", include_str!("container.sh")]);
        self.runtime.block_on(self.server.exec(watch)).expect("a script in the PostgreSQL container");
        // Drop would remove the container now.
        mem::forget(self.server);
    }
}

async fn engine_answers() -> bool {
    let ping = async { docker_client_instance().await.ok()?.ping().await.ok() };
    tokio::time::timeout(PING_TIMEOUT, ping).await.ok().flatten().is_some()
}

async fn run() -> Result<(ContainerAsync<Server>, String), TestcontainersError> {
    let request = Server(Postgres::default()).with_cmd(SETTINGS);
    let container = request.with_host_config_modifier(|host| host.auto_remove = Some(true)).start().await?;
    let host = container.get_host().await?;
    let port = container.get_host_port_ipv4(5432).await?;
    Ok((container, format!("postgres://postgres:postgres@{host}:{port}/postgres")))
}

/// The official image, with a script that runs from the start.
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
        Ok(vec![ExecCommand::new(["sh", "-c", STOP_UNLESS_WATCHED])])
    }
}

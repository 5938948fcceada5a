//! Runs the scenarios of `tests/better-auth/differential` against a real Better Auth and against the service.

use std::{env, path::Path, process::Command};

use super::{
    super::{Backend, TestDatabase, setting},
    install,
};

/// Panics with the report if there are unlisted differences. `client` is a package of `tests/better-auth/clients`; without it
/// the client of the server's version runs.
#[expect(clippy::disallowed_methods, reason = "the location of programs is not a setting of the service")]
pub(crate) async fn passes_the_differential(client: Option<String>) -> String {
    let [reference, service] = [TestDatabase::new(Backend::Postgres).await, TestDatabase::new(Backend::Postgres).await];
    let mut node = Command::new("node");
    node.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/better-auth/differential/run.mjs"));
    node.arg("--modules").arg(install::server()).args(["--program", env!("CARGO_BIN_EXE_taskbridge")]);
    node.args(["--reference-database", reference.url(), "--service-database", service.url()]);
    if let Some(client) = &client {
        node.arg("--client-modules").arg(install::clients()).args(["--client", client]);
    }
    node.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
    let finished = tokio::task::spawn_blocking(move || node.output()).await.unwrap();
    let output = finished.unwrap_or_else(|error| panic!("{}", install::missing("node", &error)));
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{report}\n{}", String::from_utf8_lossy(&output.stderr));
    report
}

/// The package of the client: `TEST_BETTER_AUTH_CLIENT`, for example `better-auth-1-3`.
pub(crate) fn client_setting() -> Option<String> {
    setting("TEST_BETTER_AUTH_CLIENT")
}

//! Installs Better Auth once, for all test processes of this target folder.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::super::setting;

/// The prefix of unfinished installations.
const UNFINISHED: &str = "unfinished-better-auth-";

const INSTALL_HINT: &str = "the tests use a real Better Auth and need Node.js 22 or newer with npm";

/// An npm package that only has dependencies.
struct Package {
    manifest: String,
    lock: Option<&'static str>,
}

/// The folder whose `node_modules` contains Better Auth: the version of the lock file, or `TEST_BETTER_AUTH_SERVER`.
pub(super) fn server() -> &'static Path {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let manifest = include_str!("../../../better-auth/package.json");
    let package = || match setting("TEST_BETTER_AUTH_SERVER") {
        Some(version) => Package { manifest: with_version(manifest, &version), lock: None },
        None => Package {
            manifest: manifest.to_owned(),
            lock: Some(include_str!("../../../better-auth/package-lock.json")),
        },
    };
    FOLDER.get_or_init(|| package().installed()).as_ref().unwrap_or_else(|reason| panic!("{reason}"))
}

/// The folder whose `node_modules` contains a client of each supported minor version.
pub(super) fn clients() -> &'static Path {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let package = || Package {
        manifest: include_str!("../../../better-auth/clients/package.json").to_owned(),
        lock: Some(include_str!("../../../better-auth/clients/package-lock.json")),
    };
    FOLDER.get_or_init(|| package().installed()).as_ref().unwrap_or_else(|reason| panic!("{reason}"))
}

/// The error message if Node.js or npm cannot be run.
pub(super) fn missing(program: &str, error: &io::Error) -> String {
    format!("{program} can't be run ({error}): {INSTALL_HINT}")
}

fn with_version(manifest: &str, version: &str) -> String {
    let mut manifest: serde_json::Value = serde_json::from_str(manifest).expect("a manifest");
    manifest["dependencies"]["better-auth"] = version.into();
    manifest.to_string()
}

impl Package {
    /// Installs under a lock. A second process waits; an unfinished installation is repeated.
    fn installed(&self) -> Result<PathBuf, String> {
        let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = place.join(format!("better-auth-{}", self.digest()));
        let lock = File::create(place.join("better-auth.lock")).map_err(|error| error.to_string())?;
        lock.lock().map_err(|error| error.to_string())?;
        clear(place).map_err(|error| error.to_string())?;
        if !folder.exists() {
            self.install(place, &folder)?;
        }
        Ok(folder)
    }

    /// A prefix of the hash of what determines the installed versions.
    fn digest(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(self.lock.unwrap_or(&self.manifest))[..9])
    }

    fn install(&self, place: &Path, folder: &Path) -> Result<(), String> {
        let failed = |error: io::Error| format!("{}: {error}", folder.display());
        let unfinished = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(place).map_err(failed)?;
        fs::write(unfinished.path().join("package.json"), &self.manifest).map_err(failed)?;
        if let Some(lock) = self.lock {
            fs::write(unfinished.path().join("package-lock.json"), lock).map_err(failed)?;
        }
        npm(if self.lock.is_some() { "ci" } else { "install" }, unfinished.path())?;
        fs::rename(unfinished.keep(), folder).map_err(failed)
    }
}

/// Removes unfinished installations of killed processes. Their npm may still be writing, hence a new name each time.
fn clear(place: &Path) -> io::Result<()> {
    for entry in fs::read_dir(place)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
    Ok(())
}

fn npm(command: &str, folder: &Path) -> Result<(), String> {
    let mut npm = Command::new("npm");
    npm.args([command, "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]);
    let output = npm.current_dir(folder).stdin(Stdio::null()).output().map_err(|error| missing("npm", &error))?;
    if output.status.success() {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    Err(format!("`npm {command}` can't install Better Auth ({}): {reason}", output.status))
}

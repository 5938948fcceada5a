//! Installs Better Auth once from the lock file, for all test processes of this target folder.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

const MANIFEST: &str = include_str!("../../../better-auth/package.json");
const LOCK: &str = include_str!("../../../better-auth/package-lock.json");

/// The prefix of unfinished installations.
const UNFINISHED: &str = "unfinished-better-auth-";

const INSTALL_HINT: &str = "the tests use a real Better Auth and need Node.js 22 or newer with npm";

/// The folder whose `node_modules` contains Better Auth.
pub(super) fn folder() -> &'static Path {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOLDER.get_or_init(installed).as_ref().unwrap_or_else(|reason| panic!("{reason}"))
}

/// The error message if Node.js or npm cannot be run.
pub(super) fn missing(program: &str, error: &io::Error) -> String {
    format!("{program} can't be run ({error}): {INSTALL_HINT}")
}

/// Installs under a lock. A second process waits; an unfinished installation is repeated.
fn installed() -> Result<PathBuf, String> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = place.join(format!("better-auth-{}", version()));
    let lock = File::create(place.join("better-auth.lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    clear(place).map_err(|error| error.to_string())?;
    if !folder.exists() {
        install(place, &folder)?;
    }
    Ok(folder)
}

/// A prefix of the hash of the lock file.
fn version() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(LOCK)[..9])
}

fn install(place: &Path, folder: &Path) -> Result<(), String> {
    let failed = |error: io::Error| format!("{}: {error}", folder.display());
    let unfinished = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(place).map_err(failed)?;
    fs::write(unfinished.path().join("package.json"), MANIFEST).map_err(failed)?;
    fs::write(unfinished.path().join("package-lock.json"), LOCK).map_err(failed)?;
    npm_ci(unfinished.path())?;
    fs::rename(unfinished.keep(), folder).map_err(failed)
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

fn npm_ci(folder: &Path) -> Result<(), String> {
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]);
    let output = npm.current_dir(folder).stdin(Stdio::null()).output().map_err(|error| missing("npm", &error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("`npm ci` can't install Better Auth ({}): {}", output.status, String::from_utf8_lossy(&output.stderr)))
}

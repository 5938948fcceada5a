//! PostgreSQL's programs on this machine, and the account that runs them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::setting;

const REQUIRED: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// Where packages install the programs: a folder, and the path below each of its subfolders.
const INSTALLED: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
];

/// A folder that holds `initdb`, `pg_ctl` and `postgres`.
pub(super) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// The programs in the folder that `TEST_POSTGRES_PROGRAMS` names, else those on the `PATH`, else the newest installed version.
    #[expect(clippy::disallowed_methods, reason = "the location of programs is not a setting of the service")]
    pub(super) fn find() -> Option<Programs> {
        if let Some(folder) = setting("TEST_POSTGRES_PROGRAMS") {
            let folder = complete(Path::new(&folder));
            return Some(Programs { folder: folder.expect("initdb, pg_ctl and postgres in TEST_POSTGRES_PROGRAMS") });
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let on_path = env::split_paths(&path).find_map(|folder| complete(&folder));
        let newest =
            || INSTALLED.iter().flat_map(|(root, rest)| children(root, rest)).max_by_key(|folder| version(folder));
        on_path.or_else(newest).map(|folder| Programs { folder })
    }

    pub(super) fn folder(&self) -> std::path::Display<'_> {
        self.folder.display()
    }
}

/// The user and group ids for the server if this process is root, which PostgreSQL rejects.
pub(super) fn unprivileged_account() -> Option<(u32, u32)> {
    if id(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"].iter().find_map(|user| Some((id(&["-u", user])?, id(&["-g", user])?)))
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The folder, symbolic links resolved, if it holds all programs.
fn complete(folder: &Path) -> Option<PathBuf> {
    let initdb = folder.join("initdb").canonicalize().ok()?;
    let folder = initdb.parent()?;
    REQUIRED.iter().all(|program| folder.join(program).is_file()).then(|| folder.to_owned())
}

fn children(root: &str, rest: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries.filter_map(|entry| complete(&entry.path().join(rest))).collect()
}

/// The version numbers in `postgres (PostgreSQL) 15.18 (Debian …)`.
fn version(folder: &Path) -> Vec<u32> {
    let output = Command::new(folder.join("postgres")).arg("--version").output();
    let line = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let number = line.split_whitespace().nth(2).unwrap_or_default();
    number.split('.').map_while(|part| part.parse().ok()).collect()
}

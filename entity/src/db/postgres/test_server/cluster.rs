//! A cluster in a temporary folder.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::certificates::Identity;

/// Who may log in: `postgres` without a password, `app` with one, `holder` with a certificate.
const ACCESS: &str = "\
    local   all all           trust\n\
    host    all postgres all  trust\n\
    host    all app      all  scram-sha-256\n\
    hostssl all holder   all  cert\n";

/// A cluster that is not running. It is removed with this value.
pub(in crate::db::postgres) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    /// The account of the server, if this process is root, which PostgreSQL refuses.
    account: Option<(u32, u32)>,
}

/// A running server. It stops with this value.
pub(in crate::db::postgres) struct RunningServer<'c> {
    cluster: &'c Cluster,
    pub(in crate::db::postgres) port: u16,
}

impl Cluster {
    /// Returns `None` if PostgreSQL is not installed on this machine.
    pub(in crate::db::postgres) fn create() -> Option<Self> {
        let programs = find_programs()?;
        let cluster = Self { folder: tempfile::tempdir().unwrap(), programs, account: unprivileged_account() };
        cluster.give_to_server(cluster.folder.path());
        cluster.run("initdb", &["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        cluster.write("access.conf", ACCESS);
        Some(cluster)
    }

    /// Starts the server with TLS as `identity`; without TLS, if that is `None`.
    pub(in crate::db::postgres) fn start(&self, identity: Option<&Identity>, settings: &[&str]) -> RunningServer<'_> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = self.path("");
        let mut all: Vec<String> =
            ["listen_addresses=127.0.0.1", "fsync=off", "shared_buffers=1MB"].map(String::from).to_vec();
        all.extend([
            format!("port={port}"),
            format!("unix_socket_directories={folder}"),
            format!("hba_file={folder}/access.conf"),
        ]);
        if let Some(identity) = identity {
            let certificate = self.write("server.crt", &identity.certificate);
            let key = self.write("server.key", &identity.key);
            all.extend(["ssl=on".into(), format!("ssl_cert_file={certificate}"), format!("ssl_key_file={key}")]);
        }
        all.extend(settings.iter().map(|setting| (*setting).to_owned()));
        let options = format!("-c {}", all.join(" -c "));
        self.run("pg_ctl", &["start", "-w", "-l", &self.path("log"), "-o", &options]);
        RunningServer { cluster: self, port }
    }

    /// Writes a file that only the server's account may read, and returns its path.
    pub(in crate::db::postgres) fn write(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        self.give_to_server(Path::new(&path));
        path
    }

    /// Returns the path of a file in the cluster's folder.
    pub(in crate::db::postgres) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().trim_end_matches('/').to_owned()
    }

    fn give_to_server(&self, path: &Path) {
        if let Some((user, group)) = self.account {
            chown(path, Some(user), Some(group)).unwrap();
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(["-D", &self.path("data")]).args(arguments).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        let status = command.status().unwrap();
        let log = || fs::read_to_string(self.path("log")).unwrap_or_default();
        assert!(status.success(), "{program} {arguments:?}: {}", log());
    }
}

impl Drop for RunningServer<'_> {
    fn drop(&mut self) {
        self.cluster.run("pg_ctl", &["stop", "-w", "-m", "fast"]);
    }
}

#[expect(clippy::disallowed_methods, reason = "the location of programs is not a setting of the service")]
fn find_programs() -> Option<PathBuf> {
    let on_path = env::split_paths(&env::var_os("PATH")?).collect::<Vec<_>>();
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed = installed.map(|version| version.path().join("bin"));
    let initdb = on_path.into_iter().chain(installed).find_map(|folder| folder.join("initdb").canonicalize().ok())?;
    Some(initdb.parent()?.to_owned())
}

fn unprivileged_account() -> Option<(u32, u32)> {
    let is_root = id(&["-u"]) == Some(0);
    ["postgres", "nobody"].iter().filter(|_| is_root).find_map(|user| Some((id(&["-u", user])?, id(&["-g", user])?)))
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

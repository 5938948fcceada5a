//! libpq's password file (`.pgpass`).

use std::{fs, io, path::Path};

/// What a line of the file has to match.
pub(super) struct Login<'l> {
    pub(super) host: &'l str,
    pub(super) port: u16,
    pub(super) database: Option<&'l str>,
    pub(super) user: Option<&'l str>,
}

/// Returns the password in the first line that matches. A file that others may read is ignored, as libpq does.
pub(super) fn find_password(path: &str, login: &Login<'_>) -> Option<String> {
    match read_private(Path::new(path)) {
        Ok(content) => content.lines().find_map(|line| password_in(line, login)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            log::warn!("password file ignored: {error}");
            None
        }
    }
}

fn read_private(path: &Path) -> io::Result<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            return Err(io::Error::other("group or others can access it; set its permissions to 0600"));
        }
    }
    fs::read_to_string(path)
}

fn password_in(line: &str, login: &Login<'_>) -> Option<String> {
    let fields = split(line);
    let [host, port, database, user, password] = fields.as_slice() else { return None };
    // a socket counts as localhost
    let hosts = [login.host, if login.host.starts_with('/') { "localhost" } else { login.host }];
    let is_match = hosts.iter().any(|known| matches(host, Some(known)))
        && matches(port, Some(&login.port.to_string()))
        && matches(database, login.database.or(login.user))
        && matches(user, login.user);
    (!line.starts_with('#') && is_match).then(|| password.clone())
}

fn matches(field: &str, value: Option<&str>) -> bool {
    field == "*" || Some(field) == value
}

/// Splits at colons. A backslash escapes a colon or a backslash.
fn split(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut characters) = (Vec::new(), String::new(), line.chars());
    while let Some(character) = characters.next() {
        match character {
            '\\' => field.extend(characters.next()),
            ':' => fields.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: Login<'_> = Login { host: "db", port: 5432, database: Some("tasks"), user: Some("app") };

    #[test]
    fn a_line_matches_by_value_or_wildcard() {
        for line in ["db:5432:tasks:app:secret", "*:*:*:*:secret", "db:*:tasks:*:secret"] {
            assert_eq!(password_in(line, &LOGIN).as_deref(), Some("secret"), "{line}");
        }
        for line in ["#*:*:*:*:secret", "db:5433:tasks:app:secret", "other:*:*:*:secret", "db:5432:tasks:app", ""] {
            assert_eq!(password_in(line, &LOGIN), None, "{line}");
        }
    }

    #[test]
    fn a_backslash_escapes() {
        assert_eq!(password_in(r"*:*:*:*:a\:b\\c", &LOGIN).as_deref(), Some(r"a:b\c"));
    }

    #[test]
    fn a_socket_is_localhost() {
        let login = Login { host: "/var/run/postgresql", ..LOGIN };
        assert_eq!(password_in("localhost:*:*:*:secret", &login).as_deref(), Some("secret"));
    }
}

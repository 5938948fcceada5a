//! The secrets shared with the front end.

use std::{
    fmt, fs,
    io::{self, ErrorKind, Write},
    iter,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::environment::{ConfigError, Environment, invalid};

const NAME: &str = "BETTER_AUTH_SECRET";
const VERSIONED_NAME: &str = "BETTER_AUTH_SECRETS";

/// HS256 requires a key as long as its hash (RFC 7518 §3.2).
const MIN_SECRET_BYTES: usize = 32;

/// The fallbacks that Better Auth uses if no secret is set. They are public.
const PUBLIC_SECRETS: [&str; 2] = ["better-auth-secret-12345678901234567890", "better-auth-secret-123456789"];

/// Holds a generated secret, beside the SQLite file.
const SECRET_FILE_NAME: &str = "taskbridge.secret";

/// A value that is zeroized on drop and hidden from debug output.
#[derive(Clone)]
pub struct Secret {
    value: Zeroizing<String>,
    version: Option<u32>,
}

impl Secret {
    pub(super) fn new(value: String) -> Self {
        Self { value: Zeroizing::new(value), version: None }
    }

    /// Returns the value.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// Returns the number that `BETTER_AUTH_SECRETS` gives the secret.
    pub(crate) fn version(&self) -> Option<u32> {
        self.version
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// One or more shared secrets. All of them verify, the first one signs.
#[derive(Debug, Clone)]
pub struct Secrets {
    first: Secret,
    rest: Vec<Secret>,
    file: Option<PathBuf>,
}

/// What happens if no secret is configured and the secret file does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingSecret {
    /// A secret is generated and written to the file.
    Generate,
    /// It is an error.
    Reject,
}

impl Secrets {
    /// The secret that signs.
    #[must_use]
    pub fn first(&self) -> &Secret {
        &self.first
    }

    /// All secrets, the one that signs first.
    pub fn iter(&self) -> impl Iterator<Item = &Secret> {
        iter::once(&self.first).chain(&self.rest)
    }

    /// The file that the secret was read from, if it was not configured.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Returns an error for a command that requires a secret where only a key set is configured.
    #[must_use]
    pub fn required() -> ConfigError {
        invalid(NAME, "set: only the front end can sign tokens with the keys of its key set")
    }

    /// Returns `None` if no secret is configured.
    pub(super) fn read(environment: &Environment<'_>) -> Result<Option<Self>, ConfigError> {
        let mut secrets = parse_versioned(environment.raw(VERSIONED_NAME).as_deref())?;
        if let Some(secret) = environment.raw(NAME) {
            secrets.push(validate(NAME, secret)?);
        }
        let mut secrets = secrets.into_iter();
        Ok(secrets.next().map(|first| Self { first, rest: secrets.collect(), file: None }))
    }

    /// Reads the secret file beside the SQLite file.
    pub(super) fn from_file(sqlite_file: Option<&Path>, missing: MissingSecret) -> Result<Self, ConfigError> {
        let Some(sqlite_file) = sqlite_file else {
            return Err(invalid(NAME, "set to the front end's secret (at least 32 bytes), unless JWKS_URL is set"));
        };
        let file = sqlite_file.with_file_name(SECRET_FILE_NAME);
        let secret = match (read_secret_file(&file), missing) {
            (Ok(secret), _) => secret,
            (Err(error), _) if error.kind() != ErrorKind::NotFound => {
                return Err(invalid(NAME, format!("set: can't read {}: {error}", file.display())));
            }
            (Err(_), MissingSecret::Generate) => generate_secret_file(&file)
                .map_err(|error| invalid(NAME, format!("set: can't write {}: {error}", file.display())))?,
            (Err(_), MissingSecret::Reject) => {
                return Err(invalid(
                    NAME,
                    "set, unless JWKS_URL is set; or start the service here once to generate it",
                ));
            }
        };
        Ok(Self { first: validate(NAME, secret)?, rest: Vec::new(), file: Some(file) })
    }
}

/// Parses Better Auth's versioned format, as in `2:new,1:old`.
fn parse_versioned(text: Option<&str>) -> Result<Vec<Secret>, ConfigError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let parse = |entry: &str| {
        let pair = entry.trim().split_once(':');
        let Some((Ok(version), secret)) = pair.map(|(version, secret)| (version.parse(), secret)) else {
            return Err(invalid(
                VERSIONED_NAME,
                "version:secret pairs, comma-separated, the newest first, as in 2:new,1:old",
            ));
        };
        Ok(Secret { version: Some(version), ..validate(VERSIONED_NAME, secret.to_owned())? })
    };
    text.split(',').map(parse).collect()
}

fn validate(name: &'static str, secret: String) -> Result<Secret, ConfigError> {
    let secret = Secret::new(secret);
    let value = secret.expose();
    if value.len() < MIN_SECRET_BYTES || value.trim().is_empty() {
        return Err(invalid(name, "at least 32 bytes long; `openssl rand -base64 32` generates one"));
    }
    if value.contains(char::REPLACEMENT_CHARACTER) {
        return Err(invalid(name, "UTF-8"));
    }
    if PUBLIC_SECRETS.contains(&value) {
        return Err(invalid(name, "private: this value is a public default of Better Auth"));
    }
    Ok(secret)
}

/// Reads the file. A trailing line break is not part of the secret.
fn read_secret_file(file: &Path) -> io::Result<String> {
    Ok(fs::read_to_string(file)?.trim_end_matches(['\r', '\n']).to_owned())
}

/// Writes a random secret to a temporary file (mode 0600), then renames it, unless another process has created the file.
fn generate_secret_file(file: &Path) -> io::Result<String> {
    let mut random = [0; MIN_SECRET_BYTES];
    getrandom::fill(&mut random)?;
    let secret = BASE64_URL_SAFE_NO_PAD.encode(random);
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(secret.as_bytes())?;
    temporary.as_file().sync_all()?;
    match temporary.persist_noclobber(file) {
        Ok(_) => Ok(secret),
        Err(exists) if exists.error.kind() == ErrorKind::AlreadyExists => read_secret_file(file),
        Err(failed) => Err(failed.error),
    }
}

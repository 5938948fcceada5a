//! The shared secret: where it comes from, and what is too weak to be one.

use std::{
    fmt, fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{
    ConfigError,
    environment::{Environment, invalid},
};

const NAME: &str = "BETTER_AUTH_SECRET";

/// HS256 wants a key as long as its hash (RFC 7518 §3.2).
const MIN_SECRET_BYTES: usize = 32;

/// What Better Auth falls back to when it is given no secret: known to everybody.
const PUBLIC_SECRETS: [&str; 2] = ["better-auth-secret-12345678901234567890", "better-auth-secret-123456789"];

/// A name for the file that keeps a secret made here.
const SECRET_FILE_NAME: &str = "taskbridge.secret";

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What tokens are verified with.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// All that verify; the first one signs. None where one is still to be made.
    pub all: Vec<Secret>,
    /// The file that keeps the secret, where none is set.
    pub file: Option<PathBuf>,
}

impl Secrets {
    /// What is set, if anything.
    pub(super) fn read(environment: &Environment<'_>) -> Result<Option<Self>, ConfigError> {
        let mut all = parse_versioned(environment.raw("BETTER_AUTH_SECRETS").as_deref())?;
        if let Some(secret) = environment.raw(NAME) {
            all.push(validate_secret(NAME, secret)?);
        }
        Ok((!all.is_empty()).then_some(Self { all, file: None }))
    }

    /// What is kept beside the database; nothing is made.
    pub(super) fn from_file(database_file: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(database_file) = database_file else {
            return Err(invalid(NAME, "set to the front end's secret (at least 32 bytes), unless JWKS_URL is set"));
        };
        let mut all = Vec::new();
        let file = database_file.with_file_name(SECRET_FILE_NAME);
        match read_secret_file(&file) {
            Ok(secret) => all.push(validate_secret(NAME, secret)?),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(invalid(NAME, format!("set: {} can't be read: {error}", file.display()))),
        }
        Ok(Self { all, file: Some(file) })
    }

    /// Makes a secret and keeps it, if there is none yet.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it can't be kept.
    pub fn generate_if_missing(&mut self) -> Result<(), ConfigError> {
        if let (true, Some(file)) = (self.all.is_empty(), &self.file) {
            let secret = generate_secret_file(file)
                .map_err(|error| invalid(NAME, format!("set: can't write {}: {error}", file.display())))?;
            self.all.push(validate_secret(NAME, secret)?);
        }
        Ok(())
    }

    /// Demands that there is one.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if it is still to be made.
    pub fn required(self) -> Result<Self, ConfigError> {
        if self.all.is_empty() {
            Err(invalid(NAME, "set, or JWKS_URL, as for the service; or start the service here once, which makes one"))
        } else {
            Ok(self)
        }
    }

    /// What to say where one is needed and there is only a key set.
    #[must_use]
    pub fn required_error() -> ConfigError {
        invalid(NAME, "set: only the front end can make a token of its key set's kind")
    }
}

/// Better Auth's versioned form: `2:new,1:old`.
fn parse_versioned(text: Option<&str>) -> Result<Vec<Secret>, ConfigError> {
    const NAME: &str = "BETTER_AUTH_SECRETS";
    let Some(text) = text else { return Ok(Vec::new()) };
    let entry = |entry: &str| match entry.trim().split_once(':') {
        Some((version, secret)) if version.parse::<u32>().is_ok() => validate_secret(NAME, secret.to_owned()),
        _ => Err(invalid(NAME, "version:secret pairs, the newest first, as in 2:new,1:old")),
    };
    text.split(',').map(entry).collect()
}

fn validate_secret(name: &'static str, secret: String) -> Result<Secret, ConfigError> {
    if secret.len() < MIN_SECRET_BYTES || secret.trim().is_empty() {
        return Err(invalid(name, "at least 32 bytes long; `openssl rand -base64 32` makes one"));
    }
    if secret.contains(char::REPLACEMENT_CHARACTER) {
        return Err(invalid(name, "UTF-8"));
    }
    if PUBLIC_SECRETS.contains(&secret.as_str()) {
        return Err(invalid(name, "a secret of your own: this one is printed in Better Auth's source"));
    }
    Ok(Secret(secret))
}

/// The secret in `file`. A line end behind it is not part of it.
fn read_secret_file(file: &Path) -> std::io::Result<String> {
    Ok(fs::read_to_string(file)?.trim_end_matches(['\r', '\n']).to_owned())
}

/// A new secret (mode 0600), written whole beside its place, then put there unless another process was faster.
fn generate_secret_file(file: &Path) -> std::io::Result<String> {
    let mut random = [0; MIN_SECRET_BYTES];
    getrandom::fill(&mut random)?;
    let secret = BASE64_URL_SAFE_NO_PAD.encode(random);
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    draft.write_all(secret.as_bytes())?;
    draft.as_file().sync_all()?;
    match draft.persist_noclobber(file) {
        Ok(_) => Ok(secret),
        Err(lost) if lost.error.kind() == ErrorKind::AlreadyExists => read_secret_file(file),
        Err(lost) => Err(lost.error),
    }
}

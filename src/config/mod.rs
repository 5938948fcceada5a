//! Settings: read from the environment once and validated.

mod access_token_algorithm;
mod accounts;
mod better_auth_names;
mod database;
mod environment;
mod http;
mod jwks;
mod mail;
mod metrics_address;
mod oauth;
mod rate_limit;
mod secrets;
mod session_cookie;
mod tasks;
mod traces;
mod user_id_claim;

use std::time::Duration;

pub(crate) use self::database::RATE_LIMIT_CONNECTIONS;
use self::environment::Environment;
pub use self::{
    access_token_algorithm::AccessTokenAlgorithm,
    accounts::AccountSettings,
    database::DatabaseSettings,
    environment::ConfigError,
    http::HttpSettings,
    jwks::JwksSettings,
    mail::{MailDelivery, MailSettings, SmtpSettings, SmtpTls},
    oauth::OAuthSettings,
    rate_limit::RateLimitStore,
    secrets::{MissingSecret, Secret, Secrets},
    session_cookie::SessionCookieSettings,
    tasks::TaskSettings,
    traces::TraceSettings,
};

/// All settings of the service.
#[derive(Debug, Clone)]
pub struct Config {
    /// The HTTP server.
    pub http: HttpSettings,
    /// The database.
    pub database: DatabaseSettings,
    /// The secrets shared with the front end. `None` if only a key set is configured.
    pub secrets: Option<Secrets>,
    /// The front end's key set.
    pub jwks: Option<JwksSettings>,
    /// The service's own accounts. `None` if they are disabled.
    pub accounts: Option<AccountSettings>,
    /// The session cookie of Better Auth's client.
    pub session_cookie: SessionCookieSettings,
    /// Mail.
    pub mail: MailSettings,
    /// Accepted values of `iss` in tokens signed with the shared secret.
    pub issuers: Vec<String>,
    /// Accepted values of `aud` in tokens signed with the shared secret.
    pub audiences: Vec<String>,
    /// The claim of the front end's tokens with the user's ID. `None` is `sub`.
    pub user_id_claim: Option<String>,
    /// Clock skew allowed for `exp`, `nbf` and `iat`.
    pub leeway: Duration,
    /// Where rate limits are counted. `None` if there are none.
    pub rate_limit: Option<RateLimitStore>,
    /// How long the answers to requests with an `Idempotency-Key` are kept.
    pub idempotency_ttl: Duration,
    /// Deleted tasks and event streams.
    pub tasks: TaskSettings,
    /// Time between two deletions of expired rows.
    pub cleanup_interval: Duration,
    /// Host and port of the metrics. `None` if they are not served.
    pub metrics_address: Option<String>,
    /// Logging.
    pub log: LogSettings,
    /// Traces. `None` if they are not exported.
    pub traces: Option<TraceSettings>,
}

/// Log filter and format.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// A filter for `env_logger`.
    pub filter: String,
    /// Whether each line is a JSON object.
    pub json: bool,
}

const MINUTE: Duration = Duration::from_mins(1);

/// Logs the service at `info` and libraries at `warn`. `actix_http` is off, since clients can trigger its warnings at will.
const DEFAULT_LOG_FILTER: &str = "warn,taskbridge=info,actix_http=off";

impl Config {
    /// Reads and validates the process environment.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub fn from_env(missing_secret: MissingSecret) -> Result<Self, ConfigError> {
        Self::load(&Environment::process(), missing_secret)
    }

    /// Reads and validates settings from `variable`, which returns values by name. Writes no file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for the first invalid setting.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        Self::load(&Environment(&variable), MissingSecret::Reject)
    }

    fn load(environment: &Environment<'_>, missing_secret: MissingSecret) -> Result<Self, ConfigError> {
        let http = HttpSettings::read(environment)?;
        let rate_limit = rate_limit::read(environment)?;
        let database = DatabaseSettings::read(environment, http.workers, rate_limit)?;
        let jwks = JwksSettings::read(environment)?;
        let configured = Secrets::read(environment)?;
        let has_secret = configured.is_some() || jwks.is_none();
        let accounts = AccountSettings::read(environment, configured.is_some(), jwks.is_some())?;
        let session_cookie = SessionCookieSettings::read(environment, has_secret)?;
        let public_origin = session_cookie.public_origin.as_deref();
        let mail = MailSettings::read(environment, database.is_embedded(), public_origin)?;
        let mut config = Self {
            http,
            secrets: configured,
            jwks,
            accounts,
            session_cookie,
            mail,
            issuers: environment.list("JWT_ISSUER"),
            audiences: environment.list("JWT_AUDIENCE"),
            user_id_claim: user_id_claim::read(environment)?,
            leeway: environment.duration("TOKEN_LEEWAY", Duration::ZERO..=MINUTE, "15s")?,
            rate_limit,
            idempotency_ttl: environment.duration("IDEMPOTENCY_TTL", MINUTE..=MINUTE * 60 * 24 * 30, "24h")?,
            tasks: TaskSettings::read(environment)?,
            cleanup_interval: cleanup_interval(environment)?,
            metrics_address: metrics_address::read(environment)?,
            log: LogSettings::read(environment)?,
            traces: TraceSettings::read(environment)?,
            database,
        };
        if config.secrets.is_some() || config.jwks.is_none() {
            user_id_claim::check_with_secret(config.user_id_claim.as_deref())?;
        }
        // last, so that an invalid setting leaves no secret file behind
        if config.secrets.is_none() && config.jwks.is_none() {
            config.secrets = Some(Secrets::from_file(config.database.sqlite_file().as_deref(), missing_secret)?);
        }
        Ok(config)
    }
}

impl LogSettings {
    fn read(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            filter: environment.text("RUST_LOG").unwrap_or_else(|| DEFAULT_LOG_FILTER.into()),
            json: environment.one_of("LOG_FORMAT", ["text", "json"])? == "json",
        })
    }
}

/// `SWEEP_INTERVAL` is the former name of `CLEANUP_INTERVAL`.
fn cleanup_interval(environment: &Environment<'_>) -> Result<Duration, ConfigError> {
    let is_former = environment.text("CLEANUP_INTERVAL").is_none() && environment.text("SWEEP_INTERVAL").is_some();
    let name = if is_former { "SWEEP_INTERVAL" } else { "CLEANUP_INTERVAL" };
    environment.duration(name, Duration::from_secs(1)..=Duration::from_hours(24), "1m")
}

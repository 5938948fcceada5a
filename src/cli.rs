//! The command line.

mod backup;
mod health;
mod migrate;
mod output;
mod revoke;
mod rls;

use std::{
    error::Error,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand};

use self::{health::HealthCheck, migrate::Migrate, output::print, rls::RlsCommand};
use crate::{
    app::{Application, authenticator, authenticator_with_keys},
    auth::{Credential, SharedSecretClaims, diagnose},
    clock::Clock,
    config::{Config, ConfigError, MissingSecret, Secrets},
    routes,
    telemetry::{self, traces::Traces},
};

/// A task API for Next.js front ends that authenticate with Better Auth.
#[derive(Parser)]
#[command(version, about, after_help = "Settings are read from environment variables: see .env.example.")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run pending migrations, then serve HTTP (default)
    Serve(Serve),
    /// Run or list database migrations
    Migrate(Migrate),
    /// Exit with code 0 if the service is healthy, else 1
    Health(HealthCheck),
    /// Copy the SQLite database to a new file, also while the service runs
    Backup {
        /// The file to create
        file: PathBuf,
    },
    /// Sign every user out: revoke all tokens and delete all sessions that are older than an instant
    Revoke {
        /// `now`, or an instant as in 2026-11-28T09:30:00Z
        #[arg(long, value_parser = revoke::parse_instant)]
        before: DateTime<Utc>,
    },
    /// Turn row-level security for the service's role on or off (PostgreSQL)
    Rls {
        #[command(subcommand)]
        command: RlsCommand,
    },
    /// Print the OpenAPI 3.1 document
    Openapi,
    /// Sign a token like the front end's, with the configured secret, for development and tests
    MintToken {
        /// User ID
        #[arg(long)]
        sub: String,
        /// Email address
        #[arg(long)]
        email: Option<String>,
        /// Name
        #[arg(long)]
        name: Option<String>,
        /// Lifetime
        #[arg(long, default_value = "1h", value_parser = humantime::parse_duration)]
        ttl: Duration,
    },
    /// Report whether a token is valid, and why not
    ExplainToken {
        /// The token; if it is `-` or absent, it is read from standard input, which keeps it out of the shell's history
        token: Option<String>,
    },
}

/// How the service starts.
#[derive(Args, Default)]
struct Serve {
    /// Fail if a migration is pending, instead of running it
    #[arg(long)]
    no_migrate: bool,
}

/// Runs the command given by the process arguments. The exit code is 2 for an invalid setting and 1 for any other failure.
#[must_use]
pub fn run() -> ExitCode {
    let command = Arguments::parse().command.unwrap_or_else(|| Command::Serve(Serve::default()));
    match actix_web::rt::System::new().block_on(execute(command)) {
        Ok(code) => code,
        Err(error) => {
            drop(writeln!(io::stderr(), "taskbridge: {error}"));
            ExitCode::from(if error.is::<ConfigError>() { 2 } else { 1 })
        }
    }
}

async fn execute(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Serve(arguments) => serve(arguments).await?,
        Command::Migrate(migrate) => migrate.run().await?,
        Command::Health(check) => check.run().await?,
        Command::Backup { file } => backup::run(&file).await?,
        Command::Revoke { before } => revoke::run(before).await?,
        Command::Rls { command } => command.run().await?,
        Command::Openapi => print(&routes::contract())?,
        Command::MintToken { sub, email, name, ttl } => mint_token(sub, email, name, ttl).await?,
        Command::ExplainToken { token } => return explain_token(token).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(arguments: Serve) -> Result<(), Box<dyn Error>> {
    let mut config = Config::from_env(MissingSecret::Generate)?;
    config.database.migrate_at_start = !arguments.no_migrate;
    telemetry::start(&config.log);
    let _traces = config.traces.as_ref().map(Traces::start).transpose()?;
    if let Some(file) = config.secrets.as_ref().and_then(Secrets::file) {
        log::info!(file:% = file.display(); "BETTER_AUTH_SECRET is not set; using the generated secret");
    }
    let application = Box::pin(Application::build(config, Clock::system())).await?;
    Ok(application.run().await?)
}

/// Fails if the service would reject the token.
async fn mint_token(
    sub: String,
    email: Option<String>,
    name: Option<String>,
    ttl: Duration,
) -> Result<(), Box<dyn Error>> {
    let config = Config::from_env(MissingSecret::Reject)?;
    let Some(secrets) = &config.secrets else { return Err(Secrets::required().into()) };
    let clock = Clock::system();
    let iat = clock.now().timestamp();
    let exp = iat.saturating_add(i64::try_from(ttl.as_secs())?);
    let claims = SharedSecretClaims::new(sub, config.user_id_claim.as_deref(), iat, exp);
    let token = SharedSecretClaims { email, name, ..claims }.sign(secrets)?;
    authenticator(&config, &clock)?.verify(Credential::Jwt(&token), clock.now()).await?;
    print(&(token + "\n"))
}

async fn explain_token(token: Option<String>) -> Result<ExitCode, Box<dyn Error>> {
    let config = Config::from_env(MissingSecret::Reject)?;
    let input = match token {
        Some(token) if token != "-" => token,
        _ => io::read_to_string(io::stdin())?,
    };
    let token = match input.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => token.trim_start(),
        _ => input.trim(),
    };
    let clock = Clock::system();
    match authenticator_with_keys(&config, &clock).await?.verify(Credential::from_bearer(token), clock.now()).await {
        Ok(principal) => {
            let claims = principal.claims();
            let remaining = remaining(claims.times.expires, &clock);
            print(&format!("accepted as {}, expires in {remaining} unless revoked\n", claims.subject))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            let hint = diagnose(token, &error, &config).map_or_else(String::new, |hint| format!("hint: {hint}\n"));
            print(&format!("rejected: {error}\n{hint}"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "valid tokens expire before the year 10000")]
fn remaining(expires: f64, clock: &Clock) -> humantime::FormattedDuration {
    let seconds = expires as i64 - clock.now().timestamp();
    humantime::format_duration(Duration::from_secs(seconds.max(0).unsigned_abs()))
}

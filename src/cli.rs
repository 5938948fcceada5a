//! The command line: what can be asked for besides serving.

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand};
use entity::Db;

use crate::{
    app::{Application, StartError, authenticator, settings},
    auth::SharedSecretClaims,
    clock::Clock,
    config::{Config, ConfigError, Database, Secrets},
    routes, telemetry,
};

/// The task API behind Next.js front ends that sign their users in with Better Auth.
#[derive(Parser)]
#[command(version, about, after_help = "Settings are read from the environment: see .env.example.")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service, after bringing the database up to date (the default)
    Serve,
    /// Bring the database up to date, or say what is pending
    Migrate {
        #[command(subcommand)]
        what: Option<Migrate>,
    },
    /// Print the contract (`OpenAPI` 3.1)
    Openapi,
    /// Make a token as the front end does, under the present secret, for curl and QA
    MintToken {
        /// The user's id
        #[arg(long)]
        sub: String,
        /// The user's e-mail address
        #[arg(long)]
        email: Option<String>,
        /// The user's name
        #[arg(long)]
        name: Option<String>,
        /// How long it is valid
        #[arg(long, default_value = "1h", value_parser = humantime::parse_duration)]
        ttl: Duration,
    },
    /// Say whether a token would be let in, and otherwise why not
    ExplainToken {
        /// The token; `-` or none reads it from standard input, where no shell keeps it
        token: Option<String>,
    },
}

#[derive(Subcommand)]
enum Migrate {
    /// Run what is pending (the default)
    Up,
    /// List the migrations
    Status,
}

/// Does what the arguments say; the exit code is 2 for a setting that can't be, 1 for another failure.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match actix_web::rt::System::new().block_on(execute(arguments.command.unwrap_or(Command::Serve))) {
        Ok(code) => code,
        Err(error) => {
            drop(writeln!(io::stderr(), "taskbridge: {error}"));
            ExitCode::from(if error.is::<ConfigError>() { 2 } else { 1 })
        }
    }
}

async fn execute(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Serve => serve().await?,
        Command::Migrate { what: None | Some(Migrate::Up) } => migrate().await?,
        Command::Migrate { what: Some(Migrate::Status) } => status().await?,
        Command::Openapi => print(&routes::contract())?,
        Command::MintToken { sub, email, name, ttl } => mint(sub, email, name, ttl).await?,
        Command::ExplainToken { token } => return explain(token).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let mut config = Config::from_env()?;
    telemetry::start(&config.log);
    if let Some(secrets) = &mut config.secrets {
        secrets.generate_if_missing()?;
    }
    if let Some(file) = config.secrets.as_ref().and_then(|secrets| secrets.file.as_ref()) {
        log::info!("BETTER_AUTH_SECRET is not set: using the secret in {}; give it to the front end", file.display());
    }
    let application = Box::pin(Application::build(config, Clock::system())).await?;
    Ok(application.run().await?)
}

async fn migrate() -> Result<(), Box<dyn Error>> {
    let ran = Db::migrate(&settings(&Database::from_env()?, 1)).await.map_err(StartError::from)?;
    print(&if ran.is_empty() { "nothing to do\n".to_owned() } else { ran.join("\n") + "\n" })
}

async fn status() -> Result<(), Box<dyn Error>> {
    let steps = Db::migration_status(&settings(&Database::from_env()?, 1)).await.map_err(StartError::from)?;
    let line = |applied: bool, name: &str| format!("{}  {name}\n", if applied { "applied" } else { "pending" });
    print(&steps.iter().map(|step| line(step.applied, &step.name)).collect::<String>())
}

/// A token that would not be let in is not made.
async fn mint(sub: String, email: Option<String>, name: Option<String>, ttl: Duration) -> Result<(), Box<dyn Error>> {
    let config = with_secret()?;
    let Some(secrets) = &config.secrets else { return Err(Secrets::required_error().into()) };
    let clock = Clock::system();
    let iat = clock.now().timestamp();
    let exp = iat.saturating_add(i64::try_from(ttl.as_secs())?);
    let token = SharedSecretClaims { sub, email, name, iat, exp }.sign(secrets)?;
    authenticator(&config, &clock)?.verify(&token, clock.now()).await?;
    print(&(token + "\n"))
}

async fn explain(token: Option<String>) -> Result<ExitCode, Box<dyn Error>> {
    let config = with_secret()?;
    let given = match token {
        Some(token) if token != "-" => token,
        _ => io::read_to_string(io::stdin())?,
    };
    let token = match given.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => token.trim_start(),
        _ => given.trim(),
    };
    let clock = Clock::system();
    match authenticator(&config, &clock)?.verify(token, clock.now()).await {
        Ok(claims) => {
            print(&format!("let in as {}, {}\n", claims.subject, remaining(claims.times.expires, &clock)))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(reason) => {
            print(&format!("not let in: {reason}\n"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The settings, whose secret, if there is to be one, is there: only the service makes one.
fn with_secret() -> Result<Config, ConfigError> {
    let config = Config::from_env()?;
    Ok(Config { secrets: config.secrets.map(Secrets::required).transpose()?, ..config })
}

#[expect(clippy::cast_possible_truncation, reason = "the door lets in no token that ends after the year 9999")]
fn remaining(expires: f64, clock: &Clock) -> String {
    let seconds = expires as i64 - clock.now().timestamp();
    let remaining = humantime::format_duration(Duration::from_secs(seconds.max(0).unsigned_abs()));
    format!("for another {remaining}, unless it was revoked")
}

fn print(text: &str) -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(text.as_bytes())?)
}

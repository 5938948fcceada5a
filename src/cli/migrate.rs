//! The schema: its migrations, and the rights of the role that runs the service on it.

use std::error::Error;

use clap::{Args, Subcommand};
use entity::Db;

use super::output::print;
use crate::{
    app::{StartError, privileges, settings},
    config::{Config, DatabaseSettings, MissingSecret},
};

/// What to do with the schema.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Migrate {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print the GRANT statements for the role that runs the service under the present settings, and change nothing
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run pending migrations (default)
    Up,
    /// List all migrations and their status
    Status,
}

impl Migrate {
    pub(super) async fn run(&self) -> Result<(), Box<dyn Error>> {
        match (&self.role, &self.command) {
            (Some(role), _) => grants(role).await,
            (None, None | Some(Command::Up)) => up().await,
            (None, Some(Command::Status)) => status().await,
        }
    }
}

async fn up() -> Result<(), Box<dyn Error>> {
    let applied = Db::migrate(&settings(&DatabaseSettings::from_env()?, 2)).await.map_err(StartError::from)?;
    print(&if applied.is_empty() { "nothing to do\n".to_owned() } else { applied.join("\n") + "\n" })
}

async fn status() -> Result<(), Box<dyn Error>> {
    let settings = settings(&DatabaseSettings::from_env()?, 2);
    let migrations = Db::migration_status(&settings).await.map_err(StartError::from)?;
    let line = |applied: bool, name: &str| format!("{}  {name}\n", if applied { "applied" } else { "pending" });
    print(&migrations.iter().map(|migration| line(migration.applied, &migration.name)).collect::<String>())
}

async fn grants(role: &str) -> Result<(), Box<dyn Error>> {
    let config = Config::from_env(MissingSecret::Reject)?;
    if config.database.is_embedded() {
        return Err("SQLite has no roles; set DATABASE_URL to a PostgreSQL database".into());
    }
    let settings = settings(&config.database, 2);
    let statements = Db::grants(&settings, role, &privileges(&config)).await.map_err(StartError::from)?;
    print(&(statements.join(";\n") + ";\n"))
}

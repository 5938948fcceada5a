//! The command `rls`: row-level security on or off.

use std::error::Error;

use clap::Subcommand;
use entity::RowLevelSecurity;

use crate::{
    app::{StartError, settings},
    config::DatabaseSettings,
};

#[derive(Subcommand)]
pub(super) enum RlsCommand {
    /// Create the policies; the role of `DATABASE_URL` must own the tables
    On {
        /// The role that the service connects as with `DATABASE_RLS=on`
        #[arg(long)]
        role: String,
    },
    /// Drop the policies
    Off,
}

impl RlsCommand {
    pub(super) async fn run(self) -> Result<(), Box<dyn Error>> {
        let database = DatabaseSettings::from_env()?;
        if database.is_embedded() {
            return Err("SQLite has no row-level security; set DATABASE_URL to a PostgreSQL database".into());
        }
        let policies = RowLevelSecurity::new(settings(&database, 2));
        match self {
            Self::On { role } => policies.enable(&role).await.map_err(StartError::from)?,
            Self::Off => policies.disable().await.map_err(StartError::from)?,
        }
        Ok(())
    }
}

//! `taskbridge backup`: copies the embedded database while it is in use.

use std::{error::Error, path::Path};

use entity::Db;

use super::output::print;
use crate::config::DatabaseSettings;

pub(super) async fn run(file: &Path) -> Result<(), Box<dyn Error>> {
    Db::backup(DatabaseSettings::from_env()?.url.expose(), file).await?;
    print(&format!("copied the database to {}\n", file.display()))
}

//! A check at start that row-level security applies exactly if the settings say so.

use entity::RowLevelSecurity;

use super::{StartError, pools::settings};
use crate::config::DatabaseSettings;

/// Checks that every table limits the service's role if `DATABASE_RLS` is on, and none if it is off: the service would not find
/// the rows of its users.
pub(super) async fn check(database: &DatabaseSettings) -> Result<(), StartError> {
    if database.is_embedded() {
        return Ok(());
    }
    let status = RowLevelSecurity::new(settings(database, 2)).status().await?;
    let differing: Vec<_> =
        status.into_iter().filter(|(_, is_on)| *is_on != database.row_level_security).map(|(table, _)| table).collect();
    match (differing.is_empty(), database.row_level_security) {
        (true, _) => Ok(()),
        (false, true) => Err(StartError::RowLevelSecurityOff(differing.join(", "))),
        (false, false) => Err(StartError::RowLevelSecurityOn(differing.join(", "))),
    }
}

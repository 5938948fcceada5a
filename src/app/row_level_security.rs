//! A check at start that row-level security applies exactly if the settings say so.

use entity::RowLevelSecurity;

use super::{StartError, pools::settings};
use crate::config::DatabaseSettings;

/// Checks that every table limits the service's role if `DATABASE_RLS` is on, and none if it is off: the service would not find
/// the rows of its users.
pub(super) async fn check(database: &DatabaseSettings) -> Result<(), StartError> {
    if !database.row_level_security {
        return check_reach(database).await;
    }
    match tables(database, false).await? {
        unprotected if unprotected.is_empty() => Ok(()),
        unprotected => Err(StartError::RowLevelSecurityOff(unprotected.join(", "))),
    }
}

/// Checks that a command which works on the rows of all users finds them.
pub(crate) async fn check_reach(database: &DatabaseSettings) -> Result<(), StartError> {
    if database.row_level_security {
        return Ok(());
    }
    match tables(database, true).await? {
        limited if limited.is_empty() => Ok(()),
        limited => Err(StartError::RowLevelSecurityOn(limited.join(", "))),
    }
}

/// Returns the tables on which row-level security limits the role, or does not.
async fn tables(database: &DatabaseSettings, limited: bool) -> Result<Vec<String>, StartError> {
    if database.is_embedded() {
        return Ok(Vec::new());
    }
    let status = RowLevelSecurity::new(settings(database, 2)).status().await?;
    Ok(status.into_iter().filter(|(_, is_limited)| *is_limited == limited).map(|(table, _)| table).collect())
}

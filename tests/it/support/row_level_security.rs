//! A migrated database with policies for a service role.

use std::sync::Arc;

use entity::{BetterAuthNames, Db, DbSettings, RowLevelSecurity};

use super::{SqlConnection, TestDatabase, service_role, store};

/// Migrates the database as its owner and creates the policies.
pub(crate) async fn enable(database: &TestDatabase, names: BetterAuthNames) {
    let settings = DbSettings { better_auth_names: Arc::new(names), ..store::settings(database.url()) };
    Db::migrate(&settings).await.expect("a database that can be migrated");
    SqlConnection::on(database).await.run(&service_role::setup()).await;
    RowLevelSecurity::new(settings).enable(service_role::ROLE).await.expect("policies");
}

/// The settings of the service's role.
pub(crate) fn settings(database: &TestDatabase) -> DbSettings {
    DbSettings { row_level_security: true, ..store::settings(&service_role::url(database.url())) }
}

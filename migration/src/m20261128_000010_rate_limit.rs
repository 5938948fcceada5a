//! The counters of rate limits that replicas share.

use sea_orm_migration::prelude::*;

use crate::dialect::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = dialect(manager.get_database_backend(), POSTGRES, SQLITE);
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}

/// `expires_at` is in microseconds since 1970, so that both databases add to it alike. An unlogged table costs no flush of the
/// log; a crash or a failover empties it.
const POSTGRES: &str = r#"
create unlogged table rate_limit_counter (
    key        text   collate "C" primary key,
    expires_at bigint not null
);
create index rate_limit_counter_expires_at_idx on rate_limit_counter (expires_at);
"#;

const SQLITE: &str = "
create table rate_limit_counter (
    key        text    not null primary key,
    expires_at integer not null
);
create index rate_limit_counter_expires_at_idx on rate_limit_counter (expires_at);
";

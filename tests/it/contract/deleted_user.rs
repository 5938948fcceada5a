//! A user whom Better Auth deletes leaves no rows behind, in no table with an owner.

use super::operation::Operation;
use crate::support::{ACCOUNTS, BACKENDS, Backend, SqlConnection, TestApp};

const POSTGRES_TABLES: &str = "select table_name::text from information_schema.columns
    where table_schema = 'taskbridge' and column_name = 'user_id' and table_name <> 'closed_account'";

const SQLITE_TABLES: &str = "select tables.name from sqlite_master tables join pragma_table_info(tables.name) columns
    where tables.type = 'table' and columns.name = 'user_id' and tables.name <> 'closed_account'";

#[actix_web::test]
async fn the_cleanup_deletes_the_rows_of_a_deleted_user() {
    for backend in BACKENDS {
        let app = TestApp::start_with(backend, [ACCOUNTS, ("CLEANUP_INTERVAL", "1s")]).await;
        let ann = app.anonymous().signs_up("ann").await;
        for operation in Operation::with_id() {
            operation.create_resource(&ann).await;
        }
        let sql = SqlConnection::on(&app.database()).await;
        let tables = if backend == Backend::Postgres { POSTGRES_TABLES } else { SQLITE_TABLES };
        let tables: Vec<String> = sql.column(tables).await;
        for table in &tables {
            let count = sql.number(&format!("select count(*) from {table}")).await;
            assert!(count > 0, "no operation creates a row in {table}");
        }
        sql.run("delete from \"user\"").await;
        for table in &tables {
            sql.wait_until_empty(table).await;
        }
    }
}

//! Better Auth's five tables, exactly as its own migrator (1.7) creates them.
//! An existing table is not altered: Better Auth or Prisma may have created it, and must run on it unchanged.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

use crate::{
    dialect::dialect,
    existing,
    service_schema::{self, First},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return create_missing(manager).await;
        }
        service_schema::set_search_path(manager.get_connection(), First::FrontEnd).await?;
        create_missing(manager).await?;
        service_schema::set_search_path(manager.get_connection(), First::Service).await
    }
}

async fn create_missing(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in &TABLES {
        if !existing::has_table(manager.get_connection(), table.name).await? {
            let sql = dialect(manager.get_database_backend(), table.postgres, table.sqlite);
            let user_id = format!("\"userId\" {}", user_id_type(manager).await?);
            manager.get_connection().execute_unprepared(&sql.replace("\"userId\" text", &user_id)).await?;
        }
    }
    Ok(())
}

/// Returns the type of a user's id. It is `text`, unless an existing table `user` has another, which references must share.
async fn user_id_type(manager: &SchemaManager<'_>) -> Result<String, DbErr> {
    const ID_TYPE: &str = r#"select format_type(atttypid, atttypmod) as id_type from pg_attribute where attrelid = to_regclass('"user"') and attname = 'id'"#;
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok("text".into());
    }
    let existing = manager.get_connection().query_one_raw(Statement::from_string(DbBackend::Postgres, ID_TYPE)).await?;
    existing.map_or_else(|| Ok("text".into()), |row| row.try_get("", "id_type"))
}

struct Table {
    name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
}

const TABLES: [Table; 5] = [
    Table {
        name: "user",
        postgres: r#"create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" boolean not null, "image" text, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz default CURRENT_TIMESTAMP not null);"#,
        sqlite: r#"create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" integer not null, "image" text, "createdAt" date not null, "updatedAt" date not null);"#,
    },
    Table {
        name: "session",
        postgres: r#"create table "session" ("id" text not null primary key, "expiresAt" timestamptz not null, "token" text not null unique, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz not null, "ipAddress" text, "userAgent" text, "userId" text not null references "user" ("id") on delete cascade);
            create index "session_userId_idx" on "session" ("userId");"#,
        sqlite: r#"create table "session" ("id" text not null primary key, "expiresAt" date not null, "token" text not null unique, "createdAt" date not null, "updatedAt" date not null, "ipAddress" text, "userAgent" text, "userId" text not null references "user" ("id") on delete cascade);
            create index "session_userId_idx" on "session" ("userId");"#,
    },
    Table {
        name: "account",
        postgres: r#"create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" timestamptz, "refreshTokenExpiresAt" timestamptz, "scope" text, "password" text, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz not null);
            create index "account_userId_idx" on "account" ("userId");"#,
        sqlite: r#"create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" date, "refreshTokenExpiresAt" date, "scope" text, "password" text, "createdAt" date not null, "updatedAt" date not null);
            create index "account_userId_idx" on "account" ("userId");"#,
    },
    Table {
        name: "verification",
        postgres: r#"create table "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" timestamptz not null, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz default CURRENT_TIMESTAMP not null);
            create index "verification_identifier_idx" on "verification" ("identifier");"#,
        sqlite: r#"create table "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" date not null, "createdAt" date not null, "updatedAt" date not null);
            create index "verification_identifier_idx" on "verification" ("identifier");"#,
    },
    Table {
        name: "jwks",
        postgres: r#"create table "jwks" ("id" text not null primary key, "publicKey" text not null, "privateKey" text not null, "createdAt" timestamptz not null, "expiresAt" timestamptz, "alg" text, "crv" text);"#,
        sqlite: r#"create table "jwks" ("id" text not null primary key, "publicKey" text not null, "privateKey" text not null, "createdAt" date not null, "expiresAt" date, "alg" text, "crv" text);"#,
    },
];

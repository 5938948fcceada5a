//! Better Auth's five tables, to the letter as its own migrator (1.7) makes them, where they do not stand yet.
//! A table that stands is left as it is: Better Auth may have made it, or Prisma, and it must run on it unchanged.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in &TABLES {
            if !manager.has_table(table.name).await? {
                let sql = dialect(manager.get_database_backend(), table.postgres, table.sqlite);
                let user_id = format!("\"userId\" {}", type_of_users(manager).await?);
                manager.get_connection().execute_unprepared(&sql.replace("\"userId\" text", &user_id)).await?;
            }
        }
        Ok(())
    }
}

/// The type of a user's id: `text`, but a `user` table that stood before may have another, which its references share.
async fn type_of_users(manager: &SchemaManager<'_>) -> Result<String, DbErr> {
    const STANDING: &str = r#"select format_type(atttypid, atttypmod) from pg_attribute where attrelid = to_regclass('"user"') and attname = 'id'"#;
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok("text".into());
    }
    let standing =
        manager.get_connection().query_one_raw(Statement::from_string(DbBackend::Postgres, STANDING)).await?;
    standing.map_or_else(|| Ok("text".into()), |row| row.try_get_by_index(0))
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

//! `taskbridge backup`: a copy of the embedded database that a service can serve.

use std::os::unix::fs::PermissionsExt;

use crate::support::{ACCOUNTS, Backend, Load, Program, TestDatabase};

#[actix_web::test]
async fn a_backup_under_load_holds_every_acknowledged_write() {
    let program = Program::new().with("BETTER_AUTH_SECRET", crate::support::SECRET).with(ACCOUNTS.0, ACCOUNTS.1);
    let process = program.serve().await;
    let ann = process.anonymous().signs_up("ann").await;
    let task = ann.creates_a_task("Buy milk").await;
    let load = Load::start(&process.user("bob"), 4);
    load.wait_for_writes(50).await;

    let output = program.run(&["backup", "copy.db"]).await;
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output:?}");
    load.wait_for_writes(20).await;
    load.stop().await;
    let copy = program.folder().join("copy.db");
    assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let names = program.folder().read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| !name.starts_with("taskbridge.")).collect::<Vec<_>>(), ["copy.db"]);

    let restored = Program::new()
        .with("DATABASE_URL", &format!("sqlite://{}", copy.display()))
        .with("BETTER_AUTH_SECRET", crate::support::SECRET)
        .with(ACCOUNTS.0, ACCOUNTS.1)
        .serve()
        .await;
    restored.anonymous().logs_in("ann").await.sees(&task).await;
    assert!(restored.user("bob").all_tasks().await.len() >= 50);
}

#[actix_web::test]
async fn a_backup_replaces_no_file() {
    let program = Program::new();
    drop(program.serve().await);
    assert_eq!(program.run(&["backup", "copy.db"]).await.code, Some(0));
    let before = std::fs::read(program.folder().join("copy.db")).unwrap();
    let again = program.run(&["backup", "copy.db"]).await;
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("copy.db exists"), "{again:?}");
    assert_eq!(std::fs::read(program.folder().join("copy.db")).unwrap(), before);
}

#[actix_web::test]
async fn unsupported_databases_and_paths_are_reported() {
    let program = Program::new();
    let missing = program.run(&["backup", "copy.db"]).await;
    assert_eq!(missing.code, Some(1), "{missing:?}");
    assert!(!program.folder().join("copy.db").exists() && !program.folder().join("taskbridge.db").exists());
    drop(program.serve().await);
    let unwritable = program.run(&["backup", "no/such/folder/copy.db"]).await;
    assert_eq!(unwritable.code, Some(1), "{unwritable:?}");

    let database = TestDatabase::new(Backend::Postgres).await;
    let postgres = Program::on(&database).run(&["backup", "copy.db"]).await;
    assert_eq!(postgres.code, Some(1));
    assert!(postgres.stderr.contains("pg_dump"), "{postgres:?}");
}

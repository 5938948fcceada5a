//! Start-up with a database that is unavailable, missing or denies access.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use url::Url;

use crate::support::{Backend, ChaosProxy, Program, SECRET, TestDatabase};

const PASSWORD: &str = "the-password-of-the-database";

#[actix_web::test]
async fn the_start_waits_for_the_database() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let proxy = ChaosProxy::start(&database).await;
    proxy.refuse().await;
    let program = Program::on(&database).with("DATABASE_URL", proxy.url()).with("DATABASE_ACQUIRE_TIMEOUT", "300ms");
    let mut process = program.start();
    process.logs("database unavailable").await;
    proxy.restore().await;
    process.wait_until_listening().await;
    process.user("ann").creates_a_task("Buy milk").await;
}

#[actix_web::test]
async fn a_missing_database_stops_the_start() {
    let mut url = Url::parse(TestDatabase::new(Backend::Postgres).await.url()).unwrap();
    url.set_path("/taskbridge_no_such_database");
    if url.password().is_none() {
        url.set_password(Some(PASSWORD)).unwrap();
    }
    fails_with(&url, &["taskbridge_no_such_database", "does not exist", "DATABASE_URL"]).await;
}

#[actix_web::test]
async fn a_wrong_database_password_stops_the_start() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    actix_web::rt::spawn(async move {
        loop {
            reject_password(&server).await.unwrap();
        }
    });
    let url = format!("postgres://ann:{PASSWORD}@127.0.0.1:{port}/tasks?sslmode=disable");
    fails_with(&Url::parse(&url).unwrap(), &["password authentication failed", "DATABASE_URL"]).await;
}

/// Asserts exit code 1, a last log line with these words, and output without the password.
async fn fails_with(url: &Url, words: &[&str]) {
    let program = Program::new().with("DATABASE_URL", url.as_str()).with("BETTER_AUTH_SECRET", SECRET);
    for arguments in [&[] as &[&str], &["migrate"], &["migrate", "status"]] {
        let output = program.run(arguments).await;
        assert_eq!(output.code, Some(1), "{output:?}");
        let last = output.stderr.lines().last().unwrap();
        assert!(words.iter().all(|word| last.contains(word)), "{last}");
        assert!(
            !output.stderr.contains(url.password().unwrap()) && !output.stdout.contains(url.password().unwrap()),
            "{output:?}"
        );
    }
}

/// Replies as PostgreSQL does to a wrong password (PostgreSQL documentation, "Message Flow").
async fn reject_password(server: &TcpListener) -> std::io::Result<()> {
    const PASSWORD_REQUEST: &[u8] = b"R\0\0\0\x08\0\0\0\x03";
    const PASSWORD_ERROR: &[u8] = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"ann\"\0\0";
    let (mut client, _) = server.accept().await?;
    let mut message = [0; 1024];
    let _startup = client.read(&mut message).await?;
    client.write_all(PASSWORD_REQUEST).await?;
    let _password = client.read(&mut message).await?;
    let length = u32::try_from(PASSWORD_ERROR.len() + 4).unwrap().to_be_bytes();
    client.write_all(&[b"E", &length[..], PASSWORD_ERROR].concat()).await
}

#[actix_web::test]
async fn a_missing_database_file_stops_the_start() {
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with("DATABASE_URL", "sqlite://none.db");
    let started = Instant::now();
    let output = program.run(&[]).await;
    assert_eq!(output.code, Some(1), "{output:?}");
    assert!(
        output.stderr.contains("unable to open database file") && output.stderr.contains("DATABASE_URL"),
        "{output:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(2), "{output:?}");
}

//! Starting beside a database that is not there, not there yet, or does not want us.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use url::Url;

use crate::support::{Backend, ChaosProxy, Program, SECRET, TestDatabase};

const PASSWORD: &str = "the-password-of-the-database";

#[actix_web::test]
async fn a_database_that_comes_late_is_waited_for() {
    let database = TestDatabase::new(Backend::Postgres).await;
    let proxy = ChaosProxy::start(&database).await;
    proxy.refuse().await;
    let program = Program::on(&database).with("DATABASE_URL", proxy.url()).with("DATABASE_ACQUIRE_TIMEOUT", "300ms");
    let mut process = program.start();
    process.logs("the database is away").await;
    proxy.restore().await;
    process.wait_until_listening().await;
    process.user("ann").creates_a_task("Buy milk").await;
}

#[actix_web::test]
async fn a_database_that_is_not_there_ends_the_start() {
    let mut url = Url::parse(TestDatabase::new(Backend::Postgres).await.url()).unwrap();
    url.set_path("/taskbridge_no_such_database");
    if url.password().is_none() {
        url.set_password(Some(PASSWORD)).unwrap();
    }
    is_told(&url, &["taskbridge_no_such_database", "does not exist", "DATABASE_URL"]).await;
}

#[actix_web::test]
async fn a_wrong_password_ends_the_start() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    actix_web::rt::spawn(async move {
        loop {
            refuse_password(&server).await.unwrap();
        }
    });
    let url = format!("postgres://ann:{PASSWORD}@127.0.0.1:{port}/tasks?sslmode=disable");
    is_told(&Url::parse(&url).unwrap(), &["password authentication failed", "DATABASE_URL"]).await;
}

/// The service ends by itself, with one line at the end that says why and gives no password away.
async fn is_told(url: &Url, words: &[&str]) {
    let program = Program::new().with("DATABASE_URL", url.as_str()).with("BETTER_AUTH_SECRET", SECRET);
    for arguments in [&[] as &[&str], &["migrate"], &["migrate", "status"]] {
        let said = program.run(arguments).await;
        assert_eq!(said.code, Some(1), "{said:?}");
        let last = said.err.lines().last().unwrap();
        assert!(words.iter().all(|word| last.contains(word)), "{last}");
        assert!(!said.err.contains(url.password().unwrap()) && !said.out.contains(url.password().unwrap()), "{said:?}");
    }
}

/// As PostgreSQL answers a wrong password (PostgreSQL documentation, "Message Flow").
async fn refuse_password(server: &TcpListener) -> std::io::Result<()> {
    const ASK_FOR_PASSWORD: &[u8] = b"R\0\0\0\x08\0\0\0\x03";
    const WRONG: &[u8] = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"ann\"\0\0";
    let (mut client, _) = server.accept().await?;
    let mut message = [0; 1024];
    let _startup = client.read(&mut message).await?;
    client.write_all(ASK_FOR_PASSWORD).await?;
    let _password = client.read(&mut message).await?;
    let length = u32::try_from(WRONG.len() + 4).unwrap().to_be_bytes();
    client.write_all(&[b"E", &length[..], WRONG].concat()).await
}

#[actix_web::test]
async fn a_file_that_is_not_there_ends_the_start_at_once() {
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with("DATABASE_URL", "sqlite://none.db");
    let begun = Instant::now();
    let said = program.run(&[]).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("unable to open database file") && said.err.contains("DATABASE_URL"), "{said:?}");
    assert!(begun.elapsed() < Duration::from_secs(2), "{said:?}");
}

//! Connections to PostgreSQL with each mode and kind of certificate.

use crate::db::postgres::{
    error::PostgresError,
    options::{PgEnvironment, PostgresOptions},
    test_server::{Authority, Cluster, Identity},
};

/// The host name in the servers' certificates. Each URL gives its address too.
const HOST: &str = "db.example";

/// How an attempt to connect ends.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Plain,
    Encrypted,
    Refused,
}
use Outcome::{Encrypted, Plain, Refused};

fn url(user: &str, host: &str, port: u16, parameters: &str) -> String {
    format!("postgres://{user}@{host}:{port}/postgres?hostaddr=127.0.0.1&{parameters}")
}

/// Connects; returns whether the connection is encrypted, or the error with its causes.
async fn connect(url: &str) -> Result<bool, String> {
    let options = PostgresOptions::parse(url, &PgEnvironment::default()).map_err(|error| error.to_string())?;
    let (client, connection) = options.connect().await.map_err(|error| PostgresError::from(error).to_string())?;
    let driver = tokio::spawn(connection);
    let query = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    let is_encrypted = client.query_one(query, &[]).await.unwrap().get(0);
    drop(client);
    driver.await.unwrap().unwrap();
    Ok(is_encrypted)
}

async fn outcome(url: &str) -> Outcome {
    match connect(url).await {
        Ok(true) => Encrypted,
        Ok(false) => Plain,
        Err(_) => Refused,
    }
}

// the tests share clusters, which take long to create

#[tokio::test]
async fn certificates_are_verified_as_the_mode_requires() {
    let Some(cluster) = Cluster::create() else { return };
    each_mode_accepts_what_it_says(&cluster).await;
    a_root_may_be_the_server_itself_or_the_operating_systems(&cluster).await;
    version_1_needs_tls_13(&cluster).await;
}

#[tokio::test]
async fn logins_and_cancellation_use_tls() {
    let Some(cluster) = Cluster::create() else { return };
    channel_binding_covers_certificates_that_are_not_verified(&cluster).await;
    a_client_presents_its_certificate(&cluster).await;
    a_statement_is_cancelled_over_tls(&cluster).await;
}

async fn each_mode_accepts_what_it_says(cluster: &Cluster) {
    let authority = Authority::new();
    let root = cluster.write("root.crt", &authority.certificate());
    let modes = [
        "sslmode=disable".to_owned(),
        "sslmode=allow".to_owned(),
        "sslmode=prefer".to_owned(),
        "sslmode=require".to_owned(),
        format!("sslmode=require&sslrootcert={root}"),
        format!("sslmode=verify-ca&sslrootcert={root}"),
        format!("sslmode=verify-full&sslrootcert={root}"),
    ];
    let (signed, self_signed, version_1) =
        (authority.sign(HOST), Identity::self_signed(HOST), Identity::version_1(HOST));
    for (server, identity, host, outcomes) in [
        ("no TLS", None, HOST, [Plain, Plain, Plain, Refused, Refused, Refused, Refused]),
        ("self-signed", Some(&self_signed), HOST, [Plain, Encrypted, Encrypted, Encrypted, Refused, Refused, Refused]),
        ("signed", Some(&signed), HOST, [Plain, Encrypted, Encrypted, Encrypted, Encrypted, Encrypted, Encrypted]),
        (
            "signed for another host",
            Some(&signed),
            "other.example",
            [Plain, Encrypted, Encrypted, Encrypted, Encrypted, Encrypted, Refused],
        ),
        ("version 1", Some(&version_1), HOST, [Plain, Encrypted, Encrypted, Encrypted, Refused, Refused, Refused]),
    ] {
        let running = cluster.start(identity, &[]);
        for (mode, expected) in modes.iter().zip(outcomes) {
            let url = url("postgres", host, running.port, mode);
            assert_eq!(outcome(&url).await, expected, "{server}, {mode}");
        }
    }
}

async fn a_root_may_be_the_server_itself_or_the_operating_systems(cluster: &Cluster) {
    let identity = Identity::self_signed(HOST);
    let running = cluster.start(Some(&identity), &[]);
    let root = cluster.write("root.crt", &identity.certificate);
    for (parameters, expected) in [
        (format!("sslmode=verify-full&sslrootcert={root}"), Encrypted),
        ("sslmode=verify-ca".to_owned(), Refused),
        ("sslmode=verify-full".to_owned(), Refused),
        ("sslrootcert=system".to_owned(), Refused),
    ] {
        assert_eq!(outcome(&url("postgres", HOST, running.port, &parameters)).await, expected, "{parameters}");
    }
}

async fn version_1_needs_tls_13(cluster: &Cluster) {
    let identity = Identity::version_1(HOST);
    let running = cluster.start(Some(&identity), &["ssl_max_protocol_version=TLSv1.2"]);
    let error = connect(&url("postgres", HOST, running.port, "sslmode=require")).await.unwrap_err();
    assert!(error.contains("accepted over TLS 1.3 alone"), "{error}");
}

async fn channel_binding_covers_certificates_that_are_not_verified(cluster: &Cluster) {
    for identity in [Identity::self_signed(HOST), Identity::version_1(HOST)] {
        let running = cluster.start(Some(&identity), &[]);
        create_role(cluster, running.port, "app login password 'secret'").await;
        for (parameters, expected) in [
            ("sslmode=require&channel_binding=require", Encrypted),
            ("sslmode=require&channel_binding=disable", Encrypted),
            ("sslmode=disable&channel_binding=require", Refused),
        ] {
            let url = url("app:secret", HOST, running.port, parameters);
            assert_eq!(outcome(&url).await, expected, "{parameters}");
        }
    }
}

async fn a_client_presents_its_certificate(cluster: &Cluster) {
    let authority = Authority::new();
    let (server, client) = (authority.sign(HOST), authority.sign("holder"));
    let root = cluster.write("root.crt", &authority.certificate());
    let running = cluster.start(Some(&server), &[&format!("ssl_ca_file={root}")]);
    create_role(cluster, running.port, "holder login").await;
    let (certificate, key) =
        (cluster.write("client.crt", &client.certificate), cluster.write("client.key", &client.key));
    for (parameters, expected) in [
        (format!("sslmode=require&sslcert={certificate}&sslkey={key}"), Encrypted),
        ("sslmode=require".into(), Refused),
    ] {
        assert_eq!(outcome(&url("holder", HOST, running.port, &parameters)).await, expected, "{parameters}");
    }
}

async fn a_statement_is_cancelled_over_tls(cluster: &Cluster) {
    let running = cluster.start(Some(&Identity::self_signed(HOST)), &[]);
    let url = url("postgres", HOST, running.port, "sslmode=require");
    let options = PostgresOptions::parse(&url, &PgEnvironment::default()).unwrap();
    let (client, connection) = options.connect().await.unwrap();
    tokio::spawn(connection);
    let (cancelled, slept) =
        tokio::join!(options.cancel(client.cancel_token()), client.batch_execute("select pg_sleep(60)"));
    cancelled.unwrap();
    assert_eq!(slept.unwrap_err().code().unwrap().code(), "57014");
}

/// Creates a role unless it exists, over the server's socket.
async fn create_role(cluster: &Cluster, port: u16, role: &str) {
    let url = format!("postgres://postgres@/postgres?host={}&port={port}&sslmode=require", cluster.path(""));
    let options = PostgresOptions::parse(&url, &PgEnvironment::default()).unwrap();
    let (client, connection) = options.connect().await.unwrap();
    tokio::spawn(connection);
    let name = role.split(' ').next().unwrap();
    client.batch_execute(&format!("drop role if exists {name}; create role {role}")).await.unwrap();
}

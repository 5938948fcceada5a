//! Several hosts, against real servers.

use std::{net::TcpListener, thread};

use crate::db::postgres::{
    options::{PgEnvironment, PostgresOptions},
    test_server::Cluster,
};

/// Connects and returns the port of the server.
async fn connected_port(url: &str) -> Result<u16, tokio_postgres::Error> {
    let options = PostgresOptions::parse(url, &PgEnvironment::default()).unwrap();
    let (client, connection) = options.connect().await?;
    tokio::spawn(connection);
    let row = client.query_one("select inet_server_port()", &[]).await?;
    Ok(u16::try_from(row.get::<_, i32>(0)).unwrap())
}

#[tokio::test]
async fn connections_go_to_the_first_host_that_accepts() {
    let other = thread::spawn(Cluster::create);
    let (Some(one), Some(other)) = (Cluster::create(), other.join().unwrap()) else { return };
    a_host_that_is_down_or_silent_is_skipped(&one).await;
    read_write_skips_a_read_only_server(&one, &other).await;
}

async fn a_host_that_is_down_or_silent_is_skipped(cluster: &Cluster) {
    let running = cluster.start(None, &[]);
    // the kernel accepts connections, and nothing answers
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for port in [closed, silent.local_addr().unwrap().port()] {
        let url = format!("postgres://postgres@127.0.0.1:{port},127.0.0.1:{}/postgres", running.port);
        assert_eq!(connected_port(&url).await.unwrap(), running.port);
    }
}

async fn read_write_skips_a_read_only_server(standby: &Cluster, primary: &Cluster) {
    let (standby, primary) = (standby.start(None, &["default_transaction_read_only=on"]), primary.start(None, &[]));
    let hosts = format!("postgres://postgres@127.0.0.1:{},127.0.0.1:{}/postgres", standby.port, primary.port);
    for (attributes, port) in
        [("any", standby.port), ("read-only", standby.port), ("read-write", primary.port), ("primary", primary.port)]
    {
        let url = format!("{hosts}?target_session_attrs={attributes}");
        assert_eq!(connected_port(&url).await.unwrap(), port, "{attributes}");
    }
    let only_standby = format!("postgres://postgres@127.0.0.1:{}/postgres?target_session_attrs=primary", standby.port);
    assert!(connected_port(&only_standby).await.is_err());
}

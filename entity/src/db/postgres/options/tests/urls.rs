//! URLs, environment variables and what they may not say.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use tokio_postgres::{
    Config,
    config::{ChannelBinding, Host, LoadBalanceHosts, SslMode, SslNegotiation, TargetSessionAttrs},
};

use crate::db::postgres::options::{PgEnvironment, PostgresOptions, is_url};

fn parse(url: &str) -> PostgresOptions {
    PostgresOptions::parse(url, &PgEnvironment::default()).unwrap_or_else(|error| panic!("{url}: {error}"))
}

fn with_environment(url: &str, variables: &[(&str, &str)]) -> PostgresOptions {
    PostgresOptions::parse(url, &environment(variables)).unwrap()
}

fn environment(variables: &[(&str, &str)]) -> PgEnvironment {
    PgEnvironment::from_fn(|name| {
        variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
    })
}

fn config(options: &PostgresOptions) -> &Config {
    &options.servers.iter().next().unwrap().config
}

fn error(url: &str) -> String {
    PostgresOptions::parse(url, &PgEnvironment::default()).unwrap_err().to_string()
}

fn password(options: &PostgresOptions) -> Option<&str> {
    config(options).get_password().map(|password| std::str::from_utf8(password).unwrap())
}

/// Returns the names and ports of the hosts.
fn hosts(options: &PostgresOptions) -> Vec<(&str, u16)> {
    options.servers.iter().map(|server| (server.host.name.as_str(), server.host.port)).collect()
}

#[test]
fn the_parts_of_a_url() {
    for scheme in ["postgres", "postgresql"] {
        let options = parse(&format!("{scheme}://us%40er:p%3A%2Fw@db.example:6432/my%20db"));
        let config = config(&options);
        assert_eq!(config.get_user(), Some("us@er"));
        assert_eq!(password(&options), Some("p:/w"));
        assert_eq!(config.get_dbname(), Some("my db"));
        assert_eq!(hosts(&options), [("db.example", 6432)]);
    }
}

#[test]
fn the_last_at_sign_ends_the_password() {
    let options = parse("postgres://user@host:p@ss@db/tasks");
    assert_eq!((config(&options).get_user(), password(&options)), (Some("user@host"), Some("p@ss")));
    assert_eq!(hosts(&options), [("db", 5432)]);
}

#[test]
fn hosts_are_names_addresses_or_sockets() {
    for (url, expected) in [
        ("postgres://db/tasks", vec![("db", 5432)]),
        ("postgres://db:/tasks", vec![("db", 5432)]),
        ("postgres://a:1,b,c:3/tasks", vec![("a", 1), ("b", 5432), ("c", 3)]),
        ("postgres://[::1]:5433,10.0.0.1/tasks", vec![("::1", 5433), ("10.0.0.1", 5432)]),
        ("postgres://%2Frun%2Fpg:5433/tasks", vec![("/run/pg", 5433)]),
        ("postgres:///tasks?host=/run/pg", vec![("/run/pg", 5432)]),
        ("postgres:///tasks?host=a,b&port=1,2", vec![("a", 1), ("b", 2)]),
        ("postgres:///tasks?host=a,b&port=1", vec![("a", 1), ("b", 1)]),
        ("postgres://db:1/tasks?host=other&port=2", vec![("other", 2)]),
        ("postgres:///tasks?hostaddr=10.0.0.1", vec![("10.0.0.1", 5432)]),
    ] {
        assert_eq!(hosts(&parse(url)), expected, "{url}");
    }
}

#[test]
fn an_address_keeps_the_host_name() {
    let options = parse("postgres://db.example/tasks?hostaddr=10.0.0.1");
    assert_eq!(config(&options).get_hosts(), [Host::Tcp("db.example".into())]);
    assert_eq!(config(&options).get_hostaddrs(), ["10.0.0.1".parse::<std::net::IpAddr>().unwrap()]);
}

#[test]
fn the_query_sets_what_the_rest_does_not() {
    let options = parse("postgres:///?user=app&password=p%26w&dbname=tasks&application_name=web&host=db");
    let config = config(&options);
    assert_eq!((config.get_user(), password(&options)), (Some("app"), Some("p&w")));
    assert_eq!((config.get_dbname(), config.get_application_name()), (Some("tasks"), Some("web")));
}

#[test]
fn options_accumulate() {
    let options = parse("postgres://db?options=-c%20jit%3Doff&options[search_path]=my%20app&options[x]=a%5Cb");
    assert_eq!(config(&options).get_options(), Some(r"-c jit=off -c search_path=my\ app -c x=a\\b"));
}

#[test]
fn defaults_notice_a_lost_connection() {
    let options = parse("postgres://db");
    let config = config(&options);
    assert_eq!(config.get_application_name(), Some("taskbridge"));
    assert!(config.get_keepalives());
    assert_eq!(config.get_keepalives_idle(), Duration::from_secs(15));
    assert_eq!(config.get_keepalives_interval(), Some(Duration::from_secs(5)));
    assert_eq!(config.get_keepalives_retries(), Some(3));
    assert_eq!(config.get_tcp_user_timeout(), Some(&Duration::from_secs(10)));
    assert_eq!(config.get_ssl_mode(), SslMode::Prefer);
}

#[test]
fn parameters_of_the_network() {
    let options = parse(
        "postgres://db?keepalives=0&keepalives_idle=7&keepalives_interval=8&keepalives_count=9&tcp_user_timeout=2500\
        &connect_timeout=4&channel_binding=require&target_session_attrs=primary&load_balance_hosts=random\
        &sslmode=require&sslnegotiation=direct&statement-cache-capacity=5&sslsni=1&client_encoding=UTF8",
    );
    let config = config(&options);
    assert!(!config.get_keepalives());
    assert_eq!(config.get_keepalives_idle(), Duration::from_secs(7));
    assert_eq!(config.get_keepalives_interval(), Some(Duration::from_secs(8)));
    assert_eq!(config.get_keepalives_retries(), Some(9));
    assert_eq!(config.get_tcp_user_timeout(), Some(&Duration::from_millis(2500)));
    assert_eq!(config.get_connect_timeout(), Some(&Duration::from_secs(4)));
    assert_eq!(config.get_channel_binding(), ChannelBinding::Require);
    assert_eq!(config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
    assert_eq!(config.get_load_balance_hosts(), LoadBalanceHosts::Random);
    assert_eq!(config.get_ssl_negotiation(), SslNegotiation::Direct);
}

#[test]
fn a_socket_has_no_tls() {
    let options = parse("postgres:///tasks?host=/run/pg,db&sslmode=require");
    let modes: Vec<_> = options.servers.iter().map(|server| server.config.get_ssl_mode()).collect();
    assert_eq!(modes, [SslMode::Disable, SslMode::Require]);
}

#[test]
fn what_is_wrong_is_refused_by_name() {
    for (url, message) in [
        ("mysql://db", "the database URL must begin with postgres://"),
        ("postgres://db:port/tasks", "port in the database URL must be a number from 1 to 65535"),
        ("postgres://db:0/tasks", "port in the database URL must be a number"),
        ("postgres://[::1/tasks", "an IPv6 address in the database URL must be written as [address]:port"),
        ("postgres://db/tasks#x", "# in the database URL must be written as %23"),
        ("postgres://u%FF@db", "user in the database URL must be percent-encoded UTF-8"),
        ("postgres://a,b?port=1,2,3", "port in the database URL must have one item, or as many as host"),
        ("postgres://a,b?hostaddr=10.0.0.1", "hostaddr in the database URL must have as many items as host"),
        ("postgres://db?hostaddr=db", "hostaddr in the database URL must be an IP address"),
        ("postgres://db?sslmode=maybe", "sslmode in the database URL must be one of disable, allow, prefer, require"),
        ("postgres://db?target_session_attrs=standby", "target_session_attrs in the database URL must be one of any"),
        ("postgres://db?target_session_attrs=prefer-standby", "target_session_attrs in the database URL must be one"),
        ("postgres://db?connect_timeout=soon", "connect_timeout in the database URL must be a whole number"),
        ("postgres://db?require_auth=none", "require_auth in the database URL is not supported"),
        ("postgres://db?sslcrl=x", "sslcrl in the database URL is not supported"),
        ("postgres://db?schema=x", "schema in the database URL must be one of public"),
        ("postgres://db?gssencmode=require", "gssencmode in the database URL must be one of disable, prefer"),
        ("postgres://db?options[x=1", "options[x in the database URL must be written as options[name]"),
        ("postgres://db?sslcert=x", "sslcert in the database URL needs sslkey"),
        ("postgres://db?sslkey=x", "sslkey in the database URL needs sslcert"),
        ("postgres://db?sslnegotiation=direct", "sslnegotiation in the database URL needs sslmode=require"),
        ("postgres://db?sslmode=verify-ca&sslrootcert=/nowhere", "sslrootcert in the database URL cannot be read: No"),
        ("postgres://db?sslmode=verify-ca&sslrootcert=system", "sslmode in the database URL must be verify-full if"),
    ] {
        assert!(error(url).starts_with(message), "{url}: {}", error(url));
    }
}

#[test]
fn a_password_is_never_shown() {
    for url in [
        "postgres://u:hunter2/x@db/tasks",
        "postgres://u:12?hunter2@db/tasks",
        "postgres://u:12?hunter2=x@db/tasks",
        "postgres://u:hunter2#x@db",
        "postgres://u:hunter2%FF@db",
        "postgres://u:hunter2@db:hunter2/tasks",
        "postgres://u@db?password=hunter2&nonsense=hunter2",
        "postgres://u@db?sslmode=hunter2",
        "postgres://u@db?sslmode=verify-ca&sslrootcert=hunter2",
        "hunter2",
    ] {
        let error = PostgresOptions::parse(url, &PgEnvironment::default()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{url}: {error:?}");
    }
    let environment = environment(&[("PGPASSWORD", "hunter2")]);
    let options = PostgresOptions::parse("postgres://u:hunter2@db?password=hunter2", &environment).unwrap();
    assert!(!format!("{options:?} {environment:?} {:?}", config(&options)).contains("hunter2"));
}

#[test]
fn the_environment_fills_gaps() {
    let variables = [
        ("PGHOST", "pg.example"),
        ("PGPORT", "6000"),
        ("PGUSER", "env"),
        ("PGPASSWORD", "secret"),
        ("PGDATABASE", "envdb"),
        ("PGAPPNAME", "envapp"),
        ("PGOPTIONS", "-c a=1"),
        ("PGSSLMODE", "disable"),
    ];
    let options = with_environment("postgres://", &variables);
    assert_eq!(hosts(&options), [("pg.example", 6000)]);
    assert_eq!((config(&options).get_user(), password(&options)), (Some("env"), Some("secret")));
    assert_eq!(config(&options).get_dbname(), Some("envdb"));
    assert_eq!(config(&options).get_application_name(), Some("envapp"));
    assert_eq!(config(&options).get_ssl_mode(), SslMode::Disable);

    let options = with_environment("postgres://url:pw@db:7000/tasks?sslmode=require&options=-c%20b%3D2", &variables);
    assert_eq!(hosts(&options), [("db", 7000)]);
    assert_eq!((config(&options).get_user(), password(&options)), (Some("url"), Some("pw")));
    assert_eq!(config(&options).get_options(), Some("-c a=1 -c b=2"));
    assert_eq!(config(&options).get_ssl_mode(), SslMode::Require);
}

#[test]
fn a_wrong_variable_is_refused_by_its_name() {
    let error = PostgresOptions::parse("postgres://db", &environment(&[("PGSSLMODE", "verify_full")])).unwrap_err();
    assert!(error.to_string().starts_with("PGSSLMODE must be one of disable"), "{error}");
}

#[test]
fn a_host_in_the_url_replaces_an_address_in_the_environment() {
    let options = with_environment("postgres://db", &[("PGHOSTADDR", "10.0.0.1")]);
    assert_eq!(config(&options).get_hostaddrs(), [] as [std::net::IpAddr; 0]);
}

#[test]
fn a_password_may_be_in_a_private_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".pgpass");
    fs::write(&path, "a:*:*:*:first\nb:*:*:*:second\n").unwrap();
    let home = [("HOME", folder.path().to_str().unwrap())];
    for (mode, expected) in [(0o600, [Some("first"), Some("second")]), (0o644, [None, None])] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let options = with_environment("postgres://u@a,b/tasks", &home);
        let passwords: Vec<_> = options.servers.iter().map(|server| server.config.get_password()).collect();
        assert_eq!(passwords, expected.map(|password| password.map(str::as_bytes)), "{mode:o}");
    }
    assert_eq!(password(&with_environment("postgres://u:url@a/tasks", &home)), Some("url"));
}

#[test]
fn poolers_are_known_by_their_urls() {
    for url in [
        "postgres://u@db/tasks?pgbouncer=true",
        "postgres://u@ep-cool-1-pooler.eu.aws.neon.tech/tasks",
        "postgres://u@aws-0.pooler.supabase.com:6543/postgres",
    ] {
        assert!(parse(url).is_pooler_url(), "{url}");
    }
    for url in ["postgres://u@db/tasks", "postgres://u@aws-0.pooler.supabase.com:5432/postgres"] {
        assert!(!parse(url).is_pooler_url(), "{url}");
    }
}

#[test]
fn a_url_is_recognised_without_its_files() {
    assert!(is_url("postgres://db?sslmode=verify-full&sslrootcert=/nowhere"));
    for url in ["sqlite:x.db", "postgres://db:x", "postgres://db?nonsense=1"] {
        assert!(!is_url(url), "{url}");
    }
}

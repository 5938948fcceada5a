//! What the settings of a connection mean. Names and values are libpq's.

use std::time::Duration;

use tokio_postgres::{
    Config,
    config::{ChannelBinding, LoadBalanceHosts, TargetSessionAttrs},
};

use super::hosts::HostLists;
use crate::db::postgres::{invalid_url::InvalidUrl, setting::Setting, tls::TlsSettings};

const APPLICATION_NAME: &str = "taskbridge";

const KEEPALIVE_IDLE: Duration = Duration::from_secs(15);

const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);

const KEEPALIVE_RETRIES: u32 = 3;

/// How long sent data may stay unacknowledged before the connection is given up.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long one of several addresses may take. A lost SYN, sent again after a second, still fits.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1_500);

/// Parameters that may only have the value by which the service connects in any case.
const FIXED: [(&str, &[&str]); 9] = [
    ("client_encoding", &["utf8", "utf-8", "auto"]),
    ("gssencmode", &["disable", "prefer"]),
    // Prisma's: the service's tables are in the first schema of the search path
    ("schema", &["public"]),
    ("replication", &["false", "off", "no", "0"]),
    ("ssl_max_protocol_version", &["TLSv1.3"]),
    ("ssl_min_protocol_version", &["TLSv1.2", "TLSv1.1", "TLSv1"]),
    ("sslcertmode", &["allow"]),
    ("sslcompression", &["0"]),
    ("sslsni", &["1"]),
];

/// The settings of a connection, without defaults that depend on several of them.
pub(super) struct Parameters {
    /// Everything but the hosts, the options and TLS.
    pub(super) config: Config,
    pub(super) hosts: HostLists,
    pub(super) tls: TlsSettings,
    pub(super) passfile: Option<String>,
    pub(super) has_pooler: bool,
    options: String,
}

impl Parameters {
    pub(super) fn new() -> Self {
        let mut config = Config::new();
        config
            .application_name(APPLICATION_NAME)
            .connect_timeout(CONNECT_TIMEOUT)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_RETRIES)
            .tcp_user_timeout(TCP_USER_TIMEOUT);
        let (hosts, tls) = (HostLists::default(), TlsSettings::default());
        Self { config, hosts, tls, passfile: None, has_pooler: false, options: String::new() }
    }

    /// Applies a setting, in place of an earlier one of the same name.
    pub(super) fn apply(&mut self, setting: &Setting) -> Result<(), InvalidUrl> {
        let value = setting.value.as_str();
        match setting.name.as_str() {
            "user" => drop(self.config.user(value)),
            "password" => drop(self.config.password(value)),
            "dbname" => drop(self.config.dbname(value)),
            "application_name" => drop(self.config.application_name(value)),
            "passfile" => self.passfile = Some(value.into()),
            "options" => self.add_option(value),
            "host" => self.hosts.host = Some(setting.clone()),
            "hostaddr" => self.hosts.hostaddr = Some(setting.clone()),
            "port" => self.hosts.port = Some(setting.clone()),
            "pgbouncer" => self.has_pooler = setting.one_of(&[("true", true), ("false", false)])?,
            // sqlx's, without a meaning here
            "statement-cache-capacity" => drop(setting.number::<usize>()?),
            // Prisma's and Supabase's, for their own clients
            "connection_limit" | "pool_timeout" | "socket_timeout" | "statement_cache_size" | "supa" => {}
            name if name.starts_with("options[") => self.add_named_option(setting)?,
            name if TlsSettings::has(name) => self.tls.apply(setting)?,
            name => self.apply_network(name, setting)?,
        }
        Ok(())
    }

    fn apply_network(&mut self, name: &str, setting: &Setting) -> Result<(), InvalidUrl> {
        match name {
            "connect_timeout" => set(setting.seconds()?, |limit| self.config.connect_timeout(limit)),
            "tcp_user_timeout" => set(setting.milliseconds()?, |limit| self.config.tcp_user_timeout(limit)),
            "keepalives" => drop(self.config.keepalives(setting.number::<u32>()? != 0)),
            "keepalives_idle" => set(setting.seconds()?, |idle| self.config.keepalives_idle(idle)),
            "keepalives_interval" => set(setting.seconds()?, |interval| self.config.keepalives_interval(interval)),
            "keepalives_count" | "keepalives_retries" => drop(self.config.keepalives_retries(setting.number()?)),
            name => self.apply_choice(name, setting)?,
        }
        Ok(())
    }

    fn apply_choice(&mut self, name: &str, setting: &Setting) -> Result<(), InvalidUrl> {
        match name {
            "channel_binding" => drop(self.config.channel_binding(channel_binding(setting)?)),
            "load_balance_hosts" => drop(self.config.load_balance_hosts(load_balance_hosts(setting)?)),
            "target_session_attrs" => drop(self.config.target_session_attrs(target_session_attrs(setting)?)),
            name => check_fixed(name, setting)?,
        }
        Ok(())
    }

    fn add_named_option(&mut self, setting: &Setting) -> Result<(), InvalidUrl> {
        let name = setting.name.strip_prefix("options[").and_then(|rest| rest.strip_suffix(']'));
        let name = name.ok_or_else(|| setting.invalid("must be written as options[name]"))?;
        let value = setting.value.replace('\\', r"\\").replace(' ', r"\ ");
        self.add_option(&format!("-c {name}={value}"));
        Ok(())
    }

    fn add_option(&mut self, option: &str) {
        if !self.options.is_empty() {
            self.options.push(' ');
        }
        self.options.push_str(option);
        self.config.options(&self.options);
    }
}

/// Zero stands for the default.
fn set<'c>(duration: Option<Duration>, set: impl FnOnce(Duration) -> &'c mut Config) {
    duration.map(set);
}

fn channel_binding(setting: &Setting) -> Result<ChannelBinding, InvalidUrl> {
    setting.one_of(&[
        ("disable", ChannelBinding::Disable),
        ("prefer", ChannelBinding::Prefer),
        ("require", ChannelBinding::Require),
    ])
}

fn load_balance_hosts(setting: &Setting) -> Result<LoadBalanceHosts, InvalidUrl> {
    setting.one_of(&[("disable", LoadBalanceHosts::Disable), ("random", LoadBalanceHosts::Random)])
}

fn target_session_attrs(setting: &Setting) -> Result<TargetSessionAttrs, InvalidUrl> {
    setting.one_of(&[
        ("any", TargetSessionAttrs::Any),
        ("read-write", TargetSessionAttrs::ReadWrite),
        ("primary", TargetSessionAttrs::ReadWrite),
        ("read-only", TargetSessionAttrs::ReadOnly),
    ])
}

fn check_fixed(name: &str, setting: &Setting) -> Result<(), InvalidUrl> {
    let fixed = FIXED.iter().find(|(fixed, _)| *fixed == name);
    let (_, values) = fixed.ok_or_else(|| setting.invalid("is not supported"))?;
    let choices: Vec<_> = values.iter().map(|value| (*value, ())).collect();
    setting.one_of(&choices)
}

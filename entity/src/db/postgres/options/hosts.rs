//! The servers to try, in order.

use std::{net::IpAddr, path::Path};

use crate::db::postgres::{invalid_url::InvalidUrl, setting::Setting};

const DEFAULT_PORT: u16 = 5432;

/// Where packages of PostgreSQL put its socket.
const SOCKET_FOLDERS: [&str; 3] = ["/var/run/postgresql", "/private/tmp", "/tmp"];

/// The comma-separated lists `host`, `hostaddr` and `port`.
#[derive(Default)]
pub(super) struct HostLists {
    pub(super) host: Option<Setting>,
    pub(super) hostaddr: Option<Setting>,
    pub(super) port: Option<Setting>,
}

/// One server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Host {
    /// A name, an address, or the folder of a socket.
    pub(super) name: String,
    /// The address to connect to in place of the name's.
    pub(super) address: Option<IpAddr>,
    pub(super) port: u16,
}

impl Host {
    pub(super) fn is_socket(&self) -> bool {
        self.address.is_none() && self.name.starts_with('/')
    }

    /// Returns whether the host is one of Neon's or Supabase's poolers in transaction mode.
    pub(super) fn is_pooler(&self) -> bool {
        const SUPABASE_TRANSACTION_PORT: u16 = 6543;
        self.name.contains("-pooler.")
            || (self.name.ends_with(".pooler.supabase.com") && self.port == SUPABASE_TRANSACTION_PORT)
    }
}

impl HostLists {
    /// Returns the servers. Without any, the one on this machine.
    pub(super) fn resolve(&self) -> Result<Vec<Host>, InvalidUrl> {
        let (names, addresses, ports) = (items(self.host.as_ref()), self.addresses()?, self.ports()?);
        let count = names.len().max(addresses.len()).max(1);
        if let Some(hostaddr) = &self.hostaddr
            && addresses.len() != count
        {
            return Err(hostaddr.invalid("must have as many items as host"));
        }
        if let Some(port) = &self.port
            && ports.len() != 1
            && ports.len() != count
        {
            return Err(port.invalid("must have one item, or as many as host"));
        }
        let port_of = |index: usize| ports.get(index).or(ports.first()).copied().unwrap_or(DEFAULT_PORT);
        let hosts = (0..count).map(|index| host(names.get(index), addresses.get(index).copied(), port_of(index)));
        Ok(hosts.collect())
    }

    fn addresses(&self) -> Result<Vec<IpAddr>, InvalidUrl> {
        let Some(setting) = &self.hostaddr else { return Ok(Vec::new()) };
        let parse = |item: &str| item.parse().map_err(|_error| setting.invalid("must be an IP address"));
        setting.value.split(',').map(parse).collect()
    }

    fn ports(&self) -> Result<Vec<u16>, InvalidUrl> {
        let Some(setting) = &self.port else { return Ok(Vec::new()) };
        let parse = |item: &str| match item {
            "" => Ok(DEFAULT_PORT),
            item => item.parse().ok().filter(|port| *port > 0).ok_or_else(|| invalid_port(setting)),
        };
        setting.value.split(',').map(parse).collect()
    }
}

fn invalid_port(setting: &Setting) -> InvalidUrl {
    setting.invalid("must be a number from 1 to 65535; percent-encode : / ? # @ in a password")
}

fn items(list: Option<&Setting>) -> Vec<&str> {
    list.into_iter().flat_map(|setting| setting.value.split(',')).collect()
}

fn host(name: Option<&&str>, address: Option<IpAddr>, port: u16) -> Host {
    let name = match (name, address) {
        (Some(name), _) if !name.is_empty() => (*name).to_owned(),
        (_, Some(address)) => address.to_string(),
        _ => local_host(port),
    };
    Host { name, address, port }
}

fn local_host(port: u16) -> String {
    let socket = format!(".s.PGSQL.{port}");
    let folder = SOCKET_FOLDERS.iter().find(|folder| Path::new(folder).join(&socket).exists());
    folder.map_or("localhost", |folder| *folder).to_owned()
}

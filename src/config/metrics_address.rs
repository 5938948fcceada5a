//! `METRICS_ADDRESS`: where metrics are served.

use super::environment::{ConfigError, Environment, invalid};

const METRICS_ADDRESS: &str = "METRICS_ADDRESS";

/// Returns the host and port to listen on; `None` if no metrics are served.
pub(super) fn read(environment: &Environment<'_>) -> Result<Option<String>, ConfigError> {
    let Some(address) = environment.text(METRICS_ADDRESS) else { return Ok(None) };
    let is_valid = address.rsplit_once(':').is_some_and(|(host, port)| is_host(host) && port.parse::<u16>().is_ok());
    if is_valid {
        return Ok(Some(address));
    }
    Err(invalid(METRICS_ADDRESS, "a host and a port, as in 127.0.0.1:9464, 0.0.0.0:9464, [::1]:9464"))
}

/// An IPv6 address needs brackets, or its last part would be taken for the port.
fn is_host(host: &str) -> bool {
    let without_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    !host.is_empty() && !host.contains(char::is_whitespace) && without_brackets.is_some() == host.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(value: &str) -> Result<Option<String>, ConfigError> {
        read(&Environment(&|name| (name == METRICS_ADDRESS).then(|| value.to_owned())))
    }

    #[test]
    fn a_host_and_a_port_are_accepted() {
        for address in ["127.0.0.1:9464", "0.0.0.0:0", "[::1]:9464", "metrics.internal:9464"] {
            assert_eq!(read_from(address), Ok(Some(address.to_owned())));
        }
        assert_eq!(read_from(" "), Ok(None));
    }

    #[test]
    fn anything_else_is_rejected() {
        for address in
            ["9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:9464", "http://a:1", "a b:1"]
        {
            assert!(read_from(address).is_err(), "{address}");
        }
    }
}

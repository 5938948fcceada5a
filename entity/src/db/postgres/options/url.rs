//! Splits a URL into settings.
//!
//! `url::Url` cannot parse several hosts. Where there is one, the parts are what it finds.

use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::db::postgres::{invalid_url::InvalidUrl, setting::Setting};

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

/// Returns the settings in a URL. Later ones replace earlier ones of the same name.
pub(super) fn settings(url: &str) -> Result<Vec<Setting>, InvalidUrl> {
    let rest = SCHEMES.iter().find_map(|scheme| url.strip_prefix(scheme));
    let rest = rest.ok_or_else(|| InvalidUrl::new("the database URL", "must begin with postgres://"))?;
    if rest.contains('#') {
        return Err(InvalidUrl::new("# in the database URL", "must be written as %23"));
    }
    let (location, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = location.split_once('/').unwrap_or((location, ""));
    let (user_info, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));

    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    let (hosts, ports) = host_lists(hosts)?;
    let mut settings = Vec::new();
    for (name, value) in [
        ("user", user),
        ("password", password),
        ("host", &hosts),
        ("port", &ports),
        ("dbname", path.trim_start_matches('/')),
    ] {
        if !value.is_empty() {
            settings.push(decoded(name, value)?);
        }
    }
    let is_split_password = !authority.contains('@') && (path.contains('@') || query.contains('@'));
    settings.extend(parameters(query, is_split_password));
    Ok(settings)
}

fn decoded(name: &str, value: &str) -> Result<Setting, InvalidUrl> {
    let setting = Setting::in_url(name, value);
    let value =
        percent_decode_str(value).decode_utf8().map_err(|_error| setting.invalid("must be percent-encoded UTF-8"))?;
    let value = value.into_owned();
    Ok(setting.with_value(value))
}

/// Splits `a:1,b,[::1]:2` into `a,b,::1` and `1,,2`. A list without any content is empty.
fn host_lists(text: &str) -> Result<(String, String), InvalidUrl> {
    let pairs = text.split(',').map(host_and_port).collect::<Result<Vec<_>, _>>()?;
    let (hosts, ports): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let list =
        |items: Vec<&str>| if items.iter().all(|item| item.is_empty()) { String::new() } else { items.join(",") };
    Ok((list(hosts), list(ports)))
}

fn host_and_port(text: &str) -> Result<(&str, &str), InvalidUrl> {
    let Some(bracketed) = text.strip_prefix('[') else { return Ok(text.split_once(':').unwrap_or((text, ""))) };
    let parts = bracketed.split_once(']').and_then(|(host, rest)| match rest {
        "" => Some((host, "")),
        port => port.strip_prefix(':').map(|port| (host, port)),
    });
    parts.ok_or_else(|| InvalidUrl::new("an IPv6 address in the database URL", "must be written as [address]:port"))
}

fn parameters(query: &str, hides_names: bool) -> impl Iterator<Item = Setting> {
    form_urlencoded::parse(query.as_bytes()).map(move |(name, value)| {
        let is_plain = name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]".contains(c));
        let setting = Setting::in_url(name, value);
        if hides_names || !is_plain { setting.with_hidden_name() } else { setting }
    })
}

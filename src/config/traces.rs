//! Traces: the standard variables of OpenTelemetry. The SDK reads `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_BSP_*`
//! and the headers, timeout and compression of the exporter by itself.

use url::Url;

use super::{
    environment::{ConfigError, Environment, invalid},
    secrets::Secret,
};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const SAMPLER_ARG: &str = "OTEL_TRACES_SAMPLER_ARG";

/// Where traces are exported to, and which.
#[derive(Debug, Clone)]
pub struct TraceSettings {
    /// The URL that spans are posted to.
    pub endpoint: Secret,
    /// Whether the caller's trace decides, if there is one.
    pub follows_parent: bool,
    /// The share of the other traces that is recorded, 0 to 1.
    pub sampled_ratio: f64,
}

impl TraceSettings {
    /// Returns `None` if no endpoint is set.
    pub(super) fn read(environment: &Environment<'_>) -> Result<Option<Self>, ConfigError> {
        let is_disabled = environment.one_of("OTEL_SDK_DISABLED", ["false", "true"])? == "true";
        let endpoint = endpoint(environment)?;
        for name in ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] {
            environment.one_of(name, ["http/protobuf"])?;
        }
        let (follows_parent, sampled_ratio) = sampler(environment)?;
        let endpoint = endpoint.filter(|_| !is_disabled);
        Ok(endpoint.map(|endpoint| Self { endpoint, follows_parent, sampled_ratio }))
    }
}

/// Returns the URL of the traces, or the one of all signals with the path of the traces.
fn endpoint(environment: &Environment<'_>) -> Result<Option<Secret>, ConfigError> {
    let base = url(environment, ENDPOINT)?.map(|base| format!("{}/v1/traces", base.trim_end_matches('/')));
    Ok(url(environment, TRACES_ENDPOINT)?.or(base).map(Secret::new))
}

fn url(environment: &Environment<'_>, name: &'static str) -> Result<Option<String>, ConfigError> {
    let Some(text) = environment.text(name) else { return Ok(None) };
    let url = Url::parse(&text).ok().filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"));
    let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
    let requirement = "the URL of an OTLP receiver, as in http://localhost:4318: http or https, no user, no password";
    url.map(|url| Some(url.into())).ok_or_else(|| invalid(name, requirement))
}

/// Returns whether the caller's trace decides, and the share of the other traces.
fn sampler(environment: &Environment<'_>) -> Result<(bool, f64), ConfigError> {
    let ratio = environment.text(SAMPLER_ARG).map_or(Ok(1.0), |text| {
        let ratio = text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
        ratio.ok_or_else(|| invalid(SAMPLER_ARG, "a number from 0 to 1, as in 0.1"))
    })?;
    let samplers = [
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
        "always_on",
        "always_off",
        "traceidratio",
    ];
    let sampler = environment.one_of("OTEL_TRACES_SAMPLER", samplers)?;
    let own = sampler.strip_prefix("parentbased_");
    Ok((
        own.is_some(),
        match own.unwrap_or(sampler) {
            "always_on" => 1.0,
            "always_off" => 0.0,
            _ => ratio,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<const N: usize>(variables: [(&str, &str); N]) -> Option<TraceSettings> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        TraceSettings::read(&Environment(&variable)).unwrap()
    }

    fn endpoint<const N: usize>(variables: [(&str, &str); N]) -> String {
        read(variables).unwrap().endpoint.expose().to_owned()
    }

    #[test]
    fn the_endpoint_of_all_signals_gets_the_path_of_the_traces() {
        assert_eq!(endpoint([(ENDPOINT, "http://localhost:4318")]), "http://localhost:4318/v1/traces");
        assert_eq!(endpoint([(ENDPOINT, "https://otlp.example.com/a/")]), "https://otlp.example.com/a/v1/traces");
        assert_eq!(
            endpoint([(TRACES_ENDPOINT, "http://localhost:4318/t"), (ENDPOINT, "http://a")]),
            "http://localhost:4318/t"
        );
    }

    #[test]
    fn no_endpoint_and_a_disabled_sdk_export_nothing() {
        assert!(read([]).is_none());
        assert!(read([(ENDPOINT, "http://localhost:4318"), ("OTEL_SDK_DISABLED", "true")]).is_none());
    }

    #[test]
    fn samplers_have_their_standard_names() {
        let sampler = |name: &str, ratio: &str| {
            let settings = read([(ENDPOINT, "http://a"), ("OTEL_TRACES_SAMPLER", name), (SAMPLER_ARG, ratio)]).unwrap();
            format!("{} {}", settings.follows_parent, settings.sampled_ratio)
        };
        assert_eq!(sampler("", ""), "true 1");
        assert_eq!(sampler("always_off", "0.5"), "false 0");
        assert_eq!(sampler("traceidratio", "0.25"), "false 0.25");
        assert_eq!(sampler("parentbased_traceidratio", "0.1"), "true 0.1");
        assert_eq!(sampler("parentbased_always_off", ""), "true 0");
    }
}

//! Mail: how it is sent, and whether an email address has to be verified.

use lettre::message::Mailbox;
use url::{Host, Url};

use super::{
    environment::{ConfigError, Environment, invalid},
    secrets::Secret,
};

const SMTP_URL: &str = "SMTP_URL";
const MAIL_FROM: &str = "MAIL_FROM";

/// The ports of message submission: with STARTTLS (RFC 6409), and with TLS from the start (RFC 8314).
const SUBMISSION_PORT: u16 = 587;
const SUBMISSIONS_PORT: u16 = 465;

/// Mail, and what depends on it.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// How mail is sent.
    pub delivery: MailDelivery,
    /// Whether users have to verify their email address before they can log in.
    pub require_verification: bool,
}

/// How mail is sent.
#[derive(Debug, Clone)]
pub enum MailDelivery {
    /// By a mail server.
    Smtp(Box<SmtpSettings>),
    /// Not at all: the links are logged.
    Log,
    /// Not at all.
    Off,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Encryption of the connection.
    pub tls: SmtpTls,
    /// User and password.
    pub credentials: Option<(Secret, Secret)>,
    /// The sender of all mail.
    pub from: Mailbox,
}

/// Encryption of the connection to a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// From the start.
    Implicit,
    /// By STARTTLS, which the server must offer.
    StartTls,
    /// None.
    Off,
}

impl MailSettings {
    /// Links are logged only where one process on a developer's machine is the whole service: their reader could take over
    /// accounts.
    pub(super) fn read(
        environment: &Environment<'_>,
        is_embedded: bool,
        public_origin: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let smtp = SmtpSettings::read(environment)?;
        let delivery = match (environment.one_of("MAIL", ["auto", "log", "off"])?, smtp) {
            ("off", _) => MailDelivery::Off,
            ("log", _) => MailDelivery::Log,
            (_, Some(smtp)) => MailDelivery::Smtp(Box::new(smtp)),
            (_, None) if is_embedded && public_origin.is_none_or(is_loopback) => MailDelivery::Log,
            (_, None) => MailDelivery::Off,
        };
        if matches!(delivery, MailDelivery::Smtp(_)) && public_origin.is_none() {
            return Err(invalid("PUBLIC_URL", "set with SMTP_URL: links in mails start with it"));
        }
        let require_verification = environment.one_of("REQUIRE_EMAIL_VERIFICATION", ["off", "on"])? == "on";
        Ok(Self { delivery, require_verification })
    }
}

impl SmtpSettings {
    fn read(environment: &Environment<'_>) -> Result<Option<Self>, ConfigError> {
        let (text, from) = (environment.text(SMTP_URL), environment.text(MAIL_FROM));
        let Some(text) = text else { return Ok(None) };
        let url = Url::parse(&text).ok().filter(|url| matches!(url.path(), "" | "/") && url.fragment().is_none());
        let server = url.as_ref().and_then(|url| Some((url, url.host_str()?, tls(url)?)));
        let (url, host, tls) = server.ok_or_else(|| {
            invalid(
                SMTP_URL,
                "as in smtps://user:password@smtp.example.com or smtp://user:password@smtp.example.com:587, with user and \
                password percent-encoded; ?tls=off for a server without TLS",
            )
        })?;
        let credentials = credentials(url);
        if credentials.is_none() && !url.username().is_empty() {
            return Err(invalid(SMTP_URL, "with a password if it has a user"));
        }
        if tls == SmtpTls::Off && credentials.is_some() && !is_loopback(&text) {
            return Err(invalid(SMTP_URL, "without a password if it has ?tls=off, except on loopback"));
        }
        let default_port = if tls == SmtpTls::Implicit { SUBMISSIONS_PORT } else { SUBMISSION_PORT };
        let host = host.trim_matches(['[', ']']).to_owned();
        let port = url.port().unwrap_or(default_port);
        Ok(Some(Self { host, port, tls, credentials, from: parse_from(from)? }))
    }
}

/// A server on loopback is reached without TLS: it has no certificate.
fn tls(url: &Url) -> Option<SmtpTls> {
    match (url.scheme(), url.query()) {
        ("smtps", None) => Some(SmtpTls::Implicit),
        ("smtp", Some("tls=off")) => Some(SmtpTls::Off),
        ("smtp", None) if is_loopback(url.as_str()) => Some(SmtpTls::Off),
        ("smtp", None) => Some(SmtpTls::StartTls),
        _ => None,
    }
}

fn credentials(url: &Url) -> Option<(Secret, Secret)> {
    let decode = |text| Secret::new(percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned());
    url.password().map(|password| (decode(url.username()), decode(password)))
}

fn parse_from(text: Option<String>) -> Result<Mailbox, ConfigError> {
    let from = text.and_then(|text| text.parse().ok());
    from.ok_or_else(|| invalid(MAIL_FROM, "set with SMTP_URL, as in Tasks <no-reply@example.com>"))
}

/// Returns whether the URL's host is this machine. The hosts of unknown schemes are not parsed as addresses.
fn is_loopback(url: &str) -> bool {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(|url| Host::parse(url.host_str()?).ok());
    host.is_some_and(|host| match host {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    })
}

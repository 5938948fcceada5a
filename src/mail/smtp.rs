//! Sends a mail by SMTP (RFC 5321).

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        self,
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use super::message::Mail;
use crate::config::{SmtpSettings, SmtpTls};

/// The longest wait for a response of the mail server.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

/// A mail server.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a mail was not sent. The message names no recipient.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    #[error("the mail cannot be composed: {0}")]
    Compose(#[from] lettre::error::Error),
    #[error("the recipient's address is invalid")]
    Recipient(#[from] lettre::address::AddressError),
    #[error("{0}")]
    Server(String, bool),
}

impl Smtp {
    pub(super) fn new(settings: &SmtpSettings) -> Result<Self, smtp::Error> {
        let tls = match settings.tls {
            SmtpTls::Implicit => Tls::Wrapper(TlsParameters::new(settings.host.clone())?),
            SmtpTls::StartTls => Tls::Required(TlsParameters::new(settings.host.clone())?),
            SmtpTls::Off => Tls::None,
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(RESPONSE_TIMEOUT));
        let transport = match &settings.credentials {
            Some((user, password)) => {
                transport.credentials(Credentials::new(user.expose().to_owned(), password.expose().to_owned()))
            }
            None => transport,
        };
        Ok(Self { transport: transport.build(), from: settings.from.clone() })
    }

    pub(super) async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let message = self.compose(mail)?;
        self.transport.send(message).await.map_err(SendError::from)?;
        Ok(())
    }

    fn compose(&self, mail: &Mail) -> Result<Message, SendError> {
        // RFC 3834 §5: no automatic replies
        let auto_submitted = HeaderName::new_from_ascii_str("Auto-Submitted");
        Ok(Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, mail.to.parse()?))
            .subject(mail.purpose.subject())
            .message_id(None)
            .raw_header(HeaderValue::new(auto_submitted, "auto-generated".into()))
            .multipart(MultiPart::alternative_plain_html(mail.plain_text(), mail.html()))?)
    }
}

impl SendError {
    /// Returns the name of the variant, for traces.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Compose(_) => "compose",
            Self::Recipient(_) => "recipient",
            Self::Server(..) => "server",
        }
    }

    /// Returns whether the same mail may be sent later.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self, Self::Server(_, true))
    }
}

/// A response of the server may quote the recipient; only its status is kept.
impl From<smtp::Error> for SendError {
    fn from(error: smtp::Error) -> Self {
        let message = match error.status() {
            Some(status) => format!("the mail server answered {status}"),
            None => error.to_string(),
        };
        Self::Server(message, !error.is_permanent())
    }
}

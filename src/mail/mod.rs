//! Mail with a link: a bounded queue, and its delivery in the background.

mod delivery;
mod links;
mod message;
mod smtp;

use lettre::transport::smtp::Error as SmtpError;
use tokio::sync::mpsc;

pub(crate) use self::{
    delivery::Delivery,
    links::MailLinks,
    message::{Mail, Purpose},
};
use self::{
    delivery::{QueuedMail, Transport},
    smtp::Smtp,
};
use crate::{
    config::{MailDelivery, MailSettings},
    http::problem::{Kind, Problem},
    telemetry::{metrics::MAILS, traces},
};

/// The number of mails that wait to be sent.
const QUEUE_CAPACITY: usize = 256;

/// Queues mail.
pub(crate) struct Mailer {
    /// `None` if no mail is sent.
    queue: Option<mpsc::Sender<QueuedMail>>,
}

/// A place in the queue for one mail.
pub(crate) struct MailSlot(mpsc::OwnedPermit<QueuedMail>);

impl Mailer {
    /// Creates the queue, and its delivery to run in the background; `None` if no mail is sent.
    pub(crate) fn new(settings: &MailSettings) -> Result<(Self, Option<Delivery>), SmtpError> {
        let transport = match &settings.delivery {
            MailDelivery::Off => return Ok((Self { queue: None }, None)),
            MailDelivery::Log => Transport::Log,
            MailDelivery::Smtp(smtp) => Transport::Smtp(Box::new(Smtp::new(smtp)?)),
        };
        let (sender, receiver) = mpsc::channel(QUEUE_CAPACITY);
        Ok((Self { queue: Some(sender) }, Some(Delivery::new(receiver, transport))))
    }

    /// Returns whether mail is sent or logged.
    pub(crate) fn is_enabled(&self) -> bool {
        self.queue.is_some()
    }

    /// Reserves a place in the queue, before anything that depends on the recipient; `None` if no mail is sent.
    ///
    /// # Errors
    ///
    /// 503 if the queue is full.
    pub(crate) fn reserve(&self) -> Result<Option<MailSlot>, Problem> {
        let Some(queue) = self.queue.clone() else { return Ok(None) };
        match queue.try_reserve_owned() {
            Ok(place) => Ok(Some(MailSlot(place))),
            Err(error) => Err(Problem::new(Kind::Unavailable).with_cause(format_args!("mail queue: {error}"))),
        }
    }
}

impl MailSlot {
    /// Queues the mail and returns at once.
    pub(crate) fn send(self, mail: Mail) {
        MAILS.inc(["queued"]);
        self.0.send(QueuedMail { mail, requested_by: traces::current() });
    }
}

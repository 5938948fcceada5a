//! Sends queued mail in the background.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use opentelemetry::{
    Context,
    trace::{SpanBuilder, SpanContext, SpanKind, TraceContextExt},
};
use tokio::{sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    message::Mail,
    smtp::{SendError, Smtp},
};
use crate::telemetry::{metrics::MAILS, traces::Span};

/// Mails that are sent at the same time.
const MAX_CONCURRENT: usize = 4;

/// Pauses before the second and each further attempt.
const RETRY_PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30)];

/// How long a shutdown waits for queued mail.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Where mail goes.
pub(super) enum Transport {
    Smtp(Box<Smtp>),
    Log,
}

/// Takes mail from the queue.
pub(crate) struct Delivery {
    queue: mpsc::Receiver<QueuedMail>,
    transport: Transport,
}

/// A mail, and the span of the request that it is sent for.
pub(super) struct QueuedMail {
    pub(super) mail: Mail,
    pub(super) requested_by: Option<SpanContext>,
}

impl Delivery {
    pub(super) fn new(queue: mpsc::Receiver<QueuedMail>, transport: Transport) -> Self {
        Self { queue, transport }
    }

    /// Sends mail until `stop` is cancelled, then what is queued, as far as that is possible in a few seconds.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let Self { queue, transport } = self;
        let mails = stream::unfold((queue, stop.clone()), |(mut queue, stop)| async move {
            let mail = next(&mut queue, &stop).await?;
            Some((mail, (queue, stop)))
        });
        let delivery = mails.for_each_concurrent(MAX_CONCURRENT, |mail| deliver_in_span(&transport, mail));
        let deadline = async {
            stop.cancelled().await;
            sleep(SHUTDOWN_TIMEOUT).await;
        };
        tokio::select! {
            () = delivery => {}
            () = deadline => log::warn!("mail is left unsent at shutdown"),
        }
    }
}

/// Returns the next mail. Once `stop` is cancelled, no more are queued.
async fn next(queue: &mut mpsc::Receiver<QueuedMail>, stop: &CancellationToken) -> Option<QueuedMail> {
    tokio::select! {
        biased;
        mail = queue.recv() => return mail,
        () = stop.cancelled() => queue.close(),
    }
    queue.recv().await
}

/// Delivers a mail in the trace of its request, which has ended before.
async fn deliver_in_span(transport: &Transport, QueuedMail { mail, requested_by }: QueuedMail) {
    let parent = requested_by.map_or_else(Context::new, |span| Context::new().with_remote_span_context(span));
    let span = Span::entry(&parent, || SpanBuilder::from_name("deliver mail").with_kind(SpanKind::Client));
    span.run(deliver(transport, mail, &span)).await;
}

async fn deliver(transport: &Transport, mail: Mail, span: &Span) {
    match transport {
        Transport::Log => {
            MAILS.inc(["sent"]);
            log::info!(to = mail.to, link = mail.link; "mail: {}", mail.purpose.subject());
        }
        Transport::Smtp(smtp) => match send(smtp, &mail).await {
            Ok(()) => {
                MAILS.inc(["sent"]);
                log::info!("mail sent: {}", mail.purpose.subject());
            }
            Err(error) => {
                MAILS.inc(["failed"]);
                span.fail(error.name());
                log::warn!(error:%; "mail not sent: {}", mail.purpose.subject());
            }
        },
    }
}

async fn send(smtp: &Smtp, mail: &Mail) -> Result<(), SendError> {
    for pause in RETRY_PAUSES {
        match smtp.send(mail).await {
            Err(error) if error.is_transient() => log::info!(error:%; "mail server failed; another attempt follows"),
            result => return result,
        }
        sleep(pause).await;
    }
    smtp.send(mail).await
}

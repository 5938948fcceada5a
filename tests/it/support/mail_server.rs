//! A mail server (RFC 5321) that keeps the mails it receives.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::{oneshot, watch},
    time::timeout,
};

/// The longest wait for a mail.
const MAIL_TIMEOUT: Duration = Duration::from_secs(20);

/// A running mail server without TLS; it ends with the test.
pub(crate) struct MailServer {
    address: SocketAddr,
    mails: watch::Receiver<Vec<ReceivedMail>>,
    /// The number of further mails that it rejects with a transient error.
    failures: watch::Sender<usize>,
}

/// A mail as received.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedMail {
    /// The recipient of the envelope.
    pub(crate) to: String,
    /// Header and body, decoded from quoted-printable.
    pub(crate) text: String,
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        let (sender, mails) = watch::channel(Vec::new());
        let failures = watch::Sender::new(0);
        let (started_sender, started) = oneshot::channel();
        let shared = failures.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(started_sender, sender, shared));
        });
        Self { address: started.await.expect("a mail server"), mails, failures }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Rejects the next `count` mails with a transient error.
    pub(crate) fn fails(&self, count: usize) {
        self.failures.send_replace(count);
    }

    /// All mails so far.
    pub(crate) fn all(&self) -> Vec<ReceivedMail> {
        self.mails.borrow().clone()
    }

    /// Waits for the mail number `number` to this recipient, counted from 1.
    pub(crate) async fn mail_to(&self, recipient: &str, number: usize) -> ReceivedMail {
        let found = |mails: &[ReceivedMail]| mails.iter().filter(|mail| mail.to == recipient).nth(number - 1).cloned();
        let mut mails = self.mails.clone();
        let received = timeout(MAIL_TIMEOUT, mails.wait_for(|mails| found(mails).is_some())).await;
        let mail = received.ok().and_then(Result::ok).and_then(|mails| found(&mails));
        mail.unwrap_or_else(|| panic!("no mail {number} to {recipient}: {:?}", self.mails.borrow()))
    }
}

impl ReceivedMail {
    /// The link in the text without markup.
    pub(crate) fn link(&self) -> &str {
        let line = self.text.lines().find(|line| line.starts_with("http"));
        line.unwrap_or_else(|| panic!("no link in {}", self.text))
    }

    /// The link without its origin.
    pub(crate) fn path(&self) -> &str {
        let link = self.link();
        link.splitn(4, '/').nth(3).map(|path| &link[link.len() - path.len() - 1..]).expect("a path")
    }
}

async fn serve(
    started: oneshot::Sender<SocketAddr>,
    mails: watch::Sender<Vec<ReceivedMail>>,
    failures: watch::Sender<usize>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    started.send(listener.local_addr().unwrap()).ok();
    loop {
        tokio::select! {
            client = listener.accept() => {
                tokio::spawn(converse(client.unwrap().0, mails.clone(), failures.clone()));
            }
            () = mails.closed() => return,
        }
    }
}

async fn converse(client: TcpStream, mails: watch::Sender<Vec<ReceivedMail>>, failures: watch::Sender<usize>) {
    let mut client = BufReader::new(client);
    let (mut line, mut to) = (String::new(), String::new());
    client.write_all(b"220 mail\r\n").await.ok();
    while client.read_line(&mut line).await.is_ok_and(|count| count > 0) {
        let verb = line.get(..4).unwrap_or_default().to_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let fails = failures.send_if_modified(|left| {
                    let fails = *left > 0;
                    *left = left.saturating_sub(1);
                    fails
                });
                if fails { b"451 try again later\r\n" } else { b"250 ok\r\n" }
            }
            "DATA" => {
                client.write_all(b"354 go on\r\n").await.ok();
                let text = read_data(&mut client).await;
                mails.send_modify(|mails| mails.push(ReceivedMail { to: to.clone(), text }));
                b"250 ok\r\n"
            }
            "QUIT" => {
                client.write_all(b"221 bye\r\n").await.ok();
                return;
            }
            _ => b"250 mail\r\n",
        };
        client.write_all(answer).await.ok();
        line.clear();
    }
}

/// Reads up to the line that is a dot, and decodes quoted-printable lines (RFC 2045 §6.7).
async fn read_data(client: &mut BufReader<TcpStream>) -> String {
    let mut data = Vec::new();
    while client.read_until(b'\n', &mut data).await.is_ok_and(|count| count > 0) {
        if data.ends_with(b"\r\n.\r\n") {
            break;
        }
    }
    let data = String::from_utf8(data).expect("ASCII");
    data.replace("=\r\n", "").replace("=3D", "=").replace("=26", "&")
}

//! The wire between the service and PostgreSQL: it counts what passes, and can be cut, rejected and stalled.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{mpsc, oneshot, watch},
    task::JoinSet,
};
use url::Url;

use super::{TestDatabase, database::free_port};

/// A forwarder that a service connects to in place of its PostgreSQL server.
pub(crate) struct ChaosProxy {
    url: String,
    orders: mpsc::UnboundedSender<(Verb, oneshot::Sender<()>)>,
    passed: Arc<Passed>,
}

#[derive(Debug, Clone, Copy)]
enum Verb {
    Cut,
    Refuse,
    Stall,
    Restore,
}

/// What the service sent, but for what it says to follow what is revoked, which it does whether it is asked anything or not.
#[derive(Default)]
struct Passed {
    connections: AtomicU64,
    bytes: AtomicU64,
    statements: AtomicU64,
}

impl ChaosProxy {
    /// A wire to the server of this database, in a thread of its own.
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        let mut url = Url::parse(database.url()).unwrap();
        let host = url.host_str().expect("a PostgreSQL server that is reached by TCP").to_owned();
        let (server, port) = ((host, url.port().unwrap_or(5432)), free_port().unwrap());
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(port)).unwrap();
        url.query_pairs_mut().append_pair("sslmode", "disable");
        let (orders, inbox) = mpsc::unbounded_channel();
        let passed = Arc::new(Passed::default());
        let seen = Arc::clone(&passed);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(server, port, inbox, seen));
        });
        let wire = Self { url: url.into(), orders, passed };
        wire.restore().await;
        wire
    }

    /// What the service connects to.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Cuts all connections; new ones are taken.
    pub(crate) async fn cut(&self) {
        self.order(Verb::Cut).await;
    }

    /// Cuts all connections and refuses new ones.
    pub(crate) async fn refuse(&self) {
        self.order(Verb::Refuse).await;
    }

    /// Connections stand, new ones are taken, and nothing answers.
    pub(crate) async fn stall(&self) {
        self.order(Verb::Stall).await;
    }

    /// All is well again.
    pub(crate) async fn restore(&self) {
        self.order(Verb::Restore).await;
    }

    /// Statements that the service has had executed.
    pub(crate) fn statements(&self) -> u64 {
        self.passed.statements.load(Ordering::SeqCst)
    }

    /// Waits until nothing passes for a while: a connection says a word more when it is given back to its pool.
    pub(crate) async fn wait_until_idle(&self) -> (u64, u64) {
        loop {
            let before = self.traffic();
            tokio::time::sleep(Duration::from_millis(200)).await;
            if self.traffic() == before {
                return before;
            }
        }
    }

    /// Connections made and bytes sent by the service.
    pub(crate) fn traffic(&self) -> (u64, u64) {
        (self.passed.connections.load(Ordering::SeqCst), self.passed.bytes.load(Ordering::SeqCst))
    }

    async fn order(&self, verb: Verb) {
        let (done, obeyed) = oneshot::channel();
        self.orders.send((verb, done)).unwrap();
        obeyed.await.unwrap_or_else(|_| panic!("the wire is gone at {verb:?}"));
    }
}

async fn serve(
    server: (String, u16),
    port: u16,
    mut orders: mpsc::UnboundedReceiver<(Verb, oneshot::Sender<()>)>,
    passed: Arc<Passed>,
) {
    let mut listener = None;
    let mut connections = JoinSet::new();
    let (stalled, _) = watch::channel(false);
    loop {
        tokio::select! {
            client = accept(listener.as_ref()) => {
                passed.connections.fetch_add(1, Ordering::SeqCst);
                connections.spawn(carry(client, server.clone(), stalled.subscribe(), Arc::clone(&passed)));
            }
            order = orders.recv() => {
                let Some((verb, done)) = order else { return };
                match verb {
                    Verb::Cut => connections.shutdown().await,
                    Verb::Refuse => {
                        listener = None;
                        connections.shutdown().await;
                    }
                    Verb::Stall => drop(stalled.send_replace(true)),
                    Verb::Restore => {
                        stalled.send_replace(false);
                        if listener.is_none() {
                            listener = Some(TcpListener::bind(("127.0.0.1", port)).await.unwrap());
                        }
                    }
                }
                done.send(()).ok();
            }
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    match listener {
        Some(listener) => listener.accept().await.unwrap().0,
        None => std::future::pending().await,
    }
}

/// Both ways, until either end closes.
async fn carry(client: TcpStream, server: (String, u16), mut stalled: watch::Receiver<bool>, passed: Arc<Passed>) {
    stalled.wait_for(|stalled| !stalled).await.ok();
    let Ok(server) = TcpStream::connect(server).await else { return };
    client.set_nodelay(true).ok();
    server.set_nodelay(true).ok();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (mut messages, mut follows) = (Messages::default(), false);
    let count = move |bytes: &[u8]| {
        follows |= says(bytes, "taskbridge_revocation") || says(bytes, "issued_until, expires_at from revocation");
        if follows {
            return;
        }
        passed.bytes.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        passed.statements.fetch_add(messages.statements_in(bytes), Ordering::SeqCst);
    };
    tokio::select! {
        () = forward(from_client, to_server, stalled.clone(), count) => {}
        () = forward(from_server, to_client, stalled, |_: &[u8]| {}) => {}
    }
}

fn says(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

async fn forward(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut stalled: watch::Receiver<bool>,
    mut look: impl FnMut(&[u8]),
) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        look(&buffer[..count]);
        stalled.wait_for(|stalled| !stalled).await.ok();
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// Reads what a client of PostgreSQL says (PostgreSQL documentation, "Message Formats").
#[derive(Default)]
struct Messages {
    started: bool,
    head: Vec<u8>,
    body: usize,
}

impl Messages {
    /// How many messages that execute a statement begin in these bytes: Execute, and a simple Query.
    fn statements_in(&mut self, mut bytes: &[u8]) -> u64 {
        let mut statements = 0;
        while let Some((first, rest)) = bytes.split_first() {
            if self.body > 0 {
                let skipped = self.body.min(bytes.len());
                self.body -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            self.head.push(*first);
            bytes = rest;
            // the first message of a connection has no type
            let length_at = usize::from(self.started);
            if self.head.len() == length_at + 4 {
                let length = u32::from_be_bytes(self.head[length_at..].try_into().unwrap());
                self.body = length as usize - 4;
                statements += u64::from(self.started && b"EQ".contains(&self.head[0]));
                self.started = true;
                self.head.clear();
            }
        }
        statements
    }
}

//! A TCP proxy before PostgreSQL: it counts the traffic and can cut, refuse and stall connections.

use std::{
    collections::BTreeSet,
    mem,
    sync::{
        Arc, Mutex,
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

/// A proxy that a service connects to instead of its PostgreSQL server.
pub(crate) struct ChaosProxy {
    url: String,
    commands: mpsc::UnboundedSender<(Fault, oneshot::Sender<()>)>,
    traffic: Arc<Traffic>,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    Cut,
    Refuse,
    Stall,
    Silence,
    HalfClose,
    Reset(u64),
    Restore,
}

/// Which connections forward nothing or are half-closed.
#[derive(Debug, Default)]
struct Gate {
    is_stalled: bool,
    /// The last of the connections that are silent for good.
    last_silent: u64,
    /// The last of the connections that are closed towards the service only.
    last_half_closed: u64,
}

impl Gate {
    fn is_open(&self, connection: u64) -> bool {
        !self.is_stalled && connection > self.last_silent
    }
}

/// What the service has sent, except on the connections of the revocation feed, which are never idle.
#[derive(Default)]
struct Traffic {
    connections: AtomicU64,
    bytes: AtomicU64,
    statements: AtomicU64,
    /// The text of each statement.
    texts: Mutex<BTreeSet<String>>,
}

impl ChaosProxy {
    /// Starts a proxy for the server of this database in a thread of its own.
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        let mut url = Url::parse(database.url()).unwrap();
        let host = url.host_str().expect("a PostgreSQL server that is reached by TCP").to_owned();
        let (server, port) = ((host, url.port().unwrap_or(5432)), free_port().unwrap());
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(port)).unwrap();
        url.query_pairs_mut().append_pair("sslmode", "disable");
        let (commands, inbox) = mpsc::unbounded_channel();
        let traffic = Arc::new(Traffic::default());
        let shared = Arc::clone(&traffic);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(server, port, inbox, shared));
        });
        let proxy = Self { url: url.into(), commands, traffic };
        proxy.restore().await;
        proxy
    }

    /// The URL that the service connects to.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Cuts all connections; accepts new ones.
    pub(crate) async fn cut(&self) {
        self.inject(Fault::Cut).await;
    }

    /// Cuts all connections and refuses new ones.
    pub(crate) async fn refuse(&self) {
        self.inject(Fault::Refuse).await;
    }

    /// Keeps and accepts connections, and forwards nothing.
    pub(crate) async fn stall(&self) {
        self.inject(Fault::Stall).await;
    }

    /// Keeps the connections and forwards nothing on them, ever again; new ones work.
    pub(crate) async fn silence(&self) {
        self.inject(Fault::Silence).await;
    }

    /// Closes the connections towards the service and keeps them open towards the server; new ones work.
    pub(crate) async fn half_close(&self) {
        self.inject(Fault::HalfClose).await;
    }

    /// Resets each connection after it has forwarded this many more bytes of the server's answers.
    pub(crate) async fn reset_after(&self, bytes: u64) {
        self.inject(Fault::Reset(bytes)).await;
    }

    /// Forwards everything again.
    pub(crate) async fn restore(&self) {
        self.inject(Fault::Restore).await;
    }

    /// The host and port that the service connects to.
    pub(crate) fn address(&self) -> String {
        let url = Url::parse(&self.url).unwrap();
        format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
    }

    /// The number of statements that the service has executed.
    pub(crate) fn statements(&self) -> u64 {
        self.traffic.statements.load(Ordering::SeqCst)
    }

    /// The texts of the statements that the service has executed.
    pub(crate) fn texts(&self) -> BTreeSet<String> {
        self.traffic.texts.lock().unwrap().clone()
    }

    /// Waits until there is no traffic for 200 ms: returning a connection to its pool sends another message.
    pub(crate) async fn wait_until_idle(&self) -> (u64, u64) {
        loop {
            let before = self.traffic();
            tokio::time::sleep(Duration::from_millis(200)).await;
            if self.traffic() == before {
                return before;
            }
        }
    }

    /// The numbers of connections and bytes by the service.
    pub(crate) fn traffic(&self) -> (u64, u64) {
        (self.traffic.connections.load(Ordering::SeqCst), self.traffic.bytes.load(Ordering::SeqCst))
    }

    async fn inject(&self, fault: Fault) {
        let (done, applied) = oneshot::channel();
        self.commands.send((fault, done)).unwrap();
        applied.await.unwrap_or_else(|_| panic!("the proxy has stopped before {fault:?}"));
    }
}

async fn serve(
    server: (String, u16),
    port: u16,
    mut commands: mpsc::UnboundedReceiver<(Fault, oneshot::Sender<()>)>,
    traffic: Arc<Traffic>,
) {
    let mut listener = None;
    let mut connections = JoinSet::new();
    let (gate, _) = watch::channel(Gate::default());
    let reset_after = Arc::new(AtomicU64::new(u64::MAX));
    let mut accepted = 0;
    loop {
        tokio::select! {
            client = accept(listener.as_ref()) => {
                traffic.connections.fetch_add(1, Ordering::SeqCst);
                accepted += 1;
                let faults = Faults { connection: accepted, gate: gate.subscribe(), reset_after: Arc::clone(&reset_after) };
                connections.spawn(proxy_connection(client, server.clone(), faults, Arc::clone(&traffic)));
            }
            command = commands.recv() => {
                let Some((fault, done)) = command else { return };
                match fault {
                    Fault::Cut => connections.shutdown().await,
                    Fault::Refuse => {
                        listener = None;
                        connections.shutdown().await;
                    }
                    Fault::Stall => gate.send_modify(|gate| gate.is_stalled = true),
                    Fault::Silence => gate.send_modify(|gate| gate.last_silent = accepted),
                    Fault::HalfClose => gate.send_modify(|gate| gate.last_half_closed = accepted),
                    Fault::Reset(bytes) => reset_after.store(bytes, Ordering::SeqCst),
                    Fault::Restore => {
                        gate.send_modify(|gate| gate.is_stalled = false);
                        reset_after.store(u64::MAX, Ordering::SeqCst);
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

/// The faults of a connection.
#[derive(Clone)]
struct Faults {
    connection: u64,
    gate: watch::Receiver<Gate>,
    /// The number of bytes that may still be forwarded, of all connections together.
    reset_after: Arc<AtomicU64>,
}

impl Faults {
    async fn wait(&mut self) {
        let connection = self.connection;
        self.gate.wait_for(|gate| gate.is_open(connection)).await.ok();
    }

    /// Waits until the connection is half-closed, for ever if the proxy ends.
    async fn half_close(&mut self) {
        let connection = self.connection;
        let has_ended = self.gate.wait_for(|gate| connection <= gate.last_half_closed).await.is_err();
        if has_ended {
            std::future::pending::<()>().await;
        }
    }

    /// Returns how many of these bytes may be forwarded.
    fn allowed(&self, bytes: usize) -> usize {
        let left = self.reset_after.load(Ordering::SeqCst);
        let allowed = usize::try_from(left).map_or(bytes, |left| left.min(bytes));
        if left != u64::MAX {
            self.reset_after.store(left - allowed as u64, Ordering::SeqCst);
        }
        allowed
    }
}

/// Forwards both ways until either end closes.
async fn proxy_connection(client: TcpStream, server: (String, u16), mut faults: Faults, traffic: Arc<Traffic>) {
    faults.wait().await;
    let Ok(server) = TcpStream::connect(server).await else { return };
    client.set_nodelay(true).ok();
    // a connection that is dropped with unsent or unread data is reset
    client.set_zero_linger().ok();
    server.set_nodelay(true).ok();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (mut messages, mut is_feed) = (Messages::default(), false);
    let count = move |bytes: &[u8]| {
        is_feed |= contains(bytes, "taskbridge_revocation")
            || contains(bytes, "issued_until, expires_at from taskbridge.revocation");
        if is_feed {
            return;
        }
        traffic.bytes.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        traffic.statements.fetch_add(messages.statements_in(bytes), Ordering::SeqCst);
        traffic.texts.lock().unwrap().extend(messages.take_texts());
    };
    tokio::select! {
        () = forward(from_client, to_server, faults.clone(), count) => {}
        () = forward_answers(from_server, to_client, faults) => {}
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut faults: Faults, mut observe: impl FnMut(&[u8])) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        observe(&buffer[..count]);
        faults.wait().await;
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

/// Forwards answers until a reset or a half-close is due.
async fn forward_answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut faults: Faults) {
    let (mut buffer, mut half_close) = ([0; 16 * 1024], faults.clone());
    loop {
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            () = half_close.half_close() => {
                to.shutdown().await.ok();
                return std::future::pending().await;
            }
        };
        let Ok(count @ 1..) = read else { return };
        faults.wait().await;
        let allowed = faults.allowed(count);
        if to.write_all(&buffer[..allowed]).await.is_err() || allowed < count {
            return;
        }
    }
}

/// Parses the messages of a PostgreSQL client (PostgreSQL documentation, "Message Formats").
#[derive(Default)]
struct Messages {
    started: bool,
    head: Vec<u8>,
    body: usize,
    /// The body of a Parse or Query message, as far as it has been read.
    text: Option<Vec<u8>>,
    texts: Vec<String>,
}

impl Messages {
    /// The number of Execute and Query messages that begin in these bytes. The settings of a new session do not count.
    fn statements_in(&mut self, mut bytes: &[u8]) -> u64 {
        let mut statements = 0;
        while let Some((first, rest)) = bytes.split_first() {
            if self.body > 0 {
                let (part, rest) = bytes.split_at(self.body.min(bytes.len()));
                self.read_body(part);
                bytes = rest;
                continue;
            }
            self.head.push(*first);
            bytes = rest;
            // the first message of a connection has no type
            let length_at = usize::from(self.started);
            if self.head.len() == length_at + 4 {
                let length = u32::from_be_bytes(self.head[length_at..].try_into().unwrap());
                self.body = length as usize - 4;
                let is_setup = bytes.starts_with(b"set ");
                statements += u64::from(self.started && b"EQ".contains(&self.head[0]) && !is_setup);
                self.text = (self.started && b"PQ".contains(&self.head[0])).then(Vec::new);
                self.started = true;
                self.head.clear();
            }
        }
        statements
    }

    fn read_body(&mut self, part: &[u8]) {
        self.body -= part.len();
        let Some(text) = &mut self.text else { return };
        text.extend_from_slice(part);
        if self.body == 0 {
            // a Parse message has the name of the statement first, which may be empty
            let body = String::from_utf8_lossy(text).into_owned();
            self.texts.extend(body.split('\0').max_by_key(|part| part.len()).map(str::to_owned));
            self.text = None;
        }
    }

    /// Returns the statements that have been read since the last call.
    fn take_texts(&mut self) -> Vec<String> {
        mem::take(&mut self.texts)
    }
}

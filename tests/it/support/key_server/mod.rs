//! A server that publishes a key set, correctly or with a chosen fault, and counts the requests.

mod reply;
mod serve;
mod tls;
mod write;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

pub(crate) use self::reply::Reply;
use self::serve::{Command, serve};
use super::{ApiClient, Backend, Issuer, NO_SECRET, TestApp, TestDatabase};

/// The longest wait for a request of the service.
const FETCH_TIMEOUT: Duration = Duration::from_secs(20);

/// A key server on a port of its own, in a thread of its own.
pub(crate) struct KeyServer {
    address: SocketAddr,
    state: Arc<SharedState>,
    commands: mpsc::UnboundedSender<(Command, oneshot::Sender<()>)>,
}

/// The state that the tests and the thread of the server share.
struct SharedState {
    tls: Option<TlsAcceptor>,
    keys: Mutex<Value>,
    reply: Mutex<Reply>,
    held: watch::Sender<bool>,
    heads: watch::Sender<Vec<String>>,
    sent: AtomicU64,
}

impl KeyServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Starts a server with a certificate for this name; also returns the issuing authority in PEM.
    pub(crate) async fn start_as(name: &str) -> (Self, String) {
        let (tls, authority) = tls::acceptor_for(name);
        (Self::start_with(Some(tls)).await, authority)
    }

    async fn start_with(tls: Option<TlsAcceptor>) -> Self {
        let state = Arc::new(SharedState {
            tls,
            keys: Mutex::new(json!([])),
            reply: Mutex::new(Reply::key_set()),
            held: watch::Sender::new(false),
            heads: watch::Sender::new(Vec::new()),
            sent: AtomicU64::new(0),
        });
        let (commands, inbox) = mpsc::unbounded_channel();
        let (started_sender, started) = oneshot::channel();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(started_sender, inbox, shared));
        });
        Self { address: started.await.expect("a key server"), state, commands }
    }

    /// Starts a server that publishes the key of a new issuer.
    pub(crate) async fn with_issuer(algorithm: &'static str) -> (Self, Issuer) {
        let keys = Self::start().await;
        let issuer = keys.issuer(algorithm);
        keys.publishes(&[&issuer]);
        (keys, issuer)
    }

    /// An issuer at the origin of this server.
    pub(crate) fn issuer(&self, algorithm: &'static str) -> Issuer {
        Issuer::new(&self.origin(), algorithm)
    }

    pub(crate) fn origin(&self) -> String {
        let scheme = if self.state.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/api/auth/jwks", self.origin())
    }

    /// Publishes the keys of these issuers and no others.
    pub(crate) fn publishes(&self, issuers: &[&Issuer]) {
        self.publishes_keys(issuers.iter().map(|issuer| issuer.jwk()));
    }

    /// Publishes a new key of this issuer beside the old one.
    pub(crate) fn rotates(&self, old: &Issuer) -> Issuer {
        let new = old.rotated();
        self.publishes(&[old, &new]);
        new
    }

    /// Publishes these JWKs and no others.
    pub(crate) fn publishes_keys(&self, keys: impl IntoIterator<Item = Value>) {
        *self.state.keys.lock().unwrap() = keys.into_iter().collect();
    }

    /// Sends this reply from now on.
    pub(crate) fn answers(&self, reply: Reply) {
        *self.state.reply.lock().unwrap() = reply;
    }

    /// Accepts requests without a response until `releases_responses`.
    pub(crate) fn holds_responses(&self) {
        self.state.held.send_replace(true);
    }

    pub(crate) fn releases_responses(&self) {
        self.state.held.send_replace(false);
    }

    /// Refuses new connections and cuts the open ones.
    pub(crate) async fn stops_listening(&self) {
        self.command(Command::StopListening).await;
    }

    /// Listens again on the same port.
    pub(crate) async fn listens_again(&self) {
        self.command(Command::Listen).await;
    }

    /// The number of requests.
    pub(crate) fn fetches(&self) -> usize {
        self.state.heads.borrow().len()
    }

    /// Waits until there were `times` requests in all.
    pub(crate) async fn wait_for_fetches(&self, times: usize) {
        let mut heads = self.state.heads.subscribe();
        let fetched = timeout(FETCH_TIMEOUT, heads.wait_for(|heads| heads.len() >= times)).await;
        assert!(fetched.is_ok(), "{} fetches, not {times}", self.fetches());
    }

    /// The request heads, in order.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.state.heads.borrow().clone()
    }

    /// The number of body bytes sent.
    pub(crate) fn sent(&self) -> u64 {
        self.state.sent.load(Ordering::SeqCst)
    }

    async fn command(&self, command: Command) {
        let (done, applied) = oneshot::channel();
        self.commands.send((command, done)).unwrap();
        applied.await.expect("a running key server");
    }
}

impl TestApp {
    /// Starts a service with the keys of this server and without a secret.
    pub(crate) async fn with_key_server(keys: &KeyServer) -> Self {
        Self::with_key_server_and(keys, &[]).await
    }

    /// The same with additional settings.
    pub(crate) async fn with_key_server_and(keys: &KeyServer, additional: &[(&str, &str)]) -> Self {
        let database = Arc::new(TestDatabase::new(Backend::Sqlite).await);
        let url = keys.url();
        let settings = [NO_SECRET, ("JWKS_URL", url.as_str())];
        Self::start_on(database, settings.into_iter().chain(additional.iter().copied())).await
    }

    /// Starts a service that has fetched the key of a new issuer.
    pub(crate) async fn with_issuer(algorithm: &'static str) -> (KeyServer, Issuer, Self) {
        let (keys, issuer) = KeyServer::with_issuer(algorithm).await;
        let app = Self::with_key_server(&keys).await;
        app.ann_of(&issuer).get("/api/tasks").await.is(200);
        (keys, issuer, app)
    }

    /// Ann with a token of this issuer.
    pub(crate) fn ann_of(&self, issuer: &Issuer) -> ApiClient {
        self.bearer(issuer.token("ann", self.now()).sign())
    }
}

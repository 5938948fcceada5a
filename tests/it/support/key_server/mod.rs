//! A server that publishes a key set, well or badly, and counts how often it is asked.

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

/// How long the service may take to ask.
const PATIENCE: Duration = Duration::from_secs(20);

/// A key server on a port of its own, in a thread of its own.
pub(crate) struct KeyServer {
    address: SocketAddr,
    state: Arc<SharedState>,
    commands: mpsc::UnboundedSender<(Command, oneshot::Sender<()>)>,
}

/// What the tests say to the server's thread, and the server to the tests.
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

    /// A server with a certificate for this name, and the authority that issued it, in PEM.
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
        let (tell, told) = oneshot::channel();
        let shown = Arc::clone(&state);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(tell, inbox, shown));
        });
        Self { address: told.await.expect("a key server"), state, commands }
    }

    /// A server and an issuer whose one key it publishes.
    pub(crate) async fn with_issuer(algorithm: &'static str) -> (Self, Issuer) {
        let keys = Self::start().await;
        let issuer = keys.issuer(algorithm);
        keys.publishes(&[&issuer]);
        (keys, issuer)
    }

    /// An issuer at this server's origin.
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

    /// The keys of these issuers, and no other.
    pub(crate) fn publishes(&self, issuers: &[&Issuer]) {
        self.publishes_keys(issuers.iter().map(|issuer| issuer.jwk()));
    }

    /// A new key of this issuer's, beside the old one.
    pub(crate) fn rotates(&self, old: &Issuer) -> Issuer {
        let new = old.rotated();
        self.publishes(&[old, &new]);
        new
    }

    /// These keys as they stand, and no other.
    pub(crate) fn publishes_keys(&self, keys: impl IntoIterator<Item = Value>) {
        *self.state.keys.lock().unwrap() = keys.into_iter().collect();
    }

    /// Answers like this from now on.
    pub(crate) fn answers(&self, reply: Reply) {
        *self.state.reply.lock().unwrap() = reply;
    }

    /// Takes requests, and answers none until it is told to go on.
    pub(crate) fn holds_responses(&self) {
        self.state.held.send_replace(true);
    }

    pub(crate) fn releases_responses(&self) {
        self.state.held.send_replace(false);
    }

    /// Refuses connections; those that are open are cut.
    pub(crate) async fn stops_listening(&self) {
        self.command(Command::StopListening).await;
    }

    /// Listens again, on the port it had.
    pub(crate) async fn listens_again(&self) {
        self.command(Command::Listen).await;
    }

    /// How often it was asked.
    pub(crate) fn fetches(&self) -> usize {
        self.state.heads.borrow().len()
    }

    /// Waits until it was asked so often in all.
    pub(crate) async fn wait_for_fetches(&self, times: usize) {
        let mut heads = self.state.heads.subscribe();
        let asked = timeout(PATIENCE, heads.wait_for(|heads| heads.len() >= times)).await;
        assert!(asked.is_ok(), "asked {} times, not {times}", self.fetches());
    }

    /// The heads of all requests.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.state.heads.borrow().clone()
    }

    /// How many bytes of bodies it got rid of.
    pub(crate) fn sent(&self) -> u64 {
        self.state.sent.load(Ordering::SeqCst)
    }

    async fn command(&self, command: Command) {
        let (done, obeyed) = oneshot::channel();
        self.commands.send((command, done)).unwrap();
        obeyed.await.expect("a key server that does as it is told");
    }
}

impl TestApp {
    /// A service that knows the keys of this server, and no secret.
    pub(crate) async fn with_key_server(keys: &KeyServer) -> Self {
        Self::with_key_server_and(keys, &[]).await
    }

    /// The same with settings besides.
    pub(crate) async fn with_key_server_and(keys: &KeyServer, more: &[(&str, &str)]) -> Self {
        let database = Arc::new(TestDatabase::new(Backend::Sqlite).await);
        let url = keys.url();
        let settings = [NO_SECRET, ("JWKS_URL", url.as_str())];
        Self::start_on(database, settings.into_iter().chain(more.iter().copied())).await
    }

    /// A service that has fetched the one key of an issuer.
    pub(crate) async fn with_issuer(algorithm: &'static str) -> (KeyServer, Issuer, Self) {
        let (keys, issuer) = KeyServer::with_issuer(algorithm).await;
        let app = Self::with_key_server(&keys).await;
        app.ann_of(&issuer).get("/api/tasks").await.is(200);
        (keys, issuer, app)
    }

    /// Ann, with a token that this issuer signed.
    pub(crate) fn ann_of(&self, issuer: &Issuer) -> ApiClient {
        self.bearer(issuer.token("ann", self.now()).sign())
    }
}

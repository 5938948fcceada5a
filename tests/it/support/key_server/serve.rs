//! The thread of the key server: accepts connections, counts and replies.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use super::{SharedState, reply::Body, write::write};

/// Commands from the tests.
#[derive(Clone, Copy, Debug)]
pub(super) enum Command {
    StopListening,
    Listen,
}

pub(super) async fn serve(
    started: oneshot::Sender<SocketAddr>,
    mut commands: mpsc::UnboundedReceiver<(Command, oneshot::Sender<()>)>,
    state: Arc<SharedState>,
) {
    // keeps the port while nothing listens, so that connections are refused
    let reserved = socket((Ipv4Addr::LOCALHOST, 0).into());
    let address = reserved.local_addr().unwrap();
    let mut listener = Some(listen(address));
    let mut connections = JoinSet::new();
    started.send(address).ok();
    loop {
        tokio::select! {
            client = accept(listener.as_ref()) => drop(connections.spawn(take(client, Arc::clone(&state)))),
            command = commands.recv() => {
                let Some((command, done)) = command else { return };
                listener = match command {
                    Command::Listen => listener.or_else(|| Some(listen(address))),
                    Command::StopListening => None,
                };
                if listener.is_none() {
                    connections.shutdown().await;
                }
                done.send(()).ok();
            }
        }
    }
}

fn socket(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).unwrap();
    socket
}

fn listen(address: SocketAddr) -> TcpListener {
    socket(address).listen(1024).unwrap()
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    match listener {
        Some(listener) => listener.accept().await.unwrap().0,
        None => std::future::pending().await,
    }
}

async fn take(client: TcpStream, state: Arc<SharedState>) -> io::Result<()> {
    if matches!(state.reply.lock().unwrap().body, Body::Reset) {
        client.set_zero_linger()?;
    }
    match &state.tls {
        Some(tls) => respond(tls.accept(client).await?, &state).await,
        None => respond(client, &state).await,
    }
}

async fn respond(mut client: impl AsyncRead + AsyncWrite + Unpin, state: &SharedState) -> io::Result<()> {
    let head = read_head(&mut client).await?;
    state.heads.send_modify(|heads| heads.push(head));
    state.held.subscribe().wait_for(|held| !held).await.ok();
    let reply = state.reply.lock().unwrap().clone();
    let set = json!({ "keys": *state.keys.lock().unwrap() }).to_string().into_bytes();
    write(&mut client, reply, set, state).await?;
    client.shutdown().await
}

async fn read_head(client: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if client.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

//! The key server's thread: takes connections, counts, and answers as it is told.

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

/// What the server is told besides what it answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Command {
    StopListening,
    Listen,
}

pub(super) async fn serve(
    tell: oneshot::Sender<SocketAddr>,
    mut commands: mpsc::UnboundedReceiver<(Command, oneshot::Sender<()>)>,
    state: Arc<SharedState>,
) {
    // it keeps the port while nobody listens: connections are rejected then
    let place = socket((Ipv4Addr::LOCALHOST, 0).into());
    let address = place.local_addr().unwrap();
    let mut listener = Some(listen(address));
    let mut connections = JoinSet::new();
    tell.send(address).ok();
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

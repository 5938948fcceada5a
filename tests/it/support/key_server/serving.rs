//! The key server's thread: takes connections, counts, and answers as it is told.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use super::{
    Board,
    reply::{Body, Reply, bomb, gzip},
};

/// What the server is told besides what it answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    GoAway,
    ComeBack,
}

pub(super) async fn serve(
    tell: oneshot::Sender<SocketAddr>,
    mut orders: mpsc::UnboundedReceiver<(Order, oneshot::Sender<()>)>,
    board: Arc<Board>,
) {
    // it keeps the port while nobody listens: connections are refused then
    let place = socket((Ipv4Addr::LOCALHOST, 0).into());
    let address = place.local_addr().unwrap();
    let mut listener = Some(listen(address));
    let mut connections = JoinSet::new();
    tell.send(address).ok();
    loop {
        tokio::select! {
            client = accept(listener.as_ref()) => drop(connections.spawn(take(client, Arc::clone(&board)))),
            order = orders.recv() => {
                let Some((order, done)) = order else { return };
                listener = match order {
                    Order::ComeBack => listener.or_else(|| Some(listen(address))),
                    Order::GoAway => None,
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

async fn take(client: TcpStream, board: Arc<Board>) -> io::Result<()> {
    match &board.tls {
        Some(tls) => answer(tls.accept(client).await?, &board).await,
        None => answer(client, &board).await,
    }
}

async fn answer(mut client: impl AsyncRead + AsyncWrite + Unpin, board: &Board) -> io::Result<()> {
    let head = read_head(&mut client).await?;
    board.heads.send_modify(|heads| heads.push(head));
    board.held.subscribe().wait_for(|held| !held).await.ok();
    let reply = board.reply.lock().unwrap().clone();
    let set = json!({ "keys": *board.keys.lock().unwrap() }).to_string().into_bytes();
    write(&mut client, reply, set, board).await?;
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

async fn write(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    reply: Reply,
    set: Vec<u8>,
    board: &Board,
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} As-Told\r\nConnection: close\r\n", reply.status);
    for (field, value) in &reply.fields {
        head.extend([field, ": ", value, "\r\n"]);
    }
    match reply.body {
        Body::Silence => std::future::pending().await,
        Body::Set { padded_to } => whole(client, head, &padded(set, padded_to), board).await,
        Body::Gzipped { padded_to } => whole(client, head, &gzip(&padded(set, padded_to)), board).await,
        Body::Octets(octets) => whole(client, head, &octets, board).await,
        Body::Drip => endless(client, head, (set, b" ".to_vec()), Duration::from_millis(50), board).await,
        Body::Flood => endless(client, head, (set, vec![b' '; 64 * 1024]), Duration::ZERO, board).await,
        Body::Bomb => endless(client, head, bomb(&set), Duration::ZERO, board).await,
    }
}

fn padded(mut set: Vec<u8>, length: usize) -> Vec<u8> {
    let length = length.max(set.len());
    set.resize(length, b' ');
    set
}

async fn whole(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    head: String,
    body: &[u8],
    board: &Board,
) -> io::Result<()> {
    let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
    client.write_all(head.as_bytes()).await?;
    client.write_all(body).await?;
    board.sent.fetch_add(body.len() as u64, Ordering::SeqCst);
    Ok(())
}

/// In chunks, until the client hangs up.
async fn endless(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    head: String,
    (first, piece): (Vec<u8>, Vec<u8>),
    pause: Duration,
    board: &Board,
) -> io::Result<()> {
    client.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).await?;
    let mut next = &first;
    loop {
        let chunk = [format!("{:x}\r\n", next.len()).as_bytes(), next, b"\r\n"].concat();
        client.write_all(&chunk).await?;
        board.sent.fetch_add(next.len() as u64, Ordering::SeqCst);
        tokio::time::sleep(pause).await;
        next = &piece;
    }
}

//! Writes replies: whole, endless or broken off.

use std::{io, sync::atomic::Ordering, time::Duration};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::{
    SharedState,
    reply::{Body, Reply, bomb, gzip},
};

/// Writes a reply. Returns an error if the reply ends with a reset.
pub(super) async fn write(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    reply: Reply,
    set: Vec<u8>,
    state: &SharedState,
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Test-Reply\r\nConnection: close\r\n", reply.status);
    for (field, value) in &reply.fields {
        head.extend([field, ": ", value, "\r\n"]);
    }
    match reply.body {
        Body::Silence => std::future::pending().await,
        Body::Set { padded_to } => whole(client, head, &padded(set, padded_to), state).await,
        Body::Gzipped { padded_to } => whole(client, head, &gzip(&padded(set, padded_to)), state).await,
        Body::Altered(alter) => whole(client, head, &alter(set), state).await,
        Body::Bytes(bytes) => whole(client, head, &bytes, state).await,
        Body::Drip => endless(client, head, (set, b" ".to_vec()), Duration::from_millis(50), state).await,
        Body::Flood => endless(client, head, (set, vec![b' '; 64 * 1024]), Duration::ZERO, state).await,
        Body::Bomb => endless(client, head, bomb(&set), Duration::ZERO, state).await,
        Body::Short => {
            client.write_all(format!("{head}Content-Length: {}\r\n\r\n", set.len() + 1).as_bytes()).await?;
            client.write_all(&set).await
        }
        Body::Reset => {
            let chunk = [format!("{:x}\r\n", set.len()).as_bytes(), &set, b"\r\n"].concat();
            client.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).await?;
            client.write_all(&chunk).await?;
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Body::DrippingHead => endless_head(client, head + "X-Blanks:", b" ", Duration::from_millis(50), state).await,
        Body::EndlessHead => {
            endless_head(client, head, &b"X-Field: value\r\n".repeat(4096), Duration::ZERO, state).await
        }
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
    state: &SharedState,
) -> io::Result<()> {
    let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
    client.write_all(head.as_bytes()).await?;
    client.write_all(body).await?;
    state.sent.fetch_add(body.len() as u64, Ordering::SeqCst);
    Ok(())
}

/// Writes chunks until the client closes the connection.
async fn endless(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    head: String,
    (first, piece): (Vec<u8>, Vec<u8>),
    pause: Duration,
    state: &SharedState,
) -> io::Result<()> {
    client.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).await?;
    let mut next = &first;
    loop {
        let chunk = [format!("{:x}\r\n", next.len()).as_bytes(), next, b"\r\n"].concat();
        client.write_all(&chunk).await?;
        state.sent.fetch_add(next.len() as u64, Ordering::SeqCst);
        tokio::time::sleep(pause).await;
        next = &piece;
    }
}

/// Writes an endless head until the client closes the connection.
async fn endless_head(
    client: &mut (impl AsyncRead + AsyncWrite + Unpin),
    head: String,
    piece: &[u8],
    pause: Duration,
    state: &SharedState,
) -> io::Result<()> {
    client.write_all(head.as_bytes()).await?;
    loop {
        client.write_all(piece).await?;
        state.sent.fetch_add(piece.len() as u64, Ordering::SeqCst);
        tokio::time::sleep(pause).await;
    }
}

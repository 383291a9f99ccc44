//! A pooler in transaction mode, as small as it can be: every client is served by one and the same server session,
//! in turns, a transaction each.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio_postgres::{Client, Config, NoTls};

/// A pooler before a database; it ends with the test's runtime.
pub struct Pooler {
    /// The database through it.
    pub url: String,
}

impl Pooler {
    /// A client of the pooler.
    pub async fn connect(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

/// Starts one before the database of a URL.
pub async fn pooled(url: &str) -> Pooler {
    let config: Config = url.parse().unwrap();
    let (user, database) =
        (config.get_user().unwrap_or("postgres").to_owned(), config.get_dbname().unwrap().to_owned());
    let mut server = TcpStream::connect(("127.0.0.1", config.get_ports()[0])).await.unwrap();
    let startup =
        [&196_608_i32.to_be_bytes()[..], format!("user\0{user}\0database\0{database}\0\0").as_bytes()].concat();
    let length = i32::try_from(startup.len() + 4).unwrap();
    server.write_all(&[&length.to_be_bytes()[..], &startup].concat()).await.unwrap();
    let mut greeting = Vec::new();
    loop {
        let (kind, frame) = frame(&mut server).await.unwrap();
        greeting.extend(frame);
        if kind == b'Z' {
            break;
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Arc::new(Mutex::new(server));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(serve(client, Arc::clone(&server), greeting.clone()));
        }
    });
    Pooler { url: format!("postgres://{user}@127.0.0.1:{port}/{database}") }
}

/// Serves one client until it leaves. The server session is its own for the length of a transaction.
async fn serve(mut client: TcpStream, server: Arc<Mutex<TcpStream>>, greeting: Vec<u8>) -> std::io::Result<()> {
    loop {
        let length = client.read_i32().await?;
        let mut startup = vec![0; usize::try_from(length).unwrap_or(4) - 4];
        client.read_exact(&mut startup).await?;
        if startup[..4] != 80_877_103_i32.to_be_bytes() {
            break;
        }
        // Whoever asks for TLS first is told that there is none.
        client.write_all(b"N").await?;
    }
    client.write_all(&greeting).await?;
    let (mut kind, mut message) = frame(&mut client).await?;
    loop {
        let mut server = server.lock().await;
        loop {
            if kind == b'X' {
                return Ok(());
            }
            server.write_all(&message).await?;
            let asks = matches!(kind, b'Q' | b'S');
            if asks && answer(&mut server, &mut client).await? {
                break;
            }
            (kind, message) = frame(&mut client).await?;
        }
        drop(server);
        (kind, message) = frame(&mut client).await?;
    }
}

/// Hands an answer on; says whether the session is outside a transaction after it.
async fn answer(server: &mut TcpStream, client: &mut TcpStream) -> std::io::Result<bool> {
    loop {
        let (kind, message) = frame(server).await?;
        client.write_all(&message).await?;
        if kind == b'Z' {
            return Ok(message.last() == Some(&b'I'));
        }
    }
}

/// One message: its kind, and all of it.
async fn frame(from: &mut TcpStream) -> std::io::Result<(u8, Vec<u8>)> {
    let kind = from.read_u8().await?;
    let length = from.read_i32().await?;
    let mut message = vec![0; usize::try_from(length).unwrap_or(4) + 1];
    message[0] = kind;
    message[1..5].copy_from_slice(&length.to_be_bytes());
    from.read_exact(&mut message[5..]).await?;
    Ok((kind, message))
}

//! A way to a server that takes time, and that knows who went it: a TCP proxy.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

/// A proxy before a server, on a thread of its own; it ends with the process.
pub struct Distance {
    /// Its port, on 127.0.0.1.
    pub port: u16,
    seen: Arc<Seen>,
}

/// What it has seen.
#[derive(Default)]
struct Seen {
    now: AtomicUsize,
    most: AtomicUsize,
    turns: AtomicUsize,
    databases: Mutex<Vec<String>>,
}

/// Starts one before a port. Every round trip takes that much longer, that of TCP's own handshake included: half of it
/// on the way there, half on the way back. What is sent without waiting is on its way at the same time.
pub fn distance(port: u16, round_trip: Duration) -> Distance {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let own = listener.local_addr().unwrap().port();
    let seen = Arc::new(Seen::default());
    let shared = Arc::clone(&seen);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, port, round_trip, Arc::clone(&shared)));
            }
        });
    });
    Distance { port: own, seen }
}

impl Distance {
    /// The most connections that there were at a time.
    pub fn most(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }

    /// How often a client has sent something after it had got something: its round trips, and one that takes leave.
    pub fn turns(&self) -> usize {
        self.seen.turns.load(Ordering::SeqCst)
    }

    /// The databases that were asked for since the last call, one a connection.
    pub fn databases(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.databases.lock().unwrap())
    }
}

async fn carry(client: TcpStream, port: u16, round_trip: Duration, seen: Arc<Seen>) {
    tokio::time::sleep(round_trip).await;
    let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let now = seen.now.fetch_add(1, Ordering::SeqCst) + 1;
    seen.most.fetch_max(now, Ordering::SeqCst);
    let ((client_in, client_out), (server_in, server_out)) = (client.into_split(), server.into_split());
    let turn = Arc::new(AtomicUsize::new(BACK));
    let there = Pass { delay: round_trip / 2, turn: Arc::clone(&turn), way: THERE, seen: Arc::clone(&seen) };
    let back = Pass { delay: round_trip / 2, turn, way: BACK, seen: Arc::clone(&seen) };
    tokio::join!(there.go(client_in, server_out), back.go(server_in, client_out));
    seen.now.fetch_sub(1, Ordering::SeqCst);
}

const THERE: usize = 0;
const BACK: usize = 1;

/// One direction of a connection.
struct Pass {
    delay: Duration,
    /// Who sent last.
    turn: Arc<AtomicUsize>,
    way: usize,
    seen: Arc<Seen>,
}

impl Pass {
    async fn go(self, from: OwnedReadHalf, to: OwnedWriteHalf) {
        let (sender, receiver) = unbounded_channel();
        tokio::join!(self.read(from, sender), write(to, receiver));
    }

    async fn read(&self, mut from: OwnedReadHalf, sender: UnboundedSender<(Instant, Vec<u8>)>) {
        let mut buffer = vec![0; 65_536];
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            let bytes = buffer[..length].to_vec();
            if self.turn.swap(self.way, Ordering::SeqCst) == BACK && self.way == THERE {
                self.seen.turns.fetch_add(1, Ordering::SeqCst);
            }
            if self.way == THERE
                && let Some(database) = startup(&bytes)
            {
                self.seen.databases.lock().unwrap().push(database);
            }
            let _ = sender.send((Instant::now() + self.delay, bytes));
        }
    }
}

async fn write(mut to: OwnedWriteHalf, mut receiver: UnboundedReceiver<(Instant, Vec<u8>)>) {
    while let Some((when, bytes)) = receiver.recv().await {
        tokio::time::sleep_until(when).await;
        if to.write_all(&bytes).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}

/// The database of a startup message; `None` for everything else.
fn startup(bytes: &[u8]) -> Option<String> {
    if bytes.get(4..8)? != 196_608_i32.to_be_bytes() {
        return None;
    }
    let mut words = bytes[8..].split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
    words.find(|word| word == "database")?;
    words.next()
}

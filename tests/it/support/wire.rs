//! A wire between dbtool and a server that can be stopped at a statement, and cut: what a network does, and the moments
//! at which a process may die.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// How long anything here may take before it is a failure.
const PATIENCE: Duration = Duration::from_secs(90);

/// Where a message is when it is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It has not reached the server.
    Before,
    /// The server has answered, and the client does not know.
    After,
}

/// A simple query that went over a wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub sql: String,
    /// Whether a transaction is open after it.
    pub open: bool,
}

/// A way to a server. Simple queries are counted over all its connections: what changes anything is sent as one.
pub struct Wire {
    /// The database through it.
    pub url: String,
    shared: Arc<Shared>,
    door: SocketAddr,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    server: SocketAddr,
    closed: AtomicBool,
}

#[derive(Default)]
struct State {
    /// The simple queries so far.
    seen: Vec<Query>,
    /// Which of them is stopped, and where.
    stop: Option<(usize, Moment)>,
    arrived: bool,
    open: bool,
    cut: bool,
    ends: Vec<TcpStream>,
}

impl Wire {
    /// A wire to the database of a URL.
    pub fn to(url: &str) -> Wire {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let port = config.get_ports()[0];
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let door = listener.local_addr().unwrap();
        let server = SocketAddr::from(([127, 0, 0, 1], port));
        let (state, changed) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(Shared { state, changed, server, closed: AtomicBool::new(false) });
        let for_all = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if for_all.closed.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&for_all);
                // A connection that cannot be made, or breaks, is one that ends.
                std::thread::spawn(move || serve(client, &shared));
            }
        });
        let url = url.replacen(&format!(":{port}/"), &format!(":{}/", door.port()), 1);
        Wire { url, shared, door }
    }

    /// Stops the simple query with this number, counted from nought.
    pub fn stop_at(&self, number: usize, moment: Moment) {
        self.state().stop = Some((number, moment));
    }

    /// Waits until a query is stopped; `false` where `over` says first that none will be.
    pub fn wait(&self, mut over: impl FnMut() -> bool) -> bool {
        let start = Instant::now();
        let mut state = self.state();
        while !state.arrived {
            assert!(start.elapsed() < PATIENCE, "no query was stopped");
            state = self.shared.changed.wait_timeout(state, Duration::from_millis(20)).unwrap().0;
            if !state.arrived && over() {
                return false;
            }
        }
        true
    }

    /// Lets the stopped query go on.
    pub fn go_on(&self) {
        self.state().open = true;
        self.shared.changed.notify_all();
    }

    /// Cuts every connection, without a word to either side.
    pub fn cut(&self) {
        let mut state = self.state();
        state.cut = true;
        for end in state.ends.drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
        self.shared.changed.notify_all();
    }

    /// The simple queries so far.
    pub fn seen(&self) -> Vec<Query> {
        self.state().seen.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        self.cut();
        let _ = TcpStream::connect(self.door);
    }
}

impl Shared {
    /// Stands still until somebody says how it goes on; `false` where the wire was cut.
    fn arrive(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        state.arrived = true;
        self.changed.notify_all();
        while !state.open && !state.cut {
            state = self.changed.wait(state).unwrap();
        }
        !state.cut
    }
}

/// What a connection has asked last.
#[derive(Default)]
struct Asked {
    /// The number of the simple query, from one.
    number: AtomicUsize,
    /// Whether the answer is kept back.
    held: AtomicBool,
}

/// Carries one connection until either end is gone.
fn serve(mut client: TcpStream, shared: &Arc<Shared>) -> std::io::Result<()> {
    let first = loop {
        let startup = startup(&mut client)?;
        // Whoever asks for encryption first is told that there is none.
        if !matches!(startup[4..8], [4, 210, 22, 47 | 48]) {
            break startup;
        }
        client.write_all(b"N")?;
    };
    let mut server = TcpStream::connect(shared.server)?;
    for end in [&client, &server] {
        end.set_nodelay(true)?;
        shared.state.lock().unwrap().ends.push(end.try_clone()?);
    }
    if shared.state.lock().unwrap().cut {
        return Ok(());
    }
    server.write_all(&first)?;
    let asked = Arc::new(Asked::default());
    let (back, holds, all) = ((server.try_clone()?, client.try_clone()?), Arc::clone(&asked), Arc::clone(shared));
    let answers = std::thread::spawn(move || {
        let (mut server, mut client) = back;
        let _ = answer(&mut server, &mut client, &holds, &all);
        let _ = client.shutdown(Shutdown::Both);
    });
    let _ = ask(&mut client, &mut server, &asked, shared);
    // As a process that died: nothing more comes, and the server finds that out when it reads or writes.
    let _ = server.shutdown(Shutdown::Both);
    let _ = answers.join();
    Ok(())
}

/// Hands on what the client says.
fn ask(client: &mut TcpStream, server: &mut TcpStream, asked: &Asked, shared: &Shared) -> std::io::Result<()> {
    loop {
        let (kind, message) = frame(client)?;
        if kind == b'Q' {
            let sql = String::from_utf8_lossy(&message[5..message.len() - 1]).into_owned();
            let stop = {
                let mut state = shared.state.lock().unwrap();
                state.seen.push(Query { sql, open: false });
                asked.number.store(state.seen.len(), Ordering::SeqCst);
                state.stop.filter(|(number, _)| *number + 1 == state.seen.len()).map(|(_, moment)| moment)
            };
            match stop {
                Some(Moment::Before) if !shared.arrive() => return Ok(()),
                Some(Moment::After) => asked.held.store(true, Ordering::SeqCst),
                _ => {}
            }
        }
        server.write_all(&message)?;
    }
}

/// Hands on what the server says, and keeps back the whole answer to a query that is stopped.
fn answer(server: &mut TcpStream, client: &mut TcpStream, asked: &Asked, shared: &Shared) -> std::io::Result<()> {
    let mut kept = Vec::new();
    loop {
        let (kind, message) = frame(server)?;
        let number = asked.number.load(Ordering::SeqCst);
        if let (b'Z', Some(number)) = (kind, number.checked_sub(1)) {
            shared.state.lock().unwrap().seen[number].open = message.last() != Some(&b'I');
        }
        if !asked.held.load(Ordering::SeqCst) {
            client.write_all(&message)?;
            continue;
        }
        kept.extend(message);
        if kind == b'Z' {
            if !shared.arrive() {
                return Ok(());
            }
            asked.held.store(false, Ordering::SeqCst);
            client.write_all(&std::mem::take(&mut kept))?;
        }
    }
}

fn startup(from: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    rest(from, length.to_vec(), length)
}

/// One message: its kind, and all of it.
fn frame(from: &mut TcpStream) -> std::io::Result<(u8, Vec<u8>)> {
    let (mut kind, mut length) = ([0; 1], [0; 4]);
    from.read_exact(&mut kind)?;
    from.read_exact(&mut length)?;
    Ok((kind[0], rest(from, [&kind[..], &length].concat(), length)?))
}

fn rest(from: &mut TcpStream, mut message: Vec<u8>, length: [u8; 4]) -> std::io::Result<Vec<u8>> {
    let begin = message.len();
    message.resize(begin + usize::try_from(i32::from_be_bytes(length)).unwrap_or(4) - 4, 0);
    from.read_exact(&mut message[begin..])?;
    Ok(message)
}

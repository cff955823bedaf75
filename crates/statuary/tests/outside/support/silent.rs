//! A network between a server and PostgreSQL that can go silent: nothing is forwarded, nothing is closed, and new
//! connections get no response.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use super::store::Database;

/// A proxy that runs until the test's process ends.
pub struct Network {
    address: SocketAddr,
    is_silent: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    is_closed: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn pass(&self) {
        let is_closed = self.is_closed.lock().expect("no panic");
        drop(self.opened.wait_while(is_closed, |is_closed| *is_closed).expect("no panic"));
    }
}

impl Network {
    /// A network to a PostgreSQL server with a Unix socket.
    pub fn to(database: &Database) -> Self {
        let folder = database.server.rsplit('@').next().expect("a folder").replace("%2F", "/");
        let socket = PathBuf::from(folder).join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
        let address = listener.local_addr().expect("an address");
        let is_silent = Arc::new(Gate::default());
        let gate = Arc::clone(&is_silent);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (gate, socket) = (Arc::clone(&gate), socket.clone());
                thread::spawn(move || connect(&client, &gate, socket));
            }
        });
        Self { address, is_silent }
    }

    /// The URL of the database through this network.
    pub fn url(&self, database: &Database) -> String {
        format!("postgres://postgres@{}/{}?sslmode=disable", self.address, database.name)
    }

    pub fn silence(&self) {
        *self.is_silent.is_closed.lock().expect("no panic") = true;
    }

    /// Forwards again, beginning with what was held back.
    pub fn resume(&self) {
        *self.is_silent.is_closed.lock().expect("no panic") = false;
        self.is_silent.opened.notify_all();
    }
}

fn connect(client: &TcpStream, gate: &Arc<Gate>, socket: PathBuf) {
    gate.pass();
    let Ok(server) = UnixStream::connect(socket) else { return };
    let (from_client, to_server) =
        (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
    let there = Arc::clone(gate);
    thread::spawn(move || {
        copy(from_client, &to_server, &there);
        drop(to_server.shutdown(Shutdown::Write));
    });
    copy(server, client, gate);
    drop(client.shutdown(Shutdown::Write));
}

fn copy(mut source: impl Read, mut sink: impl Write, gate: &Gate) {
    let mut buffer = [0; 16 * 1024];
    loop {
        let Ok(length @ 1..) = source.read(&mut buffer) else { return };
        gate.pass();
        if sink.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
}

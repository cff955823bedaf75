//! A proxy that connects clients of one host to a server of the test.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

/// Starts a proxy, which runs until the test's process ends. Returns its address. It closes connections to anything but
/// `host` on port 443.
pub fn start(host: &str, server: SocketAddr) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let address = listener.local_addr().expect("an address");
    let expected = format!("CONNECT {host}:443 ");
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let expected = expected.clone();
            thread::spawn(move || connect(client, &expected, server));
        }
    });
    format!("http://{address}")
}

fn connect(mut client: TcpStream, expected: &str, server: SocketAddr) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if client.read_exact(&mut byte).is_err() {
            return;
        }
        head.push(byte[0]);
    }
    if !head.starts_with(expected.as_bytes()) {
        return;
    }
    let server = TcpStream::connect(server).expect("a server");
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").expect("an answer sent");
    let (from_client, to_server) =
        (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
    thread::spawn(move || copy(from_client, to_server));
    copy(server, client);
}

fn copy(mut source: TcpStream, mut sink: TcpStream) {
    // When one side closes its connection, the other one is closed, too.
    drop(std::io::copy(&mut source, &mut sink));
    drop(sink.shutdown(Shutdown::Write));
}

//! A web server for one folder and this machine alone: it listens on 127.0.0.1 and nothing else.
//!
//! A thread per connection and one request each: a page of a dozen files needs no more.

mod mime;
mod request;

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::failure::{Doing, Failure, Result};
use request::{Refusal, Request};

/// How many ports after the wanted one are tried.
const PORTS_TRIED: u16 = 100;

/// The longest request head that is read; browsers send less than a tenth of it.
const HEAD_MAX: u64 = 64 * 1024;

/// How long a silent connection is kept.
const PATIENCE: Duration = Duration::from_secs(10);

/// A folder that is being served.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    root: Arc<Path>,
    url: String,
}

impl Server {
    /// Takes `port`, or the next free one. Port 0 is whichever the system has free.
    pub(crate) fn bind(root: &Path, port: u16) -> Result<Self> {
        let listener = (port..=port.saturating_add(PORTS_TRIED))
            .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
            .ok_or_else(|| {
                Failure::new(format!("no free port from {port} on; name another with --port, or 0 for any"))
            })?;
        let address = listener.local_addr().doing(|| "read the server's address".to_owned())?;
        Ok(Self { listener, root: root.into(), url: format!("http://{address}/") })
    }

    /// The served folder's address, with a slash at its end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Serves until the process ends.
    pub(crate) fn run(&self) -> ! {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    let root = Arc::clone(&self.root);
                    thread::spawn(move || {
                        // A browser that hangs up halfway is its own affair.
                        let _ = answer(stream, &root);
                    });
                }
                // Out of file handles, say: to try again at once would only turn the processor.
                Err(_) => thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// Serves in the background until the process ends.
    pub(crate) fn spawn(self) {
        thread::spawn(move || self.run());
    }
}

fn answer(stream: TcpStream, root: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let line = read_head(&stream)?;
    let found = request::parse(&line).and_then(|request| {
        let file = request::locate(root, &request.path)?;
        Ok((request, file))
    });
    match found {
        Ok((request, file)) => send_file(&stream, &request, &file),
        Err(refusal) => send_refusal(&stream, refusal),
    }
}

/// Reads the request to its empty line and hands back its first line.
fn read_head(stream: &TcpStream) -> io::Result<String> {
    let mut head = BufReader::new(stream.take(HEAD_MAX));
    let mut first = String::new();
    head.read_line(&mut first)?;
    let mut line = String::new();
    while head.read_line(&mut line)? > 2 {
        line.clear();
    }
    Ok(first)
}

fn send_file(mut stream: &TcpStream, request: &Request, file: &PathBuf) -> io::Result<()> {
    let body = fs::read(file)?;
    stream.write_all(head("200 OK", mime::of(file), body.len()).as_bytes())?;
    if request.head_only { Ok(()) } else { stream.write_all(&body) }
}

fn send_refusal(mut stream: &TcpStream, refusal: Refusal) -> io::Result<()> {
    let body = format!("{}\n", refusal.status());
    stream.write_all(head(refusal.status(), "text/plain; charset=utf-8", body.len()).as_bytes())?;
    stream.write_all(body.as_bytes())
}

/// The answer's head. `no-store`, since the next build has the same address and other files.
fn head(status: &str, content_type: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(url: &str, line: &str) -> String {
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).expect("the server listens");
        write!(stream, "{line}\r\nHost: x\r\n\r\n").expect("the server reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("the server answers with text");
        text
    }

    #[test]
    fn a_folder_is_served_and_what_is_beside_it_is_not() {
        let folder = std::env::temp_dir().join(format!("tenfold-server-{}", std::process::id()));
        fs::create_dir_all(folder.join("site")).expect("a folder in the temporary folder");
        fs::write(folder.join("site/index.html"), "<h1>Tenfold</h1>").expect("a small file");
        fs::write(folder.join("secret"), "no").expect("a small file");
        let server = Server::bind(&folder.join("site"), 0).expect("some port is free");
        let url = server.url().to_owned();
        server.spawn();

        let page = ask(&url, "GET / HTTP/1.1");
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.ends_with("<h1>Tenfold</h1>"), "{page}");
        assert!(page.contains("Content-Type: text/html; charset=utf-8\r\n"), "{page}");
        assert!(ask(&url, "HEAD / HTTP/1.1").ends_with("\r\n\r\n"));
        assert!(ask(&url, "GET /../secret HTTP/1.1").starts_with("HTTP/1.1 404 "));
        assert!(ask(&url, "nonsense").starts_with("HTTP/1.1 400 "));
        fs::remove_dir_all(folder).expect("the folder is there");
    }

    #[test]
    fn a_taken_port_gives_way_to_the_next_free_one() {
        let first = Server::bind(Path::new("."), 0).expect("some port is free");
        let taken = first.listener.local_addr().expect("a bound port").port();
        let second = Server::bind(Path::new("."), taken).expect("one of a hundred ports is free");
        assert_ne!(first.url(), second.url());
    }
}

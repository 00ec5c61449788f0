//! The cheapest client that the server takes: frames with a mask of zeros, no JSON but a search for a few bytes.

use std::cell::RefCell;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::rc::Rc;

use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes that one read takes at most; one buffer for all connections.
const READ: usize = 256 * 1024;
/// A ping is shorter than this.
const PING_MAX: usize = 100;

/// What a ping is answered with, if the frame is one: Baton's, Socket.IO's, or the protocol's own.
fn pong(first: u8, content: &[u8]) -> Option<Vec<u8>> {
    match first & 0x0f {
        9 => Some(masked(0x8a, content)),
        1 if content == b"2" => Some(frame("3")),
        1 if content.len() < PING_MAX && content.starts_with(b"[{\"type\":\"ping\"") => {
            Some(frame(r#"{"type":"pong"}"#))
        }
        _ => None,
    }
}

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ]);
}

/// A client's text frame.
pub fn frame(text: &str) -> Vec<u8> {
    masked(0x81, text.as_bytes())
}

/// A client's binary frame.
pub fn binary(content: &[u8]) -> Vec<u8> {
    masked(0x82, content)
}

fn masked(first: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 14);
    out.push(first);
    length(content.len(), 0x80, &mut out);
    // A mask of zeros: the server unmasks as ever, and we need not mask.
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(content);
    out
}

/// Appends a frame's length.
pub fn length(bytes: usize, bit: u8, out: &mut Vec<u8>) {
    let (short, long) = (u8::try_from(bytes), u16::try_from(bytes));
    match (short, long) {
        (Ok(short @ 0..126), _) => out.push(bit | short),
        (_, Ok(long)) => {
            out.push(bit | 126);
            out.extend_from_slice(&long.to_be_bytes());
        }
        _ => {
            out.push(bit | 127);
            out.extend_from_slice(&(bytes as u64).to_be_bytes());
        }
    }
}

/// Where a frame's content begins and ends, and its first byte; none if it is not whole. Masked frames have a mask of zeros.
pub fn whole(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let masked = if second & 0x80 == 0 { 0 } else { 4 };
    let (begin, size) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    let begin = begin + masked;
    (bytes.len() >= begin + size).then_some((first, begin, begin + size))
}

/// One WebSocket.
pub struct Conn {
    stream: Rc<TcpStream>,
    rest: Vec<u8>,
}

impl Conn {
    /// Connects and upgrades, with a sub-protocol if one is named.
    pub async fn open(address: SocketAddr, path: &str, protocol: &str) -> Result<Conn> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let protocol = match protocol {
            "" => String::new(),
            name => format!("Sec-WebSocket-Protocol: {name}\r\n"),
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\n{protocol}\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut rest = Vec::new();
        let end = loop {
            if let Some(end) = memmem::find(&rest, b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut rest).await? == 0 {
                return Err(Error::new(ErrorKind::UnexpectedEof, "closed in the handshake"));
            }
        };
        if !rest.starts_with(b"HTTP/1.1 101") {
            return Err(Error::other(String::from_utf8_lossy(&rest).into_owned()));
        }
        rest.drain(..end);
        Ok(Conn { stream: Rc::new(stream), rest })
    }

    /// The socket, to write to it past this.
    pub fn stream(&self) -> Rc<TcpStream> {
        Rc::clone(&self.stream)
    }

    /// Sends a text.
    pub async fn say(&self, text: &str) -> Result<()> {
        send(&self.stream, &frame(text)).await
    }

    /// Sends bytes that are frames already.
    pub async fn send(&self, frames: &[u8]) -> Result<()> {
        send(&self.stream, frames).await
    }

    /// Waits for a frame that begins so.
    pub async fn wait_for(&mut self, beginning: &[u8]) -> Result<()> {
        let mut found = false;
        while !found {
            self.read(|content| found |= content.starts_with(beginning)).await?;
        }
        Ok(())
    }

    /// Waits for bytes and hands over each whole frame; answers pings.
    pub async fn read(&mut self, mut each: impl FnMut(&[u8])) -> Result<()> {
        if self.rest.is_empty() || whole(&self.rest).is_none() {
            self.fill().await?;
        }
        let mut at = 0;
        let mut pongs = Vec::new();
        while let Some((first, begin, end)) = whole(&self.rest[at..]) {
            let content = &self.rest[at + begin..at + end];
            if first & 0x0f == 8 {
                let text = String::from_utf8_lossy(content.get(2..).unwrap_or_default()).into_owned();
                return Err(Error::new(ErrorKind::ConnectionAborted, format!("closed: {text}")));
            }
            match pong(first, content) {
                Some(pong) => pongs.extend(pong),
                None => each(content),
            }
            at += end;
        }
        if at == self.rest.len() {
            self.rest.clear();
        } else {
            self.rest.drain(..at);
        }
        if pongs.is_empty() { Ok(()) } else { send(&self.stream, &pongs).await }
    }

    async fn fill(&mut self) -> Result<()> {
        loop {
            self.stream.readable().await?;
            let got = BUFFER.with_borrow_mut(|buffer| {
                let got = self.stream.try_read(buffer);
                if let Ok(got) = got {
                    self.rest.extend_from_slice(&buffer[..got]);
                }
                got
            });
            match got {
                Ok(0) => return Err(Error::new(ErrorKind::UnexpectedEof, "closed")),
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends a call and waits for the frame with its answer; what `take` makes of the text from the answer on. An error
    /// answer is an error.
    pub async fn call<T>(&mut self, re: u32, text: &str, take: impl Fn(&[u8]) -> T) -> Result<T> {
        self.say(text).await?;
        self.answer(re, take).await
    }

    /// Waits for the answer to a call.
    pub async fn answer<T>(&mut self, re: u32, take: impl Fn(&[u8]) -> T) -> Result<T> {
        let mark = format!("\"re\":{re},");
        let finder = memmem::Finder::new(mark.as_bytes());
        let mut found = None;
        while found.is_none() {
            self.read(|content| {
                if let Some(at) = finder.find(content) {
                    let (before, from) = content.split_at(at);
                    found = Some(if before.ends_with(b"\"error\",") {
                        Err(Error::other(String::from_utf8_lossy(&from[..from.len().min(400)]).into_owned()))
                    } else {
                        Ok(take(from))
                    });
                }
            })
            .await?;
        }
        found.unwrap_or_else(|| Err(Error::other("no answer")))
    }
}

/// Writes all.
pub async fn send(stream: &TcpStream, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The text between a mark and the next `until`.
pub fn after<'a>(content: &'a [u8], mark: &str, until: u8) -> Option<&'a str> {
    let from = memmem::find(content, mark.as_bytes())? + mark.len();
    let end = memchr::memchr(until, &content[from..])?;
    std::str::from_utf8(&content[from..from + end]).ok()
}

/// The number after a mark.
pub fn number(content: &[u8], mark: &str) -> Option<u64> {
    let from = memmem::find(content, mark.as_bytes())? + mark.len();
    digits(&content[from..])
}

/// The number that stands there.
pub fn digits(content: &[u8]) -> Option<u64> {
    let end = content.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(content.len());
    let number = content[..end]
        .iter()
        .fold(0_u64, |sum, digit| sum.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')));
    (end > 0).then_some(number)
}

/// One kept-alive HTTP connection.
pub struct Http {
    stream: TcpStream,
    address: SocketAddr,
    head: String,
}

impl Http {
    /// Connects; `token` speaks for every call.
    pub async fn open(address: SocketAddr, token: &str) -> Result<Http> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut http = Http { stream, address, head: String::new() };
        http.speak_for(token);
        Ok(http)
    }

    /// From the next call on another token speaks.
    pub fn speak_for(&mut self, token: &str) {
        self.head = format!("Host: {}\r\nAuthorization: Bearer {token}\r\n", self.address);
    }

    /// Posts a JSON body, with further header lines; the answer's body. Another status than 2xx is an error.
    pub async fn post(&mut self, path: &str, more: &str, body: &str) -> Result<Vec<u8>> {
        self.ask("POST", path, more, body).await
    }

    /// Puts a JSON body; otherwise as [`Http::post`].
    pub async fn put(&mut self, path: &str, body: &str) -> Result<Vec<u8>> {
        self.ask("PUT", path, "", body).await
    }

    /// Gets what stands at a path; otherwise as [`Http::post`].
    pub async fn get(&mut self, path: &str) -> Result<Vec<u8>> {
        self.ask("GET", path, "", "").await
    }

    async fn ask(&mut self, method: &str, path: &str, more: &str, body: &str) -> Result<Vec<u8>> {
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\n{}{more}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.head,
            body.len()
        );
        self.send(path, &request).await
    }

    async fn send(&mut self, path: &str, request: &str) -> Result<Vec<u8>> {
        self.stream.write_all(request.as_bytes()).await?;
        let mut got = Vec::new();
        loop {
            if let Some(end) = memmem::find(&got, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&got[..end]).to_ascii_lowercase();
                let size = number(head.as_bytes(), "content-length: ").unwrap_or(0);
                let all = end + 4 + usize::try_from(size).unwrap_or(usize::MAX);
                if got.len() >= all {
                    let fine = got.starts_with(b"HTTP/1.1 2");
                    let body = got.split_off(end + 4);
                    let words = || Error::other(format!("{path}: {}", String::from_utf8_lossy(&body)));
                    return if fine { Ok(body) } else { Err(words()) };
                }
            }
            if self.stream.read_buf(&mut got).await? == 0 {
                return Err(Error::new(ErrorKind::UnexpectedEof, "closed in an answer"));
            }
        }
    }
}

//! As little of HTTP/1.1 as a load generator needs, so that it leaves the processors to the server.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How much is read at once, in bytes.
const READ_BYTES: usize = 256 * 1024;

/// The token of the configuration that [`crate::portal`] writes.
pub const TOKEN: &str = "benchmark-token-of-this-machine";

/// A request without a body, as the bytes on the wire.
pub fn get(target: &str) -> Vec<u8> {
    get_with(target, "")
}

/// The same with more header lines, each ended by CR LF.
pub fn get_with(target: &str, headers: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n{headers}\r\n").into_bytes()
}

/// A request with a JSON body.
pub fn post(target: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A connection that is kept for many requests, one after the other.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// What of the buffer is read and not looked at yet.
    start: usize,
    end: usize,
}

/// An answer, without its body.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub status: u16,
    /// Bytes of the body, as they were sent.
    pub n_bytes: usize,
}

enum Length {
    Known(usize),
    Chunked,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; READ_BYTES], start: 0, end: 0 })
    }

    /// Sends a request and reads its answer to the end. The body is counted and dropped.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.exchange(request, |_| {}).await
    }

    /// The same, with the body. Anything but 200 is an error.
    pub async fn fetch(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        let answer = self.exchange(request, |bytes| body.extend_from_slice(bytes)).await?;
        let line = String::from_utf8_lossy(request.split(|byte| *byte == b'\r').next().unwrap_or_default());
        ensure!(
            answer.status == 200,
            "`{line}` was answered with {}: {}",
            answer.status,
            String::from_utf8_lossy(&body)
        );
        Ok(body)
    }

    /// Sends a request whose answer does not end; [`Connection::next_bytes`] reads on.
    pub async fn follow(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request).await?;
        let (status, _) = self.head().await?;
        ensure!(status == 200, "the stream of changes was answered with {status}");
        Ok(())
    }

    /// What has arrived, chunk borders included.
    pub async fn next_bytes(&mut self) -> Result<&[u8]> {
        if self.start == self.end {
            self.fill().await?;
        }
        let start = std::mem::replace(&mut self.start, self.end);
        Ok(&self.buffer[start..self.end])
    }

    async fn exchange(&mut self, request: &[u8], mut take: impl FnMut(&[u8])) -> Result<Answer> {
        self.stream.write_all(request).await?;
        let (status, length) = self.head().await?;
        let mut n_bytes = 0;
        let mut take = |bytes: &[u8]| {
            n_bytes += bytes.len();
            take(bytes);
        };
        match length {
            Length::Known(length) => self.body(length, &mut take).await?,
            Length::Chunked => loop {
                let line = self.line().await?;
                let size = std::str::from_utf8(&self.buffer[line]).context("a chunk has no length")?;
                let size = usize::from_str_radix(size.trim_end(), 16).context("a chunk has no length")?;
                self.body(size, &mut take).await?;
                self.line().await?;
                if size == 0 {
                    break;
                }
            },
        }
        Ok(Answer { status, n_bytes })
    }

    async fn head(&mut self) -> Result<(u16, Length)> {
        let line = self.line().await?;
        let status = self.buffer[line].get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let status = status.context("the answer is not HTTP")?;
        let mut length = Length::Known(0);
        loop {
            let line = self.line().await?;
            let header = &self.buffer[line];
            if header.len() == 2 {
                return Ok((status, length));
            }
            if starts_with(header, b"content-length:") {
                let number = std::str::from_utf8(&header[15..]).context("the length of the answer is no number")?;
                length = Length::Known(number.trim().parse().context("the length of the answer is no number")?);
            } else if starts_with(header, b"transfer-encoding:") {
                length = Length::Chunked;
            }
        }
    }

    /// The place of the next line in the buffer, its end included.
    async fn line(&mut self) -> Result<std::ops::Range<usize>> {
        let mut looked_at = self.start;
        loop {
            if let Some(length) = memchr::memchr(b'\n', &self.buffer[looked_at..self.end]) {
                let line = self.start..looked_at + length + 1;
                self.start = line.end;
                return Ok(line);
            }
            looked_at = self.end - self.start;
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, looked_at);
            ensure!(self.end < self.buffer.len(), "the head of the answer does not end");
            self.fill().await?;
        }
    }

    async fn body(&mut self, mut length: usize, take: &mut impl FnMut(&[u8])) -> Result<()> {
        while length > 0 {
            if self.start == self.end {
                (self.start, self.end) = (0, 0);
                self.fill().await?;
            }
            let n_here = length.min(self.end - self.start);
            take(&self.buffer[self.start..self.start + n_here]);
            self.start += n_here;
            length -= n_here;
        }
        Ok(())
    }

    async fn fill(&mut self) -> Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        match self.stream.read(&mut self.buffer[self.end..]).await? {
            0 => bail!("the server closed the connection"),
            n => self.end += n,
        }
        Ok(())
    }
}

fn starts_with(header: &[u8], name: &[u8]) -> bool {
    header.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

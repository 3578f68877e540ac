//! What the tests of ingestion share.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::catalog::location::{LocationRef, sha256_hex};
use crate::platform::scm::{UrlReader, UrlReaderSettings};

/// Reads only from this machine, and from hosts that everybody knows.
pub fn url_reader() -> UrlReader {
    UrlReader::new(UrlReaderSettings::allowing(&["127.0.0.1:1-65535"]).unwrap()).unwrap()
}

/// A web server on this machine. What it has no page for is not found.
#[derive(Debug)]
pub struct Site {
    base: String,
    pages: watch::Sender<HashMap<String, Page>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

/// What an address answers.
#[derive(Clone, Debug)]
pub enum Page {
    /// A text, with an ETag that follows from it.
    Text(String),
    /// Nothing but a status and a header.
    Status(u16, &'static str),
    /// Nothing at all, until the page becomes another one.
    Silence,
}

/// A request that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The path and the query.
    pub path: String,
    /// Whether it said what is known already.
    pub is_conditional: bool,
}

impl Site {
    /// Starts with these pages.
    pub async fn new(pages: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let texts = pages.iter().map(|(path, text)| ((*path).to_owned(), Page::Text((*text).to_owned())));
        let (sender, receiver) = watch::channel(texts.collect());
        let asked = Arc::new(Mutex::new(vec![]));
        let for_task = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, receiver.clone(), Arc::clone(&for_task)));
            }
        });
        Self { base, pages: sender, asked, task }
    }

    /// Adds or replaces a page.
    pub fn set(&self, path: &str, page: Page) {
        self.pages.send_modify(|pages| drop(pages.insert(path.to_owned(), page)));
    }

    /// Adds or replaces a page with a text.
    pub fn write(&self, path: &str, text: &str) {
        self.set(path, Page::Text(text.to_owned()));
    }

    /// The whole address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The location of a page.
    pub fn location(&self, path: &str) -> LocationRef {
        LocationRef::url(&self.url(path))
    }

    /// The requests since the last time somebody wanted to know, by path.
    pub fn asked(&self) -> Vec<Asked> {
        let mut asked = std::mem::take(&mut *self.asked.lock());
        asked.sort_by(|a, b| a.path.cmp(&b.path));
        asked
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, mut pages: watch::Receiver<HashMap<String, Page>>, log: Arc<Mutex<Vec<Asked>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let known = head.lines().find_map(|line| line.strip_prefix("if-none-match: ")).map(str::to_owned);
    log.lock().push(Asked { path: path.clone(), is_conditional: known.is_some() });
    let page = loop {
        match pages.borrow_and_update().get(&path).cloned() {
            Some(Page::Silence) => {}
            page => break page.unwrap_or(Page::Status(404, "x-page: none")),
        }
        if pages.changed().await.is_err() {
            return;
        }
    };
    let (status, header, body) = match page {
        Page::Text(text) => {
            let tag = format!("\"{}\"", &sha256_hex(text.as_bytes())[..16]);
            let is_same = known.as_ref() == Some(&tag);
            (if is_same { 304 } else { 200 }, format!("etag: {tag}"), if is_same { String::new() } else { text })
        }
        Page::Status(status, header) => (status, header.to_owned(), String::new()),
        Page::Silence => unreachable!("it was waited for another page"),
    };
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status} x\r\n{header}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    // A client that has gone away is none of our business.
    drop(stream.write_all(answer.as_bytes()).await);
}

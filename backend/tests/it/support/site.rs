//! A web server on this machine, from which a portal reads descriptors.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Pages that may change. What is not there is not found; a page with no text never answers.
#[derive(Clone, Debug)]
pub struct Site {
    address: SocketAddr,
    pages: Arc<Mutex<HashMap<String, Option<String>>>>,
}

impl Site {
    /// Starts without pages, and answers as long as the test runs.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("the address is known");
        let site = Self { address, pages: Arc::default() };
        let for_task = site.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(for_task.clone().answer(stream));
            }
        });
        site
    }

    /// Adds or replaces a page; `None` never answers.
    pub fn set(&self, path: &str, text: Option<&str>) {
        self.pages.lock().unwrap().insert(path.to_owned(), text.map(str::to_owned));
    }

    /// The whole address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Keys that let a portal read from here, and name these pages as its only locations.
    pub fn config(&self, paths: &[&str]) -> String {
        let locations: Vec<_> =
            paths.iter().map(|path| format!("{{ type: url, target: \"{}\" }}", self.url(path))).collect();
        format!(
            "backend: {{ reading: {{ allow: [ {{ host: \"{}\" }} ] }} }}\ncatalog: {{ locations: [ {{ type: file, target: catalog/*.yaml }}, {} ] }}\n",
            self.address,
            locations.join(", ")
        )
    }

    async fn answer(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            match stream.read_line(&mut line).await {
                Ok(n_read) if n_read > 2 => lines.push(line),
                Ok(2) => break,
                _ => return,
            }
        }
        let path = lines[0].split(' ').nth(1).unwrap_or_default();
        let page = self.pages.lock().unwrap().get(path).cloned();
        let (status, body) = match page {
            Some(Some(text)) => ("200 OK", text),
            Some(None) => return std::future::pending().await,
            None => ("404 Not Found", String::new()),
        };
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        // A portal that has stopped needs no answer.
        drop(stream.write_all((head + &body).as_bytes()).await);
    }
}

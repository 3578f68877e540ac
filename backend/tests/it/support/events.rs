//! The stream of changes, read as a page reads it.

use shared::api::catalog::CatalogChange;
use tokio::time::timeout;

use super::wait::DEADLINE;

/// An open stream of changes.
#[derive(Debug)]
pub struct ChangeStream {
    response: reqwest::Response,
    buffer: String,
}

impl ChangeStream {
    /// Waits for the first words of the portal: from then on no change is missed.
    pub async fn open(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = Self { response, buffer: String::new() };
        assert_eq!(stream.block().await.as_deref(), Some(": following"));
        stream
    }

    /// The next change; `None` when the portal has closed the stream.
    pub async fn next(&mut self) -> Option<CatalogChange> {
        loop {
            let block = self.block().await?;
            if block.starts_with(':') {
                continue;
            }
            assert!(block.contains("\nevent: change\n"), "{block}");
            let data = block.lines().find_map(|line| line.strip_prefix("data: ")).expect("an event has data");
            let change: CatalogChange = serde_json::from_str(data).expect("data is a change");
            assert!(block.starts_with(&format!("id: {}\n", change.seq)), "{block}");
            return Some(change);
        }
    }

    /// Waits until a change names the entity.
    pub async fn announces(&mut self, entity_ref: &str) {
        let is_announced = async {
            while let Some(change) = self.next().await {
                if change.entity_refs.iter().any(|changed| changed == entity_ref) {
                    return;
                }
            }
            panic!("the stream ended without `{entity_ref}`");
        };
        timeout(DEADLINE, is_announced).await.unwrap_or_else(|_| panic!("`{entity_ref}` was not announced in time"));
    }

    /// The text up to an empty line.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.buffer = rest;
                return Some(block);
            }
            // A connection that breaks ends the stream as a page sees it.
            let chunk = self.response.chunk().await.ok().flatten()?;
            self.buffer.push_str(std::str::from_utf8(&chunk).expect("events are text"));
        }
    }
}

//! Tells open pages which entities changed, as server-sent events.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::stream;
use shared::api::catalog::CatalogChange;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::feed::OpenStream;
use super::service::CatalogService;
use crate::auth::Caller;
use crate::platform::stop::{Stopping, stopped};

/// How often a comment keeps the connection open through proxies that close silent ones.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// An answer that does not end until the client or the server goes away.
pub fn stream_changes(catalog: CatalogService, caller: Caller, stopping: Stopping) -> HttpResponse {
    let changes = catalog.changes();
    // The first bytes tell the client that it misses nothing from here on.
    let hello = Bytes::from_static(b": following\n\n");
    let open = catalog.stream_opened();
    let state = Following { changes, catalog, caller, stopping, first: Some(hello), _open: open };
    let events = stream::unfold(state, async move |mut state| {
        let bytes = state.next().await?;
        Some((Ok::<_, actix_web::Error>(bytes), state))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // Some proxies gather answers before they pass them on.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(events)
}

struct Following {
    changes: Receiver<Arc<CatalogChange>>,
    catalog: CatalogService,
    caller: Caller,
    stopping: Stopping,
    first: Option<Bytes>,
    _open: OpenStream,
}

impl Following {
    /// The next event; `None` when the server stops.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let change = tokio::select! {
                // Otherwise open pages would hold up the end of the process.
                () = stopped(&mut self.stopping) => return None,
                change = tokio::time::timeout(HEARTBEAT, self.changes.recv()) => change,
            };
            let change = match change {
                Err(_) => return Some(Bytes::from_static(b": still here\n\n")),
                Ok(Ok(change)) => change,
                // The client is too slow for single messages, so it reads again what it shows.
                Ok(Err(RecvError::Lagged(_))) => Arc::new(CatalogChange { is_reset: true, ..CatalogChange::default() }),
                Ok(Err(RecvError::Closed)) => return None,
            };
            if let Some(change) = self.catalog.change_for(&self.caller, &change) {
                return Some(event(&change));
            }
        }
    }
}

fn event(change: &CatalogChange) -> Bytes {
    let data = serde_json::to_string(change).expect("a list of texts has a JSON form");
    Bytes::from(format!("id: {}\nevent: change\ndata: {data}\n\n", change.seq))
}

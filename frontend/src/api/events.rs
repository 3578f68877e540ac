//! The stream of changes: opened with the token, opened again when it breaks.

use std::time::Duration;

use js_sys::{Reflect, Uint8Array};
use leptos::leptos_dom::helpers::set_timeout_with_handle;
use leptos::task::spawn_local;
use shared::api::catalog::CatalogChange;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::http::{self, HttpAnswer, HttpRequest};
use super::sse::EventParser;
use super::{ApiClient, ClientError};
use crate::state::changes::CatalogChanges;

/// Waits between attempts, in milliseconds: short at first, for a server that restarts.
const WAITS_MS: [i32; 6] = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
/// A stream without a byte for so long is dead: the server sends one every 20 seconds.
const SILENCE: Duration = Duration::from_secs(50);

/// Follows the catalog for as long as the page is open.
///
/// After a gap everyone is told to read again, since changes may have been missed.
pub fn follow_changes(client: ApiClient, changes: CatalogChanges) {
    spawn_local(async move {
        let mut n_failures = 0;
        let mut had_gap = false;
        loop {
            client.until_signed_in().await;
            let outcome = client.read_changes(changes, had_gap).await;
            changes.set_connected(false);
            client.connection.set_stream(false);
            had_gap = true;
            n_failures = match outcome {
                Ok(()) => 0,
                Err(error) => {
                    leptos::logging::log!("The stream of changes ended: {error} ({})", error.details());
                    if error.is_away() {
                        client.connection.unanswered();
                    }
                    n_failures + 1
                }
            };
            client.connection.pause(wait_ms(n_failures)).await;
        }
    });
}

/// How long to wait after so many failures in a row.
fn wait_ms(n_failures: usize) -> i32 {
    WAITS_MS[n_failures.min(WAITS_MS.len() - 1)]
}

impl ApiClient {
    /// Reads the stream to its end. A stream that ends in good order was closed by the server.
    async fn read_changes(self, changes: CatalogChanges, had_gap: bool) -> Result<(), ClientError> {
        let broken = |error: JsValue| ClientError::Unreachable(format!("{error:?}"));
        let token = self.token().await?;
        let controller = AbortController::new().map_err(broken)?;
        let request = HttpRequest::get("/api/catalog/events".to_owned());
        let response = http::start(&request, Some(&token), "text/event-stream", &controller).await?;
        if !response.ok() {
            if response.status() == 401 {
                self.forget_token(&token);
            }
            let body = response.text().await.map_err(|error| ClientError::Unreachable(error.to_string()))?;
            return HttpAnswer { status: response.status(), body }.accept().map(drop);
        }
        let stream = response.body().ok_or_else(|| ClientError::Unreadable("a stream without a body".to_owned()))?;
        let reader: ReadableStreamDefaultReader =
            stream.get_reader().dyn_into().map_err(|error| broken(error.into()))?;
        changes.set_connected(true);
        self.connection.set_stream(true);
        if had_gap {
            changes.publish(&CatalogChange { is_reset: true, ..CatalogChange::default() });
        }
        let mut parser = EventParser::default();
        loop {
            // Each byte stops it, so that it counts from the last one, however late it fires in the background.
            let silent = controller.clone();
            let timer = set_timeout_with_handle(move || silent.abort(), SILENCE).map_err(broken)?;
            let step = JsFuture::from(reader.read()).await;
            timer.clear();
            let step = step.map_err(broken)?;
            if Reflect::get(&step, &JsValue::from_str("done")).map_err(broken)?.is_truthy() {
                return Ok(());
            }
            let piece: Uint8Array =
                Reflect::get(&step, &JsValue::from_str("value")).map_err(broken)?.dyn_into().map_err(broken)?;
            for event in parser.push(&piece.to_vec()) {
                let change: CatalogChange =
                    serde_json::from_str(&event).map_err(|error| ClientError::Unreadable(error.to_string()))?;
                changes.publish(&change);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_at_the_longest() {
        assert_eq!(wait_ms(0), 500);
        assert_eq!(wait_ms(2), 2_000);
        assert_eq!(wait_ms(99), 30_000);
    }
}

//! A table of the catalog as a file.

use js_sys::{Array, Reflect, Uint8Array};
use shared::api::export::EntitiesCsv;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ReadableStreamDefaultReader};

use super::http::{self, HttpAnswer, HttpRequest, Method};
use super::{ApiClient, CancelToken, ClientError};

/// The type of the file.
const CSV_TYPE: &str = "text/csv;charset=utf-8";
/// Tells spreadsheets that the text is UTF-8; without it some take it for something older.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl ApiClient {
    /// All matching entities as a file of comma-separated values. `on_rows` hears how many rows have come; the token ends
    /// the request, however long it takes.
    ///
    /// # Errors
    /// Any [`ClientError`]; also when the table ends early.
    pub async fn entities_csv(
        self,
        query: &EntitiesCsv,
        cancel: &CancelToken,
        mut on_rows: impl FnMut(usize),
    ) -> Result<Blob, ClientError> {
        let broken = |error: JsValue| ClientError::Unreachable(format!("{error:?}"));
        let body = serde_json::to_string(query).map_err(|error| ClientError::Unreadable(error.to_string()))?;
        let url = "/api/catalog/entities/csv".to_owned();
        let request = HttpRequest { method: Method::Post, url, body: Some(body), cancel: None };
        let mut token = self.token().await?;
        let mut response = http::start(&request, Some(&token), "text/csv", cancel.controller()).await?;
        if response.status() == 401 {
            // As any other request: a token that the server no longer takes is renewed once.
            self.forget_token(&token);
            token = self.token().await?;
            response = http::start(&request, Some(&token), "text/csv", cancel.controller()).await?;
        }
        if !response.ok() {
            let body = response.text().await.map_err(|error| ClientError::Unreachable(error.to_string()))?;
            HttpAnswer { status: response.status(), body }.accept()?;
        }
        let stream = response.body().ok_or_else(|| ClientError::Unreadable("a table without a body".to_owned()))?;
        let reader: ReadableStreamDefaultReader =
            stream.get_reader().dyn_into().map_err(|error| broken(error.into()))?;
        let pieces = Array::of1(&JsValue::from_str(BYTE_ORDER_MARK));
        // The line of headings is no row.
        let mut n_lines = 0_usize;
        loop {
            let step = JsFuture::from(reader.read()).await.map_err(broken)?;
            if Reflect::get(&step, &JsValue::from_str("done")).map_err(broken)?.is_truthy() {
                break;
            }
            let piece: Uint8Array =
                Reflect::get(&step, &JsValue::from_str("value")).map_err(broken)?.dyn_into().map_err(broken)?;
            n_lines += piece.to_vec().iter().filter(|&&byte| byte == b'\n').count();
            pieces.push(&piece);
            on_rows(n_lines.saturating_sub(1));
        }
        let options = BlobPropertyBag::new();
        options.set_type(CSV_TYPE);
        Blob::new_with_u8_array_sequence_and_options(&pieces, &options).map_err(broken)
    }
}

//! Where a list of locations goes on. Clients may read a cursor, so its shape is part of the contract.
//!
//! Source: contract `catalog.md`, sections 6 and 10.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::platform::http::ApiError;

/// The longest cursor that is looked at, in bytes.
const MAX_CURSOR_BYTES: usize = 64 * 1024;

/// `{"limit":1,"afterId":"…","query":{…}}`, in base64.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocationsCursor {
    /// Locations a page, at least 1.
    pub limit: u32,
    /// The id that the next page comes after.
    pub after_id: String,
    /// The condition of the first request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Value>,
}

impl LocationsCursor {
    /// Reads what a client sent back.
    ///
    /// # Errors
    /// 400 for anything that is not such a cursor.
    pub fn decode(text: &str) -> Result<Self, ApiError> {
        let malformed = |reason: &str| ApiError::input(format!("Malformed cursor: {reason}"));
        if text.len() > MAX_CURSOR_BYTES {
            return Err(malformed("it is too long"));
        }
        // Some clients turn it into the form that is safe in addresses.
        let bytes = STANDARD
            .decode(text)
            .or_else(|_| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
            .map_err(|_| malformed("it is not base64"))?;
        let cursor: Self =
            serde_json::from_slice(&bytes).map_err(|_| malformed("it is not one that this server made"))?;
        // PostgreSQL refuses a text with a zero byte.
        if cursor.limit == 0 || cursor.after_id.contains('\0') {
            return Err(malformed("it is not one that this server made"));
        }
        Ok(cursor)
    }

    /// The text for clients.
    pub fn encode(&self) -> String {
        STANDARD.encode(serde_json::to_string(self).expect("a struct of texts and numbers has a JSON form"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for query in [None, Some(json!({"type": "url"}))] {
            let cursor = LocationsCursor { limit: 1, after_id: "a".into(), query };
            assert_eq!(LocationsCursor::decode(&cursor.encode()).unwrap(), cursor);
        }
        let cursor = LocationsCursor { limit: 1, after_id: "a".into(), query: None };
        assert_eq!(STANDARD.decode(cursor.encode()).unwrap(), br#"{"limit":1,"afterId":"a"}"#);
    }

    #[test]
    fn anything_else_is_refused() {
        let zero = STANDARD.encode(r#"{"limit":0,"afterId":"a"}"#);
        for text in ["", "e30=", "???", "bnVsbA==", zero.as_str(), &"a".repeat(MAX_CURSOR_BYTES + 1)] {
            let error = LocationsCursor::decode(text).unwrap_err();
            assert_eq!(error.status(), 400);
            assert!(error.message().starts_with("Malformed cursor: "), "{text}: {}", error.message());
        }
    }
}

//! The operations of `/api/personal-tokens`.

use shared::api::personal_tokens::{PersonalTokenCreate, PersonalTokenCreated, PersonalTokens};

use super::{ApiClient, ClientError};
use crate::paths;

const URL: &str = "/api/personal-tokens";

impl ApiClient {
    /// The personal tokens of this person, and what they may do with them.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn personal_tokens_list(self) -> Result<PersonalTokens, ClientError> {
        self.get(URL.to_owned()).await
    }

    /// Makes a personal token. The answer is the only one with its secret.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 403 for guests, 409 when there are too many.
    pub async fn personal_token_create(self, wish: &PersonalTokenCreate) -> Result<PersonalTokenCreated, ClientError> {
        self.post(URL, wish).await
    }

    /// Revokes a personal token.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 404 when it is gone already.
    pub async fn personal_token_delete(self, id: &str) -> Result<(), ClientError> {
        self.delete(format!("{URL}/{}", paths::encode(id))).await
    }
}

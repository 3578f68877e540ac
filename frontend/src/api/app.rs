//! What the server tells of itself. Needs no session.

use shared::api::app::{AboutApp, Licences};

use super::http::{self, HttpRequest};
use super::{ApiClient, ClientError, decode};

impl ApiClient {
    /// What runs on the server.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn app_about(self) -> Result<AboutApp, ClientError> {
        decode(&open("/api/app/about".to_owned()).await?)
    }

    /// Everything from others that is part of the portal.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn licences_list(self) -> Result<Licences, ClientError> {
        decode(&open("/api/app/licences".to_owned()).await?)
    }

    /// The text of a licence.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn licence_text(self, number: u32) -> Result<String, ClientError> {
        open(format!("/api/app/licences/texts/{number}")).await
    }
}

async fn open(url: String) -> Result<String, ClientError> {
    http::send(&HttpRequest::get(url), None).await?.accept()
}

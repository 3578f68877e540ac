//! The operations of `/api/user-settings` that the page uses.

use serde_json::Value;
use shared::api::user_settings::{
    UserSetting, UserSettingName, UserSettingUpdate, UserSettingsMultiget, UserSettingsMultigetResult,
};

use super::http::Method;
use super::{ApiClient, ClientError, decode};
use crate::paths;

impl ApiClient {
    /// A setting of this person; `None` where nothing is stored.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn user_setting_get(self, bucket: &str, key: &str) -> Result<Option<Value>, ClientError> {
        // Asking for one setting by its address would report an error where there is none yet.
        let name = UserSettingName { bucket: bucket.to_owned(), key: key.to_owned() };
        let body = UserSettingsMultiget { items: vec![name] };
        let mut result: UserSettingsMultigetResult = self.post("/api/user-settings/multiget", &body).await?;
        Ok(result.items.pop().flatten().map(|item| item.value))
    }

    /// Saves a setting of this person; answers it as it is stored.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with status 400 when the value is longer than 64 KiB.
    pub async fn user_setting_update(self, bucket: &str, key: &str, value: Value) -> Result<Value, ClientError> {
        let url = format!("/api/user-settings/buckets/{}/keys/{}", paths::encode(bucket), paths::encode(key));
        let answer = self.send_json(Method::Put, &url, &UserSettingUpdate { value: Some(value) }).await?;
        decode::<UserSetting>(&answer).map(|setting| setting.value)
    }
}

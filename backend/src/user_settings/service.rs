//! Whose settings these are, and how much anyone may keep.

use serde_json::Value;
use shared::api::user_settings::{
    UserSetting, UserSettingName, UserSettingUpdate, UserSettingValue, UserSettingsMultigetResult,
};

use super::error::UserSettingsError;
use super::store::UserSettingsStore;
use crate::auth::{AuthError, Caller};
use crate::platform::db::Db;

/// How long a bucket and a key may be, in characters.
pub(super) const MAX_NAME_CHARS: usize = 255;
/// How large a value may be as JSON text, in bytes.
pub(super) const MAX_VALUE_BYTES: usize = 64 * 1024;
/// How many settings one request may ask for.
pub(super) const MAX_ITEMS: usize = 100;
/// How many settings one person may have.
pub(super) const MAX_SETTINGS: u64 = 1_000;

/// The settings of people. Clones share everything.
#[derive(Clone, Debug)]
pub struct UserSettingsService {
    store: UserSettingsStore,
}

impl UserSettingsService {
    /// Over an open database.
    pub fn new(db: Db) -> Self {
        Self { store: UserSettingsStore::new(db) }
    }

    /// One setting of the caller.
    ///
    /// # Errors
    /// [`UserSettingsError::NotFound`] when nothing is stored there; those of [`owner`] and [`check_name`].
    pub async fn user_setting_get(
        &self,
        caller: &Caller,
        name: UserSettingName,
    ) -> Result<UserSetting, UserSettingsError> {
        let user = owner(caller)?;
        check_name(&name)?;
        let value = self.store.setting_find(&user, &name).await?;
        let UserSettingName { bucket, key } = name;
        match value {
            Some(value) => Ok(UserSetting { bucket, key, value }),
            None => Err(UserSettingsError::NotFound { bucket, key }),
        }
    }

    /// Saves one setting of the caller, new or not, and answers what is stored.
    ///
    /// # Errors
    /// Those of the value, of [`owner`] and of [`check_name`], and [`UserSettingsError::TooManySettings`].
    pub async fn user_setting_update(
        &self,
        caller: &Caller,
        name: UserSettingName,
        update: UserSettingUpdate,
    ) -> Result<UserSetting, UserSettingsError> {
        let user = owner(caller)?;
        check_name(&name)?;
        let value = update.value.ok_or(UserSettingsError::ValueMissing)?;
        let text = value.to_string();
        if text.len() > MAX_VALUE_BYTES {
            return Err(UserSettingsError::ValueTooLarge(text.len()));
        }
        self.store.setting_save(&user, &name, &text, MAX_SETTINGS).await?;
        Ok(UserSetting { bucket: name.bucket, key: name.key, value })
    }

    /// Deletes one setting of the caller. That it did not exist is no error.
    ///
    /// # Errors
    /// Those of [`owner`] and [`check_name`].
    pub async fn user_setting_delete(&self, caller: &Caller, name: &UserSettingName) -> Result<(), UserSettingsError> {
        let user = owner(caller)?;
        check_name(name)?;
        self.store.setting_delete(&user, name).await
    }

    /// Many settings of the caller, in the order of the names; `None` where nothing is stored.
    ///
    /// # Errors
    /// [`UserSettingsError::TooManyItems`], and those of [`owner`] and [`check_name`].
    pub async fn user_settings_multiget(
        &self,
        caller: &Caller,
        names: &[UserSettingName],
    ) -> Result<UserSettingsMultigetResult, UserSettingsError> {
        let user = owner(caller)?;
        if names.len() > MAX_ITEMS {
            return Err(UserSettingsError::TooManyItems(names.len()));
        }
        names.iter().try_for_each(check_name)?;
        let found = self.store.settings_find(&user, names).await?;
        let value = |name| found.get(name).map(|value: &Value| UserSettingValue { value: value.clone() });
        Ok(UserSettingsMultigetResult { items: names.iter().map(value).collect() })
    }
}

/// The user to whom the settings belong, in canonical form. Programs have none.
fn owner(caller: &Caller) -> Result<String, UserSettingsError> {
    match caller {
        Caller::User(user) => Ok(user.entity_ref.to_string()),
        Caller::Service(_) => Err(UserSettingsError::ServiceRefused),
        Caller::Anonymous => Err(AuthError::Missing.into()),
    }
}

fn check_name(name: &UserSettingName) -> Result<(), UserSettingsError> {
    for (what, text) in [("bucket", &name.bucket), ("key", &name.key)] {
        let n_chars = text.chars().count();
        if n_chars > MAX_NAME_CHARS {
            return Err(UserSettingsError::NameTooLong { what, n_chars });
        }
        if text.is_empty() {
            return Err(UserSettingsError::NameRefused { what, rule: "be empty" });
        }
        // PostgreSQL has no such text.
        if text.contains('\0') {
            return Err(UserSettingsError::NameRefused { what, rule: "contain the character U+0000" });
        }
    }
    Ok(())
}

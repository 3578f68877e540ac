//! The only place of the slice that speaks SQL.
//!
//! Each operation stands alone, so there are no transactions: the last one to save a setting wins.

use std::collections::HashMap;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, Set};
use serde_json::Value;
use shared::api::user_settings::UserSettingName;

use super::error::UserSettingsError;
use super::rows::{ActiveModel, Column, Entity};
use crate::platform::db::Db;

/// Access to the table of the slice. Users are full references in canonical form.
#[derive(Clone, Debug)]
pub(super) struct UserSettingsStore {
    db: Db,
}

impl UserSettingsStore {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// The value of one setting.
    pub async fn setting_find(&self, user: &str, name: &UserSettingName) -> Result<Option<Value>, UserSettingsError> {
        let id = (user.to_owned(), name.bucket.clone(), name.key.clone());
        let row = Entity::find_by_id(id).one(self.connection()).await?;
        row.map(|row| from_json(&row.value)).transpose()
    }

    /// The values of those settings that exist, with one statement. It binds two values for each name.
    pub async fn settings_find(
        &self,
        user: &str,
        names: &[UserSettingName],
    ) -> Result<HashMap<UserSettingName, Value>, UserSettingsError> {
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let is_named = names.iter().fold(Condition::any(), |any, name| {
            any.add(
                Condition::all().add(Column::Bucket.eq(name.bucket.as_str())).add(Column::Key.eq(name.key.as_str())),
            )
        });
        let query = Entity::find().filter(Column::UserEntityRef.eq(user)).filter(is_named);
        let rows = query.all(self.connection()).await?.into_iter();
        rows.map(|row| Ok((UserSettingName { bucket: row.bucket, key: row.key }, from_json(&row.value)?))).collect()
    }

    /// Saves one setting. `value` is JSON text.
    ///
    /// # Errors
    /// [`UserSettingsError::TooManySettings`] when the setting is new and the user has `max_settings` already. Requests
    /// that come at the same moment do not see each other and may go over by their number: the limit is there to stop
    /// a client that never ends.
    pub async fn setting_save(
        &self,
        user: &str,
        name: &UserSettingName,
        value: &str,
        max_settings: u64,
    ) -> Result<(), UserSettingsError> {
        let id = (user.to_owned(), name.bucket.clone(), name.key.clone());
        let is_known = Entity::find_by_id(id).count(self.connection()).await? > 0;
        if !is_known {
            let own = Entity::find().filter(Column::UserEntityRef.eq(user));
            if own.count(self.connection()).await? >= max_settings {
                return Err(UserSettingsError::TooManySettings);
            }
        }
        let row = ActiveModel {
            user_entity_ref: Set(user.to_owned()),
            bucket: Set(name.bucket.clone()),
            key: Set(name.key.clone()),
            value: Set(value.to_owned()),
        };
        let mut replace = OnConflict::columns([Column::UserEntityRef, Column::Bucket, Column::Key]);
        replace.update_column(Column::Value);
        Entity::insert(row).on_conflict(replace).exec_without_returning(self.connection()).await?;
        Ok(())
    }

    /// Deletes one setting, where it exists.
    pub async fn setting_delete(&self, user: &str, name: &UserSettingName) -> Result<(), UserSettingsError> {
        let id = (user.to_owned(), name.bucket.clone(), name.key.clone());
        Entity::delete_by_id(id).exec(self.connection()).await?;
        Ok(())
    }

    fn connection(&self) -> &DatabaseConnection {
        self.db.connection()
    }
}

fn from_json(text: &str) -> Result<Value, UserSettingsError> {
    serde_json::from_str(text).map_err(UserSettingsError::Unreadable)
}

//! The SQL of the slice.

use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel, Set};

use super::keys::StoredKey;
use super::rows::{signing_keys, user_info};

/// Keys and users in the database.
#[derive(Clone, Debug)]
pub(super) struct AuthStore {
    db: DatabaseConnection,
}

impl AuthStore {
    pub fn new(db: DatabaseConnection) -> Self {
        Self { db }
    }

    /// Every key that verifies at `now`, in no order.
    pub async fn keys_list(&self, now: DateTime<Utc>) -> Result<Vec<StoredKey>, DbErr> {
        let rows = signing_keys::Entity::find().all(&self.db).await?;
        let keys: Result<Vec<_>, _> = rows.into_iter().map(key_from_row).collect();
        Ok(keys?.into_iter().filter(|key| now < key.expires_at).collect())
    }

    /// Adds a key and deletes those that ended before `now`.
    ///
    /// Replicas may do so at the same moment: each adds its own key, and all of them verify.
    pub async fn key_create(&self, key: &StoredKey, now: DateTime<Utc>) -> Result<(), DbErr> {
        let row = signing_keys::Model {
            id: key.id.clone(),
            private_pem: key.private_pem.clone(),
            public_jwk: serde_json::to_string(&key.public_key).map_err(|error| DbErr::Json(error.to_string()))?,
            created_at: time_text(key.created_at),
            expires_at: Some(time_text(key.expires_at)),
        };
        row.into_active_model().insert(&self.db).await?;
        for row in signing_keys::Entity::find().all(&self.db).await? {
            let id = row.id.clone();
            if key_from_row(row)?.expires_at <= now {
                signing_keys::Entity::delete_by_id(id).exec(&self.db).await?;
            }
        }
        Ok(())
    }

    /// What the user owned at the last sign-in.
    pub async fn user_info_find(&self, user_entity_ref: &str) -> Result<Option<Vec<String>>, DbErr> {
        let row = user_info::Entity::find_by_id(user_entity_ref).one(&self.db).await?;
        row.map(|row| serde_json::from_str(&row.ownership_refs).map_err(|error| DbErr::Json(error.to_string())))
            .transpose()
    }

    /// Remembers what a user owns.
    pub async fn user_info_save(
        &self,
        user_entity_ref: &str,
        ownership_refs: &[String],
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let row = user_info::ActiveModel {
            user_entity_ref: Set(user_entity_ref.to_owned()),
            ownership_refs: Set(serde_json::to_string(ownership_refs).map_err(|error| DbErr::Json(error.to_string()))?),
            updated_at: Set(time_text(now)),
        };
        let mut replace = OnConflict::column(user_info::Column::UserEntityRef);
        replace.update_columns([user_info::Column::OwnershipRefs, user_info::Column::UpdatedAt]);
        user_info::Entity::insert(row).on_conflict(replace).exec_without_returning(&self.db).await?;
        Ok(())
    }
}

fn key_from_row(row: signing_keys::Model) -> Result<StoredKey, DbErr> {
    let public_key = serde_json::from_str(&row.public_jwk).map_err(|error| DbErr::Json(error.to_string()))?;
    // A row without an end was not written by this version; it verifies until somebody deletes it.
    let expires_at = row.expires_at.as_deref().map_or(Ok(DateTime::<Utc>::MAX_UTC), time_from_text)?;
    Ok(StoredKey {
        id: row.id,
        private_pem: row.private_pem,
        public_key,
        created_at: time_from_text(&row.created_at)?,
        expires_at,
    })
}

fn time_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn time_from_text(text: &str) -> Result<DateTime<Utc>, DbErr> {
    let parsed = DateTime::parse_from_rfc3339(text);
    parsed.map(|time| time.to_utc()).map_err(|error| DbErr::Type(format!("`{text}` is no time: {error}")))
}

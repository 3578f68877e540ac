//! The tokens that people make for programs of their own.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "personal_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub id: String,
    #[sea_orm(column_type = "Text")]
    pub user_entity_ref: String,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// SHA-256 of the whole token, in hexadecimal digits.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    pub is_read_only: bool,
    /// Whether a guest made it.
    pub is_guest: bool,
    /// Milliseconds since 1970.
    pub created_at_ms: i64,
    /// Milliseconds since 1970.
    pub expires_at_ms: i64,
    /// Milliseconds since 1970.
    pub last_used_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

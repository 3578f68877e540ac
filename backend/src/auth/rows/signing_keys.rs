//! The key pairs that sign tokens.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// PKCS#8.
    #[sea_orm(column_type = "Text")]
    pub private_pem: String,
    /// JSON.
    #[sea_orm(column_type = "Text")]
    pub public_jwk: String,
    /// RFC 3339, UTC.
    #[sea_orm(column_type = "Text")]
    pub created_at: String,
    /// RFC 3339, UTC.
    #[sea_orm(column_type = "Text", nullable)]
    pub expires_at: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

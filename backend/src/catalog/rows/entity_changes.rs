//! The order in which entities changed; read models follow it, and people are told what happened.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "entity_changes")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub entity_ref: String,
    /// When, in milliseconds since 1970; absent for changes from before this was kept.
    pub changed_at_ms: Option<i64>,
    /// What happened, as a word of `ChangeKind`.
    pub change: Option<String>,
    /// What an entity that went was called.
    #[sea_orm(column_type = "Text", nullable)]
    pub removed_title: Option<String>,
    /// The location that described an entity that went.
    #[sea_orm(column_type = "Text", nullable)]
    pub removed_source: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

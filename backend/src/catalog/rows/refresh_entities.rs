//! What a location says about an entity. The oldest row with a document is the one that counts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_entities")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub location_id: i64,
    pub entity_ref: String,
    /// The last good version, prepared but without relations, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub document: Option<String>,
    pub document_hash: Option<String>,
    /// Where the document starts in its file, counted from 1.
    pub line: i32,
    /// Why the newest version is not the one in `document`, as a JSON list of processing errors.
    #[sea_orm(column_type = "Text")]
    pub errors: String,
    /// The location no longer names the entity, and orphans are kept.
    pub is_orphan: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

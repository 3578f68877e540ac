//! A location that was registered through the API.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "locations")]
pub struct Model {
    /// New whenever the row changes, and never given twice: together with the number of rows it tells whether anything
    /// has changed.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// What clients know it by.
    pub id: String,
    /// Always `url`.
    #[sea_orm(column_name = "type")]
    pub location_type: String,
    /// An address.
    #[sea_orm(column_type = "Text")]
    pub target: String,
    /// The Location entity that stands for it, which keeps its name when the target changes.
    pub entity_ref: String,
    /// Milliseconds since 1970.
    pub created_at_ms: i64,
    /// The user, or the subject of the token.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

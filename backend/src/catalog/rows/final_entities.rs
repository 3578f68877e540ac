//! What readers see: one JSON document for each entity.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "final_entities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entity_ref: String,
    pub uid: String,
    #[sea_orm(column_type = "Text")]
    pub document: String,
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

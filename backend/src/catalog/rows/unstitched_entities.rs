//! Entities whose documents are out of date, in the middle of an import of many batches.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unstitched_entities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entity_ref: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

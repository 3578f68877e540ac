//! Which location leads to which: through an entity of kind Location, or through a glob.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_references")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub parent_id: i64,
    /// The Location entity that names the target; empty where `parent_id` is a glob.
    #[sea_orm(primary_key, auto_increment = false)]
    pub parent_ref: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub location_id: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

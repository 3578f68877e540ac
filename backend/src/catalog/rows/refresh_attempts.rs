//! When locations were read last. Kept apart from what was read, which seldom changes, so that writing it costs little.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub location_id: i64,
    /// Milliseconds since 1970.
    pub attempted_at_ms: i64,
    /// Milliseconds since 1970; absent where it never succeeded.
    pub succeeded_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

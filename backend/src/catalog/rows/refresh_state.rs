//! One row for each location that is read, and for each provider that hands over entities.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_state")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// `file`, `url`, or `provider`.
    pub location_type: String,
    /// A path, an address, or the name of the provider.
    #[sea_orm(column_type = "Text")]
    pub location_target: String,
    /// The registered location from which this one was reached first, as `type:target`.
    #[sea_orm(column_type = "Text", nullable)]
    pub origin: Option<String>,
    /// A missing target is no error.
    pub is_optional: bool,
    /// What was read last, together with the rules it was read by.
    #[sea_orm(column_type = "Text", nullable)]
    pub content_hash: Option<String>,
    /// The files that placeholders pulled in, as a JSON list.
    #[sea_orm(column_type = "Text")]
    pub depends_on: String,
    /// What is wrong with the location as a whole, as a JSON list of processing errors.
    #[sea_orm(column_type = "Text")]
    pub errors: String,
    /// Milliseconds since 1970, as of the last attempt that changed something.
    pub attempted_at_ms: Option<i64>,
    /// Milliseconds since 1970, as of the last success that changed something.
    pub succeeded_at_ms: Option<i64>,
    /// What lets the server of an address say that nothing changed, as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub validators: Option<String>,
    /// How often in a row an address could not be read.
    pub n_failures: i32,
    /// Milliseconds since 1970; before that the server does not want to be asked again.
    pub retry_at_ms: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! The layouts of the database, oldest first. A migration that has been released is never edited.

mod m20261122_000001_catalog;
mod m20261122_000002_signing_keys;
mod m20261122_000003_user_settings;
mod m20261122_000010_sources;
mod m20261122_000011_locations;
mod m20261122_000012_explain;
mod m20261125_000020_unstitched;
mod m20261126_000010_personal_tokens;
mod m20261126_000020_changes;

use sea_orm_migration::prelude::*;

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_catalog::Migration),
            Box::new(m20261122_000002_signing_keys::Migration),
            Box::new(m20261122_000003_user_settings::Migration),
            Box::new(m20261122_000010_sources::Migration),
            Box::new(m20261122_000011_locations::Migration),
            Box::new(m20261122_000012_explain::Migration),
            Box::new(m20261125_000020_unstitched::Migration),
            Box::new(m20261126_000010_personal_tokens::Migration),
            Box::new(m20261126_000020_changes::Migration),
        ]
    }
}

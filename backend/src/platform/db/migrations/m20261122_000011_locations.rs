//! The locations that were registered through the API.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, pk_auto, string, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut locations = Table::create();
        locations
            .table("locations")
            .col(pk_auto("seq").big_integer())
            .col(string("id"))
            .col(string("type"))
            .col(text("target"))
            .col(string("entity_ref"))
            .col(big_integer("created_at_ms"))
            .col(text("created_by"));
        manager.create_table(locations).await?;
        for (name, columns) in [
            ("locations_id", &["id"][..]),
            ("locations_target", &["type", "target"]),
            ("locations_entity_ref", &["entity_ref"]),
        ] {
            let mut index = Index::create();
            index.name(name).table("locations").unique();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

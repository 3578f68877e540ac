//! Entities whose documents are built at the end of an import of many batches.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::string;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let unstitched = Table::create().table("unstitched_entities").col(string("entity_ref").primary_key()).take();
        manager.create_table(unstitched).await
    }
}

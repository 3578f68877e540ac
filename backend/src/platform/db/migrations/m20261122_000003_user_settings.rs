//! The settings of people.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut settings = Table::create();
        settings
            .table("user_settings")
            .col(text("user_entity_ref"))
            .col(text("bucket"))
            .col(text("key"))
            .col(text("value"))
            .primary_key(Index::create().col("user_entity_ref").col("bucket").col("key"));
        manager.create_table(settings).await
    }
}

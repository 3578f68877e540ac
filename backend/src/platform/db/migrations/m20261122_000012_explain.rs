//! What explains the catalog: when each location was read last, and a way to find what is wrong without looking at all.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let attempts = Table::create()
            .table("refresh_attempts")
            .col(big_integer("location_id").primary_key())
            .col(big_integer("attempted_at_ms"))
            .col(big_integer_null("succeeded_at_ms"))
            .take();
        manager.create_table(attempts).await?;
        let failing = Index::create()
            .name("refresh_entities_failing")
            .table("refresh_entities")
            .col("location_id")
            .and_where(Expr::cust("errors <> '[]'"))
            .take();
        manager.create_index(failing).await
    }
}

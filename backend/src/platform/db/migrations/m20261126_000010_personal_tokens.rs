//! The tokens that people make for programs of their own. Only a hash of each secret is kept.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut tokens = Table::create();
        tokens
            .table("personal_tokens")
            .col(text("id").primary_key())
            .col(text("user_entity_ref"))
            .col(text("name"))
            .col(text("secret_hash"))
            .col(boolean("is_read_only"))
            .col(boolean("is_guest"))
            .col(big_integer("created_at_ms"))
            .col(big_integer("expires_at_ms"))
            .col(big_integer_null("last_used_at_ms"));
        manager.create_table(tokens).await?;
        let mut of_user = Index::create();
        of_user.name("personal_tokens_user").table("personal_tokens").col("user_entity_ref");
        manager.create_index(of_user).await
    }
}

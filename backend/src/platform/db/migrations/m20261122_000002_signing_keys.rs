//! What sign-in keeps: the keys that sign tokens, and what each user owned at the last sign-in.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut keys = Table::create();
        keys.table("signing_keys")
            .col(text("id").primary_key())
            .col(text("private_pem"))
            .col(text("public_jwk"))
            .col(text("created_at"))
            .col(text_null("expires_at"));
        manager.create_table(keys).await?;
        let mut users = Table::create();
        users
            .table("user_info")
            .col(text("user_entity_ref").primary_key())
            .col(text("ownership_refs"))
            .col(text("updated_at"));
        manager.create_table(users).await
    }
}

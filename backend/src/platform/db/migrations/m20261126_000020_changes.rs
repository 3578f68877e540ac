//! What happened to entities, and when. Changes from before have no time and are not told.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, string_null, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            big_integer_null("changed_at_ms"),
            string_null("change"),
            text_null("removed_title"),
            text_null("removed_source"),
        ];
        // SQLite adds one column in a statement.
        for column in columns {
            manager.alter_table(Table::alter().table("entity_changes").add_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

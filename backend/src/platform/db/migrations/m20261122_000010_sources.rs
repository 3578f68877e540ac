//! What is remembered of addresses between two reads.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, integer, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns =
            [text_null("validators"), integer("n_failures").default(0).to_owned(), big_integer_null("retry_at_ms")];
        // SQLite adds one column in a statement.
        for column in columns {
            manager.alter_table(Table::alter().table("refresh_state").add_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

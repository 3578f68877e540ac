//! The tables of the catalog. What each one holds: `docs/adr/0002-catalog-tables.md`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, integer, pk_auto, string, text, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            refresh_state(),
            refresh_references(),
            refresh_entities(),
            relations(),
            final_entities(),
            entity_changes(),
        ];
        for mut table in tables {
            manager.create_table(table.take()).await?;
        }
        for (table, name, columns, is_unique) in [
            ("refresh_state", "refresh_state_location", &["location_type", "location_target"][..], true),
            ("refresh_references", "refresh_references_location", &["location_id"], false),
            ("refresh_entities", "refresh_entities_claim", &["location_id", "entity_ref"], true),
            ("refresh_entities", "refresh_entities_ref", &["entity_ref"], false),
            ("relations", "relations_emitter", &["emitter_ref"], false),
            ("relations", "relations_source", &["source_ref"], false),
            ("final_entities", "final_entities_uid", &["uid"], true),
        ] {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            if is_unique {
                index.unique();
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}

fn refresh_state() -> TableCreateStatement {
    Table::create()
        .table("refresh_state")
        .col(pk_auto("id").big_integer())
        .col(string("location_type"))
        .col(text("location_target"))
        .col(text_null("origin"))
        .col(boolean("is_optional"))
        .col(text_null("content_hash"))
        .col(text("depends_on"))
        .col(text("errors"))
        .col(big_integer_null("attempted_at_ms"))
        .col(big_integer_null("succeeded_at_ms"))
        .take()
}

fn refresh_references() -> TableCreateStatement {
    Table::create()
        .table("refresh_references")
        .col(big_integer("parent_id"))
        .col(string("parent_ref"))
        .col(big_integer("location_id"))
        .primary_key(Index::create().col("parent_id").col("parent_ref").col("location_id"))
        .take()
}

fn refresh_entities() -> TableCreateStatement {
    Table::create()
        .table("refresh_entities")
        .col(pk_auto("id").big_integer())
        .col(big_integer("location_id"))
        .col(string("entity_ref"))
        .col(text_null("document"))
        .col(text_null("document_hash"))
        .col(integer("line"))
        .col(text("errors"))
        .col(boolean("is_orphan"))
        .take()
}

fn relations() -> TableCreateStatement {
    Table::create()
        .table("relations")
        .col(pk_auto("id").big_integer())
        .col(string("emitter_ref"))
        .col(string("source_ref"))
        .col(string("relation_type"))
        .col(string("target_ref"))
        .take()
}

fn final_entities() -> TableCreateStatement {
    Table::create()
        .table("final_entities")
        .col(string("entity_ref").primary_key())
        .col(string("uid"))
        .col(text("document"))
        .col(string("hash"))
        .take()
}

fn entity_changes() -> TableCreateStatement {
    Table::create().table("entity_changes").col(pk_auto("seq").big_integer()).col(string("entity_ref")).take()
}

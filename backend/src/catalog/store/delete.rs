//! Takes an entity out on request.

use std::collections::BTreeSet;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::apply::write_relations;
use super::stitch::Causes;
use super::{ApplySettings, Batch, CatalogStore, StoreError, stitch};
use crate::catalog::ingest::graph::LocationId;
use crate::catalog::rows::{final_entities, refresh_entities, refresh_state};
use crate::platform::db::dialect::{begin_catalog_write, rows_per_statement};

/// An entity that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The entity.
    pub entity_ref: String,
    /// The locations that named it, the one that counted first. Their content counts as never read, so the entity comes
    /// back when they are read again, also by a process that starts after this one was killed.
    pub locations: Vec<LocationId>,
}

impl CatalogStore {
    /// Takes out an entity and all that was said about it. `None` when no entity has this uid.
    ///
    /// # Errors
    /// When the database is away or holds something unreadable. Nothing is changed then.
    pub async fn entity_delete(&self, uid: &str, settings: &ApplySettings) -> Result<Option<Deleted>, StoreError> {
        let transaction = begin_catalog_write(self.connection()).await?;
        let found = final_entities::Entity::find()
            .select_only()
            .column(final_entities::Column::EntityRef)
            .filter(final_entities::Column::Uid.eq(uid))
            .into_tuple::<String>()
            .one(&transaction)
            .await?;
        let Some(entity_ref) = found else { return Ok(None) };
        let locations: Vec<LocationId> = refresh_entities::Entity::find()
            .select_only()
            .column(refresh_entities::Column::LocationId)
            .filter(refresh_entities::Column::EntityRef.eq(&entity_ref))
            .filter(refresh_entities::Column::IsOrphan.eq(false))
            .order_by_asc(refresh_entities::Column::Id)
            .into_tuple()
            .all(&transaction)
            .await?;
        refresh_entities::Entity::delete_many()
            .filter(refresh_entities::Column::EntityRef.eq(&entity_ref))
            .exec(&transaction)
            .await?;
        for chunk in locations.chunks(rows_per_statement(1)) {
            refresh_state::Entity::update_many()
                .col_expr(refresh_state::Column::ContentHash, Expr::value(None::<String>))
                .filter(refresh_state::Column::Id.is_in(chunk.iter().copied()))
                .exec(&transaction)
                .await?;
        }
        let deleted = BTreeSet::from([entity_ref.clone()]);
        let mut affected = write_relations(&transaction, &Batch::default(), &deleted).await?;
        affected.extend(deleted.iter().cloned());
        let causes = Causes::Known { contents: &deleted, errors: &BTreeSet::new() };
        stitch::write(&transaction, &affected, &causes, settings).await?;
        transaction.commit().await?;
        Ok(Some(Deleted { entity_ref, locations }))
    }
}

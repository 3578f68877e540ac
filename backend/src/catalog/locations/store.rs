//! The table of registered locations. It is the truth about which locations there are; the graph of ingestion follows it.
//!
//! Every change takes the same lock as a batch of ingestion, so that the numbers in `seq` become visible in their order and
//! [`LocationsMarker`] never misses a change.

use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Set,
};
use shared::filter::Filter;

use super::query::{LocationField, LocationFilter};
use crate::catalog::location::LocationRef;
use crate::catalog::rows::locations::{ActiveModel, Column, Entity, Model};
use crate::catalog::store::{CatalogStore, StoreError};
use crate::platform::db::dialect::begin_catalog_write;

/// A location that was registered through the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredLocation {
    /// What clients know it by.
    pub id: String,
    /// What is read.
    pub location: LocationRef,
    /// The Location entity that stands for it.
    pub entity_ref: String,
    /// Grows whenever it is changed, or is to be read again.
    pub revision: i64,
}

/// A location to register.
#[derive(Clone, Debug)]
pub struct NewLocation {
    /// Unique.
    pub id: String,
    /// What is to be read.
    pub location: LocationRef,
    /// Milliseconds since 1970.
    pub created_at_ms: i64,
    /// The user, or the subject of the token.
    pub created_by: String,
}

/// The outcome of registering a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is registered now.
    New(RegisteredLocation),
    /// It was registered before, and is as it was.
    Existing(RegisteredLocation),
}

/// The outcome of changing the target of a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Updated {
    /// It has the target now.
    Changed(RegisteredLocation),
    /// No location has this id.
    Unknown,
    /// Another location has the target.
    Taken,
}

/// Differs whenever the table has changed in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocationsMarker {
    n_rows: i64,
    last_seq: i64,
}

impl CatalogStore {
    /// Registers a location, unless there is one with the same type and target.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn location_create(&self, new: NewLocation) -> Result<Created, StoreError> {
        let transaction = begin_catalog_write(self.connection()).await?;
        if let Some(row) = find_at(&transaction, &new.location).await? {
            return Ok(Created::Existing(row.into()));
        }
        let entity_ref = free_entity_ref(&transaction, &new).await?;
        let row = ActiveModel {
            id: Set(new.id),
            location_type: Set(new.location.location_type),
            target: Set(new.location.target),
            entity_ref: Set(entity_ref),
            created_at_ms: Set(new.created_at_ms),
            created_by: Set(new.created_by),
            ..Default::default()
        };
        let row = row.insert(&transaction).await?;
        transaction.commit().await?;
        Ok(Created::New(row.into()))
    }

    /// Gives a location another target. Its id and its Location entity stay.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn location_update(&self, id: &str, location: &LocationRef) -> Result<Updated, StoreError> {
        let transaction = begin_catalog_write(self.connection()).await?;
        let Some(row) = find(&transaction, id).await? else { return Ok(Updated::Unknown) };
        match find_at(&transaction, location).await? {
            Some(other) if other.id != row.id => return Ok(Updated::Taken),
            // It is there already.
            Some(same) => return Ok(Updated::Changed(same.into())),
            None => {}
        }
        let row = renumber(&transaction, row, location.clone()).await?;
        transaction.commit().await?;
        Ok(Updated::Changed(row))
    }

    /// Gives a location a new revision, so that it is read again. `None` when no location has this id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn location_touch(&self, id: &str) -> Result<Option<RegisteredLocation>, StoreError> {
        let transaction = begin_catalog_write(self.connection()).await?;
        let Some(row) = find(&transaction, id).await? else { return Ok(None) };
        let location = LocationRef { location_type: row.location_type.clone(), target: row.target.clone() };
        let row = renumber(&transaction, row, location).await?;
        transaction.commit().await?;
        Ok(Some(row))
    }

    /// Takes a location out of the table. `None` when no location has this id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn location_delete(&self, id: &str) -> Result<Option<RegisteredLocation>, StoreError> {
        let transaction = begin_catalog_write(self.connection()).await?;
        let Some(row) = find(&transaction, id).await? else { return Ok(None) };
        Entity::delete_by_id(row.seq).exec(&transaction).await?;
        transaction.commit().await?;
        Ok(Some(row.into()))
    }

    /// One location by its id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn location_find(&self, id: &str) -> Result<Option<RegisteredLocation>, StoreError> {
        Ok(find(self.connection(), id).await?.map(Into::into))
    }

    /// One location by its type and target.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn location_find_at(&self, location: &LocationRef) -> Result<Option<RegisteredLocation>, StoreError> {
        Ok(find_at(self.connection(), location).await?.map(Into::into))
    }

    /// All locations in the order of their ids, and the marker of this state.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn locations_load(&self) -> Result<(Vec<RegisteredLocation>, LocationsMarker), StoreError> {
        let rows = Entity::find().order_by_asc(Column::Id).all(self.connection()).await?;
        let last_seq = rows.iter().map(|row| row.seq).max().unwrap_or(0);
        let marker = LocationsMarker { n_rows: i64::try_from(rows.len()).unwrap_or(i64::MAX), last_seq };
        Ok((rows.into_iter().map(Into::into).collect(), marker))
    }

    /// The marker of the present state. Cheap: for a look every second.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn locations_marker(&self) -> Result<LocationsMarker, StoreError> {
        let found: Option<(i64, Option<i64>)> = Entity::find()
            .select_only()
            .column_as(Column::Seq.count(), "n_rows")
            .column_as(Column::Seq.max(), "last_seq")
            .into_tuple()
            .one(self.connection())
            .await?;
        let (n_rows, last_seq) = found.unwrap_or_default();
        Ok(LocationsMarker { n_rows, last_seq: last_seq.unwrap_or(0) })
    }

    /// At most `limit` of the locations that meet a condition, by id, those after `after_id` where it is given; and how many
    /// meet it in all.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn locations_query(
        &self,
        filter: &LocationFilter,
        after_id: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<RegisteredLocation>, u64), StoreError> {
        let matching = Entity::find().filter(condition(filter.as_filter()));
        let n_total = matching.clone().count(self.connection()).await?;
        let mut page = matching.order_by_asc(Column::Id).limit(limit);
        if let Some(after_id) = after_id {
            page = page.filter(Column::Id.gt(after_id));
        }
        let rows = page.all(self.connection()).await?;
        Ok((rows.into_iter().map(Into::into).collect(), n_total))
    }
}

/// Puts a new row in the place of an old one, for its new number.
async fn renumber(
    db: &impl ConnectionTrait,
    row: Model,
    location: LocationRef,
) -> Result<RegisteredLocation, StoreError> {
    Entity::delete_by_id(row.seq).exec(db).await?;
    let row = ActiveModel {
        id: Set(row.id),
        location_type: Set(location.location_type),
        target: Set(location.target),
        entity_ref: Set(row.entity_ref),
        created_at_ms: Set(row.created_at_ms),
        created_by: Set(row.created_by),
        ..Default::default()
    };
    Ok(row.insert(db).await?.into())
}

async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::Id.eq(id)).one(db).await?)
}

async fn find_at(db: &impl ConnectionTrait, location: &LocationRef) -> Result<Option<Model>, StoreError> {
    let query = Entity::find()
        .filter(Column::LocationType.eq(&location.location_type))
        .filter(Column::Target.eq(&location.target));
    Ok(query.one(db).await?)
}

/// The usual reference of the Location entity, unless a location that had this target before has kept it.
async fn free_entity_ref(db: &impl ConnectionTrait, new: &NewLocation) -> Result<String, StoreError> {
    let usual = generated_ref(&new.location);
    let n_taken = Entity::find().filter(Column::EntityRef.eq(&usual)).count(db).await?;
    if n_taken == 0 {
        return Ok(usual);
    }
    let LocationRef { location_type, target } = &new.location;
    let own = LocationRef { location_type: location_type.clone(), target: format!("{target}#{}", new.id) };
    Ok(generated_ref(&own))
}

fn generated_ref(location: &LocationRef) -> String {
    format!("location:default/{}", location.generated_name())
}

/// The condition as SQL. Letters beyond ASCII are compared as the database does it.
fn condition(filter: &Filter) -> SimpleExpr {
    let constant = |holds: bool| Expr::val(1).eq(i32::from(holds));
    match filter {
        Filter::All(parts) => parts.iter().map(condition).reduce(ExprTrait::and).unwrap_or_else(|| constant(true)),
        Filter::Any(parts) => parts.iter().map(condition).reduce(ExprTrait::or).unwrap_or_else(|| constant(false)),
        Filter::Not(part) => condition(part).not(),
        // Every location has every field.
        Filter::HasKey(_) => constant(true),
        Filter::Equals { key, value } => match lower(key.as_str()) {
            Some(field) if is_storable(value) => field.eq(value.as_str()),
            _ => constant(false),
        },
        Filter::In { key, values } => match lower(key.as_str()) {
            Some(field) if !values.is_empty() => {
                field.is_in(values.iter().filter(|value| is_storable(value)).map(String::as_str))
            }
            _ => constant(false),
        },
        Filter::Prefix { key, prefix } => match lower(key.as_str()) {
            Some(field) if is_storable(prefix) => field.like(LikeExpr::new(starting_with(prefix)).escape('\\')),
            _ => constant(false),
        },
    }
}

fn lower(key: &str) -> Option<SimpleExpr> {
    let column = match LocationField::of_key(key)? {
        LocationField::Id => Column::Id,
        LocationField::Type => Column::LocationType,
        LocationField::Target => Column::Target,
        LocationField::EntityRef => Column::EntityRef,
    };
    Some(Func::lower(column.into_expr()).into())
}

/// PostgreSQL refuses a text with a zero byte, and no column holds one.
fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

fn starting_with(prefix: &str) -> String {
    let mut pattern = String::with_capacity(prefix.len() + 1);
    for char in prefix.chars() {
        if matches!(char, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}

impl From<Model> for RegisteredLocation {
    fn from(row: Model) -> Self {
        let location = LocationRef { location_type: row.location_type, target: row.target };
        Self { id: row.id, location, entity_ref: row.entity_ref, revision: row.seq }
    }
}

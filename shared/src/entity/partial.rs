//! What an answer holds of an entity when `fields` names parts of it. Exists in the OpenAPI document only.

use std::borrow::Cow;

use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Entity, EntityMetadata};

/// An [`Entity`] of which no part needs to be there.
#[derive(Clone, Copy, Debug)]
pub struct PartialEntity;

/// Its [`EntityMetadata`].
struct PartialEntityMetadata;

impl PartialSchema for PartialEntity {
    fn schema() -> RefOr<Schema> {
        let description = "An entity, or the parts of it that `fields` names. Without `fields` it is an `Entity`.";
        let mut schema = without_required(Entity::schema(), description);
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            let metadata = Ref::from_schema_name(PartialEntityMetadata::name());
            object.properties.insert("metadata".to_owned(), RefOr::Ref(metadata));
        }
        schema
    }
}

impl ToSchema for PartialEntity {
    fn name() -> Cow<'static, str> {
        "PartialEntity".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((PartialEntityMetadata::name().into_owned(), PartialEntityMetadata::schema()));
        Entity::schemas(schemas);
    }
}

impl PartialSchema for PartialEntityMetadata {
    fn schema() -> RefOr<Schema> {
        without_required(EntityMetadata::schema(), "The parts of an entity's metadata that `fields` names.")
    }
}

impl ToSchema for PartialEntityMetadata {
    fn name() -> Cow<'static, str> {
        "PartialEntityMetadata".into()
    }
}

fn without_required(mut schema: RefOr<Schema>, description: &str) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.required.clear();
        object.description = Some(description.to_owned());
    }
    schema
}

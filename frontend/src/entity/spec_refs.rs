//! References in the specification of an entity.

use serde_json::Value;
use shared::entity::{Entity, EntityRef};

/// A reference in `spec`, with what it leaves out filled in.
pub fn spec_ref(entity: &Entity, field: &str) -> Option<EntityRef> {
    let default_kind = if field == "owner" { "group" } else { field };
    let text = entity.spec.get(field).and_then(Value::as_str)?;
    EntityRef::parse(text, Some(default_kind), entity.namespace()).ok()
}

/// Who owns an entity: as it says itself, or as the catalog derives it.
pub fn owner(entity: &Entity) -> Option<EntityRef> {
    spec_ref(entity, "owner").or_else(|| entity.relation_targets("ownedBy").find_map(|target| target.parse().ok()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_take_kind_and_namespace_from_where_they_stand() {
        let entity: Entity = serde_json::from_value(json!({"apiVersion": "v", "kind": "Component",
            "metadata": {"name": "a", "namespace": "ops"}, "spec": {"system": "default/S"},
            "relations": [{"type": "ownedBy", "targetRef": "group:ops/team"}]}))
        .unwrap();
        assert_eq!(spec_ref(&entity, "system").unwrap().to_string(), "system:default/s");
        assert_eq!(spec_ref(&entity, "domain"), None);
        assert_eq!(owner(&entity).unwrap().to_string(), "group:ops/team");
    }
}

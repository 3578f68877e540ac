//! Who may do what. A decision about entities is a set of entities, so that it becomes part of the question.

use shared::filter::Filter;

use crate::auth::{AccessRestriction, Caller};

/// Something that can be allowed or denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The plugin that asks, such as `catalog`.
    pub plugin: &'static str,
    /// The name, such as `catalog.entity.read`.
    pub name: &'static str,
    /// `create`, `read`, `update`, `delete`, or nothing of these.
    pub action: Option<&'static str>,
}

/// Reading entities.
pub const CATALOG_ENTITY_READ: Permission =
    Permission { plugin: "catalog", name: "catalog.entity.read", action: Some("read") };

/// Having the locations of entities read again.
pub const CATALOG_ENTITY_REFRESH: Permission =
    Permission { plugin: "catalog", name: "catalog.entity.refresh", action: Some("update") };

/// Deleting entities.
pub const CATALOG_ENTITY_DELETE: Permission =
    Permission { plugin: "catalog", name: "catalog.entity.delete", action: Some("delete") };

/// Seeing which locations are registered.
pub const CATALOG_LOCATION_READ: Permission =
    Permission { plugin: "catalog", name: "catalog.location.read", action: Some("read") };

/// Registering locations, and giving them another target.
pub const CATALOG_LOCATION_CREATE: Permission =
    Permission { plugin: "catalog", name: "catalog.location.create", action: Some("create") };

/// Removing registered locations.
pub const CATALOG_LOCATION_DELETE: Permission =
    Permission { plugin: "catalog", name: "catalog.location.delete", action: Some("delete") };

/// Looking what a repository holds, before registering it.
pub const CATALOG_LOCATION_ANALYZE: Permission =
    Permission { plugin: "catalog", name: "catalog.location.analyze", action: None };

/// Checking an entity without storing it.
pub const CATALOG_ENTITY_VALIDATE: Permission =
    Permission { plugin: "catalog", name: "catalog.entity.validate", action: None };

/// The answer to a [`Permission`]. One that is not about entities is given for all or for none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// All of them.
    Allow,
    /// None of them.
    Deny,
    /// Those that meet a condition.
    Only(Filter),
}

/// Decides.
#[derive(Clone, Debug, Default)]
pub struct Permissions;

impl Permissions {
    /// What `caller` may do with entities.
    ///
    /// People may do everything while no policy is configured; a program may do what its token is good for.
    pub fn decide(&self, caller: &Caller, permission: Permission) -> Decision {
        match caller {
            Caller::User(_) | Caller::Anonymous => Decision::Allow,
            Caller::Service(service) => match &service.restrictions {
                None => Decision::Allow,
                Some(restrictions) if restrictions.iter().any(|restriction| covers(restriction, permission)) => {
                    Decision::Allow
                }
                Some(_) => Decision::Deny,
            },
        }
    }
}

fn covers(restriction: &AccessRestriction, permission: Permission) -> bool {
    let is_named =
        restriction.permissions.is_empty() || restriction.permissions.iter().any(|name| name == permission.name);
    let is_action = restriction.actions.is_empty()
        || permission.action.is_some_and(|action| restriction.actions.iter().any(|allowed| allowed == action));
    restriction.plugin == permission.plugin && is_named && is_action
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::auth::ServiceCaller;

    #[track_caller]
    fn check(permissions: &[&str], actions: &[&str], expected: &Decision) {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let restriction =
            AccessRestriction { plugin: "catalog".into(), permissions: owned(permissions), actions: owned(actions) };
        let caller = Caller::Service(Arc::new(ServiceCaller {
            subject: "ci".into(),
            restrictions: Some(Arc::from(vec![restriction])),
        }));
        assert_eq!(Permissions.decide(&caller, CATALOG_ENTITY_READ), *expected);
    }

    #[test]
    fn a_restricted_token_reads_only_where_it_is_good_for_reading() {
        check(&[], &[], &Decision::Allow);
        check(&["catalog.entity.read"], &[], &Decision::Allow);
        check(&["catalog.location.create"], &[], &Decision::Deny);
        check(&[], &["read"], &Decision::Allow);
        check(&[], &["delete"], &Decision::Deny);
    }

    #[test]
    fn refreshing_is_an_update_and_deleting_a_delete() {
        let caller = |action: &str| {
            let restriction =
                AccessRestriction { plugin: "catalog".into(), permissions: vec![], actions: vec![action.to_owned()] };
            Caller::Service(Arc::new(ServiceCaller {
                subject: "ci".into(),
                restrictions: Some(Arc::from(vec![restriction])),
            }))
        };
        for (permission, action, other) in
            [(CATALOG_ENTITY_REFRESH, "update", "delete"), (CATALOG_ENTITY_DELETE, "delete", "update")]
        {
            assert_eq!(Permissions.decide(&caller(action), permission), Decision::Allow, "{}", permission.name);
            assert_eq!(Permissions.decide(&caller(other), permission), Decision::Deny, "{}", permission.name);
        }
    }
}

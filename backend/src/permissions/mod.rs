//! Who may do what. A decision about entities is a set of entities, so that it becomes part of the question.

use shared::filter::Filter;

use crate::auth::{AccessRestriction, Caller};

/// Something that can be allowed or denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The name, such as `catalog.entity.read`.
    pub name: &'static str,
    /// `create`, `read`, `update`, `delete`, or nothing of these.
    pub action: Option<&'static str>,
}

/// Reading entities.
pub const CATALOG_ENTITY_READ: Permission = Permission { name: "catalog.entity.read", action: Some("read") };

/// Having the locations of entities read again.
pub const CATALOG_ENTITY_REFRESH: Permission = Permission { name: "catalog.entity.refresh", action: Some("update") };

/// Deleting entities.
pub const CATALOG_ENTITY_DELETE: Permission = Permission { name: "catalog.entity.delete", action: Some("delete") };

/// Seeing which locations are registered.
pub const CATALOG_LOCATION_READ: Permission = Permission { name: "catalog.location.read", action: Some("read") };

/// Registering locations, and giving them another target.
pub const CATALOG_LOCATION_CREATE: Permission = Permission { name: "catalog.location.create", action: Some("create") };

/// Removing registered locations.
pub const CATALOG_LOCATION_DELETE: Permission = Permission { name: "catalog.location.delete", action: Some("delete") };

/// Looking what a repository holds, before registering it.
pub const CATALOG_LOCATION_ANALYZE: Permission = Permission { name: "catalog.location.analyze", action: None };

/// Checking an entity without storing it.
pub const CATALOG_ENTITY_VALIDATE: Permission = Permission { name: "catalog.entity.validate", action: None };

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
    /// People may do everything while no policy is configured; a program may do what its token is good for. Of the
    /// restrictions of a token the caller only has those of the plugin that is called. They decide there about the permissions
    /// of every plugin: `search` asks for `catalog.entity.read`, and a token that is good for all of `search` may read.
    ///
    /// Source: contract `auth-permissions.md`, section 1, "External access", and section 3.
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
    is_named && is_action
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::auth::ServiceCaller;

    /// A program whose token is restricted to a plugin, as that plugin sees it.
    fn program(plugin: &str, permissions: &[&str], actions: &[&str]) -> Caller {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let restriction =
            AccessRestriction { plugin: plugin.to_owned(), permissions: owned(permissions), actions: owned(actions) };
        Caller::Service(Arc::new(ServiceCaller {
            subject: "ci".into(),
            restrictions: Some(Arc::from(vec![restriction])),
        }))
    }

    #[track_caller]
    fn check(permissions: &[&str], actions: &[&str], expected: &Decision) {
        for plugin in ["catalog", "search"] {
            let caller = program(plugin, permissions, actions);
            assert_eq!(Permissions.decide(&caller, CATALOG_ENTITY_READ), *expected, "in {plugin}");
        }
    }

    #[test]
    fn a_restricted_token_reads_only_where_it_is_good_for_reading() {
        check(&[], &[], &Decision::Allow);
        check(&["catalog.entity.read"], &[], &Decision::Allow);
        check(&["catalog.location.create"], &[], &Decision::Deny);
        check(&[], &["read"], &Decision::Allow);
        check(&[], &["delete"], &Decision::Deny);
        check(&["catalog.entity.read"], &["delete"], &Decision::Deny);
    }

    #[test]
    fn a_token_without_a_restriction_for_the_plugin_does_nothing_there() {
        let caller =
            Caller::Service(Arc::new(ServiceCaller { subject: "ci".into(), restrictions: Some(Arc::default()) }));
        assert_eq!(Permissions.decide(&caller, CATALOG_ENTITY_READ), Decision::Deny);
    }

    #[test]
    fn refreshing_is_an_update_and_deleting_a_delete() {
        for (permission, action, other) in
            [(CATALOG_ENTITY_REFRESH, "update", "delete"), (CATALOG_ENTITY_DELETE, "delete", "update")]
        {
            let decide = |action: &str| Permissions.decide(&program("catalog", &[], &[action]), permission);
            assert_eq!(decide(action), Decision::Allow, "{}", permission.name);
            assert_eq!(decide(other), Decision::Deny, "{}", permission.name);
        }
    }
}

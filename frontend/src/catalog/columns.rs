//! The columns of the table, fit for each kind.

/// A column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Column {
    /// What the entity is called, and what it is for.
    #[default]
    Name,
    /// The kind, where kinds are mixed.
    Kind,
    /// Who owns it.
    Owner,
    /// The system it is part of.
    System,
    /// The domain it is part of.
    Domain,
    /// `spec.type`
    Type,
    /// `spec.lifecycle`
    Lifecycle,
    /// The group above a group.
    Parent,
    /// The groups of a person.
    Teams,
    /// Where mail goes.
    Email,
    /// What a location points to.
    Target,
}

impl Column {
    /// The word in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Kind => "kind",
            Self::Owner => "owner",
            Self::System => "system",
            Self::Domain => "domain",
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Parent => "parent",
            Self::Teams => "teams",
            Self::Email => "email",
            Self::Target => "target",
        }
    }

    /// The heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Kind => "Kind",
            Self::Owner => "Owner",
            Self::System => "System",
            Self::Domain => "Domain",
            Self::Type => "Type",
            Self::Lifecycle => "Lifecycle",
            Self::Parent => "Parent",
            Self::Teams => "Teams",
            Self::Email => "Email",
            Self::Target => "Target",
        }
    }

    /// The field that orders the rows of a kind. People are found by what they are called.
    pub fn sort_field(self, kind: &str) -> &'static str {
        match self {
            Self::Name if kind == "user" => "spec.profile.displayName",
            Self::Name => "metadata.name",
            Self::Kind => "kind",
            Self::Owner => "spec.owner",
            Self::System => "spec.system",
            Self::Domain if kind == "domain" => "spec.subdomainOf",
            Self::Domain => "spec.domain",
            Self::Type => "spec.type",
            Self::Lifecycle => "spec.lifecycle",
            Self::Parent => "spec.parent",
            Self::Teams => "spec.memberOf",
            Self::Email => "spec.profile.email",
            Self::Target => "spec.target",
        }
    }

    /// Whether a header button sorts by it. A field with many values would list an entity once for each.
    pub fn is_sortable(self) -> bool {
        self != Self::Teams
    }

    /// Whether narrow tables leave it out first.
    pub fn is_wide_only(self) -> bool {
        matches!(self, Self::System | Self::Domain | Self::Parent)
    }

    /// Whether the list on phones leaves it out.
    pub fn is_left_out_on_phones(self) -> bool {
        matches!(self, Self::Owner | Self::System | Self::Domain | Self::Parent | Self::Teams)
    }
}

/// The columns of a kind, in order. The first one is the name.
pub fn columns_of(kind: &str) -> &'static [Column] {
    use Column::{Domain, Email, Kind, Lifecycle, Name, Owner, Parent, System, Target, Teams, Type};
    match kind {
        "component" | "api" => &[Name, Owner, System, Type, Lifecycle],
        "resource" => &[Name, Owner, System, Type],
        "system" => &[Name, Owner, Domain, Type],
        "domain" => &[Name, Owner, Domain, Type],
        "group" => &[Name, Parent, Type, Email],
        "user" => &[Name, Teams, Email],
        "location" => &[Name, Target, Type],
        super::view::ALL_KINDS => &[Name, Kind, Owner, Type, Lifecycle],
        _ => &[Name, Owner, Type, Lifecycle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_starts_with_the_name_and_repeats_nothing() {
        for kind in ["component", "api", "resource", "system", "domain", "group", "user", "location", "all", "other"] {
            let columns = columns_of(kind);
            assert_eq!(columns[0], Column::Name, "{kind}");
            let n_distinct = columns.iter().collect::<std::collections::HashSet<_>>().len();
            assert_eq!(n_distinct, columns.len(), "{kind}");
        }
    }
}

//! The columns of the table: which each kind has, where they come from, and which are shown.

use super::view::ALL_KINDS;

/// A column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// What it is called by people, where that is not its name.
    Title,
    /// What it is for, in a column of its own.
    Description,
    /// `metadata.tags`
    Tags,
    /// `metadata.namespace`
    Namespace,
    /// Addresses that belong to it.
    Links,
    /// Whether something is wrong with it.
    Status,
    /// The full reference.
    Reference,
}

impl Column {
    /// All of them.
    const ALL: [Self; 18] = [
        Self::Name,
        Self::Kind,
        Self::Owner,
        Self::System,
        Self::Domain,
        Self::Type,
        Self::Lifecycle,
        Self::Parent,
        Self::Teams,
        Self::Email,
        Self::Target,
        Self::Title,
        Self::Description,
        Self::Tags,
        Self::Namespace,
        Self::Links,
        Self::Status,
        Self::Reference,
    ];

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
            Self::Title => "title",
            Self::Description => "description",
            Self::Tags => "tags",
            Self::Namespace => "namespace",
            Self::Links => "links",
            Self::Status => "status",
            Self::Reference => "reference",
        }
    }

    /// Reads the word of an address.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.key() == key)
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
            Self::Title => "Title",
            Self::Description => "Description",
            Self::Tags => "Tags",
            Self::Namespace => "Namespace",
            Self::Links => "Links",
            Self::Status => "Status",
            Self::Reference => "Reference",
        }
    }

    /// The field that orders the rows of a kind. People are found by what they are called.
    pub fn sort_field(self, kind: &str) -> &'static str {
        match self {
            Self::Name if kind == "user" => "spec.profile.displayName",
            Self::Name | Self::Reference => "metadata.name",
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
            Self::Title => "metadata.title",
            Self::Description => "metadata.description",
            Self::Tags => "metadata.tags",
            Self::Namespace => "metadata.namespace",
            Self::Links => "metadata.links.url",
            Self::Status => "status.items.level",
        }
    }

    /// The field of a table for spreadsheets. References are full there: other programs read it.
    pub fn csv_field(self, kind: &str) -> &'static str {
        match self {
            Self::Name => "metadata.name",
            Self::Owner => "relations.ownedBy",
            Self::Parent => "relations.childOf",
            Self::Teams => "relations.memberOf",
            Self::Status => "status.items.message",
            Self::Reference => "entityRef",
            Self::Target if kind == "location" => "spec.target",
            column => column.sort_field(kind),
        }
    }

    /// Fields that the cells need beyond those that every row has.
    pub fn extra_fields(self) -> &'static [&'static str] {
        match self {
            Self::Tags => &["metadata.tags"],
            Self::Links => &["metadata.links"],
            _ => &[],
        }
    }

    /// Whether a header button sorts by it. Of a field with many values only the first would count, and long texts have no
    /// order on the server.
    pub fn is_sortable(self) -> bool {
        !matches!(self, Self::Teams | Self::Tags | Self::Links | Self::Description | Self::Reference)
    }

    /// How wide it is, in rem; the name takes what is left.
    pub fn width_rem(self) -> f64 {
        match self {
            Self::Name => 16.0,
            Self::Lifecycle | Self::Kind | Self::Namespace => 8.5,
            Self::Owner | Self::System | Self::Domain | Self::Type | Self::Parent => 10.0,
            Self::Status => 9.0,
            Self::Links => 11.0,
            Self::Title | Self::Tags => 14.0,
            Self::Teams | Self::Email => 17.0,
            Self::Reference => 19.0,
            Self::Description | Self::Target => 24.0,
        }
    }

    /// The same where the table has little room. The name, which is what people look for, keeps the most of it.
    pub fn narrow_width_rem(self) -> f64 {
        match self {
            Self::Name => 10.0,
            Self::Lifecycle | Self::Kind | Self::Type => 7.5,
            Self::Teams | Self::Email => 14.0,
            Self::Target => 18.0,
            column => column.width_rem(),
        }
    }

    /// Whether narrow tables leave it out first, unless it was chosen.
    pub fn is_wide_only(self) -> bool {
        matches!(self, Self::System | Self::Domain | Self::Parent)
    }

    /// Whether the list on phones leaves it out.
    pub fn is_left_out_on_phones(self) -> bool {
        !matches!(
            self,
            Self::Name | Self::Kind | Self::Type | Self::Lifecycle | Self::Email | Self::Target | Self::Status
        )
    }
}

/// The columns that a kind shows when nothing else was chosen, in order. The first one is the name.
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
        ALL_KINDS => &[Name, Kind, Owner, Type, Lifecycle],
        _ => &[Name, Owner, Type, Lifecycle],
    }
}

/// All columns that make sense for a kind: first those that it shows by itself.
pub fn available_columns(kind: &str) -> Vec<Column> {
    use Column::{Description, Links, Namespace, Reference, Status, System, Tags, Title};
    let mut columns = columns_of(kind).to_vec();
    if kind == ALL_KINDS {
        columns.push(System);
    }
    columns.extend([Title, Description, Tags, Namespace, Links, Status, Reference]);
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [&str; 10] =
        ["component", "api", "resource", "system", "domain", "group", "user", "location", "all", "other"];

    #[test]
    fn every_kind_starts_with_the_name_and_repeats_nothing() {
        for kind in KINDS {
            let columns = available_columns(kind);
            assert_eq!(columns[0], Column::Name, "{kind}");
            assert!(columns_of(kind).iter().all(|column| columns.contains(column)), "{kind}");
            let n_distinct = columns.iter().collect::<std::collections::HashSet<_>>().len();
            assert_eq!(n_distinct, columns.len(), "{kind}");
        }
    }

    #[test]
    fn no_column_is_wider_where_there_is_less_room() {
        for column in Column::ALL {
            assert!(column.narrow_width_rem() <= column.width_rem(), "{column:?}");
        }
    }

    #[test]
    fn every_column_has_a_word_of_its_own() {
        for column in Column::ALL {
            assert_eq!(Column::parse(column.key()), Some(column));
        }
        assert_eq!(Column::parse("colour"), None);
    }
}

//! What the catalog shows, as the address says it.
//!
//! `?kind=api&lifecycle=production,deprecated&owner=booking&q=rate&sort=-type`: a comma is "or", `-` is descending,
//! defaults are left out, keys are sorted, and keys that nobody here knows are kept.

use shared::entity::{DEFAULT_NAMESPACE, EntityRef};

use super::columns::{Column, columns_of};
use crate::paths;
use crate::ui::words;

/// The kind that is shown where the address names none.
pub const DEFAULT_KIND: &str = "component";
/// Shows all kinds together.
pub const ALL_KINDS: &str = "all";

/// Fields that a text is looked for in.
const TEXT_FIELDS: &str = "metadata.name,metadata.title,metadata.description,metadata.tags,spec.profile.displayName";
/// Fields that the rows of the table need. API definitions and relations are not among them.
const ROW_FIELDS: &str = "apiVersion,kind,metadata.name,metadata.namespace,metadata.title,metadata.description,\
    spec.type,spec.lifecycle,spec.owner,spec.system,spec.domain,spec.subdomainOf,spec.parent,spec.memberOf,\
    spec.profile,spec.target,spec.targets";

/// The page that shows the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The catalog, with any kind.
    #[default]
    Catalog,
    /// The page of APIs, which stays with its kind.
    Apis,
}

impl Place {
    /// The path of the page.
    pub fn path(self) -> &'static str {
        match self {
            Self::Catalog => paths::patterns::CATALOG,
            Self::Apis => paths::patterns::APIS,
        }
    }

    /// The kind where the address names none.
    pub fn default_kind(self) -> &'static str {
        match self {
            Self::Catalog => DEFAULT_KIND,
            Self::Apis => "api",
        }
    }

    /// Whether the page can show other kinds.
    pub fn has_kinds(self) -> bool {
        self == Self::Catalog
    }
}

/// A group of values to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// `spec.type`
    Type,
    /// `spec.lifecycle`
    Lifecycle,
    /// Who owns it.
    Owner,
    /// The groups of a person.
    Team,
    /// `metadata.tags`
    Tag,
}

impl Facet {
    /// All facets, in the order of the rail.
    pub const ALL: [Self; 5] = [Self::Type, Self::Lifecycle, Self::Owner, Self::Team, Self::Tag];

    /// The key in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Owner => "owner",
            Self::Team => "team",
            Self::Tag => "tag",
        }
    }

    /// The heading in the rail and on the chip.
    pub fn label(self) -> &'static str {
        match self {
            Self::Type => "Type",
            Self::Lifecycle => "Lifecycle",
            Self::Owner => "Owner",
            Self::Team => "Team",
            Self::Tag => "Tags",
        }
    }

    /// The key in filters and facets of the API.
    pub fn field(self) -> &'static str {
        match self {
            Self::Type => "spec.type",
            Self::Lifecycle => "spec.lifecycle",
            Self::Owner => "relations.ownedBy",
            Self::Team => "relations.memberOf",
            Self::Tag => "metadata.tags",
        }
    }

    /// The value in filters of the API: owners are written short in the address and in full to the server.
    pub fn api_value(self, value: &str) -> String {
        match self {
            Self::Owner | Self::Team => EntityRef::parse(value, Some("group"), DEFAULT_NAMESPACE)
                .map_or_else(|_| value.to_owned(), |owner| owner.to_string()),
            Self::Type | Self::Lifecycle | Self::Tag => value.to_owned(),
        }
    }

    /// A value as words for people. Names are exact, so owners and tags stay as they are.
    pub fn words(self, value: &str) -> String {
        match self {
            Self::Type | Self::Lifecycle => words::label(value),
            Self::Owner | Self::Team | Self::Tag => value.to_owned(),
        }
    }

    /// The value in the address for one that the API counted.
    pub fn address_value(self, value: &str) -> String {
        match self {
            Self::Owner | Self::Team => value
                .strip_prefix("group:")
                .map(|owner| owner.strip_prefix("default/").unwrap_or(owner))
                .unwrap_or(value)
                .to_owned(),
            Self::Type | Self::Lifecycle | Self::Tag => value.to_owned(),
        }
    }
}

/// The order of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// What is compared.
    pub column: Column,
    /// Whether the largest comes first.
    pub is_descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { column: Column::Name, is_descending: false }
    }
}

/// What the catalog shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogView {
    /// The page that shows it.
    pub place: Place,
    /// In lower case; [`ALL_KINDS`] for all.
    pub kind: String,
    /// The chosen values of each facet that has any, in the order they were chosen.
    pub chosen: Vec<(Facet, Vec<String>)>,
    /// The text to look for.
    pub text: String,
    /// The order of the rows.
    pub sort: Sort,
    /// Pairs that belong to nobody here; they stay in the address.
    others: Vec<(String, String)>,
    /// What could not be understood, for people.
    pub problems: Vec<String>,
}

impl CatalogView {
    /// Reads the query of an address of the catalog, with or without its `?`.
    pub fn parse(query: &str) -> Self {
        Self::parse_at(Place::Catalog, query)
    }

    /// Reads the query of an address of a page, with or without its `?`.
    pub fn parse_at(place: Place, query: &str) -> Self {
        let mut view = Self { place, kind: place.default_kind().to_owned(), ..Self::default() };
        let mut sort = None;
        for (key, value) in paths::query_pairs(query) {
            if let Some(facet) = Facet::ALL.into_iter().find(|facet| facet.key() == key) {
                view.read_facet(facet, &value);
                continue;
            }
            match key.as_str() {
                "kind" if !value.is_empty() && place.has_kinds() => view.kind = value.to_lowercase(),
                "kind" => {}
                "q" => view.text = value,
                "sort" => sort = Some(value),
                _ => view.others.push((key, value)),
            }
        }
        if let Some(sort) = sort {
            view.read_sort(&sort);
        }
        view
    }

    fn read_facet(&mut self, facet: Facet, values: &str) {
        for value in values.split(',').map(str::trim).filter(|value| !value.is_empty()) {
            if value.starts_with('!') {
                let label = facet.label();
                self.problems
                    .push(format!("{label} “{value}” is ignored: leaving values out is not possible here yet."));
            } else if !self.is_chosen(facet, value) {
                self.toggle(facet, value);
            }
        }
    }

    fn read_sort(&mut self, text: &str) {
        let (name, is_descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        match columns_of(&self.kind).iter().find(|column| column.key() == name) {
            Some(&column) => self.sort = Sort { column, is_descending },
            None => self.problems.push(format!("The order “{text}” is ignored: this table has no such column.")),
        }
    }

    /// The query of the address, without `?`.
    pub fn query(&self) -> String {
        let mut pairs = self.others.clone();
        if self.kind != self.place.default_kind() {
            pairs.push(("kind".to_owned(), self.kind.clone()));
        }
        for (facet, values) in &self.chosen {
            pairs.push((facet.key().to_owned(), values.join(",")));
        }
        if !self.text.is_empty() {
            pairs.push(("q".to_owned(), self.text.clone()));
        }
        if self.sort != Sort::default() {
            let sign = if self.sort.is_descending { "-" } else { "" };
            pairs.push(("sort".to_owned(), format!("{sign}{}", self.sort.column.key())));
        }
        // Stable, so that repeated keys of others keep their order.
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        paths::query_text(&pairs)
    }

    /// The address of this view.
    pub fn address(&self) -> String {
        paths::with_query(self.place.path(), &self.query())
    }

    /// The chosen values of a facet.
    pub fn values(&self, facet: Facet) -> &[String] {
        self.chosen.iter().find(|(chosen, _)| *chosen == facet).map_or(&[], |(_, values)| values)
    }

    /// Whether a value is chosen; case does not matter to the catalog.
    pub fn is_chosen(&self, facet: Facet, value: &str) -> bool {
        self.values(facet).iter().any(|chosen| chosen.eq_ignore_ascii_case(value))
    }

    /// Chooses a value, or no longer.
    pub fn toggle(&mut self, facet: Facet, value: &str) {
        if self.is_chosen(facet, value) {
            for (_, values) in self.chosen.iter_mut().filter(|(chosen, _)| *chosen == facet) {
                values.retain(|chosen| !chosen.eq_ignore_ascii_case(value));
            }
            self.chosen.retain(|(_, values)| !values.is_empty());
        } else if let Some((_, values)) = self.chosen.iter_mut().find(|(chosen, _)| *chosen == facet) {
            values.push(value.to_owned());
        } else {
            self.chosen.push((facet, vec![value.to_owned()]));
            self.chosen.sort_by_key(|(facet, _)| *facet);
        }
    }

    /// Leaves a facet without a choice.
    pub fn clear_facet(&mut self, facet: Facet) {
        self.chosen.retain(|(chosen, _)| *chosen != facet);
    }

    /// Whether anything narrows the kind.
    pub fn is_filtered(&self) -> bool {
        !self.chosen.is_empty() || !self.text.trim().is_empty()
    }

    /// The same view with another text.
    pub fn with_text(&self, text: &str) -> Self {
        Self { text: text.to_owned(), ..self.clone() }
    }

    /// The same kind without any filter.
    pub fn without_filters(&self) -> Self {
        Self { chosen: Vec::new(), text: String::new(), ..self.clone() }
    }

    /// Another kind: the text stays, choices and order belong to the old kind and go.
    pub fn with_kind(&self, kind: &str) -> Self {
        Self { kind: kind.to_lowercase(), text: self.text.clone(), others: self.others.clone(), ..Self::default() }
    }

    /// Sorts by a column; a second time the other way round.
    pub fn sort_by(&mut self, column: Column) {
        let is_descending = self.sort.column == column && !self.sort.is_descending;
        self.sort = Sort { column, is_descending };
    }

    /// The `filter` parameter of the API, leaving one facet out; `None` when nothing is filtered.
    ///
    /// Conditions on the same key are alternatives, different keys must all hold.
    pub fn filter(&self, without: Option<Facet>) -> Option<String> {
        let mut conditions = Vec::new();
        if self.kind != ALL_KINDS {
            conditions.push(format!("kind={}", self.kind));
        }
        for (facet, values) in self.chosen.iter().filter(|(facet, _)| Some(*facet) != without) {
            conditions.extend(values.iter().map(|value| format!("{}={}", facet.field(), facet.api_value(value))));
        }
        (!conditions.is_empty()).then(|| conditions.join(","))
    }

    /// The parameters that say which rows there are and in which order, without the part of the list.
    pub fn list_query(&self) -> Vec<(String, String)> {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        pairs.extend(self.filter(None).map(|filter| ("filter", filter)));
        let direction = if self.sort.is_descending { "desc" } else { "asc" };
        let field = self.sort.column.sort_field(&self.kind);
        pairs.push(("orderField", format!("{field},{direction}")));
        if field != "metadata.name" {
            // Without it, rows that lack the field would not be listed.
            pairs.push(("orderMissing", "last".to_owned()));
        }
        let text = self.text.trim();
        if !text.is_empty() {
            pairs.push(("fullTextFilterTerm", text.to_owned()));
            pairs.push(("fullTextFilterFields", TEXT_FIELDS.to_owned()));
        }
        pairs.push(("fields", ROW_FIELDS.to_owned()));
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: &str) {
        let view = CatalogView::parse(query);
        assert_eq!(view.query(), expected, "{query}");
        assert_eq!(CatalogView::parse(&view.query()).query(), expected, "{query}: not stable");
    }

    #[test]
    fn equal_views_have_equal_addresses() {
        check("", "");
        check("?kind=Component&sort=name&q=", "");
        check("type=service&lifecycle=production,deprecated", "lifecycle=production,deprecated&type=service");
        check("owner=a&owner=b,a", "owner=a,b");
        check("sort=-lifecycle&kind=API", "kind=api&sort=-lifecycle");
        check("q=rate+limit", "q=rate%20limit");
    }

    #[test]
    fn the_page_of_apis_keeps_its_kind_and_its_path() {
        let view = CatalogView::parse_at(Place::Apis, "kind=component&type=openapi");
        assert_eq!((view.kind.as_str(), view.address().as_str()), ("api", "/apis?type=openapi"));
        assert_eq!(view.without_filters().address(), "/apis");
        assert_eq!(view.with_kind("component").address(), "/catalog");
    }

    #[test]
    fn keys_of_others_are_kept() {
        check("utm=x&kind=api&cols=a&cols=b", "cols=a&cols=b&kind=api&utm=x");
    }

    #[test]
    fn what_is_not_understood_is_said_and_ignored() {
        let view = CatalogView::parse("lifecycle=!deprecated,production&sort=colour");
        assert_eq!(view.values(Facet::Lifecycle), ["production"]);
        assert_eq!(view.sort, Sort::default());
        assert_eq!(view.problems.len(), 2);
    }

    #[test]
    fn choosing_twice_is_not_choosing() {
        let mut view = CatalogView::parse("");
        view.toggle(Facet::Tag, "java");
        view.toggle(Facet::Type, "service");
        view.toggle(Facet::Tag, "rust");
        assert_eq!(view.query(), "tag=java,rust&type=service");
        view.toggle(Facet::Tag, "Java");
        view.toggle(Facet::Type, "service");
        assert_eq!(view.query(), "tag=rust");
    }

    #[test]
    fn a_filter_joins_values_and_leaves_out_the_facet_itself() {
        let view = CatalogView::parse("owner=booking,user:ops/kim&type=service,website");
        let owners = "relations.ownedBy=group:default/booking,relations.ownedBy=user:ops/kim";
        assert_eq!(view.filter(Some(Facet::Type)).unwrap(), format!("kind=component,{owners}"));
        assert_eq!(view.filter(Some(Facet::Owner)).unwrap(), "kind=component,spec.type=service,spec.type=website");
        assert_eq!(CatalogView::parse("kind=all").filter(None), None);
    }

    #[test]
    fn owners_are_short_in_the_address() {
        for owner in ["group:default/booking", "group:ops/run", "user:default/kim"] {
            assert_eq!(Facet::Owner.api_value(&Facet::Owner.address_value(owner)), owner);
        }
        assert_eq!(Facet::Owner.address_value("group:default/booking"), "booking");
    }

    #[test]
    fn every_order_but_the_one_by_name_keeps_rows_without_the_field() {
        let has_order_missing = |query: &str| {
            CatalogView::parse(query).list_query().iter().any(|(key, value)| key == "orderMissing" && value == "last")
        };
        assert!(!has_order_missing(""));
        assert!(has_order_missing("sort=-owner"));
        assert!(has_order_missing("kind=user"));
    }

    #[test]
    fn another_kind_keeps_the_text_only() {
        let view = CatalogView::parse("type=service&q=rate&sort=-type&utm=x").with_kind("API");
        assert_eq!(view.query(), "kind=api&q=rate&utm=x");
    }
}

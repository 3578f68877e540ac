//! What the catalog shows, as the address says it.
//!
//! `?kind=api&lifecycle=!deprecated&owner=booking,rates&q=rate&show=owned&sort=-type&cols=owner,tags`: a comma is "or",
//! repeated keys are "and", `!` is "not", `-` is descending. Defaults are left out, keys are sorted, and keys that nobody
//! here knows are kept.

use serde_json::{Value, json};
use shared::api::catalog::{EntitiesQuery, EntitiesQueryText, OrderMissing};
use shared::entity::EntityRef;
use shared::filter::{OrderField, SortOrder};

use super::columns::{Column, available_columns, columns_of};
pub use super::facet::Facet;
use super::facet::{self, Status};
use crate::paths;
use crate::ui::order::Order as _;

/// The kind that is shown where the address names none.
pub const DEFAULT_KIND: &str = "component";
/// Shows all kinds together.
pub const ALL_KINDS: &str = "all";

/// Fields that a text is looked for in.
const TEXT_FIELDS: [&str; 5] =
    ["metadata.name", "metadata.title", "metadata.description", "metadata.tags", "spec.profile.displayName"];
/// Fields that every row needs. API definitions and relations are not among them.
const ROW_FIELDS: [&str; 20] = [
    "apiVersion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "metadata.title",
    "metadata.description",
    "metadata.annotations.backstage.io/view-url",
    "metadata.annotations.backstage.io/edit-url",
    "metadata.annotations.backstage.io/orphan",
    "spec.type",
    "spec.lifecycle",
    "spec.owner",
    "spec.system",
    "spec.domain",
    "spec.subdomainOf",
    "spec.parent",
    "spec.memberOf",
    "spec.profile",
    "spec.target",
    "spec.targets",
];
/// Whether something is wrong is shown in the row, too.
const STATUS_FIELD: &str = "status";

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

/// Whose entities are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Everybody's.
    #[default]
    All,
    /// Those that this person or one of their groups owns.
    Owned,
    /// Those with a star of this person.
    Starred,
}

impl Show {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::All, Self::Owned, Self::Starred];

    fn value(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Owned => "owned",
            Self::Starred => "starred",
        }
    }
}

/// What "owned" and "starred" mean for the person who looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mine {
    /// The references whose entities this person owns: the person and their groups.
    pub owner_refs: Vec<String>,
    /// The entities with a star.
    pub starred: Vec<EntityRef>,
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

/// What is chosen of a facet: one of some values, and none of some others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The facet. A facet that is named twice must hold twice.
    pub facet: Facet,
    /// One of these, where there are any.
    pub included: Vec<String>,
    /// None of these.
    pub excluded: Vec<String>,
}

impl Chosen {
    fn new(facet: Facet) -> Self {
        Self { facet, included: Vec::new(), excluded: Vec::new() }
    }

    fn is_empty(&self) -> bool {
        self.included.is_empty() && self.excluded.is_empty()
    }

    fn predicates(&self) -> impl Iterator<Item = Value> {
        let included = (!self.included.is_empty()).then(|| self.facet.predicate(&self.included));
        let excluded = (!self.excluded.is_empty()).then(|| json!({"$not": self.facet.predicate(&self.excluded)}));
        included.into_iter().chain(excluded)
    }

    fn text(&self) -> String {
        let excluded = self.excluded.iter().map(|value| format!("!{value}"));
        self.included.iter().cloned().chain(excluded).collect::<Vec<_>>().join(",")
    }
}

/// Whether a value is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Entities with it are shown.
    Included,
    /// Entities with it are left out.
    Excluded,
}

/// What the catalog shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogView {
    /// The page that shows it.
    pub place: Place,
    /// In lower case; [`ALL_KINDS`] for all.
    pub kind: String,
    /// What is chosen, in the order of the facets.
    pub chosen: Vec<Chosen>,
    /// The text to look for.
    pub text: String,
    /// Whose entities.
    pub show: Show,
    /// Whether the address says that everybody's entities are wanted, although a saved view would open by itself.
    pub is_plain: bool,
    /// The order of the rows.
    pub sort: Sort,
    /// The columns after the name, where others than usual were chosen.
    pub columns: Option<Vec<Column>>,
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
        let (mut sort, mut columns) = (None, None);
        for (key, value) in paths::query_pairs(query) {
            if let Some(facet) = Facet::ALL.into_iter().find(|facet| facet.key() == key) {
                view.read_facet(facet, &value);
                continue;
            }
            match key.as_str() {
                "kind" if !value.is_empty() && place.has_kinds() => view.kind = value.to_lowercase(),
                "kind" => {}
                "q" => view.text = value,
                "show" => view.read_show(&value),
                "sort" => sort = Some(value),
                "cols" => columns = Some(value),
                _ => view.others.push((key, value)),
            }
        }
        // Stable: what is named twice keeps its order.
        view.chosen.order_by_key(|chosen| chosen.facet);
        if let Some(sort) = sort {
            view.read_sort(&sort);
        }
        if let Some(columns) = columns {
            view.read_columns(&columns);
        }
        view
    }

    fn read_facet(&mut self, facet: Facet, values: &str) {
        let mut chosen = Chosen::new(facet);
        for value in values.split(',').map(str::trim).filter(|value| !value.is_empty()) {
            let (list, value) = match value.strip_prefix('!') {
                Some(value) => (&mut chosen.excluded, value),
                None => (&mut chosen.included, value),
            };
            let label = facet.label();
            if value.is_empty() {
                self.problems.push(format!("{label} “!” is ignored: it names no value to leave out."));
            } else if facet == Facet::Status && Status::parse(value).is_none() {
                self.problems.push(format!("{label} “{value}” is ignored: it is problems, orphan or fine."));
            } else if !list.iter().any(|known| known.eq_ignore_ascii_case(value)) {
                list.push(value.to_owned());
            }
        }
        if !chosen.is_empty() && !self.chosen.contains(&chosen) {
            self.chosen.push(chosen);
        }
    }

    fn read_show(&mut self, value: &str) {
        match Show::ALL.into_iter().find(|show| show.value() == value) {
            Some(show) => {
                self.show = show;
                self.is_plain = show == Show::All;
            }
            None => self.problems.push(format!("“{value}” is ignored: what is shown is all, owned or starred.")),
        }
    }

    fn read_sort(&mut self, text: &str) {
        let (name, is_descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let column = Column::parse(name).filter(|column| available_columns(&self.kind).contains(column));
        match column {
            Some(column) if column.is_sortable() => self.sort = Sort { column, is_descending },
            Some(column) => {
                let label = column.label();
                self.problems.push(format!("The order “{text}” is ignored: {label} has no order."));
            }
            None => self.problems.push(format!("The order “{text}” is ignored: this table has no such column.")),
        }
    }

    fn read_columns(&mut self, text: &str) {
        let available = available_columns(&self.kind);
        let mut columns = Vec::new();
        for key in text.split(',').map(str::trim).filter(|key| !key.is_empty()) {
            match Column::parse(key).filter(|column| available.contains(column)) {
                // The name is always the first column.
                Some(Column::Name) => {}
                Some(column) if columns.contains(&column) => {}
                Some(column) => columns.push(column),
                None => self.problems.push(format!("The column “{key}” is ignored: this table has none of that name.")),
            }
        }
        self.set_columns(columns);
    }

    /// The query of the address, without `?`.
    pub fn query(&self) -> String {
        let mut pairs = self.others.clone();
        let mut push = |key: &str, value: String| pairs.push((key.to_owned(), value));
        if self.kind != self.place.default_kind() {
            push("kind", self.kind.clone());
        }
        for chosen in &self.chosen {
            push(chosen.facet.key(), chosen.text());
        }
        if !self.text.is_empty() {
            push("q", self.text.clone());
        }
        if self.show != Show::All || self.is_plain {
            push("show", self.show.value().to_owned());
        }
        if self.sort != Sort::default() {
            let sign = if self.sort.is_descending { "-" } else { "" };
            push("sort", format!("{sign}{}", self.sort.column.key()));
        }
        if let Some(columns) = &self.columns {
            push("cols", columns.iter().map(|column| column.key()).collect::<Vec<_>>().join(","));
        }
        // Stable, so that repeated keys keep their order.
        pairs.order_by(|one, other| one.0.cmp(&other.0));
        paths::query_text(&pairs)
    }

    /// The query that shows the same in the catalog, whichever page it is now on: saved views are kept and compared so.
    pub fn catalog_query(&self) -> String {
        Self { place: Place::Catalog, ..self.clone() }.query()
    }

    /// The query of the rows: other columns show the same ones.
    pub fn listing(&self) -> String {
        Self { columns: None, ..self.clone() }.address()
    }

    /// The address of this view.
    pub fn address(&self) -> String {
        paths::with_query(self.place.path(), &self.query())
    }

    /// Whether the address says nothing but a kind, so that a saved view may open instead.
    pub fn is_bare(&self) -> bool {
        let plain = Self { kind: self.kind.clone(), others: self.others.clone(), ..Self::default() };
        *self == plain
    }

    /// Whether a value is chosen; case does not matter to the catalog.
    pub fn mark(&self, facet: Facet, value: &str) -> Option<Mark> {
        let chosen = self.chosen.iter().find(|chosen| chosen.facet == facet)?;
        let has = |values: &[String]| values.iter().any(|known| known.eq_ignore_ascii_case(value));
        match (has(&chosen.included), has(&chosen.excluded)) {
            (true, _) => Some(Mark::Included),
            (false, true) => Some(Mark::Excluded),
            (false, false) => None,
        }
    }

    /// The values of a facet that can be seen in the rail whatever their count: all that are chosen.
    pub fn chosen_values(&self, facet: Facet) -> Vec<String> {
        let of_facet = self.chosen.iter().filter(|chosen| chosen.facet == facet);
        of_facet.flat_map(|chosen| chosen.included.iter().chain(&chosen.excluded)).cloned().collect()
    }

    /// Whether anything is chosen of a facet.
    pub fn has_choice(&self, facet: Facet) -> bool {
        self.chosen.iter().any(|chosen| chosen.facet == facet)
    }

    /// Chooses a value, or no longer.
    pub fn toggle(&mut self, facet: Facet, value: &str) {
        self.set_mark(facet, value, (self.mark(facet, value) != Some(Mark::Included)).then_some(Mark::Included));
    }

    /// Leaves a value out, or no longer.
    pub fn toggle_excluded(&mut self, facet: Facet, value: &str) {
        self.set_mark(facet, value, (self.mark(facet, value) != Some(Mark::Excluded)).then_some(Mark::Excluded));
    }

    fn set_mark(&mut self, facet: Facet, value: &str, mark: Option<Mark>) {
        let at = self.chosen.iter().position(|chosen| chosen.facet == facet).unwrap_or_else(|| {
            let at = self.chosen.partition_point(|chosen| chosen.facet < facet);
            self.chosen.insert(at, Chosen::new(facet));
            at
        });
        let chosen = &mut self.chosen[at];
        let is_other = |known: &String| !known.eq_ignore_ascii_case(value);
        chosen.included.retain(is_other);
        chosen.excluded.retain(is_other);
        match mark {
            Some(Mark::Included) => chosen.included.push(value.to_owned()),
            Some(Mark::Excluded) => chosen.excluded.push(value.to_owned()),
            None => {}
        }
        self.chosen.retain(|chosen| !chosen.is_empty());
    }

    /// The same view without what stands at a place of [`CatalogView::chosen`], or without one side of it.
    pub fn without_choice(&self, at: usize, mark: Mark) -> Self {
        let mut view = self.clone();
        if let Some(chosen) = view.chosen.get_mut(at) {
            match mark {
                Mark::Included => chosen.included.clear(),
                Mark::Excluded => chosen.excluded.clear(),
            }
        }
        view.chosen.retain(|chosen| !chosen.is_empty());
        view
    }

    /// Whether anything narrows what is shown of the kind.
    pub fn is_filtered(&self) -> bool {
        !self.chosen.is_empty() || !self.text.trim().is_empty()
    }

    /// The same view with another text.
    pub fn with_text(&self, text: &str) -> Self {
        Self { text: text.to_owned(), ..self.clone() }
    }

    /// The same filters over the entities of others.
    pub fn with_show(&self, show: Show) -> Self {
        Self { show, is_plain: false, ..self.clone() }
    }

    /// The same kind, order and columns without any filter.
    pub fn without_filters(&self) -> Self {
        Self { chosen: Vec::new(), text: String::new(), ..self.clone() }
    }

    /// The same view with an address that no saved view takes the place of.
    pub fn made_plain(&self) -> Self {
        Self { is_plain: self.show == Show::All, ..self.clone() }
    }

    /// Another kind: text and whose entities stay; choices, order and columns belong to the old kind and go.
    pub fn with_kind(&self, kind: &str) -> Self {
        Self {
            kind: kind.to_lowercase(),
            text: self.text.clone(),
            show: self.show,
            others: self.others.clone(),
            ..Self::default()
        }
    }

    /// Sorts by a column; a second time the other way round.
    pub fn sort_by(&mut self, column: Column) {
        let is_descending = self.sort.column == column && !self.sort.is_descending;
        self.sort = Sort { column, is_descending };
    }

    /// The columns to show, the name first.
    pub fn shown_columns(&self) -> Vec<Column> {
        match &self.columns {
            Some(columns) => [Column::Name].into_iter().chain(columns.iter().copied()).collect(),
            None => columns_of(&self.kind).to_vec(),
        }
    }

    /// Chooses the columns after the name. The usual ones are no choice.
    pub fn set_columns(&mut self, columns: Vec<Column>) {
        self.columns = (columns != columns_of(&self.kind)[1..]).then_some(columns);
    }

    /// The condition that the rows meet, leaving the first choice of a facet out; `None` for every entity.
    pub fn predicate(&self, mine: &Mine, without: Option<Facet>) -> Option<Value> {
        let mut conditions = Vec::new();
        if self.kind != ALL_KINDS {
            conditions.push(facet::field("kind", json!(self.kind)));
        }
        match self.show {
            Show::All => {}
            Show::Owned => conditions.push(self.owned(mine)),
            Show::Starred => conditions.push(facet::one_of(&mine.starred)),
        }
        let left_out = self.chosen.iter().position(|chosen| Some(chosen.facet) == without);
        let chosen = self.chosen.iter().enumerate().filter(|(at, _)| Some(*at) != left_out);
        conditions.extend(chosen.flat_map(|(_, chosen)| chosen.predicates()));
        facet::all(conditions)
    }

    /// Nobody owns a group or a person: those are shown that this person is or belongs to.
    fn owned(&self, mine: &Mine) -> Value {
        if matches!(self.kind.as_str(), "group" | "user") {
            let refs: Vec<EntityRef> = mine.owner_refs.iter().filter_map(|text| text.parse().ok()).collect();
            return facet::one_of(&refs);
        }
        match mine.owner_refs.as_slice() {
            [] => facet::any(Vec::new()),
            refs => facet::field("relations.ownedBy", json!({"$in": refs})),
        }
    }

    /// The text to look for, as the API takes it.
    pub fn full_text(&self) -> Option<EntitiesQueryText> {
        let text = self.text.trim();
        (!text.is_empty()).then(|| EntitiesQueryText {
            term: text.to_owned(),
            fields: TEXT_FIELDS.iter().map(|&field| field.to_owned()).collect(),
        })
    }

    /// The order, as the API takes it. Rows without the field come last.
    pub fn order(&self) -> (OrderField, Option<OrderMissing>) {
        let field = self.sort.column.sort_field(&self.kind);
        let order = if self.sort.is_descending { SortOrder::Desc } else { SortOrder::Asc };
        let missing = (field != "metadata.name").then_some(OrderMissing::Last);
        (OrderField { field: field.to_owned(), order }, missing)
    }

    /// The question for the rows, without the part of the list.
    pub fn list_query(&self, mine: &Mine) -> EntitiesQuery {
        let (order, order_missing) = self.order();
        let shown = self.shown_columns();
        let extra = shown.iter().flat_map(|column| column.extra_fields()).copied();
        EntitiesQuery {
            query: self.predicate(mine, None),
            fields: Some(ROW_FIELDS.into_iter().chain([STATUS_FIELD]).chain(extra).map(str::to_owned).collect()),
            order_by: vec![order],
            order_missing,
            full_text_filter: self.full_text(),
            ..EntitiesQuery::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::filter::parse_predicate;

    use super::*;

    #[track_caller]
    fn check(query: &str, expected: &str) {
        let view = CatalogView::parse(query);
        assert_eq!(view.query(), expected, "{query}");
        let again = CatalogView::parse(&view.query());
        // Keys of others come back sorted.
        let same = CatalogView { problems: Vec::new(), others: again.others.clone(), ..view };
        assert_eq!((again.query().as_str(), &again), (expected, &same), "{query}: not stable");
    }

    #[test]
    fn equal_views_have_equal_addresses() {
        check("", "");
        check("?kind=Component&sort=name&q=", "");
        check("type=service&lifecycle=production,deprecated", "lifecycle=production,deprecated&type=service");
        check("sort=-lifecycle&kind=API", "kind=api&sort=-lifecycle");
        check("q=rate+limit", "q=rate%20limit");
        check("lifecycle=!deprecated,production,production", "lifecycle=production,!deprecated");
        check("show=owned&show=starred", "show=starred");
        check("show=all", "show=all");
        check("cols=type,name,tags,type", "cols=type,tags");
        check("cols=owner,system,type,lifecycle", "");
        check("cols=", "cols=");
        check("status=fine,!orphan", "status=fine,!orphan");
    }

    #[test]
    fn repeated_keys_must_all_hold() {
        check("tag=java&tag=pci&tag=java", "tag=java&tag=pci");
        let predicate = CatalogView::parse("tag=java&tag=pci").predicate(&Mine::default(), None).unwrap();
        let expected = json!({"$all": [{"kind": "component"}, {"metadata.tags": "java"}, {"metadata.tags": "pci"}]});
        assert_eq!(predicate, expected);
    }

    #[test]
    fn the_page_of_apis_keeps_its_kind_and_its_path() {
        let view = CatalogView::parse_at(Place::Apis, "kind=component&type=openapi");
        assert_eq!((view.kind.as_str(), view.address().as_str()), ("api", "/apis?type=openapi"));
        assert_eq!(view.without_filters().address(), "/apis");
        assert_eq!(view.catalog_query(), "kind=api&type=openapi");
        assert_eq!(view.with_kind("component").address(), "/catalog");
    }

    #[test]
    fn keys_of_others_are_kept() {
        check("utm=x&kind=api&flag=a&flag=b", "flag=a&flag=b&kind=api&utm=x");
    }

    #[test]
    fn what_is_not_understood_is_said_and_ignored() {
        let view =
            CatalogView::parse("lifecycle=!,production&sort=colour&cols=owner,colour&status=sad&show=mine&kind=api");
        assert_eq!(view.query(), "cols=owner&kind=api&lifecycle=production");
        assert_eq!(view.problems.len(), 5);
        let view = CatalogView::parse("sort=-tags");
        assert_eq!((view.sort, view.problems.len()), (Sort::default(), 1));
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
    fn a_value_is_chosen_or_left_out_and_never_both() {
        let mut view = CatalogView::parse("lifecycle=production");
        view.toggle_excluded(Facet::Lifecycle, "deprecated");
        view.toggle_excluded(Facet::Lifecycle, "Production");
        assert_eq!(view.query(), "lifecycle=!deprecated,!Production");
        assert_eq!(view.mark(Facet::Lifecycle, "production"), Some(Mark::Excluded));
        view.toggle(Facet::Lifecycle, "deprecated");
        view.toggle_excluded(Facet::Lifecycle, "production");
        assert_eq!(view.query(), "lifecycle=deprecated");
        assert_eq!(view.without_choice(0, Mark::Excluded), view);
        assert_eq!(view.without_choice(0, Mark::Included).query(), "");
    }

    #[test]
    fn a_condition_joins_values_and_leaves_out_the_facet_itself() {
        let view = CatalogView::parse("owner=booking,user:ops/kim&type=service&lifecycle=!deprecated");
        let owners = json!({"relations.ownedBy": {"$in": ["group:default/booking", "user:ops/kim"]}});
        let (kind, service) = (json!({"kind": "component"}), json!({"spec.type": "service"}));
        let fresh = json!({"$not": {"spec.lifecycle": "deprecated"}});
        let predicate = |without| view.predicate(&Mine::default(), without).unwrap();
        assert_eq!(predicate(Some(Facet::Type)), json!({"$all": [kind, fresh, owners]}));
        assert_eq!(predicate(Some(Facet::Lifecycle)), json!({"$all": [kind, service, owners]}));
        assert_eq!(CatalogView::parse("kind=all").predicate(&Mine::default(), None), None);
    }

    #[test]
    fn owned_and_starred_are_those_of_the_person() {
        let mine = Mine {
            owner_refs: vec!["user:default/kim".into(), "group:default/run".into()],
            starred: vec!["api:default/a".parse().unwrap()],
        };
        let predicate = |query: &str, mine: &Mine| CatalogView::parse(query).predicate(mine, None).unwrap();
        let owned = json!({"relations.ownedBy": {"$in": ["user:default/kim", "group:default/run"]}});
        assert_eq!(predicate("kind=all&show=owned", &mine), owned);
        let starred = json!({"kind": "api", "metadata.namespace": "default", "metadata.name": {"$in": ["a"]}});
        assert_eq!(predicate("kind=all&show=starred", &mine), starred);
        assert!(predicate("kind=group&show=owned", &mine).to_string().contains("\"run\""));
        for query in ["show=owned", "show=starred", "kind=group&show=owned"] {
            assert!(parse_predicate(&predicate(query, &Mine::default())).is_ok(), "{query}");
        }
    }

    #[test]
    fn every_order_but_the_one_by_name_keeps_rows_without_the_field() {
        let missing = |query: &str| CatalogView::parse(query).order().1;
        assert_eq!(missing(""), None);
        assert_eq!(missing("sort=-owner"), Some(OrderMissing::Last));
        assert_eq!(missing("kind=user"), Some(OrderMissing::Last));
    }

    #[test]
    fn another_kind_keeps_the_text_and_whose_entities() {
        let view = CatalogView::parse("type=service&q=rate&sort=-type&utm=x&show=owned&cols=tags").with_kind("API");
        assert_eq!(view.query(), "kind=api&q=rate&show=owned&utm=x");
    }

    #[test]
    fn only_a_bare_address_gives_way_to_a_saved_view() {
        for query in ["", "kind=api", "utm=x"] {
            assert!(CatalogView::parse(query).is_bare(), "{query}");
        }
        for query in ["show=all", "q=a", "type=service", "sort=-name", "cols=owner", "sort=colour"] {
            assert!(!CatalogView::parse(query).is_bare(), "{query}");
        }
        assert_eq!(CatalogView::parse("kind=api").made_plain().query(), "kind=api&show=all");
    }
}

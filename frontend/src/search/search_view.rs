//! What the page of results shows, as the address says it.
//!
//! It is the address of Backstage's page, so that links from there find the same:
//! `?query=book&types[]=software-catalog&filters[kind]=Component&filters[lifecycle][]=production&pageCursor=MQ==`, its brackets
//! written as escapes. `changed=month` is our own. What nobody here knows is left out.
//!
//! Source: contract `search.md`.

use shared::api::search::{API_OPERATION, SOFTWARE_CATALOG, TYPES_FACET};
use shared::entity::{DEFAULT_NAMESPACE, EntityRef};

use crate::catalog::kinds;
use crate::paths;
use crate::ui::entity_link::short_name;
use crate::ui::words;

/// Longer terms are refused by a server that is set up as it comes: `search.maxTermLength`.
pub const MAX_TERM_CHARS: usize = 100;
/// The server takes so many values of a filter.
const MAX_VALUES: usize = 50;
/// Pages of documentation.
const TECHDOCS: &str = "techdocs";

/// A sort of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentType {
    /// Entities.
    Catalog,
    /// What is inside API definitions.
    Operations,
    /// Pages of documentation.
    Docs,
}

impl DocumentType {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Catalog, Self::Operations, Self::Docs];

    /// What the API calls it.
    pub fn value(self) -> &'static str {
        match self {
            Self::Catalog => SOFTWARE_CATALOG,
            Self::Operations => API_OPERATION,
            Self::Docs => TECHDOCS,
        }
    }

    /// The words on its tab.
    pub fn label(self) -> &'static str {
        match self {
            Self::Catalog => "Catalog",
            Self::Operations => "API operations",
            Self::Docs => "Docs",
        }
    }

    /// Reads what the API calls it.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.value() == value)
    }
}

/// A field whose values narrow the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The kind of an entity.
    Kind,
    /// The type within the kind.
    Type,
    /// How mature it is.
    Lifecycle,
    /// Who owns it.
    Owner,
    /// One of its tags.
    Tag,
    /// Where its name is unique.
    Namespace,
    /// Its name.
    Name,
    /// The verb of an operation.
    Verb,
    /// The path of an operation.
    Path,
}

impl Field {
    /// All fields.
    const ALL: [Self; 9] = [
        Self::Kind,
        Self::Type,
        Self::Lifecycle,
        Self::Owner,
        Self::Tag,
        Self::Namespace,
        Self::Name,
        Self::Verb,
        Self::Path,
    ];
    /// Those whose values are offered, in their order. The others only come with an address.
    pub const OFFERED: [Self; 5] = [Self::Kind, Self::Type, Self::Lifecycle, Self::Owner, Self::Tag];

    /// The name in addresses and in the API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Type => "type",
            Self::Lifecycle => "lifecycle",
            Self::Owner => "owner",
            Self::Tag => "tags",
            Self::Namespace => "namespace",
            Self::Name => "name",
            Self::Verb => "verb",
            Self::Path => "path",
        }
    }

    /// The heading of its values, and the word on a chip.
    pub fn label(self) -> &'static str {
        match self {
            Self::Kind => "Kind",
            Self::Type => "Type",
            Self::Lifecycle => "Lifecycle",
            Self::Owner => "Owner",
            Self::Tag => "Tag",
            Self::Namespace => "Namespace",
            Self::Name => "Name",
            Self::Verb => "Verb",
            Self::Path => "Path",
        }
    }

    /// The word for several values.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Kind => "kinds",
            Self::Type => "types",
            Self::Lifecycle => "stages",
            Self::Owner => "owners",
            Self::Tag => "tags",
            Self::Namespace => "namespaces",
            Self::Name => "names",
            Self::Verb => "verbs",
            Self::Path => "paths",
        }
    }

    /// A value as words for people. Names are exact, but for what every reference of its field has in common.
    pub fn words(self, value: &str) -> String {
        match self {
            Self::Kind => kinds::one(value),
            Self::Type | Self::Lifecycle => words::label(value),
            Self::Owner => EntityRef::parse(value, Some("group"), DEFAULT_NAMESPACE)
                .map_or_else(|_| value.to_owned(), |owner| short_name(&owner)),
            Self::Tag | Self::Namespace | Self::Name | Self::Verb | Self::Path => value.to_owned(),
        }
    }

    fn parse(key: &str) -> Option<Self> {
        // Backstage's documents have the type under both names.
        let key = if key == "componentType" { "type" } else { key };
        Self::ALL.into_iter().find(|known| known.key() == key)
    }
}

/// How long ago something may have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Changed {
    /// At any time.
    #[default]
    AnyTime,
    /// Within 7 days.
    Week,
    /// Within 30 days.
    Month,
    /// Within 365 days.
    Year,
}

impl Changed {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::AnyTime, Self::Week, Self::Month, Self::Year];

    /// The word in the address.
    fn value(self) -> &'static str {
        match self {
            Self::AnyTime => "",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::AnyTime => "Any time",
            Self::Week => "Past week",
            Self::Month => "Past month",
            Self::Year => "Past year",
        }
    }

    /// The length of the time in days; `None` for any time.
    pub fn n_days(self) -> Option<u32> {
        match self {
            Self::AnyTime => None,
            Self::Week => Some(7),
            Self::Month => Some(30),
            Self::Year => Some(365),
        }
    }
}

/// Values of a field, one of which a result must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The field.
    pub field: Field,
    /// The values as they are stored; never none.
    pub values: Vec<String>,
}

/// What the page of results shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchView {
    /// The term, without space around it.
    pub text: String,
    /// Sorts of documents; all where there are none.
    pub types: Vec<DocumentType>,
    /// The filters, in the order of the fields.
    pub filters: Vec<Chosen>,
    /// When it may have changed.
    pub changed: Changed,
    /// Which page; empty for the first one.
    pub cursor: String,
}

impl SearchView {
    /// Reads the query of an address, with or without its `?`.
    pub fn parse(query: &str) -> Self {
        let mut view = Self::default();
        for (key, value) in paths::query_pairs(query) {
            let path: Vec<&str> = key.split(['[', ']']).filter(|part| !part.is_empty()).collect();
            match path.as_slice() {
                ["query" | "q" | "term"] if view.text.is_empty() => view.text = term(&value),
                ["types" | "type"] | ["types" | "type", _] => view.read_type(&value),
                ["filters", field] | ["filters", field, _] => view.read_filter(field, value),
                ["changed"] => {
                    let known = Changed::ALL.into_iter().find(|changed| changed.value() == value);
                    view.changed = known.unwrap_or_default();
                }
                ["pageCursor"] => view.cursor = value,
                _ => {}
            }
        }
        view
    }

    fn read_type(&mut self, value: &str) {
        if let Some(document_type) = DocumentType::parse(value)
            && !self.types.contains(&document_type)
        {
            self.types.push(document_type);
        }
    }

    fn read_filter(&mut self, field: &str, value: String) {
        let Some(field) = Field::parse(field) else { return };
        if !value.is_empty() && !self.has(field, &value) && self.values(field).len() < MAX_VALUES {
            self.add(field, value);
        }
    }

    fn add(&mut self, field: Field, value: String) {
        match self.filters.iter_mut().find(|chosen| chosen.field == field) {
            Some(chosen) => chosen.values.push(value),
            None => {
                let at = self.filters.partition_point(|chosen| chosen.field < field);
                self.filters.insert(at, Chosen { field, values: vec![value] });
            }
        }
    }

    /// The address of this view.
    pub fn address(&self) -> String {
        let mut query = Vec::new();
        if !self.text.is_empty() {
            query.push(("query".to_owned(), self.text.clone()));
        }
        query.extend(self.types_query());
        query.extend(self.filters_query());
        if self.changed != Changed::AnyTime {
            query.push(("changed".to_owned(), self.changed.value().to_owned()));
        }
        query.extend(self.cursor_query());
        paths::search_with(&paths::query_text(&query))
    }

    /// The parameters of the request; `since` is the day from which on it may have changed, where that matters.
    pub fn question(&self, since: Option<&str>) -> Vec<(String, String)> {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let mut query = vec![pair("term", &self.text)];
        query.extend(self.types_query());
        query.extend(self.filters_query());
        query.extend(since.map(|since| pair("changedSince", since)));
        let facets = [TYPES_FACET].into_iter().chain(Field::OFFERED.map(Field::key));
        query.extend(facets.map(|facet| pair("facets[]", facet)));
        query.extend(self.cursor_query());
        query
    }

    fn types_query(&self) -> impl Iterator<Item = (String, String)> {
        self.types.iter().map(|document_type| ("types[]".to_owned(), document_type.value().to_owned()))
    }

    fn filters_query(&self) -> impl Iterator<Item = (String, String)> {
        self.filters.iter().flat_map(|Chosen { field, values }| {
            let key = field.key();
            // Backstage's page chooses one kind from a list, which it writes without the second pair of brackets.
            let is_single = *field == Field::Kind && values.len() == 1;
            let key = if is_single { format!("filters[{key}]") } else { format!("filters[{key}][]") };
            values.iter().map(move |value| (key.clone(), value.clone()))
        })
    }

    fn cursor_query(&self) -> Option<(String, String)> {
        (!self.cursor.is_empty()).then(|| ("pageCursor".to_owned(), self.cursor.clone()))
    }

    /// Whether there is anything to ask for. Everything there is would help nobody, nor would all of one sort.
    pub fn is_question(&self) -> bool {
        !self.text.is_empty() || self.is_filtered()
    }

    /// Whether anything is filtered, beside the sort of documents.
    pub fn is_filtered(&self) -> bool {
        !self.filters.is_empty() || self.changed != Changed::AnyTime
    }

    /// Whether more could be found for the same term.
    pub fn is_narrowed(&self) -> bool {
        self.is_filtered() || !self.types.is_empty()
    }

    /// The chosen values of a field.
    pub fn values(&self, field: Field) -> &[String] {
        self.filters.iter().find(|chosen| chosen.field == field).map_or(&[], |chosen| &chosen.values)
    }

    /// Whether a value is chosen.
    pub fn has(&self, field: Field, value: &str) -> bool {
        self.values(field).iter().any(|known| known == value)
    }

    /// Whether only documents of this sort, or all where it is `None`, are shown.
    pub fn shows(&self, document_type: Option<DocumentType>) -> bool {
        self.types.iter().copied().eq(document_type)
    }

    /// The same for another term.
    pub fn with_text(&self, text: &str) -> Self {
        Self { text: term(text), ..self.first_page() }
    }

    /// The same with documents of one sort, or of all.
    pub fn with_type(&self, document_type: Option<DocumentType>) -> Self {
        Self { types: document_type.into_iter().collect(), ..self.first_page() }
    }

    /// The same with some values chosen, or none of them where one is chosen already.
    pub fn toggled(&self, field: Field, values: &[String]) -> Self {
        let mut view = self.first_page();
        if values.iter().any(|value| self.has(field, value)) {
            for chosen in view.filters.iter_mut().filter(|chosen| chosen.field == field) {
                chosen.values.retain(|known| !values.contains(known));
            }
            view.filters.retain(|chosen| !chosen.values.is_empty());
        } else {
            values.iter().for_each(|value| view.add(field, value.clone()));
        }
        view
    }

    /// The same for another time of change.
    pub fn with_changed(&self, changed: Changed) -> Self {
        Self { changed, ..self.first_page() }
    }

    /// The same without filters; the sort of documents stays.
    pub fn without_filters(&self) -> Self {
        Self { filters: Vec::new(), changed: Changed::AnyTime, ..self.first_page() }
    }

    /// Everything there is for the same term.
    pub fn widest(&self) -> Self {
        Self { text: self.text.clone(), ..Self::default() }
    }

    /// The first page of the same.
    pub fn first_page(&self) -> Self {
        self.at_page("")
    }

    /// Another page of the same.
    pub fn at_page(&self, cursor: &str) -> Self {
        Self { cursor: cursor.to_owned(), ..self.clone() }
    }
}

/// What was typed, as a term.
fn term(text: &str) -> String {
    let cut: String = text.trim().chars().take(MAX_TERM_CHARS).collect();
    cut.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> SearchView {
        SearchView::parse(address.split_once('?').map_or("", |(_, query)| query))
    }

    #[test]
    fn a_view_is_its_address() {
        for address in [
            "/search",
            "/search?query=a%20b",
            "/search?query=a%26b&types%5B%5D=api-operation",
            "/search?filters%5Bkind%5D=Component&filters%5Blifecycle%5D%5B%5D=production",
            "/search?query=x&filters%5Bkind%5D%5B%5D=API&filters%5Bkind%5D%5B%5D=Component&changed=week&pageCursor=MQ%3D%3D",
            "/search?filters%5Bowner%5D%5B%5D=group:default%2Fteam-a&filters%5Btags%5D%5B%5D=a,b&filters%5Bpath%5D%5B%5D=%2Fx",
        ] {
            assert_eq!(of(address).address(), address);
        }
    }

    #[test]
    fn an_address_of_backstage_is_read() {
        let view = of(
            "/search?query=book&types[]=software-catalog&filters[kind]=Component&filters[lifecycle][]=production&filters[lifecycle][]=experimental&pageCursor=MQ==",
        );
        assert_eq!((view.text.as_str(), view.cursor.as_str()), ("book", "MQ=="));
        assert!(view.shows(Some(DocumentType::Catalog)) && !view.shows(None));
        assert_eq!(view.values(Field::Kind), ["Component"]);
        assert_eq!(view.values(Field::Lifecycle), ["production", "experimental"]);
    }

    #[test]
    fn every_spelling_is_the_same_view() {
        let expected = of("/search?query=a&types[]=techdocs&filters[type][]=service");
        for address in [
            "/search?q=a&type=techdocs&filters[type]=service",
            "/search?term=a&types[0]=techdocs&filters[type][0]=service",
            "/search?query=+a+&types%5B0%5D=techdocs&filters%5BcomponentType%5D%5B%5D=service&types[]=techdocs",
        ] {
            assert_eq!(of(address), expected, "{address}");
        }
    }

    #[test]
    fn what_is_not_understood_is_dropped() {
        let address =
            "/search?utm=1&types[]=tools&filters[rank]=1&filters[kind]=&filters=x&changed=ever&types[]=&query=";
        assert_eq!(of(address), SearchView::default());
        assert_eq!(of("/search?query=a&q=b").text, "a");
        assert_eq!(of(&format!("/search?q={}", "é".repeat(300))).text.chars().count(), MAX_TERM_CHARS);
        let many: String = (0..60).map(|number| format!("&filters[tags][]={number}")).collect();
        assert_eq!(of(&format!("/search?q=a{many}")).values(Field::Tag).len(), MAX_VALUES);
    }

    #[test]
    fn a_change_leads_to_the_first_page_and_paging_changes_nothing_else() {
        let view = of("/search?query=a&filters[kind]=API&pageCursor=MQ==");
        for changed in [
            view.with_text("b"),
            view.with_type(Some(DocumentType::Docs)),
            view.toggled(Field::Kind, &["API".to_owned()]),
            view.toggled(Field::Tag, &["rust".to_owned()]),
            view.with_changed(Changed::Year),
            view.without_filters(),
            view.widest(),
        ] {
            assert_eq!(changed.cursor, "");
        }
        assert_eq!(view.at_page("Mg==").first_page(), view.first_page());
    }

    #[test]
    fn values_are_chosen_and_chosen_no_longer() {
        let toggled = |view: &SearchView, field, values: &[&str]| {
            view.toggled(field, &values.iter().map(|&value| value.to_owned()).collect::<Vec<_>>())
        };
        let view = toggled(&toggled(&of("/search?query=a"), Field::Tag, &["rust"]), Field::Kind, &["API"]);
        assert_eq!(view.filters.iter().map(|chosen| chosen.field).collect::<Vec<_>>(), [Field::Kind, Field::Tag]);
        let view = toggled(&toggled(&view, Field::Kind, &["Component"]), Field::Kind, &["API"]);
        assert_eq!(view.values(Field::Kind), ["Component"]);
        // Upper and lower case are two values to the server.
        assert!(!view.has(Field::Kind, "component"));
        let both = toggled(&view, Field::Owner, &["a", "group:default/a"]);
        assert_eq!(both.values(Field::Owner), ["a", "group:default/a"]);
        assert_eq!(toggled(&both, Field::Owner, &["group:default/a", "a"]), view);
        let one = toggled(&view, Field::Owner, &["a"]);
        assert_eq!(toggled(&one, Field::Owner, &["a", "group:default/a"]), view);
    }

    #[test]
    fn nothing_is_asked_without_a_term_or_a_filter() {
        for (address, is_question) in [
            ("/search", false),
            ("/search?query=%20", false),
            ("/search?types[]=techdocs", false),
            ("/search?query=a", true),
            ("/search?filters[kind]=API", true),
            ("/search?changed=week", true),
        ] {
            assert_eq!(of(address).is_question(), is_question, "{address}");
        }
        let view = of("/search?query=a&types[]=techdocs&changed=week");
        assert!(view.is_narrowed() && view.without_filters().is_narrowed() && !view.widest().is_narrowed());
    }

    #[test]
    fn the_question_names_filters_facets_and_page() {
        let view = of(
            "/search?query=a&types[]=api-operation&filters[kind]=API&filters[type]=openapi&changed=week&pageCursor=MQ==",
        );
        let expected = "term=a&types[]=api-operation&filters[kind]=API&filters[type][]=openapi&changedSince=2026-05-31&\
            facets[]=types&facets[]=kind&facets[]=type&facets[]=lifecycle&facets[]=owner&facets[]=tags&pageCursor=MQ==";
        let question: Vec<String> =
            view.question(Some("2026-05-31")).into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(question.join("&"), expected);
        assert!(view.question(None).iter().all(|(key, _)| key != "changedSince"));
    }

    #[test]
    fn values_have_words() {
        assert_eq!(Field::Kind.words("AiResource"), "AI resource");
        assert_eq!(Field::Type.words("data-pipeline"), "Data pipeline");
        assert_eq!(Field::Owner.words("group:default/team-a"), "team-a");
        assert_eq!(Field::Owner.words("user:ops/kim"), "ops/kim");
        assert_eq!(Field::Owner.words("a/b/c"), "a/b/c");
        assert_eq!(Field::Tag.words("on-call"), "on-call");
    }
}

//! What every engine must be able to do. The embedded one is always tested; Meilisearch is where `MEILI_URL` is the address
//! of a server, with `MEILI_KEY` as its key where it has one.

use std::sync::Arc;

use serde_json::{Map, json};
use shared::api::search::TYPES_FACET;
use tempfile::TempDir;
use uuid::Uuid;

use super::document::{EntityDocuments, Keyword, SearchDocument, entity_number};
use super::engine::{Contents, SearchEngine};
use super::question::{Depth, Found, Near, Question, Sight};
use super::{EmbeddedEngine, MeilisearchEngine, MeilisearchSettings};
use crate::platform::clock::Clock;

/// A component of this name, for tests that only look at names.
pub(super) fn named(name: &str, text: &str) -> SearchDocument {
    let mut fields = Map::new();
    for (field, value) in [("title", name), ("text", text), ("kind", "Component"), ("location", &format!("/{name}"))] {
        fields.insert(field.to_owned(), json!(value));
    }
    SearchDocument {
        document_type: "software-catalog",
        entity_ref: format!("component:default/{}", name.to_lowercase()),
        name: name.to_owned(),
        whole_name: name.to_owned(),
        titles: vec![],
        keywords: vec![],
        owners: vec!["group:default/owners-of-it".to_owned()],
        weight: 1.0,
        fields,
    }
}

/// The only document of its entity.
pub(super) fn put(document: SearchDocument) -> EntityDocuments {
    EntityDocuments {
        entity_ref: document.entity_ref.clone(),
        version: 1,
        changed_at_ms: Some(1_000),
        documents: vec![document],
    }
}

/// A question for everything.
pub(super) fn everything() -> Question {
    Question { limit: 25, sight: Sight::Everything, now_ms: 86_400_000, ..Question::default() }
}

/// What was found, by title.
pub(super) fn titles(found: &Found) -> Vec<String> {
    found.hits.iter().map(|hit| hit.document.text("title").to_owned()).collect()
}

/// An engine with an index of its own.
struct Tested {
    engine: Box<dyn SearchEngine>,
    _folder: Option<TempDir>,
}

/// An engine at the server of `MEILI_URL`, with an index of its own; `None` where no server is given.
pub(super) fn real_meilisearch() -> Option<MeilisearchEngine> {
    let host = std::env::var("MEILI_URL").ok().filter(|url| !url.is_empty())?;
    let api_key = std::env::var("MEILI_KEY").ok().filter(|key| !key.is_empty());
    let index = format!("callboard-test-{}", Uuid::new_v4().simple());
    let settings = MeilisearchSettings { host, api_key, index };
    Some(MeilisearchEngine::new(settings, Clock::system()).unwrap())
}

impl Tested {
    fn embedded() -> Self {
        let folder = TempDir::new().unwrap();
        let engine = Box::new(EmbeddedEngine::open(folder.path()).unwrap());
        Self { engine, _folder: Some(folder) }
    }

    /// `None` where no server is given.
    fn meilisearch() -> Option<Self> {
        Some(Self { engine: Box::new(real_meilisearch()?), _folder: None })
    }

    /// Makes an index of some documents, each of an entity of its own.
    async fn fill(&self, documents: Vec<SearchDocument>) {
        self.engine.contents().await.unwrap();
        self.engine.rebuild_begin().await.unwrap();
        self.engine.apply(documents.into_iter().map(put).collect(), vec![]).await.unwrap();
        self.engine.rebuild_end().await.unwrap();
    }

    async fn names(&self, names: &[&str]) {
        self.fill(names.iter().map(|name| named(name, "")).collect()).await;
    }

    async fn ask(&self, question: Question) -> Found {
        self.engine.find(question).await.unwrap()
    }

    async fn titles(&self, term: &str) -> Vec<String> {
        titles(&self.ask(Question { term: term.to_owned(), ..everything() }).await)
    }

    async fn n_total(&self, term: &str) -> usize {
        self.ask(Question { term: term.to_owned(), ..everything() }).await.n_total
    }
}

/// Runs each check against both engines.
macro_rules! for_every_engine {
    ($($check:ident),+ $(,)?) => {
        mod embedded {
            $(
                #[tokio::test]
                async fn $check() {
                    super::$check(super::Tested::embedded()).await;
                }
            )+
        }

        mod meilisearch {
            $(
                #[tokio::test]
                async fn $check() {
                    if let Some(tested) = super::Tested::meilisearch() {
                        super::$check(tested).await;
                    }
                }
            )+
        }
    };
}

for_every_engine!(
    a_whole_name_comes_first_and_text_last,
    spellings_of_a_name_find_each_other,
    what_is_written_with_humps_is_found_without,
    short_words_forgive_no_typo_and_long_ones_two,
    who_may_not_see_an_entity_learns_nothing_of_it,
    filters_compare_values,
    facets_tell_the_alternatives,
    what_is_near_comes_earlier_and_what_is_on_its_way_out_later,
    pages_meet_each_document_once,
    changes_are_found_at_once,
    an_entity_may_have_several_documents,
    a_rebuild_forgets_what_was_there,
    what_changed_before_is_left_out,
    names_are_suggested_while_typing,
    highlights_name_the_field,
    hostile_terms_find_something_sensible,
);

/// Shown at the end of every run: see `.config/nextest.toml`.
#[test]
fn which_engines_were_tested() {
    match Tested::meilisearch() {
        Some(_) => println!("Search engines tested: embedded, and Meilisearch at MEILI_URL."),
        None => println!("Search engines tested: embedded only. Set MEILI_URL to test Meilisearch, too."),
    }
}

async fn a_whole_name_comes_first_and_text_last(tested: Tested) {
    let mut documents: Vec<_> =
        ["rate", "rate-cache", "rates", "rato", "fare"].iter().map(|name| named(name, "")).collect();
    documents.push(named("billing", "uses the rate of the day"));
    tested.fill(documents).await;
    let found = tested.titles("rate").await;
    assert_eq!(found[0], "rate");
    let place =
        |title: &str| found.iter().position(|found| found == title).unwrap_or_else(|| panic!("{title}: {found:?}"));
    assert!(place("rate-cache") < place("billing") && place("rates") < place("billing"), "{found:?}");
    assert!(place("rate-cache") < place("rato"), "{found:?}");
    assert_eq!(found.len(), 5, "{found:?}");
}

async fn spellings_of_a_name_find_each_other(tested: Tested) {
    tested.names(&["playback-order-svc", "PlaybackOrder", "order-history"]).await;
    for term in ["playback order", "PlaybackOr", "playback-order", "playbackorder", "PLAYBACK_ORDER", "playbck ordr"] {
        let mut found = tested.titles(term).await;
        found.sort();
        assert_eq!(found, ["PlaybackOrder", "playback-order-svc"], "{term}");
    }
    assert_eq!(tested.titles("PlaybackOrder").await[0], "PlaybackOrder");
}

async fn what_is_written_with_humps_is_found_without(tested: Tested) {
    let gateway = named("payments", "A GraphQL gateway before PostgreSQL");
    tested.fill(vec![gateway, named("graphql-console", ""), named("OAuth2Proxy", "")]).await;
    for term in ["graphql", "GraphQL", "GRAPHQL"] {
        let mut found = tested.titles(term).await;
        found.sort();
        assert_eq!(found, ["graphql-console", "payments"], "{term}");
    }
    for (term, name) in [
        ("postgresql", "payments"),
        ("PostgreSQL", "payments"),
        ("oauth2", "OAuth2Proxy"),
        ("oauth2 proxy", "OAuth2Proxy"),
    ] {
        assert_eq!(tested.titles(term).await, [name], "{term}");
    }
}

async fn short_words_forgive_no_typo_and_long_ones_two(tested: Tested) {
    tested.names(&["svc", "notifications", "docs"]).await;
    assert_eq!(tested.titles("svx").await, Vec::<String>::new());
    assert_eq!(tested.titles("notfication").await, ["notifications"]);
    assert_eq!(tested.titles("dosc").await, ["docs"]);
}

async fn who_may_not_see_an_entity_learns_nothing_of_it(tested: Tested) {
    tested.names(&["open-api", "secret-api"]).await;
    let sight = Sight::only(["component:default/open-api"]);
    let facets = vec!["kind".to_owned(), TYPES_FACET.to_owned()];
    let question = Question { term: "api".to_owned(), facets, sight, ..everything() };
    let found = tested.ask(question.clone()).await;
    assert_eq!((titles(&found), found.n_total), (vec!["open-api".to_owned()], 1));
    assert_eq!((found.facets["kind"][0].count, found.facets[TYPES_FACET][0].count), (1, 1));
    // A filtered field is counted by another way.
    let filters = vec![("kind".to_owned(), vec!["API".to_owned()])];
    let filtered = tested.ask(Question { filters, ..question.clone() }).await;
    assert_eq!((filtered.n_total, filtered.facets["kind"][0].count), (0, 1));
    let hidden = tested.ask(Question { term: "secrte".to_owned(), ..question.clone() }).await;
    assert_eq!((hidden.n_total, hidden.did_you_mean), (0, None));
    assert!(hidden.facets.values().all(Vec::is_empty));
    let suggested = tested.ask(Question { term: "secret".to_owned(), depth: Depth::Names, ..question.clone() }).await;
    assert_eq!((suggested.n_total, suggested.hits.len()), (0, 0));
    for sight in [Sight::Nothing, Sight::Only(Arc::default())] {
        let nothing = tested.ask(Question { sight, ..question.clone() }).await;
        assert_eq!((nothing.n_total, nothing.hits.len()), (0, 0));
        assert!(nothing.facets.values().all(Vec::is_empty));
    }
}

async fn filters_compare_values(tested: Tested) {
    let mut two = named("two", "");
    two.fields.insert("tags".to_owned(), json!(["rust", "a\"b\\c"]));
    tested.fill(vec![named("one", ""), two]).await;
    let filtered = async |field: &str, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        tested.ask(Question { filters: vec![(field.to_owned(), values)], ..everything() }).await.n_total
    };
    assert_eq!(filtered("kind", &["API", "Component"]).await, 2);
    assert_eq!(filtered("tags", &["rust"]).await, 1);
    assert_eq!(filtered("tags", &["a\"b\\c"]).await, 1);
    assert_eq!(filtered("colour", &["red"]).await, 0);
    assert_eq!(filtered("kind\"] OR entity EXISTS", &["red"]).await, 0);
    assert_eq!(filtered("kind", &["\"] OR entity EXISTS OR kind IN [\""]).await, 0);
}

async fn facets_tell_the_alternatives(tested: Tested) {
    let mut api = named("rates-api", "");
    api.fields.insert("kind".to_owned(), json!("API"));
    let mut operation = named("get-rates", "");
    operation.document_type = "api-operation";
    tested.fill(vec![named("rates", ""), named("rates-cache", ""), api, operation]).await;
    let facets = vec!["kind".to_owned(), TYPES_FACET.to_owned(), "colour".to_owned()];
    let question = Question { term: "rates".to_owned(), facets, ..everything() };
    let counts = |found: &Found, field: &str| {
        found.facets[field].iter().map(|value| (value.value.clone(), value.count)).collect::<Vec<_>>()
    };
    let pair = |value: &str, count: usize| (value.to_owned(), count);
    let found = tested.ask(question.clone()).await;
    assert_eq!(counts(&found, "kind"), [pair("Component", 3), pair("API", 1)]);
    assert_eq!(counts(&found, TYPES_FACET), [pair("software-catalog", 3), pair("api-operation", 1)]);
    assert!(counts(&found, "colour").is_empty());
    let filters = vec![("kind".to_owned(), vec!["API".to_owned()])];
    let filtered = tested.ask(Question { filters, ..question.clone() }).await;
    assert_eq!(filtered.n_total, 1);
    assert_eq!(counts(&filtered, "kind"), [pair("Component", 3), pair("API", 1)]);
    assert_eq!(counts(&filtered, TYPES_FACET), [pair("software-catalog", 1)]);
    let typed = tested.ask(Question { types: vec!["api-operation".to_owned()], ..question }).await;
    assert_eq!(typed.n_total, 1);
    assert_eq!(counts(&typed, TYPES_FACET), [pair("software-catalog", 3), pair("api-operation", 1)]);
}

async fn what_is_near_comes_earlier_and_what_is_on_its_way_out_later(tested: Tested) {
    let mut deprecated = named("cache-one", "");
    deprecated.weight = 0.5;
    let mut own = named("cache-two", "");
    own.owners = vec!["group:default/us".to_owned()];
    tested.fill(vec![deprecated, named("cache-six", ""), own, named("cache-ten", "")]).await;
    let near =
        Near { owners: vec!["group:default/us".to_owned()], starred: vec!["component:default/cache-ten".to_owned()] };
    let found = titles(&tested.ask(Question { term: "cache".to_owned(), near, ..everything() }).await);
    assert_eq!(found.last().unwrap(), "cache-one", "{found:?}");
    assert_eq!(found[2], "cache-six", "{found:?}");
}

async fn pages_meet_each_document_once(tested: Tested) {
    let names: Vec<String> = (0..260).map(|number| format!("svc-{number}")).collect();
    tested.fill(names.iter().map(|name| named(name, "")).collect()).await;
    let mut seen = Vec::new();
    for page in 0..11 {
        let found = tested.ask(Question { term: "svc".to_owned(), offset: page * 25, ..everything() }).await;
        assert_eq!(found.n_total, 260);
        seen.extend(titles(&found));
    }
    seen.sort();
    let mut names = names;
    names.sort();
    assert_eq!(seen, names);
    assert!(tested.ask(Question { offset: 25_000_000, ..everything() }).await.hits.is_empty());
    let only_counted = tested.ask(Question { limit: 0, ..everything() }).await;
    assert_eq!((only_counted.hits.len(), only_counted.n_total), (0, 260));
}

async fn changes_are_found_at_once(tested: Tested) {
    tested.names(&["old-name", "other"]).await;
    assert_eq!(tested.n_total("old").await, 1);
    let renamed = EntityDocuments {
        version: 2,
        documents: vec![SearchDocument {
            entity_ref: "component:default/old-name".to_owned(),
            ..named("new-name", "")
        }],
        ..put(named("old-name", ""))
    };
    tested.engine.apply(vec![renamed], vec![]).await.unwrap();
    assert_eq!((tested.n_total("old").await, tested.n_total("new").await), (0, 1));
    let (renamed, other) = (entity_number("component:default/old-name"), entity_number("component:default/other"));
    let Contents::Versions(versions) = tested.engine.contents().await.unwrap() else { panic!("the index is usable") };
    assert_eq!((versions.get(&renamed), versions.get(&other), versions.len()), (Some(&2), Some(&1), 2));
    tested.engine.apply(vec![], vec![renamed]).await.unwrap();
    assert_eq!((tested.n_total("new").await, tested.engine.n_documents().await), (0, Some(1)));
}

async fn an_entity_may_have_several_documents(tested: Tested) {
    tested.names(&["other"]).await;
    let documents = |names: &[&str], version| EntityDocuments {
        entity_ref: "api:default/rides".to_owned(),
        version,
        changed_at_ms: None,
        documents: names
            .iter()
            .map(|name| SearchDocument { entity_ref: "api:default/rides".to_owned(), ..named(name, "") })
            .collect(),
    };
    tested.engine.apply(vec![documents(&["get-ride", "put-ride", "end-ride"], 1)], vec![]).await.unwrap();
    assert_eq!(tested.n_total("ride").await, 3);
    tested.engine.apply(vec![documents(&["get-ride"], 2)], vec![]).await.unwrap();
    assert_eq!(tested.titles("ride").await, ["get-ride"]);
    tested.engine.apply(vec![documents(&[], 3)], vec![]).await.unwrap();
    assert_eq!((tested.n_total("ride").await, tested.n_total("other").await), (0, 1));
}

async fn a_rebuild_forgets_what_was_there(tested: Tested) {
    tested.names(&["before"]).await;
    tested.names(&["after"]).await;
    assert_eq!((tested.n_total("before").await, tested.n_total("after").await), (0, 1));
    // One that was begun and given up does no harm.
    tested.engine.rebuild_begin().await.unwrap();
    tested.names(&["again"]).await;
    assert_eq!(tested.titles("").await, ["again"]);
}

async fn what_changed_before_is_left_out(tested: Tested) {
    tested.fill(vec![named("old", "")]).await;
    let new = EntityDocuments { changed_at_ms: Some(5_000), ..put(named("new", "")) };
    tested.engine.apply(vec![new], vec![]).await.unwrap();
    let found = tested.ask(Question { changed_since_ms: Some(2_000), ..everything() }).await;
    assert_eq!(titles(&found), ["new"]);
    assert_eq!(found.hits[0].document.changed_at_ms, Some(5_000));
}

async fn names_are_suggested_while_typing(tested: Tested) {
    let mut person = named("kim.lee", "");
    person.titles = vec!["Kim Lee".to_owned()];
    person.keywords = vec![Keyword { label: "email", text: "kim@example.com".to_owned() }];
    tested.fill(vec![named("booking-api", ""), named("ledger", "about booking"), person]).await;
    let suggested = async |term: &str| {
        let question = Question { term: term.to_owned(), depth: Depth::Names, limit: 5, ..everything() };
        titles(&tested.ask(question).await)
    };
    assert_eq!(suggested("boo").await, ["booking-api"], "texts are not looked at");
    assert_eq!(suggested("bokin").await, ["booking-api"]);
    assert_eq!(suggested("kim le").await, ["kim.lee"]);
    assert_eq!(suggested("kim@example.com").await, ["kim.lee"]);
    assert_eq!(suggested("").await.len(), 3);
}

async fn highlights_name_the_field(tested: Tested) {
    let mut document = named("ledger", "Keeps every booking of the year.");
    document.keywords = vec![Keyword { label: "links", text: "Runbook https://example.com/r".to_owned() }];
    tested.fill(vec![document]).await;
    let highlight = async |term: &str| {
        let found = tested.ask(Question { term: term.to_owned(), ..everything() }).await;
        let highlight = found.hits[0].highlight.clone().unwrap();
        (highlight.fields.keys().cloned().collect::<Vec<_>>(), highlight)
    };
    let (fields, found) = highlight("booking").await;
    assert_eq!(fields, ["text"]);
    let expected = format!("Keeps every {}booking{} of the year.", found.pre_tag, found.post_tag);
    assert_eq!(found.fields["text"], expected);
    assert_eq!(highlight("runbook").await.0, ["links"]);
    assert_eq!(highlight("ledger").await.0, ["location", "title"]);
}

async fn hostile_terms_find_something_sensible(tested: Tested) {
    tested.names(&["rate-cache"]).await;
    let terms = [
        "***",
        "AND OR NOT",
        "name:rate",
        "/.*/",
        "(((",
        "\"",
        "\u{0}\u{1b}",
        "rate\\",
        "~2 ^5 [a TO b]",
        "' OR 1=1 --",
        "-rate",
        "\"rate",
        "\u{202e}etar",
        "{}",
        "a\u{300}\u{301}\u{302}",
        "🦀🦀🦀🦀",
    ];
    for term in terms {
        tested.n_total(term).await;
    }
    assert_eq!(tested.n_total("*** ?").await, 0);
    assert_eq!(tested.n_total("  ").await, 1);
    assert_eq!(tested.n_total(&"rate ".repeat(2_000)).await, 1);
    assert_eq!(tested.n_total(&"x".repeat(10_000)).await, 0);
    assert_eq!(tested.n_total("-cache").await, 1, "there is no language of questions");
}

use serde_json::{Map, json};
use tempfile::TempDir;

use super::*;

struct Fixture {
    index: EmbeddedIndex,
    _folder: TempDir,
}

/// A component of this name, for the tests that only look at names.
fn named(name: &str, text: &str) -> SearchDocument {
    let mut fields = Map::new();
    for (field, value) in [("title", name), ("text", text), ("kind", "Component"), ("location", &format!("/{name}"))] {
        fields.insert(field.to_owned(), json!(value));
    }
    SearchDocument {
        document_type: "software-catalog",
        entity_ref: format!("component:default/{}", name.to_lowercase()),
        names: vec![name.to_owned()],
        keywords: vec![],
        owners: vec!["group:default/owners-of-it".to_owned()],
        weight: 1.0,
        fields,
    }
}

fn put(document: SearchDocument) -> EntityDocuments {
    EntityDocuments { entity_ref: document.entity_ref.clone(), version: 1, documents: vec![document] }
}

impl Fixture {
    fn of(documents: Vec<SearchDocument>) -> Self {
        let folder = TempDir::new().unwrap();
        let index = EmbeddedIndex::open(folder.path()).unwrap();
        index.apply(&documents.into_iter().map(put).collect::<Vec<_>>(), &[]).unwrap();
        Self { index, _folder: folder }
    }

    fn names(names: &[&str]) -> Self {
        Self::of(names.iter().map(|name| named(name, "")).collect())
    }

    fn find(&self, term: &str) -> Found {
        self.ask(Question { term: term.to_owned(), ..everything() })
    }

    fn ask(&self, question: Question) -> Found {
        self.index.find(&question).unwrap()
    }

    fn titles(&self, term: &str) -> Vec<String> {
        titles(&self.find(term))
    }
}

fn everything() -> Question {
    Question { limit: 25, sight: Sight::Everything, ..Question::default() }
}

fn titles(found: &Found) -> Vec<String> {
    found.hits.iter().map(|hit| hit.fields["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_whole_name_comes_first_then_words_beginnings_typos_and_text() {
    let mut documents: Vec<_> =
        ["rate", "rate-cache", "rates", "rato", "fare"].iter().map(|name| named(name, "")).collect();
    documents.push(named("billing", "uses the rate of the day"));
    let fixture = Fixture::of(documents);
    assert_eq!(fixture.titles("rate"), ["rate", "rate-cache", "rates", "rato", "billing"]);
}

#[test]
fn spellings_of_a_name_find_each_other() {
    let fixture = Fixture::names(&["playback-order-svc", "PlaybackOrder", "order-history"]);
    for term in ["playback order", "playback-order", "playbackorder", "PLAYBACK_ORDER", "playbck ordr"] {
        let mut found = fixture.titles(term);
        found.sort();
        assert_eq!(found, ["PlaybackOrder", "playback-order-svc"], "{term}");
    }
    assert_eq!(fixture.titles("PlaybackOrder")[0], "PlaybackOrder");
}

#[test]
fn short_words_forgive_no_typo_and_long_ones_two() {
    let fixture = Fixture::names(&["svc", "notifications", "docs"]);
    assert_eq!(fixture.titles("svx"), Vec::<String>::new());
    assert_eq!(fixture.titles("notfication"), ["notifications"]);
    assert_eq!(fixture.titles("dosc"), ["docs"]);
}

#[test]
fn who_may_not_see_an_entity_learns_nothing_of_it() {
    let fixture = Fixture::names(&["open-api", "secret-api"]);
    let visible = Sight::Only(Arc::new(HashSet::from(["component:default/open-api".to_owned()])));
    let question = Question { term: "api".to_owned(), facets: vec!["kind".to_owned()], sight: visible, ..everything() };
    let found = fixture.ask(question.clone());
    assert_eq!((titles(&found), found.n_total), (vec!["open-api".to_owned()], 1));
    assert_eq!(found.facets["kind"][0].count, 1);
    let hidden = fixture.ask(Question { term: "secrte".to_owned(), ..question.clone() });
    assert_eq!((hidden.n_total, hidden.did_you_mean), (0, None));
    let nothing = fixture.ask(Question { sight: Sight::Nothing, ..question });
    assert_eq!((nothing.n_total, nothing.hits.len(), nothing.facets.len()), (0, 0, 0));
}

#[test]
fn filters_compare_whole_values() {
    let fixture = Fixture::names(&["one", "two"]);
    let filtered = |field: &str, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        fixture.ask(Question { filters: vec![(field.to_owned(), values)], ..everything() }).n_total
    };
    assert_eq!(filtered("kind", &["API", "Component"]), 2);
    assert_eq!(filtered("kind", &["component"]), 0, "upper and lower case differ");
    assert_eq!(filtered("colour", &["red"]), 0);
}

#[test]
fn what_is_near_comes_earlier_and_what_is_on_its_way_out_later() {
    let mut deprecated = named("cache-one", "");
    deprecated.weight = 0.5;
    let mut own = named("cache-two", "");
    own.owners = vec!["group:default/us".to_owned()];
    let fixture = Fixture::of(vec![deprecated, named("cache-three", ""), own, named("cache-four", "")]);
    let near =
        Near { owners: vec!["group:default/us".to_owned()], starred: vec!["component:default/cache-four".to_owned()] };
    let found = titles(&fixture.ask(Question { term: "cache".to_owned(), near, ..everything() }));
    assert_eq!(found.last().unwrap(), "cache-one");
    assert_eq!(found[2], "cache-three");
}

#[test]
fn pages_meet_each_document_once() {
    let names: Vec<String> = (0..60).map(|number| format!("svc-{number}")).collect();
    let fixture = Fixture::of(names.iter().map(|name| named(name, "")).collect());
    let mut seen = Vec::new();
    for offset in [0, 25, 50, 75] {
        let found = fixture.ask(Question { term: "svc".to_owned(), offset, ..everything() });
        assert_eq!(found.n_total, 60);
        seen.extend(titles(&found));
    }
    seen.sort();
    let mut names = names;
    names.sort();
    assert_eq!(seen, names);
    assert!(fixture.ask(Question { offset: usize::MAX, ..everything() }).hits.is_empty());
    assert!(fixture.ask(Question { limit: 0, ..everything() }).hits.is_empty());
}

#[test]
fn changes_are_found_at_once_and_survive_a_restart() {
    let folder = TempDir::new().unwrap();
    let index = EmbeddedIndex::open(folder.path()).unwrap();
    index.apply(&[put(named("old-name", ""))], &[]).unwrap();
    let count = |index: &EmbeddedIndex, term: &str| {
        index.find(&Question { term: term.to_owned(), ..everything() }).unwrap().n_total
    };
    assert_eq!(count(&index, "old"), 1);
    let renamed = EntityDocuments { version: 2, documents: vec![named("new-name", "")], ..put(named("old-name", "")) };
    index.apply(&[renamed], &[]).unwrap();
    assert_eq!((count(&index, "old"), count(&index, "new")), (0, 1));
    drop(index);
    let index = EmbeddedIndex::open(folder.path()).unwrap();
    assert_eq!(count(&index, "new"), 1);
    let number = entity_number("component:default/new-name");
    assert_eq!(index.versions().unwrap().get(&number), Some(&2));
    index.apply(&[], &[number]).unwrap();
    assert_eq!(index.n_documents(), 0);
}

#[test]
fn a_corrupt_index_and_those_of_other_layouts_are_made_anew() {
    let folder = TempDir::new().unwrap();
    let index = EmbeddedIndex::open(folder.path()).unwrap();
    index.apply(&[put(named("name", ""))], &[]).unwrap();
    drop(index);
    let layout = folder.path().join(format!("layout-{LAYOUT}"));
    fs::write(layout.join("meta.json"), "{").unwrap();
    fs::create_dir(folder.path().join("layout-0")).unwrap();
    let index = EmbeddedIndex::open(folder.path()).unwrap();
    assert_eq!(index.n_documents(), 0);
    assert!(!folder.path().join("layout-0").exists());
    index.apply(&[put(named("name", ""))], &[]).unwrap();
    assert_eq!(index.n_documents(), 1);
}

#[test]
fn a_second_process_keeps_an_index_of_its_own() {
    let folder = TempDir::new().unwrap();
    let first = EmbeddedIndex::open(folder.path()).unwrap();
    first.apply(&[put(named("name", ""))], &[]).unwrap();
    let second = EmbeddedIndex::open(folder.path()).unwrap();
    assert_eq!((first.n_documents(), second.n_documents()), (1, 0));
}

#[test]
fn hostile_terms_find_something_sensible() {
    let fixture = Fixture::names(&["rate-cache"]);
    for term in [
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
    ] {
        fixture.find(term);
    }
    assert_eq!(fixture.find("*** ?").n_total, 0);
    assert_eq!(fixture.find("  ").n_total, 1);
    assert_eq!(fixture.find(&"rate ".repeat(2_000)).n_total, 1);
    assert_eq!(fixture.find(&"x".repeat(10_000)).n_total, 0);
}

#[test]
fn a_misspelt_word_is_corrected() {
    let fixture = Fixture::names(&["notification-hub", "notification-log", "hub"]);
    assert_eq!(fixture.find("notifcation hub").did_you_mean.as_deref(), Some("notification hub"));
    assert_eq!(fixture.find("notif hub").did_you_mean, None);
    assert_eq!(fixture.find("zzzzzz").did_you_mean, None);
}

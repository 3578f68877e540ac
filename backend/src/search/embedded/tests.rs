//! What only the embedded engine does: folders, damage, spelling, and a strict order.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::index::EmbeddedIndex;
use super::schema::LAYOUT;
use crate::search::document::SearchDocument;
use crate::search::engine::Contents;
use crate::search::engine_tests::{everything, named, put, titles};
use crate::search::question::{Depth, Question};

struct Fixture {
    index: EmbeddedIndex,
    folder: TempDir,
}

impl Fixture {
    fn of(documents: Vec<SearchDocument>) -> Self {
        let folder = TempDir::new().unwrap();
        let index = EmbeddedIndex::open(folder.path()).unwrap();
        index.apply(&documents.into_iter().map(put).collect::<Vec<_>>(), &[]).unwrap();
        Self { index, folder }
    }

    fn names(names: &[&str]) -> Self {
        Self::of(names.iter().map(|name| named(name, "")).collect())
    }

    fn titles(&self, term: &str) -> Vec<String> {
        titles(&self.index.find(&Question { term: term.to_owned(), ..everything() }).unwrap())
    }

    fn suggested(&self, term: &str) -> Vec<String> {
        let question = Question { term: term.to_owned(), depth: Depth::Names, ..everything() };
        titles(&self.index.find(&question).unwrap())
    }

    fn did_you_mean(&self, term: &str) -> Option<String> {
        self.index.find(&Question { term: term.to_owned(), ..everything() }).unwrap().did_you_mean
    }

    fn layout(&self) -> std::path::PathBuf {
        self.folder.path().join(format!("layout-{LAYOUT}"))
    }
}

#[test]
fn names_titles_words_beginnings_typos_and_texts_come_in_this_order() {
    let mut titled = named("zz-other", "");
    titled.titles = vec!["Rate".to_owned()];
    let mut documents = vec![titled];
    documents.extend(["rate", "rate-cache", "rates", "rato", "fare"].iter().map(|name| named(name, "")));
    documents.push(named("billing", "uses the rate of the day"));
    let fixture = Fixture::of(documents);
    assert_eq!(fixture.titles("rate"), ["rate", "zz-other", "rate-cache", "rates", "rato", "billing"]);
}

#[test]
fn gaps_may_be_left_elsewhere_than_in_the_name() {
    let fixture = Fixture::names(&["client-api-123", "client-api-124", "client-api", "clientapi"]);
    assert_eq!(fixture.titles("ClientApi123"), ["client-api-123"]);
    assert_eq!(fixture.titles("cli entapi123"), ["client-api-123"]);
    assert_eq!(fixture.titles("124 clientapi"), ["client-api-124"]);
    assert_eq!(fixture.suggested("124 clientapi"), ["client-api-124"]);
}

#[test]
fn equal_matches_stand_in_the_order_of_the_alphabet() {
    let fixture = Fixture::names(&["svc-c", "svc-a", "svc-d", "svc-b"]);
    assert_eq!(fixture.titles("svc"), ["svc-a", "svc-b", "svc-c", "svc-d"]);
    assert_eq!(fixture.titles(""), ["svc-a", "svc-b", "svc-c", "svc-d"]);
}

#[test]
fn upper_and_lower_case_differ_in_filters() {
    let fixture = Fixture::names(&["one"]);
    let n_found = |kind: &str| {
        let filters = vec![("kind".to_owned(), vec![kind.to_owned()])];
        fixture.index.find(&Question { filters, ..everything() }).unwrap().n_total
    };
    assert_eq!((n_found("Component"), n_found("component")), (1, 0));
}

#[test]
fn what_changed_lately_comes_before_what_did_not() {
    let fixture = Fixture::names(&["cache-a"]);
    let day_ms = 86_400_000;
    let now_ms = 20_000 * day_ms;
    let mut recent = put(named("cache-b", ""));
    recent.changed_at_ms = Some(now_ms - day_ms);
    fixture.index.apply(&[recent], &[]).unwrap();
    let question = Question { term: "cache".to_owned(), now_ms, ..everything() };
    assert_eq!(titles(&fixture.index.find(&question).unwrap()), ["cache-b", "cache-a"]);
}

#[test]
fn many_values_of_one_field_do_not_disturb_the_counts_of_another() {
    let documents = (0..500).map(|number| {
        let mut document = named(&format!("svc-{number}"), "");
        document.fields.insert("name".to_owned(), json!(format!("svc-{number}")));
        document
            .fields
            .insert("lifecycle".to_owned(), json!(if number % 5 == 0 { "production" } else { "experimental" }));
        document
    });
    let fixture = Fixture::of(documents.collect());
    let facets = vec!["lifecycle".to_owned(), "name".to_owned()];
    let found = fixture.index.find(&Question { facets, ..everything() }).unwrap();
    let counts: Vec<_> = found.facets["lifecycle"].iter().map(|value| (value.value.as_str(), value.count)).collect();
    assert_eq!(counts, [("experimental", 400), ("production", 100)]);
    assert_eq!(found.facets["name"].len(), super::MAX_VALUES);
}

#[test]
fn what_was_written_in_pieces_is_joined() {
    let fixture = Fixture::names(&["name-0"]);
    for number in 1..5 {
        fixture.index.apply(&[put(named(&format!("name-{number}"), ""))], &[]).unwrap();
    }
    fixture.index.settle().unwrap();
    assert_eq!((fixture.index.searcher().segment_readers().len(), fixture.titles("name").len()), (1, 5));
}

#[test]
fn what_was_written_survives_a_restart() {
    let Fixture { index, folder } = Fixture::names(&["name"]);
    drop(index);
    let index = EmbeddedIndex::open(folder.path()).unwrap();
    assert_eq!(index.n_documents(), 1);
    assert!(matches!(index.contents(), Contents::Versions(versions) if versions.len() == 1));
}

#[test]
fn an_unreadable_index_and_those_of_other_layouts_are_made_anew() {
    let Fixture { index, folder } = Fixture::names(&["name"]);
    drop(index);
    fs::write(folder.path().join(format!("layout-{LAYOUT}/meta.json")), "{").unwrap();
    fs::create_dir(folder.path().join("layout-0")).unwrap();
    let index = EmbeddedIndex::open(folder.path()).unwrap();
    assert_eq!(index.n_documents(), 0);
    assert!(!folder.path().join("layout-0").exists());
    index.apply(&[put(named("name", ""))], &[]).unwrap();
    assert_eq!(index.n_documents(), 1);
}

#[test]
fn a_damaged_file_is_noticed_and_the_index_made_anew() {
    let fixture = Fixture::names(&["name"]);
    let layout = fixture.layout();
    let Fixture { index, folder } = fixture;
    drop(index);
    let mut files = fs::read_dir(&layout).unwrap().map(|entry| entry.unwrap().path());
    let store = files.find(|path| path.extension().is_some_and(|extension| extension == "store")).unwrap();
    let mut bytes = fs::read(&store).unwrap();
    bytes[3] ^= 0xff;
    fs::write(&store, bytes).unwrap();
    let index = EmbeddedIndex::open(folder.path()).unwrap();
    assert_eq!(index.contents(), Contents::Unusable);
    index.renew().unwrap();
    assert!(matches!(index.contents(), Contents::Versions(versions) if versions.is_empty()));
    index.apply(&[put(named("name", ""))], &[]).unwrap();
    assert_eq!(index.n_documents(), 1);
}

#[test]
fn a_folder_that_vanishes_is_made_again() {
    let fixture = Fixture::names(&["name"]);
    fs::remove_dir_all(fixture.layout()).unwrap();
    // What is in memory still answers; what is written cannot be kept.
    assert_eq!(fixture.titles("name"), ["name"]);
    assert!(fixture.index.apply(&[put(named("other", ""))], &[]).is_err());
    assert_eq!(fixture.index.contents(), Contents::Unusable);
    fixture.index.renew().unwrap();
    fixture.index.apply(&[put(named("other", ""))], &[]).unwrap();
    assert_eq!(fixture.titles(""), ["other"]);
    assert!(fixture.layout().join("meta.json").exists());
}

#[test]
fn a_second_process_keeps_an_index_of_its_own() {
    let first = Fixture::names(&["name"]);
    let second = EmbeddedIndex::open(first.folder.path()).unwrap();
    assert_eq!((first.index.n_documents(), second.n_documents()), (1, 0));
    second.renew().unwrap();
    assert_eq!(first.titles("name"), ["name"], "the folder of the first is left alone");
}

#[test]
fn a_misspelt_word_is_corrected() {
    let fixture = Fixture::names(&["notification-hub", "notification-log", "hub"]);
    assert_eq!(fixture.did_you_mean("notifcation hub").as_deref(), Some("notification hub"));
    assert_eq!(fixture.did_you_mean("notif hub"), None);
    assert_eq!(fixture.did_you_mean("notificationhub"), None);
    assert_eq!(fixture.did_you_mean("zzzzzz"), None);
}

#[test]
fn typos_are_suggested_as_far_as_nothing_has_the_words_themselves() {
    let fixture = Fixture::names(&["form-order", "from-order", "from-audit"]);
    assert_eq!(fixture.suggested("form ordre"), ["form-order"]);
    // Both words are names, but not of the same thing.
    assert_eq!(fixture.suggested("form audit"), ["from-audit"]);
    assert_eq!(fixture.suggested("fro adit"), ["from-audit"]);
    assert_eq!(fixture.suggested("forn ordre"), ["form-order"]);
}

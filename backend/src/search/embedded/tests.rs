//! What only the embedded engine does: folders, damage, spelling, and a strict order.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use tantivy::directory::Directory;
use tantivy::directory::error::OpenReadError;
use tempfile::TempDir;

use super::directory::CheckedDirectory;
use super::index::EmbeddedIndex;
use super::schema::LAYOUT;
use crate::search::document::SearchDocument;
use crate::search::engine::Contents;
use crate::search::engine_tests::{everything, named, put, titles};
use crate::search::error::SearchError;
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

    fn layout(&self) -> PathBuf {
        self.folder.path().join(format!("layout-{LAYOUT}"))
    }

    /// The files of one sort.
    fn files(&self, extension: &str) -> Vec<PathBuf> {
        let files = fs::read_dir(self.layout()).unwrap().map(|entry| entry.unwrap().path());
        let files: Vec<_> = files.filter(|file| file.extension().is_some_and(|found| found == extension)).collect();
        assert!(!files.is_empty(), "there is no file with the ending {extension}");
        files
    }

    fn n_versions(&self) -> Option<usize> {
        match self.index.contents() {
            Contents::Versions(versions) => Some(versions.len()),
            Contents::Unusable => None,
        }
    }
}

/// The files of a segment.
const SORTS: [&str; 6] = ["idx", "term", "store", "fast", "pos", "fieldnorm"];
/// What may happen to a file.
const DAMAGES: [fn(&Path); 4] = [zero, cut_in_half, cut_off, remove];

/// Overwrites all but the footer, as a disk or a hand may.
fn zero(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let end = bytes.len() - 8;
    let n_footer = u32::from_le_bytes(bytes[end..end + 4].try_into().unwrap());
    bytes[..end - n_footer as usize].fill(0);
    fs::write(file, bytes).unwrap();
}

fn cut_in_half(file: &Path) {
    let bytes = fs::read(file).unwrap();
    fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
}

fn cut_off(file: &Path) {
    fs::write(file, "").unwrap();
}

fn remove(file: &Path) {
    fs::remove_file(file).unwrap();
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
    // So many that some are being joined already.
    for number in 1..20 {
        fixture.index.apply(&[put(named(&format!("name-{number}"), ""))], &[]).unwrap();
    }
    fixture.index.settle().unwrap();
    assert_eq!((fixture.index.searcher().segment_readers().len(), fixture.titles("name").len()), (1, 20));
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
fn a_file_that_is_not_what_was_written_is_an_error_when_it_is_opened() {
    let fixture = Fixture::names(&["name"]);
    let file = fixture.files("term").remove(0);
    let name = Path::new(file.file_name().unwrap());
    let whole = fs::read(&file).unwrap();
    let opened = || CheckedDirectory::open(&fixture.layout()).unwrap().get_file_handle(name);
    assert_eq!(opened().unwrap().read_bytes(0..whole.len()).unwrap().as_slice(), whole);
    let mut flipped = whole.clone();
    flipped[3] ^= 1;
    for bytes in [flipped.as_slice(), &whole[..whole.len() - 1], &whole[1..], &whole[..7], &[0; 500], &[]] {
        fs::write(&file, bytes).unwrap();
        assert!(matches!(opened(), Err(OpenReadError::IoError { .. })), "{} bytes", bytes.len());
    }
    fs::remove_file(&file).unwrap();
    assert!(matches!(opened(), Err(OpenReadError::IoError { .. })));
}

#[test]
fn a_file_is_in_memory_once_and_no_longer_than_it_is_used() {
    let fixture = Fixture::names(&["name"]);
    let file = fixture.files("term").remove(0);
    let name = Path::new(file.file_name().unwrap());
    let directory = CheckedDirectory::open(&fixture.layout()).unwrap();
    let first = directory.get_file_handle(name).unwrap();
    zero(&file);
    let second = directory.get_file_handle(name).unwrap();
    let (one, other) = (first.read_bytes(0..9).unwrap(), second.read_bytes(0..9).unwrap());
    assert_eq!(one.as_slice().as_ptr(), other.as_slice().as_ptr());
    drop((first, second));
    assert!(directory.get_file_handle(name).is_err(), "it is read again, and is damaged");
}

#[test]
fn damage_to_files_that_are_open_does_no_harm() {
    // Documents are read where they lie; see the next test.
    for sort in SORTS.into_iter().filter(|sort| *sort != "store") {
        for damage in DAMAGES {
            let fixture = Fixture::names(&["first", "second"]);
            fixture.files(sort).iter().for_each(|file| damage(file));
            assert_eq!(fixture.titles("first"), ["first"], "{sort}");
            assert_eq!(fixture.suggested("sec"), ["second"], "{sort}");
            assert_eq!(fixture.n_versions(), Some(2), "{sort}");
            // Takes out what was there, for which the engine opens it again; so it does for joining.
            fixture.index.apply(&[put(named("first", "")), put(named("third", ""))], &[]).unwrap();
            fixture.index.settle().unwrap();
            assert_eq!(fixture.titles(""), ["first", "second", "third"], "{sort}");
            // What was joined was written whole.
            let Fixture { index, folder } = fixture;
            drop(index);
            assert_eq!(EmbeddedIndex::open(folder.path()).unwrap().n_documents(), 3, "{sort}");
        }
    }
}

#[test]
fn damage_to_documents_is_noticed_when_they_are_read_however_often() {
    for damage in DAMAGES {
        let fixture = Fixture::names(&["first", "second"]);
        for _ in 0..2 {
            fixture.files("store").iter().for_each(|file| damage(file));
            match fixture.index.find(&everything()) {
                Ok(found) => assert_eq!(titles(&found), ["first", "second"]),
                Err(_) => assert_eq!(fixture.n_versions(), None),
            }
            // Whatever becomes of it, nothing panics in a thread of the engine, which would end the process.
            drop(fixture.index.apply(&[put(named("first", ""))], &[]));
            drop(fixture.index.settle());
            fixture.index.renew().unwrap();
            fixture.index.apply(&[put(named("first", "")), put(named("second", ""))], &[]).unwrap();
            fixture.index.finish();
            assert_eq!(
                (fixture.titles(""), fixture.n_versions()),
                (vec!["first".to_owned(), "second".to_owned()], Some(2))
            );
        }
    }
}

#[test]
fn damage_is_noticed_at_the_start_and_the_index_made_anew() {
    for sort in SORTS {
        for damage in DAMAGES {
            let fixture = Fixture::names(&["first", "second"]);
            let files = fixture.files(sort);
            let Fixture { index, folder } = fixture;
            drop(index);
            files.iter().for_each(|file| damage(file));
            let fixture = Fixture { index: EmbeddedIndex::open(folder.path()).unwrap(), folder };
            assert_eq!((fixture.index.n_documents(), fixture.n_versions()), (0, Some(0)), "{sort}");
            fixture.index.apply(&[put(named("first", ""))], &[]).unwrap();
            assert_eq!(fixture.titles("first"), ["first"], "{sort}");
        }
    }
}

#[test]
fn damage_that_is_met_while_writing_is_an_error_and_what_was_there_is_found() {
    for damage in DAMAGES {
        let fixture = Fixture::names(&["first", "second"]);
        // Leaves a file of what was taken out, which is read anew with every change.
        fixture.index.apply(&[put(named("first", ""))], &[]).unwrap();
        fixture.files("del").iter().for_each(|file| damage(file));
        assert!(fixture.index.apply(&[put(named("third", ""))], &[]).is_err());
        assert_eq!(fixture.n_versions(), None);
        assert_eq!(fixture.titles(""), ["first", "second"]);
        fixture.index.renew().unwrap();
        assert_eq!(fixture.titles(""), ["first", "second"], "there is nothing better to answer from yet");
        fixture.index.apply(&[put(named("third", ""))], &[]).unwrap();
        fixture.index.finish();
        assert_eq!((fixture.titles(""), fixture.n_versions()), (vec!["third".to_owned()], Some(1)));
    }
}

#[test]
fn a_panic_of_the_engine_is_an_error_and_the_index_made_anew_once() {
    let fixture = Fixture::names(&["name"]);
    let panicked = fixture.index.answered(|| panic!("as the engine does over what it does not understand"));
    assert!(matches!(panicked, Err(SearchError::Panicked)));
    assert_eq!(fixture.n_versions(), None);
    fixture.index.renew().unwrap();
    assert_eq!(fixture.index.n_documents(), 0, "nobody should ask the old one any more");
    fixture.index.apply(&[put(named("name", ""))], &[]).unwrap();
    fixture.index.finish();
    assert_eq!(fixture.titles("name"), ["name"]);
    // An index that is as it should be is not made anew for a question that it does not stand.
    let panicked = fixture.index.answered(|| panic!("as the engine does over a question"));
    assert!(matches!(panicked, Err(SearchError::Unanswered(_))));
    assert_eq!(fixture.n_versions(), Some(1));
}

#[test]
fn the_old_index_answers_until_the_new_one_is_finished() {
    let fixture = Fixture::names(&["before"]);
    fixture.index.renew().unwrap();
    fixture.index.apply(&[put(named("after", "")), put(named("later", ""))], &[]).unwrap();
    assert_eq!(fixture.titles(""), ["before"]);
    assert_eq!(fixture.suggested("bef"), ["before"]);
    assert_eq!(fixture.index.n_documents(), 1);
    assert_eq!(fixture.n_versions(), None, "one that was begun and never ended is begun again");
    fixture.index.finish();
    assert_eq!(fixture.titles(""), ["after", "later"]);
    assert_eq!(fixture.suggested("bef"), Vec::<String>::new());
    assert_eq!((fixture.index.n_documents(), fixture.n_versions()), (2, Some(2)));
    // What is written afterwards is found at once.
    fixture.index.apply(&[put(named("omega", ""))], &[]).unwrap();
    assert_eq!(fixture.titles("omega"), ["omega"]);
}

#[test]
fn a_folder_that_vanishes_is_made_again_while_questions_are_answered() {
    let fixture = Fixture::names(&["name"]);
    fs::remove_dir_all(fixture.layout()).unwrap();
    // What is in memory still answers; what is written cannot be kept.
    assert_eq!(fixture.titles("name"), ["name"]);
    assert!(fixture.index.apply(&[put(named("other", ""))], &[]).is_err());
    assert_eq!(fixture.index.contents(), Contents::Unusable);
    fixture.index.renew().unwrap();
    fixture.index.apply(&[put(named("other", ""))], &[]).unwrap();
    assert_eq!(fixture.titles(""), ["name"]);
    fixture.index.finish();
    assert_eq!(fixture.titles(""), ["other"]);
    assert!(fixture.layout().join("meta.json").exists());
}

#[test]
fn where_a_folder_cannot_be_made_the_index_is_in_memory() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let index = EmbeddedIndex::open(&folder.path().join("file/search")).unwrap();
    index.apply(&[put(named("name", ""))], &[]).unwrap();
    assert_eq!(titles(&index.find(&everything()).unwrap()), ["name"]);
}

#[test]
fn where_a_folder_cannot_be_made_again_the_index_goes_on_in_memory() {
    let fixture = Fixture::names(&["name"]);
    fs::remove_dir_all(fixture.layout()).unwrap();
    fs::write(fixture.layout(), "").unwrap();
    assert!(fixture.index.apply(&[put(named("other", ""))], &[]).is_err());
    assert_eq!(fixture.titles(""), ["name"]);
    fixture.index.renew().unwrap();
    fixture.index.apply(&[put(named("other", ""))], &[]).unwrap();
    fixture.index.finish();
    assert_eq!(fixture.titles(""), ["other"]);
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

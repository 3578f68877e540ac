//! How long the read model takes for each sort of question, at 14,000 and at 250,000 entities.
//!
//! Prints a table of nanoseconds per answer and the memory that the index takes. Sizes can be given as arguments:
//! `cargo bench -p backend --bench index -- 14000`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use callboard::catalog::index::{
    Document, EntityIndex, EntityOrder, EntityQuery, EntityRebuild, IndexChange, Missing, StoredEntity, Visibility,
    Window,
};
use shared::entity::EntityRef;
use shared::filter::{Filter, OrderField, SortOrder, TextFilter};

const DEFAULT_SIZES: [usize; 2] = [14_000, 250_000];

/// How long each question is asked.
const MEASURED: Duration = Duration::from_millis(400);

/// How long a question is asked before the clock is read.
const BATCH: Duration = Duration::from_millis(4);

fn main() {
    let mut sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = DEFAULT_SIZES.to_vec();
    }
    for n_entities in sizes {
        run(n_entities);
    }
}

fn run(n_entities: usize) {
    let before = resident_bytes();
    let start = Instant::now();
    let mut rebuild = EntityRebuild::new();
    let mut n_document_bytes = 0;
    for first in (0..n_entities).step_by(2_000) {
        let batch: Vec<_> = (first..n_entities.min(first + 2_000)).map(|n| entity(n, n_entities, 0)).collect();
        n_document_bytes += batch.iter().map(|entity| entity.document.len()).sum::<usize>();
        rebuild.add(batch).expect("generated documents are JSON");
    }
    let index = EntityIndex::new();
    index.replace(rebuild, 1);
    println!("\n{n_entities} entities, {} bytes of JSON each", n_document_bytes / n_entities);
    println!("{:<44} {:>12.0} ms", "generate and load", start.elapsed().as_secs_f64() * 1e3);
    if let (Some(before), Some(after)) = (before, resident_bytes()) {
        let grown = after.saturating_sub(before);
        println!("{:<44} {:>12} MB", "resident memory, documents included", grown / 1_000_000);
        println!("{:<44} {:>12} bytes", "the same per entity", grown / n_entities);
    }
    lists(&index, n_entities);
    others(&index, n_entities);
    writes(&index, n_entities);
    if let (Some(before), Some(after)) = (before, resident_bytes()) {
        println!("{:<44} {:>12} MB", "resident memory at the end", after.saturating_sub(before) / 1_000_000);
    }
}

fn lists(index: &EntityIndex, n_entities: usize) {
    let all = Visibility::Everything;
    let only = Visibility::Only(Filter::negate(Filter::equals("spec.lifecycle", "deprecated")));
    let page = Window::Offset { offset: 0, limit: 20 };
    let plain = EntityQuery { filter: None, order: EntityOrder::Uid, text: None, window: page };
    let by = |field: &str, order| EntityOrder::Field {
        field: OrderField { field: field.to_owned(), order },
        missing: Missing::LeftOut,
    };
    let components =
        Some(Filter::all(vec![Filter::equals("kind", "Component"), Filter::equals("spec.type", "service")]));
    let one_team = Some(Filter::equals("relations.ownedBy", "group:default/team-7"));
    let text = |term: &str| TextFilter::new(term, &["metadata.name".into(), "metadata.title".into()]);
    let query = |name: &str, query: &EntityQuery, visibility| {
        index.query(query, visibility); // Builds the order and the haystack, which is not what is measured.
        measure(name, || index.query(query, visibility));
    };
    query("list", &plain, &all);
    query("list, some hidden", &plain, &only);
    query("list, filtered", &EntityQuery { filter: components.clone(), ..plain.clone() }, &all);
    let sorted = EntityQuery { order: by("metadata.name", SortOrder::Asc), ..plain.clone() };
    query("list, sorted", &sorted, &all);
    query("list, filtered, sorted", &EntityQuery { filter: components.clone(), ..sorted.clone() }, &all);
    query("list, one team, sorted", &EntityQuery { filter: one_team, ..sorted.clone() }, &all);
    let descending = EntityQuery { order: by("metadata.title", SortOrder::Desc), ..plain.clone() };
    query("list, filtered, descending", &EntityQuery { filter: components.clone(), ..descending }, &all);
    query("list, text, few hits", &EntityQuery { text: text("-123"), ..plain.clone() }, &all);
    let mut n_asked = 0;
    measure("list, text, a new term each time", || {
        n_asked += 1;
        index.query(&EntityQuery { text: text(&format!("t-{n_asked}")), ..plain.clone() }, &all)
    });
    let mut n_asked = 0;
    measure("list, text, a new term, one in ten", || {
        n_asked += 1; // The second field exists nowhere; it only makes the question a new one.
        let fields = ["metadata.name".to_owned(), format!("no.{n_asked}")];
        index.query(&EntityQuery { text: TextFilter::new("payment", &fields), ..plain.clone() }, &all)
    });
    let mut n_asked = 0;
    measure("list, text, a new term, every one", || {
        n_asked += 1;
        let fields = ["metadata.name".to_owned(), format!("no.{n_asked}")];
        index.query(&EntityQuery { text: TextFilter::new("e", &fields), ..plain.clone() }, &all)
    });
    query("list, text, one in ten", &EntityQuery { text: text("payment"), ..plain.clone() }, &all);
    query("list, text, every one", &EntityQuery { text: text("e"), ..plain.clone() }, &all);
    query(
        "list, text, filtered, sorted",
        &EntityQuery { text: text("payment"), filter: components.clone(), ..sorted.clone() },
        &all,
    );
    let deep = Window::Offset { offset: n_entities / 8, limit: 20 };
    query(
        "list, filtered, sorted, deep offset",
        &EntityQuery { filter: components.clone(), window: deep, ..sorted.clone() },
        &all,
    );
    let middle = Window::Offset { offset: n_entities / 8, limit: 20 };
    let found = index.query(&EntityQuery { filter: components.clone(), window: middle, ..sorted.clone() }, &all);
    let after = Window::After { position: found.last.expect("the list is long enough"), limit: 20 };
    query(
        "list, filtered, sorted, after a position",
        &EntityQuery { filter: components, window: after, ..sorted },
        &all,
    );
    query("whole list", &EntityQuery { window: Window::All, ..plain }, &all);
}

fn others(index: &EntityIndex, n_entities: usize) {
    let all = Visibility::Everything;
    let facets = ["metadata.tags", "spec.owner"].map(str::to_owned);
    let components = Filter::equals("kind", "component");
    let one_team = Filter::equals("relations.ownedBy", "group:default/team-7");
    measure("facets of tags and owners", || index.facets(&facets, None, &all));
    let mut n_asked = 0;
    measure("facets, filtered, a new filter each time", || {
        n_asked += 1;
        let filter = Filter::any(vec![components.clone(), Filter::has_key(&format!("no.{n_asked}"))]);
        index.facets(&facets, Some(&filter), &all)
    });
    measure("facets, everything, a new filter each time", || {
        n_asked += 1;
        let filter = Filter::any(vec![Filter::has_key("kind"), Filter::has_key(&format!("no.{n_asked}"))]);
        index.facets(&facets, Some(&filter), &all)
    });
    measure("facets, one team, a new filter each time", || {
        n_asked += 1;
        let filter = Filter::any(vec![one_team.clone(), Filter::has_key(&format!("no.{n_asked}"))]);
        index.facets(&facets, Some(&filter), &all)
    });
    measure("facets, filtered", || index.facets(&facets, Some(&components), &all));
    measure("facets, one team", || index.facets(&facets, Some(&one_team), &all));
    let refs: Vec<_> = (0..50).map(|n| entity_ref(n * 97 % n_entities, n_entities).to_string()).collect();
    measure("50 refs", || index.entities_by_refs(&refs, None, &all));
    measure("50 refs, filtered", || index.entities_by_refs(&refs, Some(&components), &all));
    let one = entity_ref(n_entities / 2, n_entities);
    measure("by name", || index.entity_find(&one, &all));
    measure("relations, two hops", || {
        let first = index.relations(&refs[..1], &all);
        let targets: Vec<_> = first.into_iter().flatten().flatten().map(|relation| relation.target_ref).collect();
        index.relations(&targets, &all)
    });
}

fn writes(index: &EntityIndex, n_entities: usize) {
    let mut revision = 1;
    measure("change one entity, orders kept", || {
        revision += 1;
        index.apply(vec![IndexChange::Put(entity(revision * 31 % n_entities, n_entities, revision))], 2)
    });
    measure("remove and add one entity", || {
        revision += 1;
        let n = revision * 31 % n_entities;
        let put = IndexChange::Put(entity(n, n_entities, 0));
        index.apply(vec![IndexChange::Remove(entity_ref(n, n_entities))], 2).and_then(|()| index.apply(vec![put], 2))
    });
    measure("change 500 entities", || {
        revision += 1;
        let changed = (0..500).map(|n| IndexChange::Put(entity(n * 7 % n_entities, n_entities, revision)));
        index.apply(changed.collect(), 2)
    });
}

/// Prints the mean of the fastest of many short batches, since other processes may use the same cores.
fn measure<T>(name: &str, mut ask: impl FnMut() -> T) {
    black_box(ask());
    let (start, mut best) = (Instant::now(), Duration::MAX);
    while start.elapsed() < MEASURED {
        let (batch, mut n_rounds) = (Instant::now(), 0u32);
        while n_rounds == 0 || batch.elapsed() < BATCH {
            black_box(ask());
            n_rounds += 1;
        }
        best = best.min(batch.elapsed() / n_rounds);
    }
    println!("{name:<44} {:>12} ns", best.as_nanos());
}

const WORDS: [&str; 10] =
    ["payment", "invoice", "search", "customer", "catalog", "shipping", "ledger", "profile", "media", "report"];

fn kind(n: usize) -> &'static str {
    match n % 20 {
        0..=12 => "Component",
        13..=15 => "API",
        16..=17 => "Resource",
        18 => "System",
        _ => "Group",
    }
}

fn name(n: usize) -> String {
    format!("{}-{}-{n}", WORDS[n % 10], WORDS[n / 10 % 10])
}

fn entity_ref(n: usize, n_entities: usize) -> EntityRef {
    EntityRef::new(kind(n % n_entities), "default", &name(n % n_entities))
}

/// An entity of about the size that is usual. `revision` changes its description and nothing else.
fn entity(n: usize, n_entities: usize, revision: usize) -> StoredEntity {
    let (kind, name) = (kind(n), name(n));
    // Numbers scattered like random ones, the same at every run.
    let scattered = (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let uid = format!("{:08x}-{:04x}-4000-8000-{:012x}", scattered >> 32, scattered & 0xffff, n);
    let team = scattered % (n_entities as u64 / 40).max(1);
    let (word, other) = (WORDS[n % 10], WORDS[n / 10 % 10]);
    let spec_type = ["service", "library", "website"][n % 3];
    let lifecycle = ["production", "experimental", "deprecated"][n % 7 % 3];
    let (tag, language) = (scattered >> 20 & 0xff, ["java", "Go", "rust", "python"][n / 3 % 4]);
    let (dependency, system) = (entity_ref(n * 3 + 1, n_entities), n / 50);
    let file = n / 100;
    let document = format!(
        r#"{{"apiVersion":"backstage.io/v1alpha1","kind":"{kind}","metadata":{{"name":"{name}","namespace":"default","uid":"{uid}","etag":"{scattered:016x}{revision:024x}","title":"{word} {other} {n}","description":"Keeps what {word} needs for {other}, revision {revision} of {n}.","annotations":{{"backstage.io/managed-by-location":"url:https://git.example.com/org/group-{file}/blob/main/catalog-info.yaml","backstage.io/managed-by-origin-location":"url:https://git.example.com/org/group-{file}/blob/main/catalog-info.yaml","example.com/project":"org/{name}"}},"labels":{{"tier":"{}"}},"tags":["{language}","tag-{tag}"]}},"spec":{{"type":"{spec_type}","lifecycle":"{lifecycle}","owner":"team-{team}","system":"system-{system}","dependsOn":["{dependency}"]}},"relations":[{{"type":"dependsOn","targetRef":"{dependency}"}},{{"type":"ownedBy","targetRef":"group:default/team-{team}"}},{{"type":"partOf","targetRef":"system:default/system-{system}"}}]}}"#,
        n % 4,
    );
    StoredEntity {
        entity_ref: EntityRef::new(kind, "default", &name),
        uid: uid.into(),
        document: Document::from(document.into_boxed_str().into_string()),
    }
}

/// What the process holds in memory; `None` where the system does not tell.
fn resident_bytes() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let n_pages: usize = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(n_pages * 4096)
}

//! What is asked, made from the catalog that the portal has.
//!
//! Thousands of different questions of each sort, so that no remembered answer serves them all.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::http::{Connection, get, post};
use super::load::{Question, Questions};
use super::searching;

/// Different questions of one sort.
const N_QUESTIONS: usize = 8_192;
/// Entities that questions are made from.
const N_KNOWN: usize = 20_000;
/// Groups whose systems are asked for.
const N_GROUPS: usize = 256;

const PAGES: &str = "/api/catalog/entities/by-query";
const TEXT_FIELDS: &str = "metadata.name,metadata.title,spec.profile.displayName";

/// Questions of all sorts.
pub struct Asked {
    pub plain: Questions,
    pub filtered: Questions,
    pub sorted: Questions,
    pub filtered_and_sorted: Questions,
    pub text: Questions,
    pub facets: Questions,
    pub by_name: Questions,
    pub by_refs: Questions,
    pub suggestions: Questions,
    pub searches: Questions,
    pub whole: Questions,
}

/// What questions need to know of an entity.
struct Known {
    kind: String,
    name: String,
    owner: Option<String>,
    entity_type: Option<String>,
    lifecycle: Option<String>,
    tag: Option<String>,
}

/// A generator of numbers that are the same at every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        // The linear congruential generator of Knuth's MMIX; its high bits are good enough to choose a question.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound.max(1)
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

impl Asked {
    /// Learns what is there, and asks one question of each sort to see that the answer is right.
    pub async fn prepare(address: SocketAddr, n_entities: usize) -> Result<Self> {
        let known = known(&mut Connection::open(address).await?).await?;
        let mut dice = Dice::new(7);
        let mut make = |question: &mut dyn FnMut(&mut Dice) -> Vec<u8>| {
            Questions::of((0..N_QUESTIONS).map(|_| question(&mut dice)).collect())
        };
        let deep = n_entities.saturating_sub(20);
        let orders = ["metadata.name,asc", "metadata.name,desc", "metadata.title,asc", "spec.owner,asc"];
        let asked = Self {
            plain: make(&mut |dice| get(&format!("{PAGES}?limit=20&offset={}", dice.below(deep)))),
            filtered: make(&mut |dice| get(&format!("{PAGES}?limit=20&{}", wide_filter(dice, &known)))),
            sorted: make(&mut |dice| {
                get(&format!("{PAGES}?limit=20&orderField={}&offset={}", dice.pick(&orders), dice.below(deep / 2)))
            }),
            filtered_and_sorted: make(&mut |dice| {
                let filter = wide_filter(dice, &known);
                get(&format!("{PAGES}?limit=20&orderField={}&{filter}", dice.pick(&orders)))
            }),
            text: make(&mut |dice| {
                let term = term(dice, &known);
                get(&format!("{PAGES}?limit=20&fullTextFilterTerm={term}&fullTextFilterFields={TEXT_FIELDS}"))
            }),
            facets: make(&mut |dice| {
                let facets = "/api/catalog/entity-facets?facet=metadata.tags&facet=spec.owner";
                match dice.below(4) {
                    0 => get(facets),
                    1 => get(&format!("{facets}&{}", wide_filter(dice, &known))),
                    _ => get(&format!("{facets}&{}", narrow_filter(dice, &known))),
                }
            }),
            by_name: make(&mut |dice| {
                let Known { kind, name, .. } = dice.pick(&known);
                get(&format!("/api/catalog/entities/by-name/{kind}/default/{name}"))
            }),
            by_refs: make(&mut |dice| {
                let refs: Vec<_> = (0..50).map(|_| entity_ref(dice.pick(&known))).collect();
                post("/api/catalog/entities/by-refs", &serde_json::json!({ "entityRefs": refs }).to_string())
            }),
            suggestions: make(&mut |dice| {
                let typed = typed(dice, &known);
                get(&format!("/api/search/suggest?term={typed}"))
            }),
            searches: make(&mut |dice| {
                let term = words(dice, &known);
                get(&format!("/api/search/query?term={term}&facets[]=kind&facets[]=owner&facets[]=types"))
            }),
            whole: Questions::of(vec![get("/api/catalog/entities")]),
        };
        // A connection of its own: the server closes those that were silent for some seconds.
        asked.check(&mut Connection::open(address).await?, n_entities).await?;
        Ok(asked)
    }

    /// Looks at one answer of each sort.
    async fn check(&self, connection: &mut Connection, n_entities: usize) -> Result<()> {
        let pages = [&self.plain, &self.filtered, &self.sorted, &self.filtered_and_sorted, &self.text];
        for questions in pages {
            let page = json(connection, questions.first()).await?;
            let n_items = items(&page).len();
            let n_total = page["totalItems"].as_u64().unwrap_or_default();
            ensure!(n_items > 0 && n_items <= 20 && n_total >= n_items as u64, "a page holds {n_items} of {n_total}");
        }
        let filter = "filter=kind=component,spec.type=service";
        let page = json(connection, &get(&format!("{PAGES}?limit=20&orderField=metadata.name&{filter}"))).await?;
        let is_asked_for = |item: &Value| item["kind"] == "Component" && item["spec"]["type"] == "service";
        let names: Vec<_> = items(&page).iter().filter_map(|item| item["metadata"]["name"].as_str()).collect();
        ensure!(items(&page).iter().all(is_asked_for) && names.len() == 20, "a page holds what was not asked for");
        ensure!(names.is_sorted(), "a page is not in order: {names:?}");
        let facets = json(connection, self.facets.first()).await?;
        ensure!(facets["facets"]["metadata.tags"].is_array(), "facets of tags are missing");
        let entity = json(connection, self.by_name.first()).await?;
        ensure!(entity["metadata"]["uid"].is_string(), "an entity has no uid");
        let found = json(connection, self.by_refs.first()).await?;
        ensure!(items(&found).iter().filter(|item| item.is_object()).count() == 50, "not all 50 references were found");
        searching::check(connection, &self.suggestions, &self.searches).await?;
        // Only counted: as values, the documents of a large catalog would take gigabytes.
        let whole: Vec<IgnoredAny> = serde_json::from_slice(&connection.fetch(self.whole.first()).await?)?;
        let n_listed = whole.len();
        ensure!(n_listed == n_entities, "the whole list holds {n_listed} of {n_entities} entities");
        Ok(())
    }
}

/// What belongs to the systems that a group owns, in two requests: the systems of the group, then what is part of them.
pub async fn two_hops(address: SocketAddr) -> Result<Questions> {
    let connection = &mut Connection::open(address).await?;
    let groups = json(connection, &get(&format!("{PAGES}?filter=kind=group,spec.type=team&limit={N_GROUPS}"))).await?;
    let mut questions: Vec<Question> = Vec::new();
    for group in items(&groups) {
        let name = group["metadata"]["name"].as_str().context("a group has a name")?;
        let owned = format!("filter=kind=system,relations.ownedBy=group:default/{name}");
        let first = get(&format!("{PAGES}?{owned}&fields=metadata.name&limit=20"));
        let systems = json(connection, &first).await?;
        let systems = items(&systems).iter().filter_map(|system| system["metadata"]["name"].as_str());
        let parts: Vec<_> = systems.map(|system| format!("relations.partOf=system:default/{system}")).collect();
        if !parts.is_empty() {
            questions.push(vec![first, get(&format!("{PAGES}?filter={}&limit=20", parts.join(",")))]);
        }
    }
    ensure!(questions.len() >= N_GROUPS / 4, "only {} groups own a system", questions.len());
    let found = json(connection, &questions[0][1]).await?;
    ensure!(!items(&found).is_empty(), "nothing is part of the systems of a group");
    Ok(Questions(questions.into()))
}

async fn known(connection: &mut Connection) -> Result<Vec<Known>> {
    let fields = "kind,metadata.name,metadata.tags,spec.owner,spec.type,spec.lifecycle";
    let page = json(connection, &get(&format!("{PAGES}?limit={N_KNOWN}&fields={fields}"))).await?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let known = items(&page).iter().map(|item| Known {
        kind: text(&item["kind"]).unwrap_or_default().to_lowercase(),
        name: text(&item["metadata"]["name"]).unwrap_or_default(),
        owner: text(&item["spec"]["owner"]),
        entity_type: text(&item["spec"]["type"]),
        lifecycle: text(&item["spec"]["lifecycle"]),
        tag: text(&item["metadata"]["tags"][0]),
    });
    let known: Vec<_> = known.collect();
    ensure!(known.iter().any(|entity| entity.tag.is_some() && entity.owner.is_some()), "the catalog has no tags");
    Ok(known)
}

/// A condition that people choose in the catalog: some dozens to some thousands of entities.
fn wide_filter(dice: &mut Dice, known: &[Known]) -> String {
    loop {
        let Known { kind, owner, entity_type, lifecycle, tag, .. } = dice.pick(known);
        let (Some(owner), Some(entity_type)) = (owner, entity_type) else { continue };
        return match (dice.below(5), lifecycle, tag) {
            (0, _, _) => format!("filter=kind={kind}"),
            (1, Some(lifecycle), _) => format!("filter=kind={kind},spec.lifecycle={lifecycle}"),
            (2, _, Some(tag)) => format!("filter=kind={kind},metadata.tags={tag}"),
            (3, _, _) => format!("filter=relations.ownedBy=group:default/{owner}"),
            _ => format!("filter=kind={kind},spec.type={entity_type}"),
        };
    }
}

/// A condition that hardly anybody else asks for.
fn narrow_filter(dice: &mut Dice, known: &[Known]) -> String {
    loop {
        let Known { kind, owner, tag, .. } = dice.pick(known);
        if let (Some(owner), Some(tag)) = (owner, tag) {
            let other = dice.pick(known).owner.as_deref().unwrap_or("everyone");
            return format!("filter=kind={kind},spec.owner={owner},spec.owner={other}&filter=metadata.tags={tag}");
        }
    }
}

/// A part of a name: a word that many entities have, or more of one name than others share.
fn term(dice: &mut Dice, known: &[Known]) -> String {
    let name = &dice.pick(known).name;
    let words: Vec<&str> = name.split('-').collect();
    match (dice.below(3), words.as_slice()) {
        (0, [first, ..]) => (*first).to_owned(),
        (1, [.., last]) => (*last).to_owned(),
        (_, [first, middle, ..]) => format!("{}-{middle}", &first[first.len() / 2..]),
        _ => name.clone(),
    }
}

/// One or two words of a name: search finds whole words and beginnings, and no letters in the middle.
fn words(dice: &mut Dice, known: &[Known]) -> String {
    let name = &dice.pick(known).name;
    let words: Vec<&str> = name.split('-').collect();
    match (dice.below(3), words.as_slice()) {
        (0, [first, ..]) => (*first).to_owned(),
        (1, [.., last]) => (*last).to_owned(),
        (_, [first, second, ..]) => format!("{first}-{second}"),
        _ => name.clone(),
    }
}

/// The beginning of a name, as somebody types it; in one of eight with two letters in the wrong order.
fn typed(dice: &mut Dice, known: &[Known]) -> String {
    let name = &dice.pick(known).name;
    let n_letters = 1 + dice.below(name.chars().count());
    let mut letters: Vec<char> = name.chars().take(n_letters).collect();
    if dice.below(8) == 0 && letters.len() > 4 {
        letters.swap(2, 3);
    }
    letters.into_iter().collect()
}

fn entity_ref(known: &Known) -> String {
    format!("{}:default/{}", known.kind, known.name).to_lowercase()
}

async fn json(connection: &mut Connection, request: &[u8]) -> Result<Value> {
    Ok(serde_json::from_slice(&connection.fetch(request).await?)?)
}

fn items(page: &Value) -> &[Value] {
    page["items"].as_array().map_or(&[], Vec::as_slice)
}

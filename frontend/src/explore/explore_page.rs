//! The page of domains, at `/explore`.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;

use super::domain_card::DomainCard;
use super::landscape::{COUNTED, Domain, Survey, domains, matching};
use crate::api::{ApiClient, ClientError};
use crate::catalog::kinds;
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::changes::use_catalog_changes;
use crate::state::query::use_query_value;
use crate::state::title::use_title;
use crate::ui::each::Each;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::numbers;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(500);
/// How long the reader must pause before the text counts.
const TYPING_PAUSE: Duration = Duration::from_millis(120);
/// With more systems than this, domains start folded.
const MAX_OPEN_SYSTEMS: usize = 60;
/// Systems and domains that are read; a portal with more has another problem.
const MAX_ENTITIES: usize = 10_000;
/// What the page shows of domains and systems.
const FIELDS: &str = "apiVersion,kind,metadata.name,metadata.namespace,metadata.title,metadata.description,spec.owner,spec.domain,spec.subdomainOf";

fn pairs<const N: usize>(pairs: [(&str, String); N]) -> Vec<(String, String)> {
    pairs.map(|(key, value)| (key.to_owned(), value)).to_vec()
}

/// Reads all that the page shows: one list and five counts, whatever the size of the catalog.
async fn survey(client: ApiClient) -> Result<Survey, ClientError> {
    let query = pairs([
        ("filter", "kind=domain,kind=system".to_owned()),
        ("fields", FIELDS.to_owned()),
        ("limit", MAX_ENTITIES.to_string()),
    ]);
    let mut survey = Survey { entities: client.entities_query(&query).await?.items, ..Survey::default() };
    let kinds = client.entity_facets(&pairs([("facet", "kind".to_owned())])).await?;
    for (index, kind) in COUNTED.into_iter().enumerate() {
        let query = pairs([("facet", "relations.partOf".to_owned()), ("filter", format!("kind={kind}"))]);
        survey.parts[index] = client.entity_facets(&query).await?.facets.remove("relations.partOf").unwrap_or_default();
        let n_in_systems: usize = survey.parts[index]
            .iter()
            .filter(|value| value.value.starts_with("system:"))
            .map(|value| value.count)
            .sum();
        let counted = kinds.facets.get("kind").into_iter().flatten();
        let n_all: usize =
            counted.filter(|value| value.value.eq_ignore_ascii_case(kind)).map(|value| value.count).sum();
        survey.loose[index] = n_all.saturating_sub(n_in_systems);
    }
    let query = pairs([("facet", "relations.partOf".to_owned()), ("filter", "status.items.level=error".to_owned())]);
    survey.problems = client.entity_facets(&query).await?.facets.remove("relations.partOf").unwrap_or_default();
    Ok(survey)
}

/// Domains with their systems.
#[component]
pub fn ExplorePage() -> impl IntoView {
    let client = ApiClient::of_page();
    let text = use_query_value("q");
    let read: Load<Survey> = Load::new();
    let load = move || read.run(async move { survey(client).await });
    load();
    let mut read_again = debounce(CHANGE_PAUSE, move |()| {
        if !read.value.is_disposed() {
            load();
        }
    });
    let read_again = std::cell::RefCell::new(move || read_again(()));
    use_catalog_changes(move |_| (read_again.borrow_mut())());
    use_title(|| "Explore".to_owned());
    use_breadcrumb(|| vec![Crumb::here("Explore")]);

    let survey =
        Memo::new(move |_| read.value.with(|value| value.as_ref().and_then(|value| value.as_ref().ok().cloned())));
    let all = Memo::new(move |_| survey.with(|survey| survey.as_ref().map(domains)));
    let found = Memo::new(move |_| {
        let text = text.get();
        all.with(|all| all.as_ref().map(|all| matching(all, &text)))
    });
    let is_read = Memo::new(move |_| found.with(Option::is_some));
    let n_systems =
        Memo::new(move |_| all.with(|all| all.iter().flatten().map(|domain| domain.systems.len()).sum::<usize>()));
    let n_found = Memo::new(move |_| {
        found.with(|found| found.iter().flatten().map(|domain| domain.systems.len()).sum::<usize>())
    });
    let announcer = Announcer::of_page();
    effect(move || {
        if found.with(Option::is_some) {
            announcer.say(numbers::counted(n_found.get(), "system", "systems"));
        }
    });
    let type_text = debounce(TYPING_PAUSE, move |typed: String| text.set(&typed));
    let failed =
        Memo::new(move |_| read.value.with(|value| value.as_ref().and_then(|value| value.as_ref().err().cloned())));
    let retry = Callback::new(move |()| load());
    let summary = move || {
        let n_domains = all.with(|all| all.iter().flatten().filter(|domain| domain.entity.is_some()).count());
        all.with(Option::is_some).then(|| {
            format!(
                "{} in {}",
                numbers::counted(n_systems.get(), "system", "systems"),
                numbers::counted(n_domains, "domain", "domains")
            )
        })
    };
    // What the reader has folded or opened against how it started.
    let turned = StoredValue::new(BTreeSet::<String>::new());
    let starts_open =
        Memo::new(move |_| n_found.get() <= MAX_OPEN_SYSTEMS || text.with(|text| !text.trim().is_empty()));
    let on_toggle = Callback::new(move |(key, is_open): (String, bool)| {
        let is_turned = is_open != starts_open.get_untracked();
        turned.update_value(|turned| {
            if is_turned {
                turned.insert(key);
            } else {
                turned.remove(&key);
            }
        });
    });
    let content = move || {
        if let Some(error) = failed.get() {
            return view! { <ErrorPanel title="Domains and systems did not load" error on_retry=retry/> }.into_any();
        }
        if !is_read.get() {
            return view! { <SkeletonRows rows=10 label="Loading domains and systems"/> }.into_any();
        }
        let is_blank = move || all.with(|all| all.as_ref().is_some_and(Vec::is_empty));
        let is_unmatched = move || found.with(|found| found.as_ref().is_some_and(Vec::is_empty)) && !is_blank();
        let each = move || {
            let is_open = starts_open.get();
            found.with(|found| {
                found.iter().flatten().map(|domain| (domain.clone(), is_open)).collect::<Vec<(Domain, bool)>>()
            })
        };
        view! {
            <div class="domains">
                <Each each=each key=|(domain, is_open)| (domain.key(), *is_open) let((domain, is_open))>
                    {
                        let is_turned = turned.with_value(|turned| turned.contains(&domain.key()));
                        view! { <DomainCard domain=as_it_is(found, domain) is_open=is_open != is_turned on_toggle/> }
                    }
                </Each>
                {move || text.with(|text| text.trim().is_empty()).then(|| view! { <Loose survey/> })}
                {move || {
                    is_blank()
                        .then(|| {
                            view! {
                                <Empty
                                    icon=IconName::KindDomain
                                    title="No domains and no systems yet"
                                    text="Describe a Domain and a System in a descriptor, and name the system in your components. They show up here."
                                />
                            }
                        })
                }}
                {move || {
                    is_unmatched()
                        .then(|| {
                            view! {
                                <Empty
                                    icon=IconName::Filter
                                    title="No domain or system matches"
                                    text="The filter looks at names, titles, descriptions and owners."
                                >
                                    <button class="button" type="button" on:click=move |_| text.set("")>"Clear the filter"</button>
                                </Empty>
                            }
                        })
                }}
            </div>
        }
        .into_any()
    };
    view! {
        <div class="page explore">
            <div class="page-head">
                <div>
                    <h1 tabindex="-1">"Explore"</h1>
                    <p class="muted explore__summary">{summary}</p>
                </div>
            </div>
            <div class="toolbar explore__tools">
                <div class="input-icon grow">
                    <Icon name=IconName::Search/>
                    <input
                        class="input"
                        type="search"
                        data-page-filter
                        autocomplete="off"
                        spellcheck="false"
                        placeholder="Filter by name, description or owner"
                        aria-label="Filter domains and systems"
                        aria-keyshortcuts="/"
                        prop:value=move || text.get()
                        on:input={
                            let mut type_text = type_text;
                            move |event| type_text(event_target_value(&event))
                        }
                    />
                    <kbd class="not-phone" aria-hidden="true">"/"</kbd>
                </div>
            </div>
            {content}
        </div>
    }
}

/// A domain as it is now. One that is gone stays as it was, until its card goes.
fn as_it_is(found: Memo<Option<Vec<Domain>>>, first: Domain) -> Memo<Domain> {
    Memo::new(move |old: Option<&Domain>| {
        let old = old.unwrap_or(&first);
        found.with(|found| {
            let now = found.iter().flatten().find(|domain| domain.entity_ref == old.entity_ref);
            now.unwrap_or(old).clone()
        })
    })
}

/// How much is part of no system.
#[component]
fn Loose(
    /// What was read.
    survey: Memo<Option<Survey>>,
) -> impl IntoView {
    move || {
        let loose = survey.with(|survey| survey.as_ref().map(|survey| survey.loose).unwrap_or_default());
        let words: Vec<String> = COUNTED
            .into_iter()
            .zip(loose)
            .filter(|(_, n_items)| *n_items > 0)
            .map(|(kind, n_items)| {
                let noun = if n_items == 1 { kinds::one(kind) } else { kinds::many(kind) };
                format!("{} {}", numbers::count(n_items), if kind == "api" { noun } else { noun.to_lowercase() })
            })
            .collect();
        (!words.is_empty()).then(|| {
            let are = if loose.iter().sum::<usize>() == 1 { "is" } else { "are" };
            view! {
                <p class="text-13 muted explore__loose">
                    {format!("{} {are} in no system. Name one under spec.system in their descriptors to see them here.", words.join(", "))}
                </p>
            }
        })
    }
}

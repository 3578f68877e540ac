//! What needs attention: what is wrong, where, and the way to where it is mended.

use leptos::prelude::*;
use shared::api::overview::{AttentionItem, Issue};
use shared::entity::EntityRef;

use super::home_data::{HomeData, HomeOverview};
use crate::catalog::kinds;
use crate::paths;
use crate::sources::inspect_location;
use crate::ui::badge::{Badge, Tone};
use crate::ui::each::Each;
use crate::ui::entity_link::short_name;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// Items that show before somebody asks for more.
const FIRST_ITEMS: usize = 5;

/// The words of an issue on a badge.
pub fn issue_label(issue: Issue) -> &'static str {
    match issue {
        Issue::Error => "Error",
        Issue::UnknownOwner => "Unknown owner",
        Issue::NoOwner => "No owner",
        Issue::Orphan => "Orphan",
        Issue::NoDescription => "No description",
        Issue::NoDocs => "No docs",
    }
}

/// How urgent an issue is; those that only make the catalog poorer have no colour.
pub fn issue_tone(issue: Issue) -> Option<Tone> {
    match issue {
        Issue::Error => Some(Tone::Bad),
        Issue::UnknownOwner | Issue::NoOwner | Issue::Orphan => Some(Tone::Warn),
        Issue::NoDescription | Issue::NoDocs => None,
    }
}

fn issue_icon(issue: Issue) -> IconName {
    match issue {
        Issue::Error => IconName::Error,
        Issue::UnknownOwner | Issue::NoOwner => IconName::KindGroup,
        Issue::Orphan => IconName::Warning,
        Issue::NoDescription => IconName::File,
        Issue::NoDocs => IconName::Docs,
    }
}

/// What is the matter with an item, as a sentence: its most urgent issue.
fn sentence(item: &AttentionItem) -> String {
    let kind =
        item.entity_ref.as_deref().and_then(|text| text.parse().ok()).map(|entity_ref: EntityRef| entity_ref.kind);
    let kind = kind.map_or_else(|| "entity".to_owned(), |kind| in_sentence(&kind));
    match item.issues.first() {
        Some(Issue::Error) => {
            let place = item.file.as_deref().map(|file| {
                let file = file.rsplit('/').next().unwrap_or(file);
                item.line.map_or_else(|| format!("{file}: "), |line| format!("{file} line {line}: "))
            });
            format!("{}{}", place.unwrap_or_default(), item.message.as_deref().unwrap_or("It cannot be read."))
        }
        Some(Issue::UnknownOwner) => {
            let owner = item.owner.as_deref().unwrap_or("the owner");
            format!("Its owner {owner} is not in the catalog.")
        }
        Some(Issue::NoOwner) => format!("Nobody owns this {kind}. Name a group in spec.owner."),
        Some(Issue::Orphan) => "No location describes it any more. Register it again, or unregister it.".to_owned(),
        Some(Issue::NoDescription) => format!("Say in a sentence what this {kind} is for: metadata.description."),
        Some(Issue::NoDocs) => "No documentation is named: backstage.io/techdocs-ref.".to_owned(),
        None => String::new(),
    }
}

/// The word for one entity of a kind within a sentence.
fn in_sentence(kind: &str) -> String {
    let word = kinds::one(kind);
    // API, AI resource.
    let is_short = word.chars().nth(1).is_some_and(char::is_uppercase);
    if is_short { word } else { word.to_lowercase() }
}

/// Where all errors are listed, if there are more than the card has. No page lists the other issues.
fn all_errors(overview: &HomeOverview) -> Option<String> {
    let attention = &overview.found.attention;
    let n_errors = attention.counts.iter().find(|known| known.issue == Issue::Error).map_or(0, |known| known.count);
    let query = if overview.is_of_all() { "" } else { "owner=mine" };
    // Errors are named first, so that nothing else is named where one of them is not.
    (n_errors > attention.items.len()).then(|| paths::with_query(&paths::problems(), query))
}

/// How many need attention, beside the heading.
#[component]
pub fn AttentionCount() -> impl IntoView {
    let overview = HomeData::of_page().overview.value;
    let count = Memo::new(move |_| {
        overview.with(|overview| match overview {
            Some(Ok(overview)) => overview.found.attention.total_items,
            Some(Err(_)) | None => 0,
        })
    });
    move || {
        (count.get() > 0).then(|| {
            let words = numbers::counted(count.get(), "thing", "things");
            view! { <span class="badge count" title=words>{numbers::count(count.get())}</span> }
        })
    }
}

/// What needs attention, the most urgent first.
#[component]
pub fn AttentionWidget() -> impl IntoView {
    let data = HomeData::of_page();
    let is_long = RwSignal::new(false);
    let retry = Callback::new(move |()| data.load_overview());
    let items = Memo::new(move |_| {
        data.overview.value.with(|overview| match overview {
            Some(Ok(overview)) => overview.found.attention.items.clone(),
            Some(Err(_)) | None => Vec::new(),
        })
    });
    let state = Memo::new(move |_| {
        data.overview.value.with(|overview| match overview {
            None => Err(None),
            Some(Err(error)) => Err(Some(error.clone())),
            Some(Ok(overview)) => Ok((overview.found.attention.total_items, overview.is_of_all())),
        })
    });
    let errors_href = Memo::new(move |_| {
        data.overview.value.with(|overview| match overview {
            Some(Ok(overview)) => all_errors(overview),
            Some(Err(_)) | None => None,
        })
    });
    let shown = move || {
        let n_items = if is_long.get() { usize::MAX } else { FIRST_ITEMS };
        items.with(|items| items.iter().take(n_items).cloned().map(Keyed::new).collect::<Vec<_>>())
    };
    move || {
        match state.get() {
        Err(None) => view! { <div class="card-body flush"><SkeletonRows rows=5 label="Looking for what needs attention"/></div> }.into_any(),
        Err(Some(error)) => {
            view! { <ErrorPanel title="What needs attention did not load" error=error on_retry=retry/> }.into_any()
        }
        Ok((0, is_of_all)) => {
            let (title, text) = if is_of_all {
                ("Nothing is wrong in the catalog", "Everything was read without a mistake, has an owner and says what it is for.")
            } else {
                ("Nothing needs your attention", "What you and your groups own was read without a mistake and says what it is for.")
            };
            view! {
                <div class="home__well">
                    <Icon name=IconName::Success/>
                    <div>
                        <b>{title}</b>
                        <p>{text}</p>
                    </div>
                </div>
            }
            .into_any()
        }
        Ok((n_total, _)) => view! {
            <div class="card-body flush">
                <ul class="list">
                    <Each each=shown key=|item| item.key.clone() let:item>
                        <AttentionLine item=item.item/>
                    </Each>
                </ul>
            </div>
            {move || {
                (items.with(Vec::len) > FIRST_ITEMS)
                    .then(|| {
                        let is_cut = move || items.with(Vec::len) < n_total;
                        let label = move || {
                            let all = if is_cut() { "" } else { "all " };
                            if is_long.get() { "Show less".to_owned() } else { format!("Show {all}{}", numbers::count(items.with(Vec::len))) }
                        };
                        let which = move || if is_cut() { ", the most urgent" } else { "" };
                        view! {
                            <div class="card-foot">
                                <span>
                                    {move || format!("{} of {}{}", numbers::count(shown().len()), numbers::count(n_total), which())}
                                </span>
                                {move || errors_href.get().map(|href| view! { <a href=href>"All errors"</a> })}
                                <button
                                    class="link right-align"
                                    type="button"
                                    aria-expanded=move || is_long.get().to_string()
                                    on:click=move |_| is_long.update(|is_long| *is_long = !*is_long)
                                >
                                    {label}
                                </button>
                            </div>
                        }
                    })
            }}
        }
        .into_any(),
    }
    }
}

/// An item, and what makes it another one for the list.
struct Keyed {
    key: String,
    item: AttentionItem,
}

impl Keyed {
    fn new(item: AttentionItem) -> Self {
        Self { key: format!("{item:?}"), item }
    }
}

#[component]
fn AttentionLine(
    /// What it is about.
    item: AttentionItem,
) -> impl IntoView {
    let first = item.issues.first().copied().unwrap_or(Issue::Error);
    let text = sentence(&item);
    let entity_ref: Option<EntityRef> = item.entity_ref.as_deref().and_then(|text| text.parse().ok());
    let title = item.title.clone().or_else(|| entity_ref.as_ref().map(short_name)).unwrap_or_else(|| {
        let location = item.location.as_deref().unwrap_or("A source");
        location.rsplit('/').next().unwrap_or(location).to_owned()
    });
    let (href, data_ref) = match &entity_ref {
        Some(entity_ref) => (paths::inspect(entity_ref), Some(entity_ref.to_string())),
        None => (item.location.as_deref().map_or_else(paths::problems, inspect_location), None),
    };
    let owner = item.owner.as_deref().filter(|_| first != Issue::UnknownOwner).and_then(|owner| owner.parse().ok());
    let owner = owner.map(|owner: EntityRef| short_name(&owner));
    let badges = item.issues.iter().map(|&issue| view! { <Badge text=issue_label(issue) tone=issue_tone(issue)/> });
    let edit_label = format!("Edit the descriptor of {title}");
    view! {
        <li class="list-row tall" data-tone=issue_tone(first).map_or("idle", Tone::value)>
            <Icon name=issue_icon(first) class="tone-icon"/>
            <div class="grow">
                <div class="row nowrap home__issues">
                    <a class="title" href=href data-ref=data_ref>{title}</a>
                    {badges.collect_view()}
                </div>
                <div class="sub" title=text.clone()>{text.clone()}</div>
            </div>
            <span class="meta not-phone">
                {owner}
                {item
                    .edit_url
                    .map(|url| {
                        view! {
                            <a class="icon-button small over" href=url target="_blank" rel="noreferrer" aria-label=edit_label.clone() title=edit_label>
                                <Icon name=IconName::Edit/>
                            </a>
                        }
                    })}
            </span>
        </li>
    }
}

/// What to say below the greeting: how much needs attention.
pub fn summary(n_items: usize, is_of_all: bool) -> String {
    let whose = if is_of_all { "in the catalog needs" } else { "you own needs" };
    match n_items {
        0 => format!("Nothing {whose} attention."),
        1 => if is_of_all { "One thing in the catalog needs attention." } else { "One thing needs your attention." }
            .to_owned(),
        _ => {
            const WORDS: [&str; 8] = ["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
            let number = WORDS.get(n_items - 2).map_or_else(|| numbers::count(n_items), |&word| word.to_owned());
            let rest = if is_of_all { "things in the catalog need attention." } else { "things need your attention." };
            format!("{number} {rest}")
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::api::overview::{Attention, CatalogOverview, IssueCount};

    use super::*;

    fn item(issues: &[Issue]) -> AttentionItem {
        AttentionItem { entity_ref: Some("api:default/a".into()), issues: issues.to_vec(), ..AttentionItem::default() }
    }

    #[test]
    fn an_error_is_told_with_its_place() {
        let error = AttentionItem {
            file: Some("/srv/catalog/all.yaml".into()),
            line: Some(14),
            message: Some("`spec.owner` is missing".into()),
            ..item(&[Issue::Error, Issue::NoDocs])
        };
        assert_eq!(sentence(&error), "all.yaml line 14: `spec.owner` is missing");
        assert_eq!(sentence(&item(&[Issue::NoOwner])), "Nobody owns this API. Name a group in spec.owner.");
    }

    #[test]
    fn errors_that_are_not_named_are_a_link_away() {
        let href = |owners: &[&str], n_errors| {
            let counts = vec![IssueCount { issue: Issue::Error, count: n_errors }];
            let attention = Attention { total_items: 9, counts, items: vec![item(&[Issue::Error]); 2] };
            let owners = owners.iter().map(|&owner| owner.to_owned()).collect();
            all_errors(&HomeOverview { owners, found: CatalogOverview { attention, ..CatalogOverview::default() } })
        };
        assert_eq!(href(&["group:default/a"], 3).as_deref(), Some("/problems?owner=mine"));
        assert_eq!(href(&[], 3).as_deref(), Some("/problems"));
        assert_eq!(href(&[], 2), None, "the rest are other issues");
    }

    #[test]
    fn small_numbers_are_words() {
        assert_eq!(summary(0, false), "Nothing you own needs attention.");
        assert_eq!(summary(1, false), "One thing needs your attention.");
        assert_eq!(summary(5, false), "Five things need your attention.");
        assert_eq!(summary(10, true), "10 things in the catalog need attention.");
        assert_eq!(summary(1_234, false), "1,234 things need your attention.");
    }
}

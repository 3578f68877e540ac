//! What happened in the catalog lately.

use leptos::prelude::*;
use shared::api::changes::{ChangeKind, RecordedChange};
use shared::entity::EntityRef;

use super::home_data::HomeData;
use super::known_link::KnownLink;
use crate::browser;
use crate::ui::badge::Tone;
use crate::ui::each::Each;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;
use crate::ui::states::{ErrorPanel, SkeletonRows};
use crate::ui::time::Ago;

/// Lines of the card.
const MAX_LINES: usize = 8;
/// So many of one reading are told together, as when a catalog is read for the first time.
const MANY: usize = 4;

/// A line of the card.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    /// One entity.
    One(RecordedChange),
    /// Many entities of one reading.
    Many {
        /// The newest of them.
        first: RecordedChange,
        /// How many, as far as they were read.
        count: usize,
        /// Whether there may be more.
        is_open: bool,
    },
}

/// Whether the same happened to both in one reading.
fn is_same(one: &RecordedChange, other: &RecordedChange) -> bool {
    one.changed_at == other.changed_at && one.change == other.change
}

/// Whether it is told by another change: a location breaks and is mended with the entities it leads to.
fn is_echo(change: &RecordedChange, changes: &[RecordedChange]) -> bool {
    let is_location = |change: &RecordedChange| change.entity_ref.starts_with("location:");
    matches!(change.change, ChangeKind::Broken | ChangeKind::Mended)
        && is_location(change)
        && changes.iter().any(|other| !is_location(other) && is_same(change, other))
}

/// The lines for some changes, the newest first. The same thing that happens to one entity over and over is told once.
fn lines(changes: &[RecordedChange], is_cut: bool) -> Vec<Line> {
    let worth_telling: Vec<RecordedChange> =
        changes.iter().filter(|change| !is_echo(change, changes)).cloned().collect();
    let mut lines = Vec::new();
    let mut told: Vec<(&str, ChangeKind)> = Vec::new();
    let mut rest = &worth_telling[..];
    while let Some(first) = rest.first() {
        let n_same = rest.iter().take_while(|change| is_same(first, change)).count();
        let (same, others) = rest.split_at(n_same);
        rest = others;
        if n_same >= MANY {
            lines.push(Line::Many { first: first.clone(), count: n_same, is_open: is_cut && rest.is_empty() });
        } else {
            for change in same {
                let key = (change.entity_ref.as_str(), change.change);
                if !told.contains(&key) {
                    told.push(key);
                    lines.push(Line::One(change.clone()));
                }
            }
        }
    }
    lines.truncate(MAX_LINES);
    lines
}

fn word(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::Added => "Added",
        ChangeKind::Changed => "Changed",
        ChangeKind::Broken => "Broken",
        ChangeKind::Mended => "Mended",
        ChangeKind::Related => "Related",
        ChangeKind::Removed => "Removed",
    }
}

/// The value of `data-tone`.
fn tone(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::Added | ChangeKind::Mended => "ok",
        ChangeKind::Changed | ChangeKind::Related => Tone::Info.value(),
        ChangeKind::Broken => Tone::Bad.value(),
        ChangeKind::Removed => "idle",
    }
}

/// The end of a source, which tells the most: the last folder and the file.
fn short_source(source: &str) -> String {
    let target = source.split_once(':').map_or(source, |(_, target)| target);
    let parts: Vec<&str> = target.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}

/// What happened lately.
#[component]
pub fn ChangesWidget() -> impl IntoView {
    let data = HomeData::of_page();
    let retry = Callback::new(move |()| data.load_changes());
    let state = Memo::new(move |_| {
        data.changes.value.with(|changes| match changes {
            None => Err(None),
            Some(Err(error)) => Err(Some(error.clone())),
            Some(Ok(changes)) => Ok(changes.is_empty()),
        })
    });
    let shown = move || {
        data.changes.value.with(|changes| match changes {
            Some(Ok(changes)) => lines(changes, changes.len() >= 100),
            Some(Err(_)) | None => Vec::new(),
        })
    };
    move || {
        match state.get() {
        Err(None) => view! { <div class="card-body flush"><SkeletonRows rows=6 label="Loading recent changes"/></div> }.into_any(),
        Err(Some(error)) => view! { <ErrorPanel title="Recent changes did not load" error=error on_retry=retry/> }.into_any(),
        Ok(true) => {
            view! { <p class="home__empty muted text-13">"Nothing has changed since this portal keeps a record. What is added, edited or removed shows up here within a second."</p> }
                .into_any()
        }
        Ok(false) => view! {
            <div class="card-body flush">
                <ul class="list home__changes">
                    <Each each=shown key=|line| format!("{line:?}") let:line>
                        <ChangeLine line/>
                    </Each>
                </ul>
            </div>
        }
        .into_any(),
    }
    }
}

#[component]
fn ChangeLine(
    /// What happened.
    line: Line,
) -> impl IntoView {
    let data = HomeData::of_page();
    let (change, many) = match line {
        Line::One(change) => (change, None),
        Line::Many { first, count, is_open } => (first, Some((count, is_open))),
    };
    let at_ms = browser::parse_time(&change.changed_at);
    let source = change.source.clone();
    let entity_ref: Option<EntityRef> = change.entity_ref.parse().ok();
    let name = match (many, entity_ref) {
        (Some((count, is_open)), _) => {
            let more = if is_open { "+" } else { "" };
            view! {
                <span class="entity-ref">
                    <Icon name=IconName::Rows/>
                    <span>{format!("{}{more} entities", numbers::count(count))}</span>
                </span>
            }
            .into_any()
        }
        (None, Some(entity_ref)) if change.is_present => {
            view! { <KnownLink entity_ref title=change.title entity_type=change.spec_type/> }.into_any()
        }
        (None, entity_ref) => {
            let kind = entity_ref.map(|entity_ref| entity_ref.kind).unwrap_or_default();
            view! {
                <span class="entity-ref" data-kind=kind.clone() title=change.entity_ref.clone()>
                    <Icon name=crate::ui::entity_link::entity_icon(&kind, None)/>
                    <span>{change.title.unwrap_or_else(|| change.entity_ref.clone())}</span>
                </span>
            }
            .into_any()
        }
    };
    let source = source.filter(|_| many.is_none()).map(|source| {
        let text = short_source(&source);
        view! { <span class="sub mono" title=source>{text}</span> }
    });
    view! {
        <li class="list-row home__change">
            <span class="status" data-tone=tone(change.change)>{word(change.change)}</span>
            {name}
            {source}
            <span class="meta"><Ago at_ms now_ms=data.now_ms/></span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(name: &str, change: ChangeKind, at: &str) -> RecordedChange {
        RecordedChange {
            seq: 0,
            entity_ref: format!("api:default/{name}"),
            change,
            changed_at: at.to_owned(),
            title: None,
            spec_type: None,
            source: None,
            is_present: true,
        }
    }

    fn told(changes: &[RecordedChange], is_cut: bool) -> Vec<String> {
        let text = |line: &Line| match line {
            Line::One(change) => format!("{} {}", word(change.change), change.entity_ref),
            Line::Many { count, is_open, .. } => format!("{count}{}", if *is_open { "+" } else { "" }),
        };
        lines(changes, is_cut).iter().map(text).collect()
    }

    #[test]
    fn what_comes_in_one_reading_is_told_together() {
        let mut changes = vec![change("new", ChangeKind::Changed, "2")];
        changes.extend((0..5).map(|number| change(&number.to_string(), ChangeKind::Added, "1")));
        assert_eq!(told(&changes, false), ["Changed api:default/new", "5"]);
        assert_eq!(told(&changes, true), ["Changed api:default/new", "5+"]);
        changes.push(change("old", ChangeKind::Added, "0"));
        assert_eq!(told(&changes, true).last().map(String::as_str), Some("Added api:default/old"));
    }

    #[test]
    fn the_same_again_is_told_once() {
        let changes = [("a", ChangeKind::Changed, "3"), ("a", ChangeKind::Changed, "2"), ("a", ChangeKind::Added, "1")];
        let changes = changes.map(|(name, kind, at)| change(name, kind, at));
        assert_eq!(told(&changes, false), ["Changed api:default/a", "Added api:default/a"]);
    }

    #[test]
    fn what_breaks_is_told_without_the_location_that_leads_to_it() {
        let location = |kind: ChangeKind, at: &str| RecordedChange {
            entity_ref: "location:default/all".to_owned(),
            ..change("", kind, at)
        };
        let broken = [change("a", ChangeKind::Broken, "2"), location(ChangeKind::Broken, "2")];
        assert_eq!(told(&broken, false), ["Broken api:default/a"]);
        let others = [location(ChangeKind::Changed, "4"), location(ChangeKind::Broken, "3")];
        assert_eq!(told(&others, false), ["Changed location:default/all", "Broken location:default/all"]);
    }

    #[test]
    fn a_source_is_told_by_its_end() {
        assert_eq!(short_source("file:/srv/catalog/booking/catalog-info.yaml"), "booking/catalog-info.yaml");
        assert_eq!(short_source("url:https://git.example/a/b.yaml"), "a/b.yaml");
        assert_eq!(short_source("x"), "x");
    }
}

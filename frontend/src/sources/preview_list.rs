//! What a source would bring in, document by document.

use leptos::prelude::*;
use shared::api::sources::{DiffKind, DiffLine, EntityChange, PreviewedEntity, PreviewedSource};
use shared::entity::EntityRef;

use super::excerpt::{ErrorFigures, YamlLine};
use super::places;
use crate::catalog::kinds;
use crate::paths;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::Icon;
use crate::ui::numbers;
use crate::ui::order::Order as _;

/// Entities that are shown at once; the others follow when they are asked for.
const SHOWN: usize = 100;

/// What becomes of an entity, in a word.
pub fn change_word(change: EntityChange) -> &'static str {
    match change {
        EntityChange::New => "New",
        EntityChange::Changed => "Changed",
        EntityChange::Unchanged => "Unchanged",
        EntityChange::Conflicting => "Name is taken",
        EntityChange::Invalid => "Invalid",
    }
}

fn change_tone(change: EntityChange) -> Option<&'static str> {
    match change {
        EntityChange::New => Some("ok"),
        EntityChange::Changed => Some("info"),
        EntityChange::Unchanged => None,
        EntityChange::Conflicting => Some("warn"),
        EntityChange::Invalid => Some("bad"),
    }
}

/// How many entities there are of each change, those that need a look first.
pub fn counts(source: &PreviewedSource) -> Vec<(EntityChange, usize)> {
    let all = [
        EntityChange::Invalid,
        EntityChange::Conflicting,
        EntityChange::New,
        EntityChange::Changed,
        EntityChange::Unchanged,
    ];
    let count = |change| source.entities.iter().filter(|entity| entity.change == change).count();
    all.into_iter().map(|change| (change, count(change))).filter(|(_, count)| *count > 0).collect()
}

/// The counts as a sentence, for the page and for people who hear it.
pub fn summary(source: &PreviewedSource) -> String {
    let words = |(change, count): (EntityChange, usize)| {
        let word = match change {
            EntityChange::New => "new",
            EntityChange::Changed => "changed",
            EntityChange::Unchanged => "unchanged",
            EntityChange::Conflicting => "with a name that is taken",
            EntityChange::Invalid => "invalid",
        };
        format!("{} {word}", numbers::count(count))
    };
    let mut parts: Vec<String> = counts(source).into_iter().map(words).collect();
    if source.n_errors > 0 {
        parts.push(numbers::counted(source.n_errors, "error", "errors"));
    }
    if parts.is_empty() { "No entity was found".to_owned() } else { parts.join(", ") }
}

/// The documents in the order in which they need a look, keeping that of the source within it.
fn in_order(entities: &[PreviewedEntity]) -> Vec<PreviewedEntity> {
    let mut sorted = entities.to_vec();
    sorted.order_by_key(|entity| entity.change);
    sorted
}

/// What one source would bring in.
#[component]
pub fn PreviewedEntities(
    /// The source.
    source: PreviewedSource,
) -> impl IntoView {
    let entities = in_order(&source.entities);
    let n_all = entities.len();
    let is_whole = RwSignal::new(n_all <= SHOWN);
    let shown = move || {
        let n_shown = if is_whole.get() { n_all } else { SHOWN };
        entities.iter().take(n_shown).cloned().map(|entity| view! { <PreviewedItem entity/> }).collect_view()
    };
    view! {
        {(source.n_errors > 0)
            .then(|| {
                view! { <div class="card-body"><ErrorFigures errors=source.errors.clone() n_errors=source.n_errors/></div> }
            })}
        {(n_all > 0).then(|| view! { <ul class="list previewed">{shown}</ul> })}
        {move || {
            (!is_whole.get())
                .then(|| {
                    view! {
                        <div class="card-foot">
                            <button class="button small quiet" type="button" on:click=move |_| is_whole.set(true)>
                                {format!("Show all {}", numbers::count(n_all))}
                            </button>
                        </div>
                    }
                })
        }}
    }
}

#[component]
fn PreviewedItem(
    /// The document.
    entity: PreviewedEntity,
) -> impl IntoView {
    let PreviewedEntity { entity_ref, change, location, line, current, diff, errors } = entity;
    let parsed: Option<EntityRef> = entity_ref.parse().ok();
    let kind = parsed.as_ref().map(|parsed| parsed.kind.clone()).unwrap_or_default();
    let name = parsed.as_ref().map_or_else(|| entity_ref.clone(), short_name);
    let is_there = current.is_some();
    let href = parsed.as_ref().filter(|_| is_there).map(paths::entity);
    let place = location.as_deref().map(places::short);
    let about = match change {
        EntityChange::New => "Comes into the catalog.".to_owned(),
        EntityChange::Unchanged => "The catalog has it just so.".to_owned(),
        EntityChange::Changed if location.is_none() => "The catalog has another version of it.".to_owned(),
        EntityChange::Changed => "The catalog has an older version of it.".to_owned(),
        EntityChange::Conflicting => {
            "Another source described this name first and keeps it. Rename this one, or take the other one out."
                .to_owned()
        }
        EntityChange::Invalid => "Nothing comes of this document until it is mended.".to_owned(),
    };
    let n_errors = errors.len();
    let has_details = n_errors > 0 || !diff.is_empty();
    view! {
        <li class="previewed__item">
            <div class="previewed__head">
                <Icon name=entity_icon(&kind, None) kind=kind.clone()/>
                <div class="grow">
                    <div class="row previewed__name">
                        {match href {
                            Some(href) => view! { <a class="wrap-any" href=href><b>{name}</b></a> }.into_any(),
                            None => view! { <b class="wrap-any">{name}</b> }.into_any(),
                        }}
                        <span class="subtle small-text">{kinds::one(&kind)}</span>
                        <span class="badge" data-tone=change_tone(change)>{change_word(change)}</span>
                    </div>
                    <p class="small-text muted">
                        {about}
                        {current
                            .filter(|_| change != EntityChange::Unchanged || location.is_none())
                            .map(|current| {
                                view! {
                                    " It comes from "
                                    <a href=places::inspect_location(&current) class="wrap-any">{places::short(&current)}</a>
                                    "."
                                }
                            })}
                    </p>
                </div>
                <span class="small-text subtle num previewed__place">
                    {place.map(|place| format!("{place}, "))}
                    {format!("line {line}")}
                </span>
            </div>
            {has_details
                .then(|| {
                    view! {
                        <div class="previewed__details">
                            {(n_errors > 0).then(|| view! { <ErrorFigures errors n_errors/> })}
                            {(!diff.is_empty()).then(|| view! { <Diff lines=diff/> })}
                        </div>
                    }
                })}
        </li>
    }
}

/// What differs between the document of the catalog and the new one.
#[component]
fn Diff(
    /// The lines.
    lines: Vec<DiffLine>,
) -> impl IntoView {
    let row = |line: DiffLine| {
        let (sign, class, word) = match line.kind {
            DiffKind::Kept => ("", "", ""),
            DiffKind::Removed => ("−", "del", "removed: "),
            DiffKind::Added => ("+", "add", "added: "),
            DiffKind::Gap => ("⋯", "gap", ""),
        };
        view! {
            <div class=class>
                <span aria-hidden="true">{sign}</span>
                <span>
                    <span class="visually-hidden">{word}</span>
                    <YamlLine text=line.text/>
                </span>
            </div>
        }
    };
    view! {
        <div class="code">
            <div class="source source--diff" tabindex="0" role="region" aria-label="What changes">
                {lines.into_iter().map(row).collect_view()}
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(changes: &[EntityChange], n_errors: usize) -> PreviewedSource {
        let entity = |change: &EntityChange| PreviewedEntity { change: *change, ..PreviewedEntity::default() };
        PreviewedSource { entities: changes.iter().map(entity).collect(), n_errors, ..PreviewedSource::default() }
    }

    #[test]
    fn a_summary_counts_what_becomes_of_the_documents() {
        use EntityChange::{Conflicting, Invalid, New, Unchanged};
        assert_eq!(summary(&source(&[New, Invalid, New, Unchanged], 1)), "1 invalid, 2 new, 1 unchanged, 1 error");
        assert_eq!(summary(&source(&[], 0)), "No entity was found");
        let order: Vec<_> =
            in_order(&source(&[New, Conflicting, Invalid], 0).entities).into_iter().map(|one| one.change).collect();
        assert_eq!(order, [Invalid, Conflicting, New]);
    }
}

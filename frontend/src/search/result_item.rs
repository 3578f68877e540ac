//! One result.

use leptos::prelude::*;
use shared::entity::EntityRef;

use super::highlight::draw;
use super::result_line::{ResultLine, Sort};
use crate::browser;
use crate::catalog::cells::lifecycle_tone;
use crate::entity::verb_tone;
use crate::paths;
use crate::ui::badge::Badge;
use crate::ui::entity_link::{entity_icon, short_name};
use crate::ui::icon::{Icon, IconName};
use crate::ui::{time, words};

/// What was found, what it is, and the words in it.
#[component]
pub fn ResultItem(
    /// What it says.
    line: ResultLine,
) -> impl IntoView {
    let what = line.what();
    let ResultLine { sort, href, is_elsewhere, kind, entity_type, verb, title, part_of, .. } = line;
    let ResultLine { namespace, owner, lifecycle, changed_at, text, found_in, .. } = line;
    let icon = match sort {
        Sort::Entity | Sort::Operation => entity_icon(&kind, Some(&entity_type)),
        Sort::Docs => IconName::Docs,
        Sort::Other => IconName::File,
    };
    let kind = matches!(sort, Sort::Entity | Sort::Operation).then_some(kind);
    let is_path = !verb.is_empty();
    let verb = is_path.then(|| view! { <span class="verb" data-tone=verb_tone(&verb)>{verb.clone()}</span>" " });
    let elsewhere = is_elsewhere.then(|| {
        view! {
            <Icon name=IconName::External class="tiny"/>
            <span class="visually-hidden">" (opens in a new tab)"</span>
        }
    });
    let stage = (!lifecycle.is_empty())
        .then(|| view! { <Badge tone=lifecycle_tone(&lifecycle) text=words::label(&lifecycle)/> });
    let found_in = found_in.map(|(field, pieces)| {
        view! { <p class="result__text small-text subtle">{format!("Found in {field}: ")} {draw(pieces)}</p> }
    });
    view! {
        <li class="result">
            <span class="kind-tile small" data-kind=kind><Icon name=icon/></span>
            <div class="result__main">
                <h2>
                    <a
                        class="result__link"
                        href=href
                        target=is_elsewhere.then_some("_blank")
                        rel=is_elsewhere.then_some("noopener")
                    >
                        {verb}
                        <span class:mono=is_path>{draw(title)}</span>
                        {elsewhere}
                    </a>
                </h2>
                <div class="result__facts">
                    {(!what.is_empty()).then(|| view! { <span>{what}</span> })}
                    {part_of.map(|(entity_ref, title)| view! { <span>"in "{reference(&entity_ref, title)}</span> })}
                    {(!namespace.is_empty()).then(|| view! { <span>{format!("Namespace {namespace}")}</span> })}
                    {owner
                        .map(|owner| {
                            let name = short_name(&owner);
                            view! { <span><span class="visually-hidden">"Owned by "</span>{reference(&owner, name)}</span> }
                        })}
                    {stage}
                    {changed(&changed_at)}
                </div>
                {(!text.is_empty()).then(|| view! { <p class="result__text">{draw(text)}</p> })}
                {found_in}
            </div>
        </li>
    }
}

/// A reference whose words are known. To read more of each would move what stands behind it.
fn reference(entity_ref: &EntityRef, words: String) -> AnyView {
    view! {
        <a class="entity-ref plain" href=paths::entity(entity_ref) data-ref=entity_ref.to_string()>
            <span>{words}</span>
        </a>
    }
    .into_any()
}

/// When it changed last.
fn changed(changed_at: &str) -> Option<AnyView> {
    let at_ms = time::millis(changed_at)?;
    let ago = time::ago_in_sentence(browser::now_ms() - at_ms).unwrap_or_else(|| time::date(at_ms));
    Some(
        view! { <span>"Changed "<time datetime=changed_at.to_owned() title=time::full(at_ms)>{ago}</time></span> }
            .into_any(),
    )
}

//! One domain with its systems.

use leptos::prelude::*;
use shared::entity::EntityRef;
use wasm_bindgen::JsCast;

use super::landscape::{COUNTED, Counts, Domain, System};
use crate::catalog::kinds;
use crate::catalog::view::{CatalogView, Facet};
use crate::entity::owner;
use crate::paths;
use crate::ui::each::Each;
use crate::ui::entity_link::{EntityLink, short_name};
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// A domain, folded or open.
#[component]
pub fn DomainCard(
    /// The domain, as it is now.
    domain: Memo<Domain>,
    /// Whether it starts open.
    is_open: bool,
    /// Told when the reader folds or opens it.
    on_toggle: Callback<(String, bool)>,
) -> impl IntoView {
    let key = domain.with_untracked(Domain::key);
    let was_open = RwSignal::new(is_open);
    let toggled = move |event: web_sys::Event| {
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is_now = element.is_some_and(|element| element.has_attribute("open"));
        if is_now {
            was_open.set(true);
        }
        on_toggle.run((key.clone(), is_now));
    };
    // What changes is drawn again, and nothing else: the focus may be in the card.
    let title = Memo::new(move |_| domain.with(Domain::title));
    let description = Memo::new(move |_| domain.with(|domain| domain.entity.as_ref()?.metadata.description.clone()));
    let refs = Memo::new(move |_| {
        domain.with(|domain| {
            let owner = domain.entity.as_ref().and_then(|entity| owner(entity));
            (owner, domain.above.clone(), domain.entity_ref.clone())
        })
    });
    let has_systems = Memo::new(move |_| domain.with(|domain| !domain.systems.is_empty()));
    let facts = move || {
        let (owner, above, entity_ref) = refs.get();
        let owner =
            owner.map(|entity_ref| view! { <span class="row domain__fact">"Owned by "<EntityLink entity_ref/></span> });
        let above =
            above.map(|entity_ref| view! { <span class="row domain__fact">"Part of "<EntityLink entity_ref/></span> });
        let label = move || format!("Open the domain {}", title.get());
        let open = entity_ref
            .map(|entity_ref| view! { <a href=paths::entity(&entity_ref) aria-label=label>"Open the domain"</a> });
        view! { <div class="domain__facts text-13 muted">{owner}{above}{open}</div> }
    };
    let systems = move || {
        if has_systems.get() {
            view! { <Systems title domain/> }.into_any()
        } else {
            view! { <p class="text-13 subtle domain__text">"No system names this domain yet."</p> }.into_any()
        }
    };
    let body = move || {
        was_open.get().then(|| {
            view! {
                <div class="domain__body">
                    {move || description.get().map(|text| view! { <p class="text-13 muted domain__text">{text}</p> })}
                    {facts}
                    {systems}
                </div>
            }
        })
    };
    let counts = move || {
        let (n_systems, counts) = domain.with(|domain| (domain.systems.len(), domain.counts));
        view! {
            <span class="subtle text-13 num">{numbers::counted(n_systems, "system", "systems")}</span>
            <CountWords counts/>
            <Problems n_problems=counts.problems/>
        }
    };
    view! {
        <details
            class="domain card"
            open=is_open
            data-depth=move || domain.with(|domain| domain.depth.min(3).to_string())
            on:toggle=toggled
        >
            <summary>
                <Icon name=IconName::ChevronRight class="domain__chevron"/>
                <Icon name=IconName::KindDomain kind="domain"/>
                <h2>{title}</h2>
                <span class="domain__counts">{counts}</span>
            </summary>
            {body}
        </details>
    }
}

/// The counts of each kind, in grey.
#[component]
fn CountWords(
    /// The counts.
    counts: Counts,
) -> impl IntoView {
    let word = |(kind, n_items): (&str, usize)| {
        let noun = if n_items == 1 { kinds::one(kind) } else { kinds::many(kind) };
        let noun = if kind == "api" { noun } else { noun.to_lowercase() };
        (n_items > 0)
            .then(|| view! { <span class="subtle text-13 num">{format!("{} {noun}", numbers::count(n_items))}</span> })
    };
    COUNTED.into_iter().zip(counts.of_kind).map(word).collect_view()
}

#[component]
fn Problems(
    /// How many there are.
    n_problems: usize,
) -> impl IntoView {
    (n_problems > 0).then(|| {
        view! {
            <span class="badge" data-tone="bad">
                <Icon name=IconName::Error/>
                {numbers::counted(n_problems, "problem", "problems")}
            </span>
        }
    })
}

#[component]
fn Systems(
    /// What the domain is called.
    title: Memo<String>,
    /// The domain.
    domain: Memo<Domain>,
) -> impl IntoView {
    // All that a row shows: the rows of systems that did not change stay.
    let drawn = |system: &System| {
        let entity = &system.entity;
        let name = entity.display_name().to_owned();
        (system.entity_ref.clone(), name, entity.metadata.description.clone(), owner(entity), system.counts)
    };
    view! {
        <div class="table-wrap">
            <table class="table stackable domain__systems" aria-label=move || format!("Systems of {}", title.get())>
                <thead>
                    <tr>
                        <th scope="col">"System"</th>
                        <th scope="col" class="col-owner">"Owner"</th>
                        <th scope="col" class="right col-components">"Components"</th>
                        <th scope="col" class="right col-apis">"APIs"</th>
                        <th scope="col" class="right col-resources">"Resources"</th>
                        <th scope="col" class="col-problems">"Problems"</th>
                    </tr>
                </thead>
                <tbody>
                    <Each each=move || domain.with(|domain| domain.systems.clone()) key=drawn let:system>
                        <SystemRow system/>
                    </Each>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn SystemRow(
    /// The system.
    system: System,
) -> impl IntoView {
    let System { entity_ref, entity, counts } = system;
    let owner = owner(&entity);
    let name = entity.display_name().to_owned();
    let number = |(kind, n_items): (&'static str, usize)| {
        let unit = match (kind, n_items) {
            ("api", 1) => "API".to_owned(),
            ("api", _) => "APIs".to_owned(),
            (_, 1) => kinds::one(kind).to_lowercase(),
            _ => kinds::many(kind).to_lowercase(),
        };
        let content = match n_items {
            0 => view! { <span class="subtle">"0"</span> }.into_any(),
            _ => {
                let href = of_system(&entity_ref, kind);
                let label = format!("{} {unit} of {}", numbers::count(n_items), entity_ref.name);
                view! { <a href=href aria-label=label>{numbers::count(n_items)}</a> }.into_any()
            }
        };
        view! { <td class="right" class:optional=n_items == 0 data-unit=unit>{content}</td> }
    };
    let cells = COUNTED.into_iter().zip(counts.of_kind).map(number).collect_view();
    view! {
        <tr>
            <td class="name">
                <a class="entity-ref" data-kind="system" data-ref=entity_ref.to_string() href=paths::entity(&entity_ref)>
                    <Icon name=IconName::KindSystem/>
                    <span>{name}</span>
                </a>
                <span class="sub">{entity.metadata.description.clone()}</span>
            </td>
            <td class="col-owner">
                {owner
                    .map(|owner| {
                        view! {
                            <a class="entity-ref plain" href=paths::entity(&owner) data-ref=owner.to_string()>
                                <span>{short_name(&owner)}</span>
                            </a>
                        }
                    })}
            </td>
            {cells}
            <td><Problems n_problems=counts.problems/></td>
        </tr>
    }
}

/// The entities of one kind in a system.
fn of_system(system: &EntityRef, kind: &str) -> String {
    let mut view = CatalogView::parse("").with_kind(kind);
    view.toggle(Facet::System, &Facet::System.address_value(&system.to_string()));
    view.address()
}

//! Registering, at `/register`: from an address, from a text, or from nothing.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::api::sources::{EntityChange, LocationPreview, PreviewedSource};
use shared::entity::EntityRef;

use super::descriptor_form::{Answers, DescriptorForm, blank};
use super::places;
use super::preview_list::{PreviewedEntities, summary};
use super::registration::{Registered, RegistrationProgress};
use super::text_check::TextCheck;
use crate::api::{ApiClient, ClientError};
use crate::browser;
use crate::paths;
use crate::state::announcer::Announcer;
use crate::state::breadcrumb::{Crumb, use_breadcrumb};
use crate::state::title::use_title;
use crate::ui::current_link::show_current_link;
use crate::ui::each::Each;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// Where what is registered comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum From {
    #[default]
    Address,
    Text,
    Form,
}

impl From {
    const ALL: [Self; 3] = [Self::Address, Self::Text, Self::Form];

    fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|from| from.word() == word).unwrap_or_default()
    }

    fn word(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Text => "text",
            Self::Form => "form",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Address => "From an address",
            Self::Text => "Check a file",
            Self::Form => "Write a descriptor",
        }
    }

    fn icon(self) -> IconName {
        match self {
            Self::Address => IconName::Link,
            Self::Text => IconName::Upload,
            Self::Form => IconName::Edit,
        }
    }
}

/// The address of the page for a tab and an address to try.
fn register_address(from: From, target: &str) -> String {
    let mut query = Vec::new();
    if from != From::default() {
        query.push(("from", from.word()));
    }
    if from == From::Address && !target.is_empty() {
        query.push(("target", target));
    }
    paths::register_with(&paths::query_text(&query))
}

/// Brings a source into the catalog.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let location = use_location();
    let param = move |name: &'static str| {
        Memo::new(move |old: Option<&String>| {
            // On the way to another page the address is not this page's any more.
            let is_here = location.pathname.with(|path| path.trim_end_matches('/') == paths::register());
            if !is_here {
                return old.cloned().unwrap_or_default();
            }
            let pairs = location.search.with(|search| paths::query_pairs(search));
            pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
        })
    };
    let (from, target) = (param("from"), param("target"));
    let from = Memo::new(move |_| From::of(&from.get()));
    // What is written stays while another tab is open.
    let text = RwSignal::new(String::new());
    let answers = Answers::of(&blank());
    use_title(|| "Register".to_owned());
    use_breadcrumb(|| vec![Crumb::link("Catalog", paths::catalog()), Crumb::here("Register")]);
    show_current_link(".register > .tabs", move || from.track());
    let tab = move |own: From| {
        view! {
            <a class="tab" href=register_address(own, "") aria-current=move || (from.get() == own).then_some("page")>
                <Icon name=own.icon()/>
                {own.label()}
            </a>
        }
    };
    view! {
        <div class="page narrow register">
            <div class="page-head">
                <div>
                    <h1 tabindex="-1">"Register"</h1>
                    <p class="muted">
                        "Bring a repository's "
                        <code class="mono">"catalog-info.yaml"</code>
                        " into the catalog. You see what comes before anything is changed."
                    </p>
                </div>
            </div>
            <nav class="tabs" aria-label="How to register">{From::ALL.map(tab).collect_view()}</nav>
            {move || match from.get() {
                From::Address => view! { <FromAddress target/> }.into_any(),
                From::Text => view! { <TextCheck text/> }.into_any(),
                From::Form => {
                    view! {
                        <section class="card" aria-labelledby="descriptor-heading">
                            <div class="card-head"><h2 id="descriptor-heading">"Write a descriptor"</h2></div>
                            <div class="card-body"><DescriptorForm proposal=blank() answers on_written=None/></div>
                        </section>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// An address, what it would bring in, and bringing it in.
#[component]
fn FromAddress(
    /// The address that is tried, as it stands in the page's own address.
    target: Memo<String>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let announcer = Announcer::of_page();
    let navigate = use_navigate();
    let typed = RwSignal::new(target.get_untracked());
    let mistake = RwSignal::new(None::<&'static str>);
    let preview: Load<LocationPreview> = Load::new();
    let registered = RwSignal::new(Vec::<Registered>::new());
    let tried = RwSignal::new(String::new());
    let changed = Memo::new(move |_| {
        let typed = typed.get();
        tried.with(|tried| typed.trim() != tried.as_str()).then_some(typed)
    });
    let look = move |target: String| {
        preview.reset();
        registered.set(Vec::new());
        tried.set(target.clone());
        announcer.say("Reading the address".to_owned());
        preview.run(async move { client.location_preview(&target).await });
    };
    effect(move || {
        let target = target.get();
        if !target.is_empty() {
            mistake.set(None);
            typed.set(target.clone());
            look(target);
        } else {
            preview.reset();
            tried.set(String::new());
        }
    });
    effect(move || {
        preview.value.with(|value| match value {
            Some(Ok(preview)) => announcer.say(said(preview)),
            Some(Err(error)) => announcer.say(format!("The address was not read. {error}")),
            None => {}
        });
    });
    let try_address = Callback::new(move |address: String| {
        let address = address.trim().to_owned();
        mistake.set(address_mistake(&address));
        if mistake.get_untracked().is_some() {
            // What was found elsewhere is no answer to this.
            tried.set(String::new());
            preview.reset();
            registered.set(Vec::new());
            if let Some(input) = browser::find("#register-address") {
                browser::focus(&input);
            }
            return;
        }
        typed.set(address.clone());
        // The same address is read once more.
        if address == target.get_untracked() {
            look(address);
        } else {
            navigate(
                &register_address(From::Address, &address),
                NavigateOptions { scroll: false, ..NavigateOptions::default() },
            );
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        try_address.run(typed.get_untracked());
    };
    let retry = Callback::new(move |()| look(tried.get_untracked()));
    let answer = move || {
        if tried.with(String::is_empty) {
            return None;
        }
        let view = preview.value.with(|value| match value {
            None => view! { <SkeletonRows rows=4 label="Reading the address"/> }.into_any(),
            Some(Err(error)) => {
                view! { <ErrorPanel title="The address was not read" error=error.clone() on_retry=retry/> }.into_any()
            }
            Some(Ok(preview)) => {
                view! { <Previewed preview=preview.clone() registered changed try_address retry/> }.into_any()
            }
        });
        Some(view)
    };
    view! {
        <form class="register__form" on:submit=submit novalidate>
            <div class="field grow">
                <label for="register-address">"Address"</label>
                <input
                    id="register-address"
                    class="input"
                    type="url"
                    inputmode="url"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="https://github.com/acme/booking"
                    aria-invalid=move || mistake.get().map(|_| "true")
                    aria-describedby="register-address-hint register-address-error"
                    prop:value=move || typed.get()
                    on:input=move |event| {
                        mistake.set(None);
                        typed.set(event_target_value(&event));
                    }
                />
                <p class="hint" id="register-address-hint">
                    "Of a descriptor, or of a repository or folder to look for descriptors in."
                </p>
                <p class="field-error" id="register-address-error">{move || mistake.get()}</p>
            </div>
            <button class="button primary" type="submit" aria-busy=move || preview.is_loading.get().to_string()>
                "Look at it"
            </button>
        </form>
        {answer}
    }
}

/// What is wrong with an address, as far as it can be told without asking.
fn address_mistake(address: &str) -> Option<&'static str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    match rest {
        _ if address.is_empty() => Some("Paste the address of a repository or of a descriptor."),
        None => Some("An address begins with https:// or http://."),
        Some(rest) if rest.is_empty() || rest.starts_with('/') || address.contains(char::is_whitespace) => {
            Some("This is no whole address. Copy it from the browser.")
        }
        Some(_) => None,
    }
}

fn said(preview: &LocationPreview) -> String {
    match &preview.sources[..] {
        [] => "No descriptor was found. You can write one here".to_owned(),
        [one] => summary(one),
        more => {
            let n_entities = more.iter().map(|source| source.entities.len()).sum::<usize>();
            format!("{} descriptors with {n_entities} entities were found", more.len())
        }
    }
}

/// Whether something of a source can be registered.
fn can_be_registered(source: &PreviewedSource) -> bool {
    source.registration.is_none() && !source.entities.is_empty()
}

/// The entities that come with a source.
fn expected(source: &PreviewedSource) -> Vec<EntityRef> {
    let comes = source.entities.iter().filter(|entity| entity.change != EntityChange::Invalid);
    comes.filter_map(|entity| entity.entity_ref.parse().ok()).collect()
}

/// What was found at an address.
#[component]
fn Previewed(
    /// What was found.
    preview: LocationPreview,
    /// What was registered of it.
    registered: RwSignal<Vec<Registered>>,
    /// What is typed by now, where that is another address than the one at which it was found.
    changed: Memo<Option<String>>,
    /// Looks at another address.
    try_address: Callback<String>,
    /// Looks once more.
    retry: Callback<()>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let announcer = Announcer::of_page();
    let LocationPreview { sources, proposal } = preview;
    let left_out = RwSignal::new(Vec::<String>::new());
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ClientError>);
    let n_all = sources.len();
    let n_choices = sources.iter().filter(|source| can_be_registered(source)).count();
    let has_mistakes = sources.iter().any(|source| {
        source.n_errors > 0 || source.entities.iter().any(|entity| entity.change == EntityChange::Invalid)
    });
    let all = StoredValue::new(sources);
    let target_of =
        |source: &PreviewedSource| source.location.as_ref().map(|location| location.target.clone()).unwrap_or_default();
    let chosen = move || {
        let chosen = |source: &&PreviewedSource| {
            can_be_registered(source) && !left_out.with(|left_out| left_out.contains(&target_of(source)))
        };
        all.with_value(|all| all.iter().filter(chosen).cloned().collect::<Vec<_>>())
    };
    let register = move |_| {
        let sources = untrack(chosen);
        is_busy.set(true);
        failure.set(None);
        spawn_local(async move {
            for source in sources {
                let target = target_of(&source);
                let is_done =
                    registered.with_untracked(|registered| registered.iter().any(|one| one.location.target == target));
                if is_done {
                    continue;
                }
                match client.location_create(&target).await {
                    Ok(location) => {
                        let expected = expected(&source);
                        registered.try_update(|registered| registered.push(Registered { location, expected }));
                    }
                    Err(error) => {
                        announcer.say(format!("It was not registered. {error}"));
                        failure.try_set(Some(error));
                        break;
                    }
                }
            }
            is_busy.try_set(false);
        });
    };
    // From then on the progress says everything, unless something failed and can be tried again.
    let is_begun = Memo::new(move |_| {
        let is_any_registered = registered.with(|registered| !registered.is_empty());
        is_any_registered && failure.with(Option::is_none)
    });
    let cards = move || {
        if is_begun.get() {
            return None;
        }
        let is_left = |source: &&PreviewedSource| {
            let target = target_of(source);
            registered.with(|registered| registered.iter().all(|one| one.location.target != target))
        };
        let left = all.with_value(|all| all.iter().filter(is_left).cloned().collect::<Vec<_>>());
        Some(left.into_iter().map(|source| view! { <SourceCard source n_all left_out/> }).collect_view())
    };
    let proposal = proposal.map(|proposal| {
        let lead = if n_all == 0 {
            "There is no descriptor at this address yet."
        } else {
            "Nothing at this address describes an entity yet."
        };
        view! {
            <section class="card" aria-labelledby="proposal-heading">
                <div class="card-head"><h2 id="proposal-heading">"Write its descriptor"</h2></div>
                <div class="card-body stack">
                    <p class="muted">{lead} " Answer a few questions, and put the file into the repository."</p>
                    <DescriptorForm answers=Answers::of(&proposal) proposal on_written=Some(try_address)/>
                </div>
            </section>
        }
    });
    let is_changed = Memo::new(move |_| changed.with(Option::is_some));
    let look_there = move |_| {
        if let Some(address) = changed.get_untracked() {
            try_address.run(address);
        }
    };
    let actions = move || {
        if n_choices == 0 || is_begun.get() {
            return None;
        }
        if is_changed.get() {
            // Whoever presses a button below an address means the one that stands there.
            return Some(
                view! {
                    <div class="register__actions">
                        <p class="text-13 muted">"The address has changed. This was found at the one before."</p>
                        <button class="button" type="button" on:click=look_there>"Look at the new address"</button>
                    </div>
                }
                .into_any(),
            );
        }
        let n_chosen = chosen().len();
        let label = if n_choices > 1 { format!("Register {n_chosen}") } else { "Register".to_owned() };
        Some(
            view! {
                <div class="register__actions">
                    <button
                        class="button primary"
                        type="button"
                        disabled=n_chosen == 0
                        aria-busy=move || is_busy.get().to_string()
                        on:click=register
                    >
                        {label}
                    </button>
                    <button class="button" type="button" on:click=move |_| retry.run(())>
                        <Icon name=IconName::Refresh/>
                        "Look again"
                    </button>
                    {has_mistakes
                        .then(|| {
                            view! {
                                <p class="small-text muted">
                                    "What is good comes in. The rest follows by itself once its file is mended."
                                </p>
                            }
                        })}
                </div>
            }
            .into_any(),
        )
    };
    view! {
        <div class="stack register__answer">
            <Each each=move || registered.get() key=|registered| registered.location.id.clone() let:one>
                <RegistrationProgress registered=one/>
            </Each>
            {move || {
                failure
                    .get()
                    .map(|error| {
                        view! {
                            <div class="banner" data-tone="bad" role="alert">
                                <Icon name=IconName::Error/>
                                <div>
                                    <b>"It was not registered. "</b>
                                    <span class="muted">{error.to_string()}</span>
                                </div>
                            </div>
                        }
                    })
            }}
            {cards}
            {actions}
            {proposal}
        </div>
    }
}

/// One descriptor with all that it leads to.
#[component]
fn SourceCard(
    /// What was found in it.
    source: PreviewedSource,
    /// How many descriptors were found.
    n_all: usize,
    /// The addresses that are not to be registered.
    left_out: RwSignal<Vec<String>>,
) -> impl IntoView {
    let target = source.location.as_ref().map(|location| location.target.clone()).unwrap_or_default();
    let registration = source.registration.clone();
    let is_choice = n_all > 1 && can_be_registered(&source);
    let (own, for_change) = (target.clone(), target.clone());
    let heading =
        format!("source-{}", source.location.as_ref().map(|location| location.target.len()).unwrap_or_default());
    let id = format!("{heading}-{}", places::short(&target).replace(|char: char| !char.is_ascii_alphanumeric(), "-"));
    view! {
        <section class="card" aria-labelledby=id.clone()>
            <div class="card-head register__source">
                <h2 id=id.clone() title=target.clone()>
                    <Icon name=IconName::File/>
                    <span class="truncate">{places::short(&target)}</span>
                </h2>
                <span class="small-text subtle">{summary(&source)}</span>
                {is_choice
                    .then(|| {
                        view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    prop:checked=move || !left_out.with(|left_out| left_out.contains(&own))
                                    on:change=move |event| {
                                        let is_chosen = event_target_checked(&event);
                                        left_out
                                            .update(|left_out| {
                                                left_out.retain(|target| *target != for_change);
                                                if !is_chosen {
                                                    left_out.push(for_change.clone());
                                                }
                                            });
                                    }
                                />
                                <span>"Register"</span>
                            </label>
                        }
                    })}
            </div>
            {registration
                .map(|registration| {
                    let entity_ref: Option<EntityRef> = registration.entity_ref.parse().ok();
                    let words = if registration.is_configured {
                        "The configuration of this portal names this address already. "
                    } else {
                        "This address is registered already. "
                    };
                    view! {
                        <div class="banner register__known" data-tone="info" role="status">
                            <Icon name=IconName::Info/>
                            <div>
                                <b>{words}</b>
                                <span class="muted">"It is read again by itself; below is what a new look found."</span>
                            </div>
                            <div class="actions">
                                {entity_ref.map(|entity_ref| view! { <a class="button small" href=paths::inspect(&entity_ref)>"Inspect it"</a> })}
                            </div>
                        </div>
                    }
                })}
            <PreviewedEntities source/>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tab_and_the_address_are_in_the_url() {
        assert_eq!(register_address(From::Address, ""), "/register");
        assert_eq!(register_address(From::Address, "https://x/a b"), "/register?target=https:%2F%2Fx%2Fa%20b");
        assert_eq!(register_address(From::Text, "https://x"), "/register?from=text");
        assert_eq!(From::of("form"), From::Form);
        assert_eq!(From::of("?"), From::Address);
    }

    #[test]
    fn an_address_is_whole() {
        assert_eq!(address_mistake("https://x"), None);
        for bad in ["", "acme/booking", "https://", "https:///a", "https://x/a b", "file:///a"] {
            assert!(address_mistake(bad).is_some(), "{bad}");
        }
    }
}

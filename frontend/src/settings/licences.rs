//! The licences of everything from others, read when somebody wants to see them.

use leptos::prelude::*;
use shared::api::app::{LicencedPackage, Licences};

use crate::api::ApiClient;
use crate::ui::dialog::Dialog;
use crate::ui::each::Each;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::numbers::counted;
use crate::ui::states::{ErrorPanel, SkeletonRows};

/// A list that opens.
#[component]
pub fn LicencesCard() -> impl IntoView {
    let client = ApiClient::of_page();
    let licences = Load::<Licences>::new();
    let reload = Callback::new(move |()| licences.run(async move { client.licences_list().await }));
    let is_open = RwSignal::new(false);
    let toggle = move |_| {
        is_open.update(|is_open| *is_open = !*is_open);
        if is_open.get_untracked() && licences.value.with_untracked(Option::is_none) {
            reload.run(());
        }
    };
    let content = move || {
        is_open.get().then(|| match licences.value.get() {
            None => view! { <SkeletonRows rows=6 label="Loading the licences"/> }.into_any(),
            Some(Err(error)) => {
                view! { <ErrorPanel title="The licences did not load" error on_retry=reload/> }.into_any()
            }
            Some(Ok(Licences { packages })) => view! { <Packages packages/> }.into_any(),
        })
    };
    view! {
        <section class="card settings__card" aria-labelledby="about-licences">
            <div class="card-head">
                <h3 id="about-licences">"Software from others"</h3>
                <button class="button small" type="button" aria-expanded=move || is_open.get().to_string() on:click=toggle>
                    {move || if is_open.get() { "Hide" } else { "Show licences" }}
                </button>
            </div>
            <div class="card-body flush" id="licences">
                <p class="muted text-13 licences__lead">
                    "Callboard stands on the work of many. Everything that is part of the server or of this page, with its licence:"
                </p>
                {content}
            </div>
        </section>
    }
}

#[component]
fn Packages(
    /// By name.
    packages: Vec<LicencedPackage>,
) -> impl IntoView {
    let packages = StoredValue::new(packages);
    let text = RwSignal::new(String::new());
    let opened = RwSignal::new(None::<LicencedPackage>);
    let shown = Memo::new(move |_| {
        let wanted = text.with(|text| text.trim().to_lowercase());
        packages.with_value(|all| all.iter().filter(|one| is_match(one, &wanted)).cloned().collect::<Vec<_>>())
    });
    view! {
        <div class="licences__tools">
            <div class="input-icon grow">
                <Icon name=IconName::Search/>
                <input
                    class="input"
                    type="search"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Find by name or licence"
                    aria-label="Find by name or licence"
                    prop:value=text
                    on:input=move |event| text.set(event_target_value(&event))
                />
            </div>
            <span class="small-text subtle num" role="status">{move || counted(shown.with(Vec::len), "package", "packages")}</span>
        </div>
        <ul class="list licences__list" aria-label="Packages and their licences">
            <Each each=move || shown.get() key=|one| format!("{} {}", one.name, one.version) let:package>
                <PackageRow package opened/>
            </Each>
        </ul>
        <LicenceDialog opened/>
    }
}

/// Whether a package is one that somebody looks for.
fn is_match(package: &LicencedPackage, wanted: &str) -> bool {
    wanted.is_empty() || package.name.to_lowercase().contains(wanted) || package.license.to_lowercase().contains(wanted)
}

#[component]
fn PackageRow(
    /// The package.
    package: LicencedPackage,
    /// The package whose licence is read.
    opened: RwSignal<Option<LicencedPackage>>,
) -> impl IntoView {
    let LicencedPackage { name, version, license, url, .. } = package.clone();
    let label = format!("Read the licence of {name}");
    view! {
        <li class="list-row licences__row">
            <a class="licences__name truncate" href=url rel="external noreferrer" target="_blank">{name}</a>
            <span class="small-text subtle num">{version}</span>
            <span class="meta">
                <button class="button small quiet" type="button" aria-label=label on:click=move |_| opened.set(Some(package.clone()))>
                    {license}
                </button>
            </span>
        </li>
    }
}

/// The text of a licence.
#[component]
fn LicenceDialog(
    /// The package; `None` closes it.
    opened: RwSignal<Option<LicencedPackage>>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let is_open = RwSignal::new(false);
    let text = Load::<String>::new();
    let load = move |numbers: Vec<u32>| {
        text.reset();
        text.run(async move {
            let mut texts = Vec::new();
            for number in numbers {
                texts.push(client.licence_text(number).await?);
            }
            Ok(texts.join("\n\n\n"))
        });
    };
    effect(move || {
        let numbers = opened.with(|opened| opened.as_ref().map(|package| package.texts.clone()));
        is_open.set(numbers.is_some());
        if let Some(numbers) = numbers {
            load(numbers);
        }
    });
    effect(move || {
        if !is_open.get() && opened.with_untracked(Option::is_some) {
            opened.set(None);
        }
    });
    let retry = Callback::new(move |()| {
        if let Some(package) = opened.get_untracked() {
            load(package.texts);
        }
    });
    let title = Signal::derive(move || {
        opened.with(|opened| opened.as_ref().map(|one| format!("Licence of {}", one.name)).unwrap_or_default())
    });
    view! {
        <Dialog is_open title>
            {move || match text.value.get() {
                None => view! { <SkeletonRows rows=6 label="Loading the text"/> }.into_any(),
                Some(Err(error)) => view! { <ErrorPanel title="The text did not load" error on_retry=retry/> }.into_any(),
                Some(Ok(text)) => view! {
                    <pre class="licences__text" tabindex="0" role="region" aria-label="Text of the licence">{text}</pre>
                }
                .into_any(),
            }}
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_by_name_and_licence() {
        let package = LicencedPackage {
            name: "Inter (font)".into(),
            version: "4".into(),
            license: "OFL-1.1".into(),
            url: String::new(),
            texts: vec![],
        };
        assert!(is_match(&package, "") && is_match(&package, "inter") && is_match(&package, "ofl"));
        assert!(!is_match(&package, "mit"));
    }
}

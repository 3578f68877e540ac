//! What the catalog reports about an entity.

use leptos::prelude::*;
use shared::entity::{EntityRef, EntityStatus, StatusItem};

use crate::paths;
use crate::ui::badge::Tone;
use crate::ui::icon::{Icon, IconName};

/// The colour of a report, and whether it is shown.
fn tone(item: &StatusItem) -> Tone {
    match item.level.as_str() {
        "error" => Tone::Bad,
        "warning" => Tone::Warn,
        _ => Tone::Info,
    }
}

/// A banner for each report.
#[component]
pub fn StatusBanners(
    /// The reports.
    #[prop(into)]
    status: Signal<Option<EntityStatus>>,
    /// Whose.
    entity_ref: Memo<EntityRef>,
) -> impl IntoView {
    let items = Memo::new(move |_| {
        status.with(|status| status.as_ref().map(|status| status.items.clone()).unwrap_or_default())
    });
    move || {
        items
            .get()
            .into_iter()
            .map(|item| {
                let tone = tone(&item);
                let (icon, title) = match tone {
                    Tone::Bad => (IconName::Error, "The newest version could not be read. "),
                    Tone::Warn => (IconName::Warning, "Look at this. "),
                    Tone::Info => (IconName::Info, ""),
                };
                view! {
                    <div class="banner" data-tone=tone.value() role="status">
                        <Icon name=icon/>
                        <div>
                            <b>{title}</b>
                            <span class="muted wrap-any">{item.message}</span>
                        </div>
                        {(tone != Tone::Info)
                            .then(|| {
                                view! {
                                    <div class="actions">
                                        <a class="button small" href=move || entity_ref.with(paths::inspect)>"Inspect"</a>
                                    </div>
                                }
                            })}
                    </div>
                }
            })
            .collect_view()
    }
}

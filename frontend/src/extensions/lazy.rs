//! Drawing with code that comes when it is first needed.
//!
//! The program of the page is cut into a main part and some others (`scripts/split-page.mjs`), so that a first visit does not
//! wait for pages that most people open later. A function with `#[wasm_split(part, …)]` loads its part and answers with what
//! draws; everything that only such functions of one part use goes into that part by itself. See docs/adr/0014-parts-of-the-page.md.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;

use super::draw::Draw;
use crate::browser;
use crate::ui::icon::{Icon, IconName};
use crate::ui::states::SkeletonRows;

/// What draws, once its part is there.
pub type Loaded<P = ()> = Result<fn(P) -> AnyView, SplitLoaderError>;

/// Answers whether what was needed is there.
type Loading = Pin<Box<dyn Future<Output = bool>>>;

impl<P: Clone + Send + Sync + 'static> Draw<P> {
    /// Draws with another part of the program, which is loaded when something is first drawn with it.
    ///
    /// ```ignore
    /// #[wasm_split(settings, wasm_split_path = leptos::wasm_split, fallible)]
    /// fn settings_page() -> Loaded {
    ///     Ok(|()| view! { <SettingsPage/> }.into_any())
    /// }
    ///
    /// Page::new("/settings", "Settings", Draw::lazy(settings_page));
    /// ```
    pub fn lazy<F: Future<Output = Loaded<P>> + 'static>(load: fn() -> F) -> Self {
        let drawing = Arc::new(OnceLock::new());
        Self::new(move |given: P| {
            let found = drawing.clone();
            let draw = move || found.get().map(|draw: &fn(P) -> AnyView| draw(given.clone()));
            if let Some(view) = draw() {
                return view;
            }
            let found = drawing.clone();
            let load = move || {
                let found = found.clone();
                let loading = async move { load().await.map(|draw| found.get_or_init(|| draw)).is_ok() };
                Box::pin(loading) as Loading
            };
            view! { <Lazily load=Arc::new(load) draw=Arc::new(draw)/> }.into_any()
        })
    }
}

/// How far it is.
#[derive(Clone, Copy, PartialEq)]
enum Progress {
    Loading,
    Loaded,
    Failed,
}

#[component]
fn Lazily(
    /// Loads the part.
    load: Arc<dyn Fn() -> Loading + Send + Sync>,
    /// Draws with it once it is there.
    draw: Arc<dyn Fn() -> Option<AnyView> + Send + Sync>,
) -> impl IntoView {
    let progress = RwSignal::new(Progress::Loading);
    let try_loading = move || {
        progress.set(Progress::Loading);
        let loading = load();
        spawn_local(async move {
            let now = if loading.await { Progress::Loaded } else { Progress::Failed };
            progress.try_set(now);
            if now == Progress::Loaded {
                request_animation_frame(browser::focus_late_heading);
            }
        });
    };
    try_loading();
    let on_retry = Callback::new(move |()| {
        // The button goes, and the focus with it.
        if let Some(main) = browser::find("#main") {
            browser::focus(&main);
        }
        try_loading();
    });
    move || match progress.get() {
        Progress::Loading => view! { <SkeletonRows rows=8 label="Loading"/> }.into_any(),
        Progress::Loaded => draw().into_any(),
        Progress::Failed => view! { <Missing on_retry/> }.into_any(),
    }
}

/// The part did not come.
#[component]
fn Missing(
    /// Tries again.
    on_retry: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="empty" role="alert">
            <Icon name=IconName::Error/>
            <h2>"This part of the portal did not load"</h2>
            <p>"The connection may be gone, or the portal was updated since you opened it."</p>
            <div class="actions">
                <button class="button primary" type="button" on:click=move |_| on_retry.run(())>
                    <Icon name=IconName::Refresh/>
                    "Try again"
                </button>
                <button class="button" type="button" on:click=move |_| browser::reload()>"Reload the page"</button>
            </div>
        </div>
    }
}

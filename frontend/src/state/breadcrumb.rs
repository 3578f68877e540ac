//! Where the reader is, for the top bar.

use crate::ui::effect::effect;
use leptos::prelude::*;

/// One step of the way to the current page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// The words of the step.
    pub text: String,
    /// Where it leads; `None` for the page itself.
    pub href: Option<String>,
}

impl Crumb {
    /// A step that leads somewhere.
    pub fn link(text: &str, href: String) -> Self {
        Self { text: text.to_owned(), href: Some(href) }
    }

    /// The page itself, the last step.
    pub fn here(text: &str) -> Self {
        Self { text: text.to_owned(), href: None }
    }
}

/// The steps that the current page has set.
#[derive(Clone, Copy)]
pub struct Breadcrumb {
    steps: RwSignal<Vec<Crumb>>,
}

impl Breadcrumb {
    /// Provides the breadcrumb to the whole page.
    pub fn provide() -> Self {
        let breadcrumb = Self { steps: RwSignal::new(Vec::new()) };
        provide_context(breadcrumb);
        breadcrumb
    }

    /// The steps, for the shell.
    pub fn steps(self) -> ReadSignal<Vec<Crumb>> {
        self.steps.read_only()
    }
}

/// Says where a page is, for as long as it is shown.
pub fn use_breadcrumb(steps: impl Fn() -> Vec<Crumb> + 'static) {
    let breadcrumb = expect_context::<Breadcrumb>();
    effect(move || breadcrumb.steps.set(steps()));
}

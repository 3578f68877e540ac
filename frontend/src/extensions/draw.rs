//! Closures that extensions are made of. Copies share one closure.

use std::fmt;
use std::sync::Arc;

use leptos::prelude::*;
use shared::entity::Entity;

/// Draws something from what it is given.
pub struct Draw<P = ()>(Arc<dyn Fn(P) -> AnyView + Send + Sync>);

impl<P: 'static> Draw<P> {
    /// Draws with a closure, such as `Draw::new(|()| view! { <CatalogPage/> })`.
    pub fn new<V: IntoView + 'static>(draw: impl Fn(P) -> V + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |given| draw(given).into_any()))
    }

    /// Draws it once more.
    pub fn run(&self, given: P) -> AnyView {
        (self.0)(given)
    }
}

impl<P> Clone for Draw<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P> fmt::Debug for Draw<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Draw(…)")
    }
}

/// Does something when it is chosen or its key is pressed.
///
/// It runs within the page, so it may use what components use: `expect_context`, `use_navigate`.
#[derive(Clone)]
pub struct Run(Arc<dyn Fn() + Send + Sync>);

impl Run {
    /// Runs a closure.
    pub fn new(run: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(run))
    }

    /// Runs it, with the contexts of `page`.
    pub fn run_within(&self, page: &Owner) {
        page.with(|| (self.0)());
    }
}

/// The owner within which a [`Run`] runs: the shell, which stays when dialogs and pages go.
#[derive(Clone)]
pub struct PageOwner(pub Owner);

impl PageOwner {
    /// The one of the page.
    pub fn of_page() -> Owner {
        let Self(owner) = expect_context();
        owner
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Run(…)")
    }
}

/// Says for which entities something is shown. It must be quick and look at the entity only.
#[derive(Clone)]
pub struct Applies(Arc<dyn Fn(&Entity) -> bool + Send + Sync>);

impl Applies {
    /// For every entity.
    pub fn always() -> Self {
        Self::when(|_| true)
    }

    /// For entities of some kinds, in any case.
    pub fn to_kinds(kinds: &[&str]) -> Self {
        let kinds: Vec<String> = kinds.iter().map(|&kind| kind.to_owned()).collect();
        Self::when(move |entity| kinds.iter().any(|kind| kind.eq_ignore_ascii_case(&entity.kind)))
    }

    /// For the entities that a closure picks.
    pub fn when(applies: impl Fn(&Entity) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(applies))
    }

    /// Whether it is shown for an entity.
    pub fn to(&self, entity: &Entity) -> bool {
        (self.0)(entity)
    }
}

impl fmt::Debug for Applies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Applies(…)")
    }
}

/// Says whether something is shown now. It may read signals and use contexts; what depends on it follows.
#[derive(Clone)]
pub struct When(Arc<dyn Fn() -> bool + Send + Sync>);

impl When {
    /// Always.
    pub fn always() -> Self {
        Self::holds(|| true)
    }

    /// While a closure says so.
    pub fn holds(holds: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(holds))
    }

    /// Whether it is shown now.
    pub fn is_now(&self) -> bool {
        (self.0)()
    }
}

impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("When(…)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_are_compared_in_any_case() {
        let entity = |kind: &str| -> Entity {
            serde_json::from_value(json!({"apiVersion": "v", "kind": kind, "metadata": {"name": "a"}})).unwrap()
        };
        let applies = Applies::to_kinds(&["api", "component"]);
        assert!(applies.to(&entity("API")) && applies.to(&entity("Component")));
        assert!(!applies.to(&entity("Group")));
        assert!(Applies::always().to(&entity("Group")));
    }
}

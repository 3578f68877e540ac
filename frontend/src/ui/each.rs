//! A list whose lines stay while their keys do.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::Arc;

use leptos::prelude::*;

/// A line that is drawn once.
struct Line {
    /// Stands for the key.
    key: u64,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// Draws a line for each item. A line is kept, and moved, while an item with the same key is there.
///
/// It does what [`For`] does, which is compiled anew, with about 6 kB, for each type of item; here all lists share one.
#[component]
pub fn Each<I, T, K, V>(
    /// The items.
    each: impl Fn() -> I + Send + Sync + 'static,
    /// What tells items apart. It must differ for items that are drawn differently.
    key: impl Fn(&T) -> K + Send + Sync + 'static,
    /// Draws the line of an item.
    children: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    I: IntoIterator<Item = T>,
    T: Send + 'static,
    K: Hash,
    V: IntoView + 'static,
{
    let children = Arc::new(children);
    let line = move |item: T| {
        let key = BuildHasherDefault::<DefaultHasher>::default().hash_one(key(&item));
        let children = Arc::clone(&children);
        Line { key, draw: Box::new(move || children(item).into_any()) }
    };
    lines(Box::new(move || each().into_iter().map(&line).collect()))
}

fn lines(lines: Box<dyn Fn() -> Vec<Line> + Send + Sync>) -> AnyView {
    view! { <For each=lines key=|line| line.key children=|line: Line| (line.draw)()/> }.into_any()
}

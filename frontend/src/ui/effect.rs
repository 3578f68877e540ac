//! Effects that keep nothing from one run to the next.

use leptos::prelude::*;

/// Runs now, and again whenever something changes that it has read.
///
/// It does what [`Effect::new`] does, which is compiled anew for each closure; here all share one.
pub fn effect(run: impl FnMut() + 'static) {
    boxed(Box::new(run));
}

fn boxed(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| run());
}

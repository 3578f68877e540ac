//! What may come one frame after the rest.

use leptos::prelude::*;

/// Runs something once the next frame was painted.
pub fn after_next_frame(run: impl FnOnce() + 'static) {
    // The first of them comes before the frame is painted, the second one after.
    request_animation_frame(move || request_animation_frame(run));
}

/// Draws one frame after what stands around it, so that what people came for is there first.
///
/// Nothing may move when it comes: it has a place of its own, or nothing below it.
pub fn next_frame(draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let is_due = RwSignal::new(false);
    after_next_frame(move || {
        is_due.try_set(true);
    });
    (move || is_due.get().then(&draw)).into_any()
}

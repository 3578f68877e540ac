//! Short messages that come and go.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::badge::Tone;

/// Messages shown at a time; older ones give way.
const MAX_TOASTS: usize = 3;

/// What a message offers to do.
#[derive(Clone)]
pub struct ToastAction {
    /// The words of the button.
    pub label: &'static str,
    /// What it does.
    pub run: Arc<dyn Fn() + Send + Sync>,
}

/// A short message.
#[derive(Clone)]
pub struct Toast {
    /// Grows with each message.
    pub id: u32,
    /// `Tone::Bad` stays until it is dismissed.
    pub tone: Tone,
    /// One line.
    pub title: String,
    /// What else there is to say.
    pub text: Option<String>,
    /// What can be done about it.
    pub action: Option<ToastAction>,
}

/// The messages on the page.
#[derive(Clone, Copy)]
pub struct Toasts {
    entries: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u32>,
}

impl Toasts {
    /// Provides the messages to the whole page.
    pub fn provide() -> Self {
        let toasts = Self { entries: RwSignal::new(Vec::new()), next_id: StoredValue::new(0) };
        provide_context(toasts);
        toasts
    }

    /// The ones of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Shows a message.
    pub fn show(self, tone: Tone, title: &str, text: Option<String>) {
        self.push(tone, title, text, None);
    }

    /// Shows a message with a button, such as "Try again".
    pub fn show_with_action(
        self,
        tone: Tone,
        title: &str,
        text: Option<String>,
        label: &'static str,
        run: impl Fn() + Send + Sync + 'static,
    ) {
        self.push(tone, title, text, Some(ToastAction { label, run: Arc::new(run) }));
    }

    fn push(self, tone: Tone, title: &str, text: Option<String>, action: Option<ToastAction>) {
        self.next_id.update_value(|id| *id += 1);
        let toast = Toast { id: self.next_id.get_value(), tone, title: title.to_owned(), text, action };
        self.entries.update(|entries| push_newest(entries, toast));
    }

    /// Takes a message away.
    pub fn dismiss(self, id: u32) {
        self.entries.update(|entries| entries.retain(|toast| toast.id != id));
    }

    /// The messages, oldest first.
    pub fn entries(self) -> ReadSignal<Vec<Toast>> {
        self.entries.read_only()
    }
}

/// Adds a message; the oldest give way when there are too many.
fn push_newest(entries: &mut Vec<Toast>, toast: Toast) {
    entries.push(toast);
    let n_surplus = entries.len().saturating_sub(MAX_TOASTS);
    entries.drain(..n_surplus);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_message_gives_way() {
        let toast = |id| Toast { id, tone: Tone::Info, title: id.to_string(), text: None, action: None };
        let mut entries = Vec::new();
        for id in 1..=5 {
            push_newest(&mut entries, toast(id));
        }
        assert_eq!(entries.iter().map(|toast| toast.id).collect::<Vec<_>>(), [3, 4, 5]);
    }
}

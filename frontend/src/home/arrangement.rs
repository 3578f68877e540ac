//! The arrangement of this person's home. The server keeps it, so it is the same in every browser.
//!
//! A change shows at once. One request is under way at a time; what changes meanwhile goes out next. Where the server does
//! not take it, the cards go back and a message offers to try again. What another browser saved shows when this one is
//! looked at again.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::layout::HomeLayout;
use crate::api::{ApiClient, ClientError};
use crate::state::session::SessionState;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;

/// Where it is kept.
const BUCKET: &str = "callboard.home";
const KEY: &str = "layout";
/// Steps that can be taken back.
const MAX_UNDO: usize = 50;

/// Why the default arrangement is shown, where that is not what is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutProblem {
    /// What is stored is not understood.
    Broken,
    /// The server did not tell what is stored.
    Unread(ClientError),
}

/// The arrangement of this person's home.
#[derive(Clone, Copy)]
pub struct Arrangement {
    layouts: RwSignal<Layouts>,
    undo: RwSignal<Vec<HomeLayout>>,
    problem: RwSignal<Option<LayoutProblem>>,
    is_known: RwSignal<bool>,
    client: ApiClient,
    toasts: Toasts,
}

impl Arrangement {
    /// One that is read once it is known who this is and home is shown.
    pub fn new(client: ApiClient) -> Self {
        Self {
            layouts: RwSignal::new(Layouts::default()),
            undo: RwSignal::new(Vec::new()),
            problem: RwSignal::new(None),
            is_known: RwSignal::new(false),
            client,
            toasts: Toasts::of_page(),
        }
    }

    /// What to show: what was changed last, whether it is saved yet or not.
    pub fn shown(self) -> Memo<HomeLayout> {
        Memo::new(move |_| self.layouts.with(|layouts| layouts.shown().clone()))
    }

    /// Whether the server has answered, or failed to. Until then nobody knows where the cards belong.
    pub fn is_known(self) -> ReadSignal<bool> {
        self.is_known.read_only()
    }

    /// Why the default arrangement is shown, where that is not what is stored.
    pub fn problem(self) -> ReadSignal<Option<LayoutProblem>> {
        self.problem.read_only()
    }

    /// Whether there is a step to take back.
    pub fn can_undo(self) -> bool {
        self.undo.with(|undo| !undo.is_empty())
    }

    /// Reads what is stored, for instance by another browser.
    pub fn refresh(self, session: SessionState) {
        if session.user_ref().is_none() {
            return;
        }
        spawn_local(async move {
            let outcome = self.client.user_setting_get(BUCKET, KEY).await;
            let problem = match outcome {
                Ok(None) => {
                    self.take(HomeLayout::default());
                    None
                }
                Ok(Some(value)) => match HomeLayout::read(&value) {
                    Some(layout) => {
                        self.take(layout);
                        None
                    }
                    None => Some(LayoutProblem::Broken),
                },
                // What is shown from an earlier visit is better than nothing.
                Err(_) if self.is_known.get_untracked() => return,
                Err(error) => Some(LayoutProblem::Unread(error)),
            };
            self.problem.set(problem);
            self.is_known.set(true);
        });
    }

    fn take(self, layout: HomeLayout) {
        if self.layouts.with_untracked(|layouts| layouts.is_idle() && layouts.saved != layout) {
            self.layouts.update(|layouts| layouts.saved = layout);
            // Steps that belong to another arrangement lead nowhere sensible.
            self.undo.update(Vec::clear);
        }
    }

    /// Shows and saves another arrangement.
    pub fn change(self, layout: HomeLayout) {
        let before = self.layouts.with_untracked(|layouts| layouts.shown().clone());
        self.undo.update(|undo| {
            undo.push(before);
            let n_surplus = undo.len().saturating_sub(MAX_UNDO);
            undo.drain(..n_surplus);
        });
        self.put(layout);
    }

    /// Takes the last step back. Answers whether there was one.
    pub fn undo(self) -> bool {
        let before = self.undo.try_update(Vec::pop).flatten();
        let has_step = before.is_some();
        if let Some(before) = before {
            self.put(before);
        }
        has_step
    }

    /// Forgets the steps, when the arranging is over.
    pub fn forget_steps(self) {
        self.undo.update(Vec::clear);
    }

    fn put(self, layout: HomeLayout) {
        self.problem.set(None);
        self.layouts.update(|layouts| layouts.waiting = Some(layout));
        self.send();
    }

    /// Saves what waits, unless a request is under way, which does so when it is done.
    fn send(self) {
        let Some(layout) = self.layouts.try_update(Layouts::start).flatten() else { return };
        spawn_local(async move {
            let outcome = self.client.user_setting_update(BUCKET, KEY, layout.to_value()).await;
            self.layouts.update(|layouts| layouts.finish(outcome.is_ok()));
            if let Err(error) = outcome {
                let retry = move || self.change(layout.clone());
                let text = Some(error.to_string());
                self.toasts.show_with_action(Tone::Bad, "The arrangement was not saved", text, "Try again", retry);
            }
            self.send();
        });
    }
}

/// What the server has, what is on its way there, and what has to wait.
#[derive(Clone, Debug, Default)]
struct Layouts {
    saved: HomeLayout,
    sending: Option<HomeLayout>,
    waiting: Option<HomeLayout>,
}

impl Layouts {
    fn shown(&self) -> &HomeLayout {
        self.waiting.as_ref().or(self.sending.as_ref()).unwrap_or(&self.saved)
    }

    fn is_idle(&self) -> bool {
        self.sending.is_none() && self.waiting.is_none()
    }

    fn start(&mut self) -> Option<HomeLayout> {
        if self.sending.is_some() {
            return None;
        }
        self.sending = self.waiting.take();
        self.sending.clone()
    }

    fn finish(&mut self, is_saved: bool) {
        let sent = self.sending.take();
        if let (true, Some(sent)) = (is_saved, sent) {
            self.saved = sent;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn layout(id: &str) -> HomeLayout {
        HomeLayout::read(&json!({"version": 1, "widgets": [{"id": id, "span": 1}]})).unwrap()
    }

    #[test]
    fn a_change_shows_before_it_is_saved_and_goes_back_when_it_is_not() {
        let mut layouts = Layouts { saved: layout("old"), ..Layouts::default() };
        layouts.waiting = Some(layout("new"));
        assert_eq!(layouts.shown(), &layout("new"));
        assert_eq!(layouts.start(), Some(layout("new")));
        assert!(layouts.shown() == &layout("new") && !layouts.is_idle());
        layouts.finish(false);
        assert!(layouts.shown() == &layout("old") && layouts.is_idle());
    }

    #[test]
    fn what_changes_meanwhile_waits_and_goes_out_next() {
        let mut layouts = Layouts { waiting: Some(layout("one")), ..Layouts::default() };
        layouts.start();
        layouts.waiting = Some(layout("two"));
        layouts.waiting = Some(layout("three"));
        assert_eq!(layouts.start(), None, "one request at a time");
        layouts.finish(true);
        assert_eq!((layouts.start(), layouts.saved), (Some(layout("three")), layout("one")));
    }
}

//! Brings the graph that a view asks for, and brings it again when the catalog changes.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;

use super::picture::Picture;
use crate::api::{ApiClient, ClientError};
use crate::state::announcer::Announcer;
use crate::state::changes::use_catalog_changes;
use crate::ui::effect::effect;
use crate::ui::load::Load;

/// Changes that come together are read together.
const CHANGE_PAUSE: Duration = Duration::from_millis(250);

/// Parameters of the request; `None` where nothing is asked for.
pub type GraphRequest = Option<Vec<(String, String)>>;

/// A graph, and for which request it came.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    request: Vec<(String, String)>,
    picture: Arc<Picture>,
}

/// The data of a graph. Views read it.
#[derive(Clone, Copy)]
pub struct GraphSource {
    load: Load<Answer>,
    /// Why the newest request brought nothing, while an older picture is shown.
    stale: RwSignal<Option<ClientError>>,
    request: Memo<GraphRequest>,
    client: ApiClient,
}

impl GraphSource {
    /// Follows a request for as long as the calling component is shown. A request with other starting points (`root`) forgets
    /// the old picture; any other one keeps it until the new one is there.
    pub fn following(request: Memo<GraphRequest>) -> Self {
        let source = Self { load: Load::new(), stale: RwSignal::new(None), request, client: ApiClient::of_page() };
        Effect::new(move |old: Option<GraphRequest>| {
            let new = request.get();
            if old.is_some_and(|old| roots(&old) != roots(&new)) {
                source.load.reset();
            }
            source.read();
            new
        });
        let mut read_again = debounce(CHANGE_PAUSE, move |()| {
            if request.try_get_untracked().is_some() {
                source.read();
            }
        });
        let read_again = RefCell::new(move || read_again(()));
        use_catalog_changes(move |change| {
            let concerns = |answer: &Answer| {
                let refs = answer.picture.nodes.iter().map(|node| node.entity_ref.to_string());
                refs.into_iter().any(|entity_ref| change.entity_refs.contains(&entity_ref))
            };
            let is_shown = source.load.value.with_untracked(|value| match value {
                Some(Ok(answer)) => concerns(answer),
                Some(Err(_)) => true,
                None => false,
            });
            if change.is_reset || is_shown {
                (read_again.borrow_mut())();
            }
        });
        source.announce();
        source
    }

    /// Asks the server.
    pub fn read(self) {
        let Some(request) = self.request.get_untracked() else { return };
        let Self { client, stale, .. } = self;
        self.load.run(async move {
            let outcome = client.entity_graph(&request).await;
            stale.try_set(outcome.as_ref().err().cloned());
            Ok(Answer { picture: Arc::new(Picture::of(&outcome?)), request })
        });
    }

    /// The newest picture. It changes only when something of it does.
    pub fn picture(self) -> Memo<Option<Arc<Picture>>> {
        Memo::new(move |_| self.load.value.with(|value| Some(value.as_ref()?.as_ref().ok()?.picture.clone())))
    }

    /// For which request the newest picture came: a new one deserves a fresh look, a new state of an old one does not.
    pub fn subject(self) -> Memo<GraphRequest> {
        Memo::new(move |_| self.load.value.with(|value| Some(value.as_ref()?.as_ref().ok()?.request.clone())))
    }

    /// Why there is no picture.
    pub fn error(self) -> Memo<Option<ClientError>> {
        Memo::new(move |_| self.load.value.with(|value| value.as_ref()?.as_ref().err().cloned()))
    }

    /// Why the picture is not the one that was asked for.
    pub fn stale(self) -> Memo<Option<ClientError>> {
        Memo::new(move |_| self.stale.get().filter(|_| self.load.value.with(|value| matches!(value, Some(Ok(_))))))
    }

    /// Whether a request is under way while a picture is shown.
    pub fn is_refreshing(self) -> bool {
        self.load.is_loading.get() && self.load.value.with(|value| matches!(value, Some(Ok(_))))
    }

    /// Says what has come, whenever that changes.
    fn announce(self) {
        let announcer = Announcer::of_page();
        let picture = self.picture();
        let summary = Memo::new(move |_| {
            picture.with(|picture| {
                let picture = picture.as_ref()?;
                let more = if picture.is_truncated { ", and more that is not shown" } else { "" };
                Some(format!("Graph loaded: {}{more}", picture.summary()))
            })
        });
        effect(move || {
            if let Some(summary) = summary.get() {
                announcer.say(summary);
            }
        });
    }
}

fn roots(request: &GraphRequest) -> Vec<&str> {
    let pairs = request.iter().flatten().filter(|(key, _)| key == "root");
    pairs.map(|(_, value)| value.as_str()).collect()
}

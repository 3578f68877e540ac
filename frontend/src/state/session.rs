//! Who is signed in, and what the portal calls itself.

use leptos::prelude::*;
use shared::api::app::AppConfig;
use shared::api::auth::Session;
use shared::entity::Entity;

use super::references::{Known, use_reference_in_passing};
use crate::api::{ClientError, PERSON_KEY};
use crate::browser;
use crate::ui::effect::effect;

/// Set while the person has signed out on this device, so that a reload does not sign in again by itself.
const SIGNED_OUT_KEY: &str = "callboard.signed-out";

/// How far signing in has come.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// The page asks the server.
    Pending,
    /// The page has a token.
    Done(Session),
    /// The server did not let the page in, or did not answer.
    Failed(ClientError),
    /// The person signed out on this device.
    Out,
}

impl SignIn {
    /// Whether the page can show nothing before somebody signs in. A server that is away is another matter: what the page shows
    /// then says so, and tries again.
    pub fn is_needed(&self) -> bool {
        match self {
            Self::Out => true,
            Self::Failed(error) => error.needs_sign_in(),
            Self::Pending | Self::Done(_) => false,
        }
    }
}

/// Remembers on the device whether the person has signed out.
pub fn remember_signed_out(is_signed_out: bool) {
    browser::store(SIGNED_OUT_KEY, is_signed_out.then_some("yes"));
}

/// The session, for everyone who shows it.
#[derive(Clone, Copy)]
pub struct SessionState {
    /// How far signing in has come.
    pub sign_in: RwSignal<SignIn>,
    /// What the server says of itself, once known.
    pub app: RwSignal<Option<AppConfig>>,
    /// The reference and the name of whom the device remembered when the page was opened.
    remembered: StoredValue<Option<(String, String)>>,
}

impl SessionState {
    /// Provides the session to the whole page.
    pub fn provide() -> Self {
        let first = if browser::stored(SIGNED_OUT_KEY).is_some() { SignIn::Out } else { SignIn::Pending };
        // The server writes it into the document, so that the page has its name from the first moment.
        let app = browser::document_meta("callboard-config").and_then(|text| serde_json::from_str(&text).ok());
        let remembered = StoredValue::new(remembered_person().as_ref().and_then(named));
        let session = Self { sign_in: RwSignal::new(first), app: RwSignal::new(app), remembered };
        provide_context(session);
        session
    }

    /// The one of the page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The name of the portal.
    pub fn portal_title(self) -> String {
        self.app.with(|app| app.as_ref().map_or_else(|| "Callboard".to_owned(), |app| app.title.clone()))
    }

    /// The reference of the person who is signed in; `None` while nobody is.
    pub fn user_ref(self) -> Option<String> {
        self.sign_in.with(|sign_in| match sign_in {
            SignIn::Done(session) => Some(session.backstage_identity.as_ref()?.identity.user_entity_ref.clone()),
            SignIn::Pending | SignIn::Failed(_) | SignIn::Out => None,
        })
    }

    /// Whether it is still open who this is, because nobody has answered or nobody has signed in.
    pub fn is_pending(self) -> bool {
        self.sign_in.with(|sign_in| matches!(sign_in, SignIn::Pending | SignIn::Out))
    }

    /// What the person who is signed in owns things as: the own reference and those of groups. Empty while nobody is.
    pub fn ownership_refs(self) -> Vec<String> {
        self.sign_in.with(|sign_in| match sign_in {
            SignIn::Done(session) => session
                .backstage_identity
                .as_ref()
                .map(|identity| identity.identity.ownership_entity_refs.clone())
                .unwrap_or_default(),
            SignIn::Pending | SignIn::Out | SignIn::Failed(_) => Vec::new(),
        })
    }

    /// Whether it is clear who this is, or that nobody can be.
    pub fn is_settled(self) -> bool {
        self.sign_in.with(|sign_in| !matches!(sign_in, SignIn::Pending))
    }

    /// What the session calls the person who is signed in; empty while nobody is. Pages say [`use_person_name`].
    fn person_name(self) -> String {
        self.sign_in.with(|sign_in| match sign_in {
            SignIn::Done(session) => person_name(session),
            SignIn::Pending | SignIn::Failed(_) | SignIn::Out => String::new(),
        })
    }

    /// What the catalog called the person who is signed in when it was asked last on this device.
    fn remembered_name(self) -> Option<String> {
        let user_ref = self.user_ref()?;
        self.remembered.with_value(|remembered| {
            let (remembered_ref, name) = remembered.as_ref()?;
            (*remembered_ref == user_ref).then(|| name.clone())
        })
    }
}

/// What to call the person who is signed in, for as long as the calling component is shown; empty while nobody is.
///
/// The catalog knows better than the session what people are called. Until it has been asked, along with other references,
/// the name stands there that it gave the last time, or else the session's.
pub fn use_person_name() -> Memo<String> {
    let session = SessionState::of_page();
    let user_ref = Memo::new(move |_| session.user_ref());
    let held = Memo::new(move |_| Some(use_reference_in_passing(&user_ref.get()?.parse().ok()?)));
    let known = Memo::new(move |_| held.get().map_or(Known::Asked, |held| held.get()));
    let from_catalog = Memo::new(move |_| known.with(|known| catalog_name(known.entity()?)));
    effect(move || {
        // With each renewal the session is remembered anew, without it.
        session.sign_in.track();
        if let (Some(user_ref), Some(name)) = (user_ref.get(), from_catalog.get()) {
            remember_name(&user_ref, &name);
        }
    });
    Memo::new(move |_| {
        let is_asked = known.with(|known| *known == Known::Asked);
        let name = if is_asked { session.remembered_name() } else { from_catalog.get() };
        name.unwrap_or_else(|| session.person_name())
    })
}

/// Who was signed in last on this device.
fn remembered_person() -> Option<Session> {
    serde_json::from_str(&browser::stored(PERSON_KEY)?).ok()
}

/// The reference and the name of a person who is remembered with a name.
fn named(session: &Session) -> Option<(String, String)> {
    let user_ref = session.backstage_identity.as_ref()?.identity.user_entity_ref.clone();
    Some((user_ref, session.profile.display_name.clone()?))
}

/// Keeps on the device what the catalog calls the person who is remembered there.
fn remember_name(user_ref: &str, name: &str) {
    let Some(mut session) = remembered_person() else { return };
    let is_same = session.backstage_identity.as_ref().is_some_and(|one| one.identity.user_entity_ref == user_ref);
    if is_same && session.profile.display_name.as_deref() != Some(name) {
        session.profile.display_name = Some(name.to_owned());
        let text = serde_json::to_string(&session).expect("a session has a JSON form");
        browser::store(PERSON_KEY, Some(&text));
    }
}

/// What the catalog calls a person, where it is more than the name of the entity.
fn catalog_name(person: &Entity) -> Option<String> {
    let name = person.display_name();
    (name != person.metadata.name).then(|| name.to_owned())
}

/// What the session calls a person: the display name, or the name of the user entity, which is shown as it is.
fn person_name(session: &Session) -> String {
    let from_ref = || {
        let user_ref = &session.backstage_identity.as_ref()?.identity.user_entity_ref;
        user_ref.rsplit('/').next().map(str::to_owned)
    };
    session.profile.display_name.clone().or_else(from_ref).unwrap_or_else(|| "Guest".to_owned())
}

/// The letters of an avatar: the first ones of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn until_a_name_is_known_people_are_called_as_they_are_referred_to() {
        let session = |profile: serde_json::Value| -> Session {
            let identity =
                json!({"type": "user", "userEntityRef": "user:default/ines.okafor", "ownershipEntityRefs": []});
            let signed_in = json!({"token": "", "expiresInSeconds": 0, "identity": identity});
            serde_json::from_value(json!({"profile": profile, "backstageIdentity": signed_in})).unwrap()
        };
        let nameless = session(json!({}));
        assert_eq!((person_name(&nameless).as_str(), named(&nameless)), ("ines.okafor", None));
        let known = session(json!({"displayName": "Ines Okafor"}));
        assert_eq!(person_name(&known), "Ines Okafor");
        assert_eq!(named(&known), Some(("user:default/ines.okafor".to_owned(), "Ines Okafor".to_owned())));
    }

    #[test]
    fn the_catalog_calls_people_by_title_or_display_name() {
        let name = |metadata: serde_json::Value, spec: serde_json::Value| {
            let person = json!({"apiVersion": "v", "kind": "User", "metadata": metadata, "spec": spec});
            catalog_name(&serde_json::from_value(person).unwrap())
        };
        let profile = json!({"profile": {"displayName": "Ines Okafor"}});
        assert_eq!(name(json!({"name": "ines.okafor"}), profile.clone()).as_deref(), Some("Ines Okafor"));
        assert_eq!(name(json!({"name": "ines.okafor", "title": "Ines"}), profile).as_deref(), Some("Ines"));
        assert_eq!(name(json!({"name": "ines.okafor"}), json!({})), None);
    }

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Ines Maria Okafor"), "IO");
        assert_eq!(initials("guest"), "G");
        assert_eq!(initials("tomás.leite"), "TL");
        assert_eq!(initials(""), "");
    }
}

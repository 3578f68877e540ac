//! Who I am to the portal, and what that means.

use leptos::prelude::*;
use shared::api::auth::Session;
use shared::entity::EntityRef;

use crate::api::ApiClient;
use crate::browser;
use crate::paths;
use crate::state::references::{Known, use_reference};
use crate::state::session::{SessionState, SignIn, initials, use_person_name};
use crate::ui::code_block::{CodeBlock, CopyButton};
use crate::ui::entity_link::EntityLink;
use crate::ui::icon::{Icon, IconName};
use crate::ui::states::SkeletonRows;

/// Person, groups, ownership, session.
#[component]
pub fn ProfileSection() -> impl IntoView {
    let session = SessionState::of_page();
    let signed_in = Memo::new(move |_| {
        session.sign_in.with(|sign_in| match sign_in {
            SignIn::Done(session) => Some(session.clone()),
            SignIn::Pending | SignIn::Failed(_) | SignIn::Out => None,
        })
    });
    // A renewed session of the same person changes nothing that is shown but the token.
    let shown = Memo::new(move |_| signed_in.with(|signed_in| signed_in.as_ref().map(Me::of)));
    view! {
        <section aria-labelledby="profile">
            <h2 id="profile">"Profile"</h2>
            {move || match shown.get() {
                Some(me) => view! { <Person me/> }.into_any(),
                None => view! { <SkeletonRows rows=4 label="Loading your profile"/> }.into_any(),
            }}
        </section>
    }
}

/// What a session says of a person.
#[derive(Clone, Debug, PartialEq)]
struct Me {
    email: Option<String>,
    picture: Option<String>,
    user_ref: Option<EntityRef>,
    /// What the person owns by, without the person.
    groups: Vec<EntityRef>,
    ownership_refs: Vec<String>,
}

impl Me {
    fn of(session: &Session) -> Self {
        let identity = session.backstage_identity.as_ref().map(|one| &one.identity);
        let ownership_refs = identity.map(|identity| identity.ownership_entity_refs.clone()).unwrap_or_default();
        let parsed = ownership_refs.iter().filter_map(|text| text.parse::<EntityRef>().ok());
        Self {
            email: session.profile.email.clone(),
            picture: session.profile.picture.clone(),
            user_ref: identity.and_then(|identity| identity.user_entity_ref.parse().ok()),
            groups: parsed.filter(|entity_ref| entity_ref.kind == "group").collect(),
            ownership_refs,
        }
    }
}

/// Whether a picture comes from this portal. The page asks no other server for anything.
fn is_own_picture(address: &str) -> bool {
    (address.starts_with('/') && !address.starts_with("//") && !address.contains('\\'))
        || address.starts_with("data:image/")
}

/// The descriptor that would put a person into the catalog.
fn descriptor(user_ref: &EntityRef) -> String {
    let namespace = if user_ref.namespace == shared::entity::DEFAULT_NAMESPACE {
        String::new()
    } else {
        format!("  namespace: {}\n", user_ref.namespace)
    };
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: {}\n{namespace}spec:\n  profile:\n    displayName: Your name\n    email: you@example.org\n  memberOf: [your-team]\n",
        user_ref.name
    )
}

#[component]
fn Person(
    /// What the session says.
    me: Me,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let Me { email, picture, user_ref, groups, ownership_refs } = me;
    let known = user_ref.as_ref().map(use_reference);
    let profile_of = move |key: &'static str| {
        let known = known?.get();
        let profile = known.entity()?.spec.get("profile")?;
        profile.get(key)?.as_str().map(str::to_owned)
    };
    let shown_name = use_person_name();
    let shown_email = Memo::new(move |_| profile_of("email").or_else(|| email.clone()));
    let shown_picture =
        Memo::new(move |_| profile_of("picture").or_else(|| picture.clone()).filter(|address| is_own_picture(address)));
    let reference = user_ref.as_ref().map(ToString::to_string).unwrap_or_default();
    let own_page = {
        let user_ref = user_ref.clone();
        move || match (known.map(|known| known.get()), user_ref.clone()) {
            (Some(Known::Found(_)), Some(entity_ref)) => view! { <EntityLink entity_ref/> }.into_any(),
            (Some(Known::Missing), Some(user_ref)) => view! { <NotInCatalog user_ref/> }.into_any(),
            _ => view! { <span class="skeleton w-40" aria-hidden="true"></span> }.into_any(),
        }
    };
    let has_groups = !groups.is_empty();
    let n_refs = ownership_refs.len();
    view! {
        <div class="profile__head">
            <span class="avatar profile__avatar" aria-hidden="true">
                {move || match shown_picture.get() {
                    Some(address) => view! { <img src=address alt=""/> }.into_any(),
                    None => view! { <span>{initials(&shown_name.get())}</span> }.into_any(),
                }}
            </span>
            <div class="grow">
                <b class="profile__name">{shown_name}</b>
                {move || {
                    shown_email.get().map(|email| view! { <p><a href=format!("mailto:{email}")>{email.clone()}</a></p> })
                }}
                <p class="mono small-text subtle wrap-any">{reference.clone()}</p>
            </div>
            <CopyButton text=reference.clone() label="Copy reference"/>
        </div>
        <dl class="profile__facts">
            <div>
                <dt>"Your page in the catalog"</dt>
                <dd>{own_page}</dd>
            </div>
            <div>
                <dt>"Groups"</dt>
                <dd>
                    {if has_groups {
                        view! {
                            <ul class="profile__groups">
                                {groups.into_iter().map(|entity_ref| view! { <li><EntityLink entity_ref/></li> }).collect_view()}
                            </ul>
                        }
                            .into_any()
                    } else {
                        view! {
                            <span class="muted">
                                "You are in no group. Groups come from " <code>"spec.memberOf"</code> " of your user, and from "
                                <code>"spec.members"</code> " of groups."
                            </span>
                        }
                            .into_any()
                    }}
                </dd>
            </div>
            <div>
                <dt>"What you own by"</dt>
                <dd>
                    <p class="muted">
                        {if n_refs == 1 {
                            "Everything in the catalog whose owner is this reference is yours."
                        } else {
                            "Everything in the catalog whose owner is one of these references is yours."
                        }}
                    </p>
                    <ul class="profile__refs">
                        {ownership_refs.into_iter().map(|text| view! { <li class="mono small-text wrap-any">{text}</li> }).collect_view()}
                    </ul>
                </dd>
            </div>
            <div>
                <dt>"Session"</dt>
                <dd>
                    <p class="muted">
                        "The page renews your session by itself for as long as it is open. Signing out ends it in all tabs of this browser."
                    </p>
                    <button class="button" type="button" on:click=move |_| client.sign_out(&browser::address())>
                        <Icon name=IconName::Signout/>
                        "Sign out"
                    </button>
                </dd>
            </div>
        </dl>
    }
}

/// What to do for a person whom the catalog does not know.
#[component]
fn NotInCatalog(
    /// Who it is.
    user_ref: EntityRef,
) -> impl IntoView {
    let text = descriptor(&user_ref);
    view! {
        <div class="stack profile__missing">
            <p class="muted">
                "The catalog has no user of your name, so nothing can be yours by your teams. Put this into a descriptor that the
                portal reads, and it is there within a second. To be somebody who is in the catalog already, name them in "
                <code>"auth.providers.guest.userEntityRef"</code> " of the configuration. "
                <a href=paths::catalog_with("kind=user")>"See who is in the catalog"</a>
            </p>
            <CodeBlock title="catalog-info.yaml" text/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use shared::api::auth::{Identity, Profile, SessionIdentity};

    use super::*;

    #[test]
    fn groups_are_the_ones_among_what_a_person_owns_by() {
        let identity = Identity {
            identity_type: "user".into(),
            user_entity_ref: "user:default/ines".into(),
            ownership_entity_refs: vec!["user:default/ines".into(), "group:default/freight".into(), "odd".into()],
        };
        let backstage_identity = Some(SessionIdentity { token: String::new(), expires_in_seconds: 60, identity });
        let me = Me::of(&Session { profile: Profile::default(), backstage_identity });
        assert_eq!(me.groups, [EntityRef::new("group", "default", "freight")]);
        assert_eq!(me.user_ref, Some(EntityRef::new("user", "default", "ines")));
        assert_eq!(me.ownership_refs.len(), 3);
    }

    #[test]
    fn pictures_of_other_servers_are_not_asked_for() {
        for (address, is_own) in [
            ("/pictures/a.png", true),
            ("data:image/png;base64,AA", true),
            ("https://example.org/a.png", false),
            ("//example.org/a.png", false),
            ("/\\example.org/a.png", false),
            ("data:text/html,x", false),
        ] {
            assert_eq!(is_own_picture(address), is_own, "{address}");
        }
    }

    #[test]
    fn the_descriptor_is_one_of_the_person() {
        let text = descriptor(&EntityRef::new("user", "development", "guest"));
        let value: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(value["metadata"], serde_json::json!({"name": "guest", "namespace": "development"}));
        assert!(!descriptor(&EntityRef::new("user", "default", "ann")).contains("namespace"));
    }
}

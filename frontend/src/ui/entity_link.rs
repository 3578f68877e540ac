//! A reference to an entity as a link.

use leptos::prelude::*;
use shared::entity::EntityRef;

use super::icon::{Icon, IconName};
use crate::paths;
use crate::state::references::{Known, use_reference};

/// The icon of a kind, or of a well-known type of that kind. Kinds that nobody here knows get the one of a file.
pub fn entity_icon(kind: &str, entity_type: Option<&str>) -> IconName {
    match (kind, entity_type.unwrap_or_default()) {
        ("component", "service") => IconName::TypeService,
        ("component", "website" | "web" | "frontend") => IconName::TypeWebsite,
        ("component", "library" | "package") => IconName::TypeLibrary,
        ("component", "pipeline" | "data-pipeline" | "job" | "workflow") => IconName::TypePipeline,
        ("component", "mobile" | "mobile-app" | "app") => IconName::TypeMobile,
        ("component", _) => IconName::KindComponent,
        ("resource", "queue" | "topic" | "kafka-topic" | "message-queue") => IconName::TypeQueue,
        ("resource", "bucket" | "s3-bucket" | "object-store") => IconName::TypeBucket,
        ("resource", _) => IconName::KindResource,
        ("api", _) => IconName::KindApi,
        ("system", _) => IconName::KindSystem,
        ("domain", _) => IconName::KindDomain,
        ("group", _) => IconName::KindGroup,
        ("user", _) => IconName::KindUser,
        ("location", _) => IconName::KindLocation,
        ("template", _) => IconName::KindTemplate,
        _ => IconName::File,
    }
}

/// The short text of a reference: the name, with the namespace before it unless that is the default one.
pub fn short_name(entity_ref: &EntityRef) -> String {
    if entity_ref.namespace == shared::entity::DEFAULT_NAMESPACE {
        entity_ref.name.clone()
    } else {
        format!("{}/{}", entity_ref.namespace, entity_ref.name)
    }
}

/// A link to an entity, with the icon of its kind. It learns title, type and whether the entity exists by itself, together with
/// all other links of the page.
#[component]
pub fn EntityLink(
    /// Where it leads.
    entity_ref: EntityRef,
) -> impl IntoView {
    let known = use_reference(&entity_ref);
    let icon = {
        let kind = entity_ref.kind.clone();
        Memo::new(move |_| {
            known.with(|known| entity_icon(&kind, known.entity().and_then(|entity| entity.spec_text("type"))))
        })
    };
    let text = {
        let short_name = short_name(&entity_ref);
        Memo::new(move |_| {
            known.with(|known| {
                known.entity().map_or_else(|| short_name.clone(), |entity| entity.display_name().to_owned())
            })
        })
    };
    let is_missing = Memo::new(move |_| known.with(|known| *known == Known::Missing));
    view! {
        <a
            class="entity-ref"
            data-kind=entity_ref.kind.clone()
            data-missing=move || is_missing.get().then_some("")
            data-ref=entity_ref.to_string()
            href=paths::entity(&entity_ref)
        >
            {move || view! { <Icon name=icon.get()/> }}
            <span>{text}</span>
            {move || is_missing.get().then(|| view! { <span class="visually-hidden">" (not in the catalog)"</span> })}
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_have_an_icon_too() {
        assert_eq!(entity_icon("airesource", Some("skill")), IconName::File);
        assert_eq!(entity_icon("component", Some("service")), IconName::TypeService);
        assert_eq!(entity_icon("component", None), IconName::KindComponent);
    }

    #[test]
    fn the_default_namespace_is_not_said() {
        assert_eq!(short_name(&EntityRef::new("api", "default", "a")), "a");
        assert_eq!(short_name(&EntityRef::new("api", "ops", "a")), "ops/a");
    }
}

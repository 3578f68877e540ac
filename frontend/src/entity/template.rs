//! What a template asks for and what it does, as a summary to read.

use leptos::prelude::*;
use serde_json::Value;
use shared::entity::Entity;

use crate::extensions::EntityContext;
use crate::ui::words;

/// A page of a template's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    title: String,
    description: String,
    fields: Vec<FormField>,
}

/// Something that a template asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FormField {
    name: String,
    title: String,
    kind: String,
    description: String,
    default: Option<String>,
    is_required: bool,
}

/// Something that a template does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    name: String,
    action: String,
    condition: Option<String>,
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
}

/// The pages of a template's form. A template with one page may leave the list out.
pub fn forms(entity: &Entity) -> Vec<Form> {
    let pages: Vec<&Value> = match entity.spec.get("parameters") {
        Some(Value::Array(pages)) => pages.iter().collect(),
        Some(page @ Value::Object(_)) => vec![page],
        _ => Vec::new(),
    };
    let form = |page: &Value| {
        let required: Vec<&str> =
            page.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let field = |(name, field): (&String, &Value)| {
            let kind = match (text(field, "ui:field"), text(field, "type")) {
                (picker, kind) if picker.is_empty() => kind,
                // `OwnerPicker` chooses an owner.
                (picker, _) => picker.strip_suffix("Picker").map_or_else(|| picker.clone(), spaced),
            };
            let values: Vec<String> =
                field.get("enum").and_then(Value::as_array).into_iter().flatten().take(8).map(plain).collect();
            FormField {
                name: name.clone(),
                title: Some(text(field, "title")).filter(|title| !title.is_empty()).unwrap_or_else(|| name.clone()),
                kind: if values.is_empty() { kind } else { values.join(" | ") },
                description: text(field, "description"),
                default: field.get("default").map(plain).filter(|value| !value.is_empty()),
                is_required: required.contains(&name.as_str()),
            }
        };
        let fields = page.get("properties").and_then(Value::as_object).into_iter().flatten().map(field).collect();
        Form { title: text(page, "title"), description: text(page, "description"), fields }
    };
    pages.into_iter().map(form).filter(|form| !form.fields.is_empty()).collect()
}

/// The steps of a template.
pub fn steps(entity: &Entity) -> Vec<Step> {
    let steps = entity.spec.get("steps").and_then(Value::as_array).into_iter().flatten();
    steps
        .map(|step| {
            let name = text(step, "name");
            Step {
                name: if name.is_empty() { text(step, "id") } else { name },
                action: text(step, "action"),
                condition: step.get("if").map(plain),
            }
        })
        .collect()
}

/// `RepoUrl` becomes `Repo url`.
fn spaced(word: &str) -> String {
    let mut words = String::new();
    for (index, letter) in word.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// What a template asks for.
#[component]
pub fn FormsBody(
    /// The template.
    context: EntityContext,
) -> impl IntoView {
    let forms = Memo::new(move |_| context.entity.with(|entity| forms(entity)));
    let field = |field: FormField| {
        view! {
            <li class="form-field">
                <div class="row form-field__head">
                    <b>{field.title}</b>
                    <code class="subtle small-text">{field.name}</code>
                    {field.is_required.then(|| view! { <span class="badge" data-tone="bad">"Required"</span> })}
                    <span class="muted small-text right-align form-field__kind">{field.kind}</span>
                </div>
                {(!field.description.is_empty()).then(|| view! { <p class="muted text-13">{field.description}</p> })}
                {field.default.map(|value| view! { <p class="subtle small-text">{format!("{value} unless you choose otherwise")}</p> })}
            </li>
        }
    };
    let form = move |(index, form): (usize, Form)| {
        let title = if form.title.is_empty() { format!("Page {}", index + 1) } else { form.title };
        view! {
            <section class="form-page">
                <h3>{title}</h3>
                {(!form.description.is_empty()).then(|| view! { <p class="muted text-13">{form.description}</p> })}
                <ul class="plain-list">{form.fields.into_iter().map(field).collect_view()}</ul>
            </section>
        }
    };
    view! { <div class="card-body stack">{move || forms.get().into_iter().enumerate().map(form).collect_view()}</div> }
}

/// What a template does, step by step.
#[component]
pub fn StepsBody(
    /// The template.
    context: EntityContext,
) -> impl IntoView {
    let steps = Memo::new(move |_| context.entity.with(|entity| steps(entity)));
    let step = |step: Step| {
        view! {
            <li>
                <b>{if step.name.is_empty() { words::label(&step.action) } else { step.name }}</b>
                <code class="subtle small-text wrap-any">{step.action}</code>
                {step.condition.map(|condition| view! { <span class="subtle small-text wrap-any">"only if "{condition}</span> })}
            </li>
        }
    };
    view! {
        <div class="card-body">
            <ol class="template-steps">{move || steps.get().into_iter().map(step).collect_view()}</ol>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_template_tells_its_questions_and_steps() {
        let entity: Entity = serde_json::from_value(json!({"apiVersion": "v", "kind": "Template", "metadata": {"name": "t"},
            "spec": {"parameters": [{"title": "Service", "required": ["name"], "properties": {
                "name": {"title": "Name", "type": "string"}, "owner": {"type": "string", "ui:field": "OwnerPicker"},
                "tags": {"type": "array", "default": ["rust", "x"]}, "tier": {"enum": ["1", "2"]}}}],
                "steps": [{"id": "fetch", "name": "Fetch", "action": "fetch:template"}, {"id": "b", "action": "debug:log", "if": "${{ x }}"}]}}))
        .unwrap();
        let found = forms(&entity);
        let fields: Vec<_> = found[0].fields.iter().map(|field| (field.title.as_str(), field.kind.as_str())).collect();
        assert_eq!(fields, [("Name", "string"), ("owner", "Owner"), ("tags", "array"), ("tier", "1 | 2")]);
        assert!(found[0].fields[0].is_required && !found[0].fields[1].is_required);
        assert_eq!(found[0].fields[2].default.as_deref(), Some("rust, x"));
        let steps = steps(&entity);
        assert_eq!((steps[1].name.as_str(), steps[1].condition.as_deref()), ("b", Some("${{ x }}")));
    }
}

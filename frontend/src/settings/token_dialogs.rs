//! Making a token, and revoking one.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::personal_tokens::{PersonalToken, PersonalTokenCreate, PersonalTokenCreated, PersonalTokenRules};

use super::token_text::{example, lifetime_label, lifetimes};
use crate::api::{ApiClient, ClientError};
use crate::browser;
use crate::state::toasts::Toasts;
use crate::ui::badge::Tone;
use crate::ui::code_block::{CodeBlock, CopyButton};
use crate::ui::dialog::Dialog;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::time;

/// Asks what a token is for, makes it, and shows its secret once.
#[component]
pub fn CreateDialog(
    /// Whether it is open.
    is_open: RwSignal<bool>,
    /// What the portal allows, once known.
    rules: Memo<Option<PersonalTokenRules>>,
    /// Called when there is a new token.
    on_created: Callback<()>,
) -> impl IntoView {
    let made = RwSignal::new(None::<PersonalTokenCreated>);
    let name = RwSignal::new(String::new());
    effect(move || {
        // The secret is gone with the dialog.
        if !is_open.get() {
            made.set(None);
            name.set(String::new());
        }
    });
    let keeps_open = Signal::derive(move || made.with(Option::is_some) || !name.with(String::is_empty));
    let title =
        Signal::derive(move || if made.with(Option::is_some) { "Your new token" } else { "Create token" }.to_owned());
    view! {
        <Dialog is_open title keeps_open>
            {move || match (made.get(), rules.get()) {
                (Some(made), _) => view! { <Secret made is_open/> }.into_any(),
                (None, Some(rules)) => view! { <CreateForm rules name is_open made on_created/> }.into_any(),
                (None, None) => ().into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn CreateForm(
    /// What the portal allows.
    rules: PersonalTokenRules,
    /// What the token is for.
    name: RwSignal<String>,
    /// Closes the dialog.
    is_open: RwSignal<bool>,
    /// Takes the token.
    made: RwSignal<Option<PersonalTokenCreated>>,
    /// Called when there is a new token.
    on_created: Callback<()>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let days = RwSignal::new(rules.default_lifetime_days);
    // What a program does not need it should not be able to do.
    let is_read_only = RwSignal::new(true);
    let is_name_missing = RwSignal::new(false);
    let is_sending = RwSignal::new(false);
    let error = RwSignal::new(None::<ClientError>);
    let field = NodeRef::<html::Input>::new();
    let focus_field = move || {
        if let Some(field) = field.get_untracked() {
            browser::focus(&field);
        }
    };
    // The browser has put the focus on the first button of the dialog by then.
    request_animation_frame(focus_field);
    let ends = move || time::date(browser::now_ms() + f64::from(days.get()) * time::DAY_MS);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if is_sending.get_untracked() {
            return;
        }
        if name.with_untracked(|name| name.trim().is_empty()) {
            is_name_missing.set(true);
            focus_field();
            return;
        }
        let wish = PersonalTokenCreate {
            name: name.get_untracked(),
            lifetime_days: Some(days.get_untracked()),
            is_read_only: is_read_only.get_untracked(),
        };
        is_sending.set(true);
        error.set(None);
        spawn_local(async move {
            let outcome = client.personal_token_create(&wish).await;
            // Where the form was closed meanwhile, the token is in the list, and its secret is gone.
            let is_closed = is_sending.try_set(false).is_some();
            match outcome {
                Ok(token) => {
                    if !is_closed {
                        made.set(Some(token));
                    }
                    on_created.run(());
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
        });
    };
    let options = lifetimes(rules.default_lifetime_days, rules.max_lifetime_days);
    view! {
        <form class="stack tokens__form" novalidate on:submit=submit>
            {move || {
                error.get().map(|error| view! {
                    <div class="banner" data-tone="bad" role="alert">
                        <Icon name=IconName::Error/>
                        <div>
                            <b>"The token was not created"</b>
                            <p>{error.to_string()}</p>
                        </div>
                    </div>
                })
            }}
            <div class="field">
                <label for="token-name">"Name"</label>
                <input
                    class="input"
                    id="token-name"
                    type="text"
                    maxlength="100"
                    autocomplete="off"
                    placeholder="Deploy script"
                    node_ref=field
                    aria-invalid=move || is_name_missing.get().then_some("true")
                    aria-describedby="token-name-hint"
                    prop:value=name
                    on:input=move |event| {
                        is_name_missing.set(false);
                        name.set(event_target_value(&event));
                    }
                />
                {move || if is_name_missing.get() {
                    view! {
                        <p class="field-error" id="token-name-hint" role="alert">
                            <Icon name=IconName::Error/>
                            "Say what the token is for, so that you know later whether it is still needed."
                        </p>
                    }
                        .into_any()
                } else {
                    view! { <p class="hint" id="token-name-hint">"Say what the token is for."</p> }.into_any()
                }}
            </div>
            <div class="field">
                <label for="token-days">"Expires after"</label>
                <select
                    class="select"
                    id="token-days"
                    aria-describedby="token-days-hint"
                    on:change=move |event| days.set(event_target_value(&event).parse().unwrap_or(rules.default_lifetime_days))
                >
                    {options
                        .into_iter()
                        .map(|option| view! {
                            <option value=option.to_string() selected=option == rules.default_lifetime_days>
                                {lifetime_label(option)}
                            </option>
                        })
                        .collect_view()}
                </select>
                <p class="hint" id="token-days-hint">"On " {ends}</p>
            </div>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=is_read_only
                    on:change=move |event| is_read_only.set(event_target_checked(&event))
                />
                <span>
                    "Read only"
                    <span class="hint tokens__hint">"It can look at everything that you can, and change nothing."</span>
                </span>
            </label>
            <div class="dialog__actions">
                <button class="button" type="button" on:click=move |_| is_open.set(false)>"Cancel"</button>
                <button class="button primary" type="submit" aria-busy=move || is_sending.get().then_some("true")>
                    "Create token"
                </button>
            </div>
        </form>
    }
}

/// The secret of a new token, and how to use it.
#[component]
fn Secret(
    /// The token.
    made: PersonalTokenCreated,
    /// Closes the dialog.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let PersonalTokenCreated { token, secret } = made;
    let shown = secret.clone();
    let field = NodeRef::<html::Input>::new();
    request_animation_frame(move || {
        if let Some(field) = field.get_untracked() {
            browser::focus(&field);
            field.select();
        }
    });
    view! {
        <div class="stack tokens__secret">
            <div class="banner" data-tone="warn" role="status">
                <Icon name=IconName::Warning/>
                <div>
                    <b>"Copy the token now"</b>
                    <p>"Nobody can show it again, and whoever has it acts in your name."</p>
                </div>
            </div>
            <div class="field">
                <label for="token-secret">{token.name}</label>
                <div class="row nowrap">
                    <input class="input mono" id="token-secret" type="text" readonly prop:value=shown node_ref=field/>
                    <CopyButton text=secret.clone() label="Copy token"/>
                </div>
            </div>
            <CodeBlock title="Try it" text=example(&browser::origin(), &secret)/>
            <div class="dialog__actions">
                <button class="button primary" type="button" on:click=move |_| is_open.set(false)>"Done"</button>
            </div>
        </div>
    }
}

/// Asks before a token is revoked.
#[component]
pub fn RevokeDialog(
    /// The token; `None` closes the dialog.
    token: RwSignal<Option<PersonalToken>>,
    /// Called when it is gone.
    on_revoked: Callback<()>,
) -> impl IntoView {
    let client = ApiClient::of_page();
    let toasts = Toasts::of_page();
    let is_open = RwSignal::new(false);
    let is_sending = RwSignal::new(false);
    let cancel = NodeRef::<html::Button>::new();
    effect(move || {
        let has_token = token.with(Option::is_some);
        is_open.set(has_token);
        if has_token {
            // Confirming is one key further: the focus starts at what does no harm.
            request_animation_frame(move || {
                if let Some(cancel) = cancel.try_get_untracked().flatten() {
                    browser::focus(&cancel);
                }
            });
        }
    });
    effect(move || {
        if !is_open.get() && token.with_untracked(Option::is_some) {
            token.set(None);
        }
    });
    let title = Signal::derive(move || {
        token.with(|token| match token {
            Some(token) if token.is_expired => format!("Remove {}?", token.name),
            Some(token) => format!("Revoke {}?", token.name),
            None => String::new(),
        })
    });
    let revoke = move |_| {
        let Some(doomed) = token.get_untracked() else { return };
        is_sending.set(true);
        spawn_local(async move {
            let outcome = client.personal_token_delete(&doomed.id).await;
            is_sending.try_set(false);
            token.try_set(None);
            match outcome {
                Ok(()) => toasts.show(Tone::Info, &format!("{} is revoked", doomed.name), None),
                // Somebody was faster.
                Err(error) if error.is_not_found() => {}
                Err(error) => toasts.show(Tone::Bad, "The token was not revoked", Some(error.to_string())),
            }
            on_revoked.run(());
        });
    };
    view! {
        <Dialog is_open title>
            <p>
                {move || if token.with(|token| token.as_ref().is_some_and(|token| token.is_expired)) {
                    "It is refused already. Removing it takes it from this list."
                } else {
                    "Programs that use it are refused at once. This cannot be undone."
                }}
            </p>
            <div class="dialog__actions">
                <button class="button" type="button" node_ref=cancel on:click=move |_| is_open.set(false)>"Cancel"</button>
                <button
                    class="button danger"
                    type="button"
                    aria-busy=move || is_sending.get().then_some("true")
                    on:click=revoke
                >
                    {move || if token.with(|token| token.as_ref().is_some_and(|token| token.is_expired)) { "Remove token" } else { "Revoke token" }}
                </button>
            </div>
        </Dialog>
    }
}

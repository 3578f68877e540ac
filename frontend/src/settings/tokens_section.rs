//! Tokens for my programs.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use shared::api::personal_tokens::{PersonalToken, PersonalTokenRules, PersonalTokens};

use super::extensions::create_token;
use super::sections::Section;
use super::token_dialogs::{CreateDialog, RevokeDialog};
use super::token_text::example;
use crate::api::ApiClient;
use crate::browser;
use crate::paths;
use crate::ui::badge::{Badge, Tone};
use crate::ui::code_block::CodeBlock;
use crate::ui::effect::effect;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};
use crate::ui::time;

/// The tokens of this person.
#[component]
pub fn TokensSection() -> impl IntoView {
    let client = ApiClient::of_page();
    let tokens = Load::<PersonalTokens>::new();
    let reload = Callback::new(move |()| tokens.run(async move { client.personal_tokens_list().await }));
    reload.run(());
    let rules = Memo::new(move |_| {
        tokens.value.with(|value| value.as_ref().and_then(|value| value.as_ref().ok()).map(|known| known.rules.clone()))
    });
    // Whether a token is asked for is in the address, so that the palette and links lead there.
    let (search, navigate) = (use_location().search, use_navigate());
    let is_asked =
        Memo::new(move |_| search.with(|query| paths::query_pairs(query).iter().any(|(key, _)| key == "new")));
    let is_creating = RwSignal::new(false);
    effect(move || {
        let may_create = rules.with(|rules| rules.as_ref().is_some_and(|rules| rules.can_create));
        is_creating.set(is_asked.get() && may_create);
    });
    Effect::new(move |was_creating: Option<bool>| {
        let is_creating = is_creating.get();
        if was_creating == Some(true) && !is_creating && is_asked.get_untracked() {
            navigate(&Section::Tokens.href(), NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
        is_creating
    });
    let revoking = RwSignal::new(None::<PersonalToken>);
    let list = move || match tokens.value.get() {
        None => view! { <SkeletonRows rows=3 label="Loading your tokens"/> }.into_any(),
        Some(Err(error)) => view! { <ErrorPanel title="Your tokens did not load" error on_retry=reload/> }.into_any(),
        Some(Ok(PersonalTokens { items, rules })) => view! { <Tokens items rules revoking/> }.into_any(),
    };
    view! {
        <section aria-labelledby="tokens">
            <div class="settings__head">
                <h2 id="tokens">"Access tokens"</h2>
                {move || {
                    rules
                        .with(|rules| rules.as_ref().is_some_and(|rules| rules.can_create))
                        .then(|| view! {
                            <a class="button primary" href=create_token()>
                                <Icon name=IconName::Plus/>
                                "Create token"
                            </a>
                        })
                }}
            </div>
            <p class="muted settings__lead">
                "A token lets a program of yours use the API in your name: a script, a pipeline, a command line. It can do what you can, but not make or revoke tokens."
            </p>
            {list}
            <section class="tokens__use" aria-labelledby="tokens-use">
                <h3 id="tokens-use">"How to use one"</h3>
                <CodeBlock title="Shell" text=example(&browser::origin(), "$CALLBOARD_TOKEN")/>
                <p class="small-text subtle">
                    "All operations are in the " <a href="/api/docs/" rel="external" target="_blank">"API reader"</a>
                    ". Programs that belong to nobody take tokens of " <code>"backend.auth.externalAccess"</code> " instead."
                </p>
            </section>
            <CreateDialog is_open=is_creating rules on_created=reload/>
            <RevokeDialog token=revoking on_revoked=reload/>
        </section>
    }
}

#[component]
fn Tokens(
    /// The tokens, the newest first.
    items: Vec<PersonalToken>,
    /// What the portal allows.
    rules: PersonalTokenRules,
    /// The token that is about to be revoked.
    revoking: RwSignal<Option<PersonalToken>>,
) -> impl IntoView {
    let guest = rules.is_guest.then(|| view! { <GuestNote can_create=rules.can_create/> });
    let list = if items.is_empty() {
        let text = if rules.can_create {
            "Create one for a script, and revoke it here when the script is gone."
        } else {
            "There is nothing to revoke."
        };
        view! { <Empty icon=IconName::Key title="You have no tokens" text is_inner=true/> }.into_any()
    } else {
        view! {
            <ul class="list tokens__list" aria-label="Your tokens">
                {items.into_iter().map(|token| view! { <TokenRow token revoking/> }).collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        {guest}
        {list}
    }
}

/// What tokens mean for a guest.
#[component]
fn GuestNote(
    /// Whether guests may make tokens here.
    can_create: bool,
) -> impl IntoView {
    let (tone, icon, title) = if can_create {
        ("info", IconName::Info, "You share these tokens with every guest")
    } else {
        ("warn", IconName::Warning, "Guests cannot create tokens here")
    };
    view! {
        <div class="banner" data-tone=tone role="note">
            <Icon name=icon/>
            <div>
                <b>{title}</b>
                {if can_create {
                    view! {
                        <p>
                            "Everyone who continues as guest is the same person, and sees and revokes the same tokens. They are
                            refused as soon as guest sign-in is switched off."
                        </p>
                    }
                        .into_any()
                } else {
                    view! {
                        <p>
                            "Everyone who continues as guest is the same person, so a token would belong to nobody in particular.
                            Whoever runs the portal can allow it with " <code>"auth.personalTokens.allowGuest: true"</code>
                            "; programs can have tokens of " <code>"backend.auth.externalAccess"</code> "."
                        </p>
                    }
                        .into_any()
                }}
            </div>
        </div>
    }
}

#[component]
fn TokenRow(
    /// The token.
    token: PersonalToken,
    /// The token that is about to be revoked.
    revoking: RwSignal<Option<PersonalToken>>,
) -> impl IntoView {
    let PersonalToken { id, name, is_read_only, created_at, expires_at, last_used_at, is_expired } = token.clone();
    let verb = if is_expired { "Remove" } else { "Revoke" };
    let label = format!("{verb} {name}");
    view! {
        <li class="list-row tall tokens__row">
            <div class="grow">
                <div class="tokens__name">
                    <b class="truncate">{name}</b>
                    {is_read_only.then(|| view! { <Badge text="Read only"/> })}
                    {is_expired.then(|| view! { <Badge tone=Some(Tone::Bad) text="Expired"/> })}
                </div>
                <p class="small-text subtle tokens__facts">
                    <span class="mono">{format!("cbp_{id}_…")}</span>
                    <span>"Created " <When text=created_at/></span>
                    <span>{if is_expired { "Expired " } else { "Expires " }} <When text=expires_at/></span>
                    {match last_used_at {
                        Some(text) => view! { <span>"Last used " <When text is_recent=true/></span> }.into_any(),
                        None => view! { <span>"Never used"</span> }.into_any(),
                    }}
                </p>
            </div>
            <button
                class="button small danger-quiet"
                type="button"
                aria-label=label
                on:click=move |_| revoking.set(Some(token.clone()))
            >
                {verb}
            </button>
        </li>
    }
}

/// A time as a date, or as how long ago it was.
#[component]
pub fn When(
    /// RFC 3339.
    text: String,
    /// Says how long ago it was, where that is not long.
    #[prop(optional)]
    is_recent: bool,
) -> impl IntoView {
    let (words, title) = match time::millis(&text) {
        Some(ms) => {
            let ago = is_recent.then(|| time::ago_in_sentence(browser::now_ms() - ms)).flatten();
            (ago.unwrap_or_else(|| time::date(ms)), time::full(ms))
        }
        None => (text.clone(), text.clone()),
    };
    view! { <time datetime=text title=title>{words}</time> }
}

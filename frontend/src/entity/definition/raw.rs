//! The text of a definition.

use leptos::prelude::*;
use shared::api::definition::DefinitionLanguage;

use crate::browser;
use crate::ui::code_block::{CodeBlock, CopyButton};
use crate::ui::highlight::Language;
use crate::ui::icon::{Icon, IconName};
use crate::ui::numbers;

/// A longer text has no colours.
const MAX_COLOURED: usize = 400_000;
/// A longer text is not shown whole: browsers take seconds to lay it out.
const MAX_SHOWN: usize = 1_500_000;

/// How the text is written.
pub fn language_of(language: DefinitionLanguage, text: &str) -> Language {
    match language {
        DefinitionLanguage::GraphQl => Language::GraphQl,
        DefinitionLanguage::Protobuf => Language::Protobuf,
        _ if text.trim_start().starts_with(['{', '[']) => Language::Json,
        DefinitionLanguage::OpenApi | DefinitionLanguage::AsyncApi => Language::Yaml,
        DefinitionLanguage::Text => Language::Other,
    }
}

/// The end of a file's name.
fn extension(language: Language) -> &'static str {
    match language {
        Language::Json => "json",
        Language::Yaml => "yaml",
        Language::GraphQl => "graphql",
        Language::Protobuf => "proto",
        Language::Shell | Language::Other => "txt",
    }
}

/// The beginning of a text, up to a whole line.
fn beginning(text: &str) -> &str {
    if text.len() <= MAX_SHOWN {
        return text;
    }
    let end = (0..=MAX_SHOWN).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    text[..end].rfind('\n').map_or(&text[..end], |line_end| &text[..=line_end])
}

/// The text, with ways to take it along.
#[component]
pub fn RawDefinition(
    /// The text.
    text: Signal<String>,
    /// Its language in words.
    label: Signal<String>,
    /// Its language.
    language: Signal<DefinitionLanguage>,
) -> impl IntoView {
    move || {
        let whole = text.get();
        let written = language_of(language.get(), &whole);
        let n_lines = numbers::counted(whole.lines().count(), "line", "lines");
        let title = format!("{}, {n_lines}", label.get());
        let shown = beginning(&whole).to_owned();
        let remark = (shown.len() < whole.len()).then(|| {
            let [shown, all] = [shown.len(), whole.len()].map(|n_bytes| numbers::count(n_bytes / 1_000));
            view! {
                <p class="text-13 muted">
                    {format!("The first {shown} of {all} kB are shown. Copy or download the text to have all of it.")}
                </p>
            }
        });
        let colours = if shown.len() > MAX_COLOURED { Language::Other } else { written };
        view! {
            {remark}
            <CodeBlock title text=Signal::stored(shown) language=colours without_copy=true/>
        }
    }
}

/// Buttons that copy and download the text.
#[component]
pub fn TakeAlong(
    /// The text.
    text: Signal<String>,
    /// Its language.
    language: Signal<DefinitionLanguage>,
    /// The name of the API.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let download = move |_| {
        let text = text.get_untracked();
        let extension = extension(language_of(language.get_untracked(), &text));
        browser::download_text(&format!("{}.{extension}", name.get_untracked()), "text/plain;charset=utf-8", &text);
    };
    view! {
        <CopyButton text label="Copy"/>
        <button class="button small" type="button" on:click=download>
            <Icon name=IconName::Download/>
            "Download"
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_for_what_they_hold() {
        let name = |language, text| extension(language_of(language, text));
        assert_eq!(name(DefinitionLanguage::OpenApi, "openapi: 3.1.0"), "yaml");
        assert_eq!(name(DefinitionLanguage::OpenApi, " {\"a\": 1}"), "json");
        assert_eq!(name(DefinitionLanguage::Protobuf, "syntax"), "proto");
        assert_eq!(name(DefinitionLanguage::Text, "x"), "txt");
    }

    #[test]
    fn a_long_text_is_cut_at_a_line() {
        let line = format!("{}\n", "ü".repeat(999));
        let text = line.repeat(1_000);
        let shown = beginning(&text);
        assert!(shown.len() <= MAX_SHOWN && shown.ends_with('\n') && shown.len().is_multiple_of(line.len()));
        assert_eq!(beginning("a\nb"), "a\nb");
    }
}

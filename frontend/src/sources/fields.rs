//! An entity line by line with where each line comes from, and its document in the source.

use leptos::prelude::*;
use shared::api::explain::ExplainedError;
use shared::api::sources::{EntityFields, FieldLine, FieldOrigin};

use super::excerpt::YamlLine;
use super::places;
use super::sentence::{Sentence, in_two, sentence};
use crate::ui::card::Card;
use crate::ui::code_block::CopyButton;
use crate::ui::icon::{Icon, IconName};
use crate::ui::load::Load;
use crate::ui::states::{Empty, ErrorPanel, SkeletonRows};

/// Where a line comes from, in words.
fn origin_words(line: &FieldLine) -> String {
    match (line.origin, line.source_line) {
        (FieldOrigin::Source, Some(number)) => format!("Source, line {number}"),
        (FieldOrigin::Source, None) => String::new(),
        (FieldOrigin::LastGood, _) => "Last good version".to_owned(),
        (FieldOrigin::Reading, _) => "Added while reading".to_owned(),
        (FieldOrigin::Catalog, _) => "Added by the catalog".to_owned(),
    }
}

/// The origins of lines, each said once for the lines that follow one another.
fn said_once(lines: &[FieldLine]) -> Vec<String> {
    let mut before = String::new();
    let mut said = Vec::with_capacity(lines.len());
    for line in lines {
        let words = origin_words(line);
        let is_told = line.origin == FieldOrigin::Source || words != before;
        said.push(if is_told { words.clone() } else { String::new() });
        before = words;
    }
    said
}

/// The entity as readers see it, with where each line comes from.
#[component]
pub fn FinalEntity(
    /// The lines.
    fields: Load<EntityFields>,
    /// Reads them again.
    retry: Callback<()>,
) -> impl IntoView {
    move || {
        fields.value.with(|value| match value {
            None => view! { <SkeletonRows rows=10 label="Loading the fields"/> }.into_any(),
            Some(Err(error)) => {
                view! { <ErrorPanel title="The fields did not load" error=error.clone() on_retry=retry/> }.into_any()
            }
            Some(Ok(found)) => {
                let text: String = found.lines.iter().map(|line| format!("{}\n", line.text)).collect();
                let said = said_once(&found.lines);
                let rows = found.lines.clone().into_iter().zip(said).enumerate().map(|(at, (line, words))| {
                    let is_added = matches!(line.origin, FieldOrigin::Reading | FieldOrigin::Catalog);
                    view! {
                        <div class:add=is_added>
                            <span>{at + 1}</span>
                            <YamlLine text=line.text/>
                            <span class="from">{words}</span>
                        </div>
                    }
                });
                let rows = rows.collect_view();
                let reason = found.reason.clone();
                let copy = view! { <CopyButton text=Signal::stored(text) label="Copy YAML"/> }.into_any();
                view! {
                    <Card id="fields" title="Where each field comes from" head=Some(copy)>
                        <div class="card-body stack">
                            {reason
                                .map(|reason| {
                                    view! { <p class="small-text muted">"The source was not read for this: " <Sentence text=sentence(&reason)/></p> }
                                })}
                            <figure class="code source-figure">
                                <div class="source" tabindex="0" role="region" aria-label="The entity as readers see it">{rows}</div>
                            </figure>
                        </div>
                    </Card>
                }
                .into_any()
            }
        })
    }
}

/// The document as it is written, with what is wrong at its place.
#[component]
pub fn SourceText(
    /// The document.
    fields: Load<EntityFields>,
    /// Reads it again.
    retry: Callback<()>,
    /// What is wrong with it.
    errors: Vec<ExplainedError>,
) -> impl IntoView {
    let errors = StoredValue::new(errors);
    move || {
        fields.value.with(|value| match value {
            None => view! { <SkeletonRows rows=10 label="Loading the source"/> }.into_any(),
            Some(Err(error)) => {
                view! { <ErrorPanel title="The source did not load" error=error.clone() on_retry=retry/> }.into_any()
            }
            Some(Ok(EntityFields { source: None, reason, .. })) => {
                let reason = reason.as_deref().map(sentence).unwrap_or_default();
                view! { <Empty icon=IconName::File title="The source cannot be shown" text=reason/> }.into_any()
            }
            Some(Ok(EntityFields { source: Some(source), .. })) => {
                let first = source.first_line;
                let rows = source
                    .text
                    .lines()
                    .zip(first..)
                    .map(|(text, number)| {
                        let own = errors.with_value(|errors| {
                            errors.iter().filter(|error| error.line == Some(number)).cloned().collect::<Vec<_>>()
                        });
                        let notes = own.iter().map(|error| in_two(&error.message)).collect::<Vec<_>>();
                        view! {
                            <div class:hit=!own.is_empty()>
                                <span>{number}</span>
                                <YamlLine text=text.trim_end_matches('\r').to_owned()/>
                            </div>
                            {notes
                                .into_iter()
                                .map(|(what, advice)| {
                                    view! {
                                        <div class="note">
                                            <b><Sentence text=what/></b>
                                            {advice.map(|advice| view! { " " <Sentence text=advice/> })}
                                        </div>
                                    }
                                })
                                .collect_view()}
                        }
                    })
                    .collect_view();
                let open = places::line_address(&source.location, Some(first));
                let title = places::in_parts(&source.location).1.to_owned();
                let text = source.text.clone();
                let is_current = source.is_current;
                view! {
                    <div class="stack">
                        {(!is_current)
                            .then(|| {
                                view! {
                                    <div class="banner" data-tone="warn" role="status">
                                        <Icon name=IconName::Warning/>
                                        <div>
                                            <b>"Readers see another version. "</b>
                                            <span class="muted">"This is what the source says now; it is taken in once it is good and was read."</span>
                                        </div>
                                    </div>
                                }
                            })}
                        <figure class="code source-figure">
                            <figcaption class="code-head">
                                <Icon name=IconName::File class="small"/>
                                <span class="truncate" title=title.clone()>{places::short(&title)}</span>
                                {open
                                    .map(|href| {
                                        view! {
                                            <a class="button quiet small" href=href target="_blank" rel="noopener noreferrer">
                                                "Open"
                                                <Icon name=IconName::External/>
                                            </a>
                                        }
                                    })}
                                <CopyButton text=Signal::stored(text) label="Copy"/>
                            </figcaption>
                            <div class="source" tabindex="0" role="region" aria-label="The document in its source">{rows}</div>
                        </figure>
                    </div>
                }
                .into_any()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_said_once_for_what_stands_together() {
        let line = |origin, source_line| FieldLine { text: String::new(), origin, source_line };
        let said = said_once(&[
            line(FieldOrigin::Source, Some(2)),
            line(FieldOrigin::Source, None),
            line(FieldOrigin::Catalog, None),
            line(FieldOrigin::Catalog, None),
            line(FieldOrigin::LastGood, None),
        ]);
        assert_eq!(said, ["Source, line 2", "", "Added by the catalog", "", "Last good version"]);
    }
}

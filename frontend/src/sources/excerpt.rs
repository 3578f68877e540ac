//! What is wrong, shown at its place in the source.

use leptos::prelude::*;
use shared::api::explain::ExplainedError;

use super::places;
use super::sentence::{Sentence, in_two};
use crate::ui::icon::{Icon, IconName};

/// A line of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ExcerptLine {
    number: u32,
    text: String,
}

/// Reads `  7 | spec:` lines; the one with the mark is left out.
fn lines(excerpt: &str) -> Vec<ExcerptLine> {
    let line = |line: &str| {
        let (number, text) = line.split_once('|')?;
        let number = number.trim().parse().ok()?;
        Some(ExcerptLine { number, text: text.strip_prefix(' ').unwrap_or(text).to_owned() })
    };
    excerpt.lines().filter_map(line).collect()
}

/// The parts of a line of YAML that are coloured: key, and the rest.
fn coloured(text: &str) -> (String, String) {
    let indent = text.len() - text.trim_start().len();
    match text.find(": ").or_else(|| text.strip_suffix(':').map(str::len)) {
        Some(at) if at >= indent && !text[indent..at].contains(['"', '\'', '#', '{']) => {
            (text[..at].to_owned(), text[at..].to_owned())
        }
        _ => (String::new(), text.to_owned()),
    }
}

/// A line of YAML with its key set apart.
#[component]
pub fn YamlLine(
    /// The line.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let (key, rest) = coloured(&text);
    view! {
        <span>
            <span class="k">{key}</span>
            {rest}
        </span>
    }
}

/// One thing that is wrong: where, the lines around it, and what to do.
#[component]
pub fn ErrorFigure(
    /// What is wrong.
    error: ExplainedError,
) -> impl IntoView {
    let ExplainedError { message, file, line, column, path, excerpt, .. } = error;
    let (what, advice) = in_two(&message);
    let shown = lines(excerpt.as_deref().unwrap_or_default());
    let short = file.as_deref().map(places::short).unwrap_or_default();
    let place = match (line, column) {
        (Some(line), Some(column)) => format!("line {line}, column {column}"),
        (Some(line), None) => format!("line {line}"),
        (None, _) => String::new(),
    };
    let label = if place.is_empty() { short.clone() } else { format!("{short}, {place}") };
    let open = file.as_deref().and_then(|file| places::line_address(file, line));
    let title = file.clone();
    let has_lines = !shown.is_empty();
    let note = view! {
        <div class="note">
            <b><Sentence text=what/></b>
            {advice.map(|advice| view! { " " <Sentence text=advice/> })}
            {path.map(|path| view! { <span class="note__path">" At " <code class="mono wrap-any">{path}</code></span> })}
        </div>
    };
    // The note stands below the line that it is about.
    let n_before = shown.iter().position(|shown| Some(shown.number) == line).map_or(shown.len(), |at| at + 1);
    let row = move |shown: ExcerptLine| {
        view! {
            <div class:hit=Some(shown.number) == line>
                <span>{shown.number}</span>
                <YamlLine text=shown.text/>
            </div>
        }
    };
    let (before, after) = shown.split_at(n_before);
    let (before, after) = (before.to_vec(), after.to_vec());
    view! {
        <figure class="code source-figure">
            {file
                .is_some()
                .then(|| {
                    view! {
                        <figcaption class="code-head">
                            <Icon name=IconName::File class="small"/>
                            <span class="truncate" title=title>{short.clone()}</span>
                            <span class="num source-figure__place">{place.clone()}</span>
                            {open
                                .map(|href| {
                                    view! {
                                        <a class="button quiet small" href=href target="_blank" rel="noopener noreferrer">
                                            {line.map_or_else(|| "Open".to_owned(), |line| format!("Open line {line}"))}
                                            <Icon name=IconName::External/>
                                        </a>
                                    }
                                })}
                        </figcaption>
                    }
                })}
            <div class="source" tabindex=has_lines.then_some("0") role=has_lines.then_some("region") aria-label=has_lines.then_some(label)>
                {before.into_iter().map(row).collect_view()}
                {note}
                {after.into_iter().map(row).collect_view()}
            </div>
        </figure>
    }
}

/// Everything that is wrong with something, and that there is more.
#[component]
pub fn ErrorFigures(
    /// What is wrong, as far as it is told.
    errors: Vec<ExplainedError>,
    /// How many things are wrong in all.
    n_errors: usize,
) -> impl IntoView {
    let n_more = n_errors.saturating_sub(errors.len());
    view! {
        <div class="stack">
            {errors.into_iter().map(|error| view! { <ErrorFigure error/> }).collect_view()}
            {(n_more > 0).then(|| view! { <p class="small-text subtle">{format!("And {n_more} more.")}</p> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_lines_with_numbers() {
        let found = lines("  3 | spec:\n  4 |   owner: [a\n    |          ^");
        let line = |number, text: &str| ExcerptLine { number, text: text.to_owned() };
        assert_eq!(found, [line(3, "spec:"), line(4, "  owner: [a")]);
        assert_eq!(lines("9999 |\n"), [line(9999, "")]);
        assert!(lines("").is_empty());
    }

    #[test]
    fn keys_are_set_apart() {
        let parts = |text: &str| coloured(text);
        assert_eq!(parts("  owner: a: b"), ("  owner".to_owned(), ": a: b".to_owned()));
        assert_eq!(parts("spec:"), ("spec".to_owned(), ":".to_owned()));
        assert_eq!(parts("  # a: b").0, "");
        assert_eq!(parts("- x").0, "");
    }
}

//! What a line of the results says, before it is drawn.

use shared::api::search::{API_OPERATION, SOFTWARE_CATALOG, SearchResult};
use shared::entity::{DEFAULT_NAMESPACE, EntityRef};

use super::highlight::{Piece, marked, plain};
use super::search_view::DocumentType;
use crate::catalog::kinds;
use crate::ui::words;

/// How much of a text is drawn where the server did not cut it; two lines of it are seen.
const MAX_TEXT_CHARS: usize = 300;
/// What a document of an entity without a type has in its place.
const NO_TYPE: &str = "other";
/// Stands between the parts of a text about people and groups.
const TEXT_JOINT: &str = " : ";
/// Highlights of texts that the line does not show, those that say most first.
const HIDDEN: [&str; 14] = [
    "name",
    "tags",
    "type",
    "parameters",
    "schemas",
    "email",
    "links",
    "system",
    "domain",
    "group",
    "api",
    "owner",
    "namespace",
    "annotations",
];

/// What sort of thing a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// An entity.
    Entity,
    /// A place within the definition of an API.
    Operation,
    /// A page of documentation.
    Docs,
    /// Something that this page does not know.
    Other,
}

/// A line of the results. Lines that are equal are drawn the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResultLine {
    /// What it is about.
    pub sort: Sort,
    /// Where it leads.
    pub href: String,
    /// Whether that is another site.
    pub is_elsewhere: bool,
    /// The kind of the entity in lower case; may be empty.
    pub kind: String,
    /// The type of the entity; empty where it has none.
    pub entity_type: String,
    /// What stands before the title of an operation; may be empty.
    pub verb: String,
    /// What it is called. For an operation with a verb, its path.
    pub title: Vec<Piece>,
    /// The entity it is a part of, with its title.
    pub part_of: Option<(EntityRef, String)>,
    /// Where its name is unique; empty for the usual place.
    pub namespace: String,
    /// Who owns it.
    pub owner: Option<EntityRef>,
    /// How mature it is; may be empty.
    pub lifecycle: String,
    /// When it changed last, as RFC 3339; may be empty.
    pub changed_at: String,
    /// Some words of it.
    pub text: Vec<Piece>,
    /// The name of a text that is not shown, and its part in which the words were found.
    pub found_in: Option<(String, Vec<Piece>)>,
}

impl ResultLine {
    /// The line of a result; `None` where it leads nowhere that a link may lead to.
    pub fn of(result: &SearchResult) -> Option<Self> {
        let (href, is_elsewhere) = target(result.text("location"))?;
        let sort = match result.document_type.as_str() {
            SOFTWARE_CATALOG => Sort::Entity,
            API_OPERATION => Sort::Operation,
            name if DocumentType::parse(name) == Some(DocumentType::Docs) => Sort::Docs,
            _ => Sort::Other,
        };
        let found = |field: &str| result.highlight.as_ref().and_then(|highlight| marked(highlight, field));
        let kind = result.text("kind").to_lowercase();
        let verb = if sort == Sort::Operation { result.text("verb") } else { "" };
        let has_path = !verb.is_empty() && !result.text("path").is_empty();
        // People and teams without a title have the name of their profile.
        let is_unnamed = result.text("title") == result.text("name") && !result.text("displayName").is_empty();
        let title_field = match (has_path, is_unnamed) {
            (true, _) => "path",
            (false, true) => "displayName",
            (false, false) => "title",
        };
        let (title, text) = (found(title_field), found("text"));
        let is_told = title.is_some() || text.is_some();
        let namespace = Some(result.text("namespace")).filter(|text| !text.is_empty()).unwrap_or(DEFAULT_NAMESPACE);
        Some(Self {
            sort,
            is_elsewhere,
            entity_type: Some(result.text("type")).filter(|text| *text != NO_TYPE).unwrap_or_default().to_owned(),
            verb: if has_path { verb.to_owned() } else { String::new() },
            title: title.unwrap_or_else(|| {
                let title = result.text(title_field);
                plain(if title.is_empty() { &href } else { title })
            }),
            part_of: part_of(result, sort, &kind, namespace),
            namespace: Some(namespace).filter(|text| *text != DEFAULT_NAMESPACE).unwrap_or_default().to_owned(),
            owner: EntityRef::parse(result.text("owner"), Some("group"), namespace).ok(),
            lifecycle: result.text("lifecycle").to_owned(),
            changed_at: result.changed_at.clone().unwrap_or_default(),
            text: parted(
                text.unwrap_or_else(|| plain(&cut(result.text("text"), MAX_TEXT_CHARS))),
                &kind,
                result.text(title_field),
            ),
            found_in: if is_told {
                None
            } else {
                HIDDEN.iter().find_map(|field| Some((words_of(field, sort).to_owned(), found(field)?)))
            },
            href,
            kind,
        })
    }

    /// What it is, in a word or two; may be empty.
    pub fn what(&self) -> String {
        let type_word = words::label(&self.entity_type);
        match self.sort {
            Sort::Entity if type_word.is_empty() => kinds::one(&self.kind),
            Sort::Entity => format!("{} · {type_word}", kinds::one(&self.kind)),
            Sort::Operation => type_word,
            Sort::Docs => DocumentType::Docs.label().to_owned(),
            Sort::Other => String::new(),
        }
    }
}

/// Where a link leads, and whether that is another site: documents must not run anything, nor lead elsewhere in disguise.
fn target(location: &str) -> Option<(String, bool)> {
    // Browsers drop tabs and line breaks, and take `/\` for `//`.
    if location.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return None;
    }
    let is_here = location.starts_with('/') && !location[1..].starts_with(['/', '\\']);
    let scheme = location.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_elsewhere = matches!(scheme.as_deref(), Some("http" | "https"));
    (is_here || is_elsewhere).then(|| (location.to_owned(), is_elsewhere))
}

/// The entity that something is a part of.
fn part_of(result: &SearchResult, sort: Sort, kind: &str, namespace: &str) -> Option<(EntityRef, String)> {
    let name = result.text("name");
    if !matches!(sort, Sort::Operation | Sort::Docs) || kind.is_empty() || name.is_empty() {
        return None;
    }
    let title = Some(result.text("entityTitle")).filter(|title| !title.is_empty()).unwrap_or(name);
    Some((EntityRef::new(kind, namespace, name), title.to_owned()))
}

/// Texts about people and groups are put together from description, name and mail. What the title says is left out.
fn parted(mut pieces: Vec<Piece>, kind: &str, title: &str) -> Vec<Piece> {
    if matches!(kind, "user" | "group") {
        for piece in pieces.iter_mut().filter(|piece| !piece.is_marked) {
            let parts: Vec<&str> = piece.text.split(TEXT_JOINT).filter(|part| *part != title).collect();
            piece.text = parts.join(" · ");
        }
        pieces.retain(|piece| !piece.text.is_empty());
    }
    pieces
}

/// The begin of a text, up to a whole word.
fn cut(text: &str, max_chars: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(max_chars) else { return text.to_owned() };
    let end = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{} …", text[..end].trim_end())
}

/// What a text is called in a sentence.
fn words_of(field: &'static str, sort: Sort) -> &'static str {
    match (field, sort) {
        // An operation has the name of its API.
        ("name", Sort::Operation) | ("api", _) => "API",
        // Operations stand in groups; teams are groups, too.
        ("group", _) => "section",
        (field, _) => field,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use shared::api::search::SearchHighlight;

    use super::*;

    fn result(document_type: &str, document: Value, highlights: &[(&str, &str)]) -> SearchResult {
        let fields = highlights.iter().map(|&(field, text)| (field.to_owned(), text.to_owned())).collect();
        SearchResult {
            document_type: document_type.to_owned(),
            document: document.as_object().unwrap().clone(),
            rank: 1,
            highlight: Some(SearchHighlight { pre_tag: "<u>".to_owned(), post_tag: "</u>".to_owned(), fields }),
            changed_at: None,
        }
    }

    fn component(highlights: &[(&str, &str)]) -> ResultLine {
        let document = json!({"title": "Booking API", "text": "Accepts bookings.", "type": "service", "kind": "Component",
            "name": "booking-api", "namespace": "ops", "owner": "freight", "lifecycle": "production",
            "location": "/catalog/ops/component/booking-api"});
        ResultLine::of(&result("software-catalog", document, highlights)).unwrap()
    }

    fn text(pieces: &[Piece]) -> String {
        let piece = |piece: &Piece| if piece.is_marked { format!("[{}]", piece.text) } else { piece.text.clone() };
        pieces.iter().map(piece).collect()
    }

    #[track_caller]
    fn leads(location: &str, expected: Option<bool>) {
        assert_eq!(target(location).map(|(_, is_elsewhere)| is_elsewhere), expected, "{location:?}");
    }

    #[test]
    fn links_lead_into_the_page_or_openly_elsewhere() {
        leads("/catalog/default/component/svc#op-a", Some(false));
        leads("/", Some(false));
        leads("https://a.example/b", Some(true));
        leads("HTTP://a.example", Some(true));
        for hostile in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "\n//evil.example",
            " /a",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "javascript://%0aalert(1)",
            "data:text/html,x",
            "ftp://a",
            "http:evil",
        ] {
            leads(hostile, None);
        }
        let document = json!({"title": "a", "text": "", "location": "javascript:alert(1)"});
        assert_eq!(ResultLine::of(&result("software-catalog", document, &[])), None);
    }

    #[test]
    fn a_component_tells_what_it_is_and_whose() {
        let line = component(&[("title", "<u>Booking</u> API")]);
        assert_eq!((text(&line.title).as_str(), line.what().as_str()), ("[Booking] API", "Component · Service"));
        assert_eq!(line.owner.unwrap().to_string(), "group:ops/freight");
        assert_eq!((line.kind.as_str(), line.namespace.as_str()), ("component", "ops"));
        assert_eq!((line.part_of, line.found_in), (None, None));
        assert_eq!(text(&line.text), "Accepts bookings.");
    }

    #[test]
    fn words_that_are_found_out_of_sight_are_told() {
        let line =
            component(&[("links", "The <u>run</u>book"), ("tags", "rust, <u>run</u>"), ("location", "/<u>run</u>")]);
        let (field, found) = line.found_in.unwrap();
        assert_eq!((field.as_str(), text(&found).as_str()), ("tags", "rust, [run]"));
        let is_silent = |highlights: &[(&str, &str)]| component(highlights).found_in.is_none();
        assert!(is_silent(&[("tags", "<u>a</u>"), ("text", "<u>a</u>")]));
        assert!(is_silent(&[("tags", "no mark"), ("location", "<u>a</u>")]));
        assert!(is_silent(&[]));
        // The name is not seen where there is a title.
        assert_eq!(component(&[("name", "booking-<u>api</u>")]).found_in.unwrap().0, "name");
    }

    #[test]
    fn an_operation_tells_its_api() {
        let document = json!({"title": "GET /bookings", "text": "Lists them.", "verb": "GET", "path": "/bookings",
            "entityTitle": "Bookings v4", "kind": "API", "name": "bookings-v4", "namespace": "default",
            "type": "openapi", "owner": "group:default/freight", "location": "/catalog/default/api/bookings-v4/definition#op-a"});
        let line = ResultLine::of(&result("api-operation", document, &[("path", "/<u>bookings</u>")])).unwrap();
        assert_eq!((line.verb.as_str(), text(&line.title).as_str()), ("GET", "/[bookings]"));
        let (api, title) = line.part_of.clone().unwrap();
        assert_eq!((api.to_string().as_str(), title.as_str()), ("api:default/bookings-v4", "Bookings v4"));
        assert_eq!(line.what(), "OpenAPI");
        assert_eq!(line.owner.unwrap().to_string(), "group:default/freight");
    }

    #[test]
    fn what_a_document_lacks_is_left_out() {
        let bare = ResultLine::of(&result("tools", json!({"location": "https://a.example"}), &[])).unwrap();
        assert_eq!((text(&bare.title).as_str(), bare.what().as_str()), ("https://a.example", ""));
        assert!(bare.owner.is_none() && bare.text.is_empty() && bare.is_elsewhere);
        let nameless = json!({"title": "T", "location": "/a", "kind": "Rocket", "type": "other", "owner": "a/b/c"});
        let line = ResultLine::of(&result("software-catalog", nameless, &[])).unwrap();
        assert_eq!((line.what().as_str(), line.owner), ("Rocket", None));
        let verbless = json!({"title": "topic", "path": "topic", "verb": "", "location": "/a"});
        let line = ResultLine::of(&result("api-operation", verbless, &[("title", "<u>topic</u>")])).unwrap();
        assert_eq!((line.verb.as_str(), text(&line.title).as_str()), ("", "[topic]"));
    }

    #[test]
    fn long_texts_are_cut_and_those_of_people_are_parted() {
        assert_eq!(cut("one two three", 8), "one two …");
        assert_eq!(cut("one two", 7), "one two");
        assert_eq!(cut("éééé", 2), "éé …");
        let person =
            json!({"title": "Kim Lee", "text": "Pilot : Kim Lee : kim@example.org", "kind": "User", "location": "/a"});
        let line = |highlights: &[(&str, &str)]| {
            text(&ResultLine::of(&result("software-catalog", person.clone(), highlights)).unwrap().text)
        };
        assert_eq!(
            line(&[("text", "Pilot : <u>Kim</u> Lee : kim@example.org")]),
            "Pilot · [Kim] Lee · kim@example.org"
        );
        assert_eq!(line(&[("text", "<u>Pilot</u> : Kim Lee : kim@example.org")]), "[Pilot] · kim@example.org");
        assert_eq!(line(&[]), "Pilot · kim@example.org");
        let only_name = json!({"title": "Kim Lee", "text": "Kim Lee", "kind": "Group", "location": "/a"});
        assert!(ResultLine::of(&result("software-catalog", only_name, &[])).unwrap().text.is_empty());
    }
}

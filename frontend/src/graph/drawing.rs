//! The picture as the text of an SVG: the same for the page and for the file that is exported.
//!
//! A thousand nodes are several thousand elements. As one text the browser reads them at once; made one by one from here they
//! would take many times as long. Everything that comes from the catalog passes [`escape`].

use std::collections::BTreeSet;

use super::camera::Point;
use super::picture::{Arrow, Picture, PictureNode};
use crate::paths;
use crate::ui::order::Order as _;

/// Up to so many arrows the words stand beside them; beyond it only beside those of the node that is looked at.
const MAX_WORDED: usize = 80;
/// Room for the name in a node.
const LABEL_WIDTH: f64 = 147.0;
/// Where texts begin in a node.
const TEXT_X: f64 = 37.0;
/// The usual width of a letter of names, which have 13 pixels.
const NAME_LETTER: f64 = 7.1;
/// The usual width of a letter of everything else, which has 12.
const LETTER: f64 = 6.55;
/// Room for words in the gap between two columns.
const WORDS_WIDTH: f64 = 80.0;
/// The height of a line of words.
const WORDS_HEIGHT: f64 = 14.0;
/// How far below the end of an arrow its words stand: just above the arrow, just below it, or one or two lines further.
const WORDS_LINES: [f64; 6] = [-6.0, 15.0, -20.0, 29.0, -34.0, 43.0];

/// What the links of a picture do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Nodes are links to their entities, one of them a stop of the Tab key.
    Page,
    /// As in a page, with the card of the entity shown on hover.
    PageWithPreviews,
    /// None: the picture is a file.
    None,
}

/// Makes a text safe inside of elements and attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // XML has no others, and a file with one would not open.
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

/// Everything between `<svg>` and `</svg>`: arrows, their words, nodes.
pub fn body(picture: &Picture, links: Links) -> String {
    let mut text = String::with_capacity(picture.nodes.len() * 480 + picture.arrows.len() * 160);
    let is_worded = picture.arrows.len() <= MAX_WORDED;
    // What they say is in the names of the nodes.
    text.push_str("<g aria-hidden=\"true\">");
    for arrow in &picture.arrows {
        write_arrow(&mut text, arrow, false);
    }
    if is_worded {
        write_words(&mut text, &words_once(picture));
    }
    text.push_str("</g>");
    for number in 0..picture.nodes.len() {
        write_node(&mut text, picture, number, links, "");
    }
    text
}

/// The whole picture for the page. Its name is that of the canvas around it.
pub fn page_markup(picture: &Picture, links: Links) -> String {
    let (width, height) = (picture.size.width, picture.size.height);
    let body = body(picture, links);
    // Two pictures, so that to dim the one and to draw in the other paints nothing of the first anew. The names between them
    // are no part of a picture: whenever its size changes, the browser would place and paint each of them anew.
    let labels = labels(picture);
    let size = format!("width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\"");
    format!(
        "<svg class=\"graph graph__base\" {size} role=\"presentation\">{MARKERS}{body}</svg>{labels}\
         <svg class=\"graph graph__lit\" {size} aria-hidden=\"true\"></svg>"
    )
}

/// What stands in the nodes, in their order. [`label_style`] says where each belongs.
fn labels(picture: &Picture) -> String {
    let mut text = String::from("<div class=\"graph__labels\" aria-hidden=\"true\">");
    for PictureNode { label, remark, is_missing, n_hidden, .. } in &picture.nodes {
        let missing = if *is_missing { " data-missing=\"\"" } else { "" };
        let more = if *n_hidden > 0 { format!("<i>+{n_hidden}</i>") } else { String::new() };
        let (label, remark) = (escape(&shortened_label(label)), escape(&shortened_remark(remark, *n_hidden)));
        text.push_str(&format!("<div{missing}><strong>{label}</strong><span>{remark}</span>{more}</div>"));
    }
    text.push_str("</div>");
    text
}

/// Where what stands in a node belongs. The policy of the page takes no styles from markup.
pub fn label_style(picture: &Picture, node: &PictureNode) -> String {
    let width = picture.node_size.width - TEXT_X - 8.0;
    format!("left:{}px;top:{}px;width:{width}px", node.corner.x + TEXT_X, node.corner.y + 7.0)
}

/// The arrow heads.
pub const MARKERS: &str = "<defs>\
    <marker id=\"graph-head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
    <path class=\"head\" d=\"M1 1 7 4 1 7z\"/></marker>\
    <marker id=\"graph-head-on\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
    <path class=\"head on\" d=\"M1 1 7 4 1 7z\"/></marker></defs>";

/// What lies over the dimmed picture while a node is looked at: its arrows, those of its path, and the nodes at their ends.
pub fn lit(picture: &Picture, node: usize, path: &[usize], has_focus: bool) -> String {
    let mut text = String::new();
    let own = || picture.arrows_to(node).iter().chain(picture.arrows_from(node));
    let arrows: BTreeSet<usize> = own().chain(path).copied().collect();
    let mut nodes = BTreeSet::from([node]);
    for &arrow in &arrows {
        let arrow = &picture.arrows[arrow];
        nodes.extend([arrow.from, arrow.to]);
        write_arrow(&mut text, arrow, true);
    }
    if arrows.len() <= MAX_WORDED {
        let mut words = Vec::new();
        for arrow in by_height(picture, arrows.iter().map(|&arrow| &picture.arrows[arrow])) {
            place(&mut words, Words::beside(picture, arrow));
        }
        write_words(&mut text, &words);
    }
    for number in nodes {
        let mark = match (number == node, has_focus) {
            (false, _) => "",
            (true, false) => " data-center=\"\"",
            (true, true) => " data-focus=\"\"",
        };
        write_node(&mut text, picture, number, Links::None, mark);
    }
    text
}

fn write_arrow(text: &mut String, arrow: &Arrow, is_on: bool) {
    let dash = if arrow.is_dashed { " data-dash=\"\"" } else { "" };
    let (on, head) = if is_on { (" data-on=\"\"", "-on") } else { ("", "") };
    text.push_str(&format!("<path class=\"edge\"{dash}{on} marker-end=\"url(#graph-head{head})\" d=\""));
    write_route(text, &arrow.route);
    text.push_str("\"/>");
}

/// Curves between columns, lines along them.
fn write_route(text: &mut String, route: &[Point]) {
    let Some(first) = route.first() else { return };
    text.push_str(&format!("M{} {}", first.x, first.y));
    for pair in route.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        if (from.y - to.y).abs() < 0.5 {
            text.push_str(&format!("H{}", to.x));
        } else {
            let middle = (from.x + to.x) / 2.0;
            text.push_str(&format!("C{middle} {} {middle} {} {} {}", from.y, to.y, to.x, to.y));
        }
    }
}

/// What stands beside an arrow.
struct Words {
    /// The end of the arrow.
    end: Point,
    /// Where they begin; where they end, if they stand at the left of a node.
    place: Point,
    /// About how wide they are.
    width: f64,
    /// Whether their place is their end.
    ends_there: bool,
    /// The words, cut to the room between two columns.
    text: String,
}

impl Words {
    /// The words of an arrow, not yet on a line.
    fn beside(picture: &Picture, arrow: &Arrow) -> Self {
        let end = word_end(picture, arrow);
        let node = picture.middle(if is_word_at_end(picture, arrow) { arrow.to } else { arrow.from });
        let ends_there = node.x > end.x;
        let text = shortened(&arrow.words, WORDS_WIDTH, LETTER);
        Self {
            end,
            place: Point { x: if ends_there { end.x - 12.0 } else { end.x + 10.0 }, y: end.y },
            width: width_of(&text, LETTER),
            ends_there,
            text,
        }
    }

    fn left(&self) -> f64 {
        if self.ends_there { self.place.x - self.width } else { self.place.x }
    }

    /// Whether one would be read through the other.
    fn covers(&self, other: &Self) -> bool {
        let (left, other_left) = (self.left(), other.left());
        left < other_left + other.width
            && other_left < left + self.width
            && (self.place.y - other.place.y).abs() < WORDS_HEIGHT
    }
}

/// Puts words on the first line that is free. Whether they are placed: not where the same stands there already, nor where all
/// lines are full.
fn place(placed: &mut Vec<Words>, mut words: Words) -> bool {
    if placed.iter().any(|other| other.end == words.end && other.text == words.text) {
        return false;
    }
    for line in WORDS_LINES {
        words.place.y = words.end.y + line;
        if placed.iter().all(|other| !other.covers(&words)) {
            placed.push(words);
            return true;
        }
    }
    false
}

/// The words of the whole picture. Of the arrows of one node with the same words on the same side, those of the uppermost: the
/// others say the same.
fn words_once(picture: &Picture) -> Vec<Words> {
    let mut said = BTreeSet::new();
    let mut placed = Vec::new();
    for arrow in by_height(picture, picture.arrows.iter()) {
        let is_at_end = is_word_at_end(picture, arrow);
        let hub = if is_at_end { arrow.from } else { arrow.to };
        let saying = (hub, is_at_end, arrow.words.as_str());
        if !said.contains(&saying) && place(&mut placed, Words::beside(picture, arrow)) {
            said.insert(saying);
        }
    }
    placed
}

/// What needs comes before what holds, the upper before the lower.
fn by_height<'p>(picture: &Picture, arrows: impl Iterator<Item = &'p Arrow>) -> Vec<&'p Arrow> {
    let mut arrows: Vec<&Arrow> = arrows.collect();
    let height = |arrow: &Arrow| word_end(picture, arrow).y;
    arrows
        .order_by(|one, other| one.is_dashed.cmp(&other.is_dashed).then_with(|| height(one).total_cmp(&height(other))));
    arrows
}

/// Words stand at the end that has fewer arrows, so that they do not stand on each other.
fn is_word_at_end(picture: &Picture, arrow: &Arrow) -> bool {
    picture.arrows_to(arrow.to).len() <= picture.arrows_from(arrow.from).len()
}

/// The end of an arrow where its words stand.
fn word_end(picture: &Picture, arrow: &Arrow) -> Point {
    let end = if is_word_at_end(picture, arrow) { arrow.route.last() } else { arrow.route.first() };
    end.copied().unwrap_or_default()
}

fn write_words(text: &mut String, placed: &[Words]) {
    for words in placed {
        let anchor = if words.ends_there { "end" } else { "start" };
        text.push_str(&format!(
            "<text class=\"edge-label\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            words.place.x,
            words.place.y,
            escape(&words.text)
        ));
    }
}

fn write_node(text: &mut String, picture: &Picture, number: usize, links: Links, mark: &str) {
    let node = &picture.nodes[number];
    let PictureNode { entity_ref, label, remark, icon, corner, depth, is_missing, n_hidden, .. } = node;
    let (width, height) = (picture.node_size.width, picture.node_size.height);
    let kind = escape(&entity_ref.kind);
    let root = if *depth == 0 { " data-root=\"\"" } else { "" };
    let missing = if *is_missing { " data-missing=\"\"" } else { "" };
    let state = format!(
        "class=\"gnode\" data-kind=\"{kind}\"{root}{missing}{mark} transform=\"translate({} {})\"",
        corner.x, corner.y
    );
    let (open, close) = match links {
        Links::None => (format!("<g {state}>"), "</g>"),
        Links::Page | Links::PageWithPreviews => {
            let stop = if number == 0 { 0 } else { -1 };
            let preview = if links == Links::PageWithPreviews {
                format!(" data-ref=\"{}\"", escape(&entity_ref.to_string()))
            } else {
                String::new()
            };
            let link = format!(
                "<a {state} href=\"{}\" data-node=\"{number}\" tabindex=\"{stop}\" aria-label=\"{}\"{preview}>",
                escape(&paths::entity(entity_ref)),
                escape(&picture.spoken(number)),
            );
            (link, "</a>")
        }
    };
    text.push_str(&open);
    text.push_str(&format!(
        "<rect width=\"{width}\" height=\"{height}\" rx=\"7\"/><use href=\"#{}\" x=\"11\" y=\"14\" width=\"18\" height=\"18\"/>",
        icon.id()
    ));
    if links != Links::None {
        text.push_str(close);
        return;
    }
    text.push_str(&format!(
        "<text x=\"{TEXT_X}\" y=\"20\">{}</text><text class=\"sub\" x=\"{TEXT_X}\" y=\"37\">{}</text>",
        escape(&shortened_label(label)),
        escape(&shortened_remark(remark, *n_hidden))
    ));
    if *n_hidden > 0 {
        text.push_str(&format!(
            "<text class=\"more\" x=\"{}\" y=\"37\" text-anchor=\"end\">+{n_hidden}</text>",
            width - 10.0
        ));
    }
    text.push_str(close);
}

/// As much of a name as has room in a node.
fn shortened_label(label: &str) -> String {
    shortened(label, LABEL_WIDTH, NAME_LETTER)
}

/// As much of what a node says below its name as has room, beside the number of those that are not shown.
fn shortened_remark(remark: &str, n_hidden: usize) -> String {
    shortened(remark, if n_hidden > 0 { LABEL_WIDTH - 32.0 } else { LABEL_WIDTH }, LETTER)
}

/// How wide a letter is, where the usual one is 1. There are no exact widths here: the browser is not asked, so that drawing
/// stays one step.
fn width_factor(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '-' | ' ' | '(' | ')'
        | '/' => 0.56,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 1.42,
        'A'..='Z' => 1.14,
        letter if u32::from(letter) > 0x2E80 => 1.9,
        _ => 1.0,
    }
}

/// About how wide a text is.
fn width_of(text: &str, letter_width: f64) -> f64 {
    text.chars().map(|letter| width_factor(letter) * letter_width).sum()
}

/// Cuts a text to a width.
fn shortened(text: &str, width: f64, letter_width: f64) -> String {
    if width_of(text, letter_width) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = letter_width;
    for letter in text.chars() {
        used += width_factor(letter) * letter_width;
        if used > width {
            break;
        }
        cut.push(letter);
    }
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::super::picture::tests::example;
    use super::*;

    #[test]
    fn every_node_is_a_link_and_one_is_a_tab_stop() {
        let markup = page_markup(&Picture::of(&example()), Links::Page);
        assert_eq!(markup.matches("<a class=\"gnode\"").count(), 5);
        assert_eq!(markup.matches("tabindex=\"0\"").count(), 1);
        assert_eq!(markup.matches("class=\"edge\"").count(), 3);
        assert!(markup.contains("href=\"/catalog/ops/component/engine\""));
        assert!(markup.contains("data-root") && markup.contains("data-missing") && markup.contains("<i>+3</i>"));
        assert!(!markup.contains("class=\"sub\""), "what nodes say is no part of the picture that is moved");
        assert!(!markup.contains("data-ref"));
    }

    #[test]
    fn what_the_catalog_says_is_never_markup() {
        let mut graph = example();
        graph.nodes[0].title = Some("<script>alert(1)</script>\" onload='x\u{0}".to_owned());
        graph.nodes[0].spec_type = Some("<img src=x>".to_owned());
        graph.edges[0].relation_type = "<b>".to_owned();
        let picture = Picture::of(&graph);
        for markup in [page_markup(&picture, Links::PageWithPreviews), lit(&picture, 0, &[], false)] {
            for forbidden in ["<script", "<img", "<b>", "onload='", "\u{0}"] {
                assert!(!markup.contains(forbidden), "{forbidden} in {markup}");
            }
        }
    }

    #[test]
    fn what_is_looked_at_is_drawn_again_with_its_neighbours() {
        let picture = Picture::of(&example());
        let markup = lit(&picture, 1, &[0], true);
        assert_eq!(markup.matches("data-on").count(), 2);
        assert_eq!(markup.matches("class=\"gnode\"").count(), 3);
        assert_eq!(markup.matches("data-focus").count(), 1);
        assert!(!markup.contains("<a "), "it is no second set of links");
    }

    #[test]
    fn ways_are_curves_between_columns_and_lines_along_them() {
        let mut text = String::new();
        let route = [(0.0, 0.0), (10.0, 20.0), (50.0, 20.0)].map(|(x, y)| Point { x, y });
        write_route(&mut text, &route);
        assert_eq!(text, "M0 0C5 0 5 20 10 20H50");
    }

    #[test]
    fn words_are_said_once_for_many_arrows_of_one_node() {
        let mut graph = example();
        graph.edges.truncate(1);
        graph.edges.push(shared::api::graph::GraphEdge {
            target_ref: "component:default/spare".into(),
            ..graph.edges[0].clone()
        });
        let markup = body(&Picture::of(&graph), Links::None);
        assert_eq!(markup.matches(">provides</text>").count(), 1);
    }

    #[test]
    fn words_at_one_end_stand_above_and_below_each_other() {
        let words = |text: &str, end: Point| Words {
            end,
            place: Point { x: end.x - 12.0, y: 0.0 },
            width: width_of(text, LETTER),
            ends_there: true,
            text: text.to_owned(),
        };
        let end = Point { x: 100.0, y: 50.0 };
        let mut placed = Vec::new();
        assert!(place(&mut placed, words("depends on", end)) && place(&mut placed, words("has part", end)));
        assert!(!place(&mut placed, words("has part", end)), "the same stands there already");
        // Another node, nearer than nodes are.
        assert!(place(&mut placed, words("has part", Point { y: 68.0, ..end })));
        for text in ["owns", "provides", "has member", "reviews"] {
            place(&mut placed, words(text, end));
        }
        assert_eq!(placed[..3].iter().map(|words| words.place.y).collect::<Vec<_>>(), [44.0, 65.0, 83.0]);
        for (number, one) in placed.iter().enumerate() {
            assert!(placed[number + 1..].iter().all(|other| !one.covers(other)), "{}", one.text);
        }
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(shortened("booking-api", 147.0, 7.1), "booking-api");
        let cut = shortened("a-very-long-name-that-nobody-can-read-in-a-box", 147.0, 7.1);
        assert!(cut.ends_with('…') && cut.chars().count() < 30, "{cut}");
        assert_eq!(shortened("", 10.0, 7.0), "");
    }
}

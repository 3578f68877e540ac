//! The picture as a file of its own: it opens anywhere, in the colours of the moment.

use leptos::leptos_dom::helpers::{document, window};
use wasm_bindgen::{JsCast, JsValue};

use super::drawing::{self, Links, escape};
use super::picture::Picture;
use crate::browser;

/// Free space around the picture.
const MARGIN: f64 = 32.0;
/// Room for the title.
const HEAD: f64 = 56.0;
/// The smallest width, so that the title fits.
const MIN_WIDTH: f64 = 420.0;
/// The kinds that have a colour of their own.
const KINDS: [&str; 9] = ["component", "api", "resource", "system", "domain", "group", "user", "location", "template"];
/// The roles of colours that a picture uses, without those of kinds.
const ROLES: [&str; 8] =
    ["bg-surface", "bg-raised", "line-strong", "line-control", "text", "text-subtle", "accent-text", "bad-fg"];

/// Everything that the file takes from the page.
pub struct Surroundings {
    /// The value of a colour of the page, such as `text`.
    pub colour: Box<dyn Fn(&str) -> String>,
    /// The markup of an icon.
    pub icon: Box<dyn Fn(&str) -> String>,
}

/// The text of the file. Nothing in it refers to anything outside of it.
pub fn file(picture: &Picture, title: &str, surroundings: &Surroundings) -> String {
    let width = (picture.size.width + 2.0 * MARGIN).max(MIN_WIDTH);
    let height = picture.size.height + HEAD + 2.0 * MARGIN;
    let mut icons: Vec<&str> = picture.nodes.iter().map(|node| node.icon.id()).collect();
    icons.sort_unstable();
    icons.dedup();
    let icons: String = icons.into_iter().map(|id| (surroundings.icon)(id)).collect();
    let title = escape(title);
    let summary = escape(&picture.summary());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title\">\n\
         <title id=\"title\">{title}</title>\n<style>{}</style>\n<defs>{icons}</defs>\n{}\n\
         <rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"title\" x=\"{MARGIN}\" y=\"42\">{title}</text>\n\
         <text class=\"summary\" x=\"{MARGIN}\" y=\"62\">{summary}</text>\n\
         <g transform=\"translate({MARGIN} {})\">{}</g>\n</svg>\n",
        style(surroundings),
        drawing::MARKERS,
        HEAD + MARGIN,
        drawing::body(picture, Links::None),
    )
}

/// The rules of `styles/graph.css` that a picture needs, with the colours filled in.
fn style(Surroundings { colour, .. }: &Surroundings) -> String {
    let [ground, raised, line_strong, line, text, subtle, accent, bad] = ROLES.map(colour);
    let kinds: String = KINDS
        .iter()
        .map(|kind| format!("[data-kind=\"{kind}\"] use{{color:{}}}", colour(&format!("kind-{kind}"))))
        .collect();
    format!(
        ".graph{{font-family:Inter,system-ui,-apple-system,\"Segoe UI\",Roboto,Arial,sans-serif;font-size:13px}}\
         .ground{{fill:{ground}}}.title{{font-size:18px;font-weight:650;fill:{text}}}.summary{{font-size:13px;fill:{subtle}}}\
         .edge{{fill:none;stroke:{line};stroke-width:1.25}}.edge[data-dash]{{stroke-dasharray:4 3}}\
         .head{{fill:{line}}}.head.on{{fill:{accent}}}\
         .edge-label{{fill:{subtle};font-size:12px;paint-order:stroke;stroke:{ground};stroke-width:4px}}\
         .gnode rect{{fill:{raised};stroke:{line_strong}}}.gnode text{{fill:{text};font-weight:520}}\
         .gnode .sub,.gnode .more{{fill:{subtle};font-size:12px;font-weight:420}}\
         .gnode use{{color:{subtle};fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}}\
         .gnode[data-root] rect{{stroke:{accent};stroke-width:2}}\
         .gnode[data-missing] rect{{stroke-dasharray:4 3}}.gnode[data-missing] text{{fill:{bad}}}{kinds}"
    )
}

/// The colours and icons of the page as it is now.
fn surroundings() -> Surroundings {
    let probe = document().create_element("span").ok().and_then(|probe| probe.dyn_into::<web_sys::HtmlElement>().ok());
    let colour = move |role: &str| {
        let read = || {
            let (probe, body) = (probe.as_ref()?, document().body()?);
            body.append_child(probe).ok()?;
            probe.style().set_property("color", &format!("var(--{role})")).ok()?;
            let value = window().get_computed_style(probe).ok()??.get_property_value("color").ok();
            probe.remove();
            value
        };
        // A browser that tells no colours gets a picture in black.
        read().filter(|value| !value.is_empty()).unwrap_or_else(|| "black".to_owned())
    };
    let icon = |id: &str| document().get_element_by_id(id).map(|symbol| symbol.outer_html()).unwrap_or_default();
    Surroundings { colour: Box::new(colour), icon: Box::new(icon) }
}

/// Saves the picture as a file on the reader's device.
///
/// # Errors
/// What the browser says, for instance where it forbids downloads.
pub fn save(picture: &Picture, title: &str, file_name: &str) -> Result<(), JsValue> {
    let text = file(picture, title, &surroundings());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("image/svg+xml");
    let parts = js_sys::Array::of1(&JsValue::from_str(&text));
    browser::download(&web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?, file_name)
}

#[cfg(test)]
mod tests {
    use super::super::picture::tests::example;
    use super::*;

    #[test]
    fn the_file_stands_alone() {
        let surroundings = Surroundings {
            colour: Box::new(|role| format!("rgb(0, 0, {})", role.len())),
            icon: Box::new(|id| format!("<symbol id=\"{id}\"></symbol>")),
        };
        let text = file(&Picture::of(&example()), "Graph of <web> & more", &surroundings);
        assert!(text.starts_with("<?xml") && text.trim_end().ends_with("</svg>"));
        assert!(text.contains("<title id=\"title\">Graph of &lt;web&gt; &amp; more</title>"));
        assert!(text.contains("5 entities, 4 relations") && text.contains(".edge{fill:none;stroke:rgb(0, 0, 12)"));
        for forbidden in ["var(--", "href=\"/", "href=\"http", "tabindex", "NaN"] {
            assert!(!text.contains(forbidden), "{forbidden}");
        }
        for node in &Picture::of(&example()).nodes {
            assert!(text.contains(&format!("symbol id=\"{}\"", node.icon.id())));
        }
        assert_eq!(text.matches("<svg").count(), text.matches("</svg>").count());
        // Every attribute has a value: a file is read as XML, which knows no others.
        for tag in text.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            let outside: String = tag.split('"').step_by(2).collect();
            let names = outside.split_whitespace().skip(1).filter(|name| !matches!(*name, "/" | "?"));
            assert!(names.clone().all(|name| name.trim_end_matches(['/', '?']).ends_with('=')), "{tag}");
        }
    }
}

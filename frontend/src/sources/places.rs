//! Where things were read, as people see it: short names, and addresses that lead to a line.

use crate::paths;

/// A location reference in two parts: its type and its target.
pub fn in_parts(location: &str) -> (&str, &str) {
    match location.split_once(':') {
        Some((kind, target)) if kind == "file" || kind == "url" => (kind, target),
        _ => ("", location),
    }
}

/// The end of a path or address that tells files apart: the last folder and the name.
pub fn short(target: &str) -> String {
    let (_, target) = in_parts(target);
    let path = target.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let mut names: Vec<&str> = path.rsplit('/').take(2).filter(|name| !name.is_empty()).collect();
    names.reverse();
    if names.is_empty() { target.to_owned() } else { names.join("/") }
}

/// The address of a target that a browser opens; `None` for files of the server.
pub fn address(target: &str) -> Option<String> {
    let (_, target) = in_parts(target);
    let is_web = target.starts_with("https://") || target.starts_with("http://");
    is_web.then(|| target.to_owned())
}

/// The address of a line of a file, as the hosts of source code understand it.
pub fn line_address(target: &str, line: Option<u32>) -> Option<String> {
    let address = address(target)?;
    match line {
        Some(line) if !address.contains('#') => Some(format!("{address}#L{line}")),
        _ => Some(address),
    }
}

/// The page that explains a location.
pub fn inspect_location(location: &str) -> String {
    format!("{}?location={}", paths::patterns::INSPECT_SOURCE, paths::encode(location))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_tells_files_apart() {
        assert_eq!(short("file:/srv/booking/catalog-info.yaml"), "booking/catalog-info.yaml");
        assert_eq!(short("url:https://github.com/a/b/blob/main/x.yaml?raw=1"), "main/x.yaml");
        assert_eq!(short("/a.yaml"), "a.yaml");
        assert_eq!(short("url:https://x"), "x");
    }

    #[test]
    fn only_addresses_can_be_opened() {
        assert_eq!(line_address("https://x/a.yaml", Some(3)).as_deref(), Some("https://x/a.yaml#L3"));
        assert_eq!(line_address("url:https://x/a.yaml#b", Some(3)).as_deref(), Some("https://x/a.yaml#b"));
        assert_eq!(line_address("/srv/a.yaml", Some(3)), None);
        assert_eq!(line_address("javascript:alert(1)", None), None);
        assert_eq!(inspect_location("file:/a b"), "/inspect?location=file:%2Fa%20b");
    }
}

//! Which route a path belongs to, for metrics: a label must have few values, and a raw path may have any.
//!
//! The routes are those of the OpenAPI document. The router of the web framework could be asked as well, but answers with
//! a new text after matching the path a second time, which costs microseconds.

/// Everything below the API that no route answers.
const UNKNOWN: &str = "unknown";
/// The web page: its files, and the addresses that it answers itself.
const PAGE: &str = "page";
/// The reader of the OpenAPI document and its files.
const DOCS: &str = "/api/docs";

/// The number of a route, to index a list with.
pub(super) type RouteNumber = usize;

/// All routes, as a tree of segments.
#[derive(Debug)]
pub(super) struct RouteLabels {
    labels: Vec<String>,
    nodes: Vec<Node>,
}

#[derive(Debug, Default)]
struct Node {
    literals: Vec<(Box<str>, usize)>,
    parameter: Option<usize>,
    route: Option<RouteNumber>,
}

const UNKNOWN_NUMBER: RouteNumber = 0;
const PAGE_NUMBER: RouteNumber = 1;
const DOCS_NUMBER: RouteNumber = 2;

impl RouteLabels {
    /// Of patterns such as `/api/catalog/entities/by-uid/{uid}`.
    pub fn new(patterns: &[String]) -> Self {
        let mut labels =
            Self { labels: [UNKNOWN, PAGE, DOCS].map(str::to_owned).to_vec(), nodes: vec![Node::default()] };
        for pattern in patterns {
            labels.add(pattern);
        }
        labels
    }

    fn add(&mut self, pattern: &str) {
        let mut node = 0;
        for segment in pattern.trim_start_matches('/').split('/') {
            let next = match segment.starts_with('{') {
                true => self.nodes[node].parameter,
                false => self.nodes[node].literal(segment),
            };
            node = next.unwrap_or_else(|| {
                let new = self.nodes.len();
                self.nodes.push(Node::default());
                match segment.starts_with('{') {
                    true => self.nodes[node].parameter = Some(new),
                    false => self.nodes[node].literals.push((segment.into(), new)),
                }
                new
            });
        }
        self.nodes[node].route = Some(self.labels.len());
        self.labels.push(pattern.to_owned());
    }

    /// The route of a path as it came, still encoded. Takes no memory.
    pub fn find(&self, path: &str) -> RouteNumber {
        let below = path.strip_prefix('/').unwrap_or(path);
        if let Some(route) = self.find_below(0, Some(below)) {
            return route;
        }
        if path == DOCS || path.starts_with("/api/docs/") {
            DOCS_NUMBER
        } else if path.starts_with("/api/") || path.starts_with("/.backstage/") {
            UNKNOWN_NUMBER
        } else {
            PAGE_NUMBER
        }
    }

    /// A name wins over a parameter, unless it leads nowhere. At most every node is visited.
    fn find_below(&self, node: usize, path: Option<&str>) -> Option<RouteNumber> {
        let node = &self.nodes[node];
        let Some(path) = path else { return node.route };
        let (segment, rest) = path.split_once('/').map_or((path, None), |(segment, rest)| (segment, Some(rest)));
        let by_name = node.literal(segment).and_then(|next| self.find_below(next, rest));
        by_name.or_else(|| node.parameter.filter(|_| !segment.is_empty()).and_then(|next| self.find_below(next, rest)))
    }

    /// The text of a route.
    pub fn label(&self, route: RouteNumber) -> &str {
        &self.labels[route]
    }

    /// How many routes there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }
}

impl Node {
    fn literal(&self, segment: &str) -> Option<usize> {
        self.literals.iter().find(|(name, _)| **name == *segment).map(|(_, next)| *next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gets_the_label_of_its_route() {
        let patterns = [
            "/api/catalog/entities",
            "/api/catalog/entities/by-query",
            "/api/catalog/entities/by-name/{kind}/{namespace}/{name}",
            "/api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry",
            "/api/{plugin}/.backstage/auth/v1/jwks.json",
            "/metrics",
        ];
        let routes = RouteLabels::new(&patterns.map(str::to_owned));
        for (path, label) in [
            ("/api/catalog/entities", "/api/catalog/entities"),
            ("/api/catalog/entities/by-query", "/api/catalog/entities/by-query"),
            ("/api/catalog/entities/by-name/a/b/c%2Fd", patterns[2]),
            ("/api/catalog/entities/by-name/a/b/c/ancestry", patterns[3]),
            ("/api/catalog/.backstage/auth/v1/jwks.json", patterns[4]),
            ("/metrics", "/metrics"),
            ("/api/catalog/entities/by-name/a/b/", UNKNOWN),
            ("/api/catalog/entities/", UNKNOWN),
            ("/api/catalog/nope", UNKNOWN),
            ("/api/catalog//////////", UNKNOWN),
            ("/.backstage/nope", UNKNOWN),
            ("/api/docs/swagger-ui.css", DOCS),
            ("/", PAGE),
            ("", PAGE),
            ("/catalog/default/component/a", PAGE),
            ("/assets/page.wasm", PAGE),
        ] {
            assert_eq!(routes.label(routes.find(path)), label, "{path}");
        }
    }
}

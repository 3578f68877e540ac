//! Where a path of the API belongs: `/api/<plugin>/<rest>`.

/// A path below `/api`, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiPath<'a> {
    /// The first segment below `/api`: `catalog`, `auth` …
    pub plugin: &'a str,
    /// The path within the plugin, with its leading slash.
    pub rest: &'a str,
}

/// Takes apart a path such as `/api/catalog/entities`; `None` for everything that is not below `/api/`.
pub fn api_path(path: &str) -> Option<ApiPath<'_>> {
    let below = path.strip_prefix("/api/")?;
    Some(match below.find('/') {
        Some(slash) => ApiPath { plugin: &below[..slash], rest: &below[slash..] },
        None => ApiPath { plugin: below, rest: "/" },
    })
}

/// Path and query as an error body shows them: relative to the mount of the plugin.
pub fn url_in_mount(path_and_query: &str) -> String {
    let (path, query) = match path_and_query.find('?') {
        Some(mark) => path_and_query.split_at(mark),
        None => (path_and_query, ""),
    };
    format!("{}{query}", api_path(path).map_or(path, |api| api.rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mount_is_cut_off() {
        for (url, expected) in [
            ("/api/catalog/entities?limit=1", "/entities?limit=1"),
            ("/api/catalog?x=a/b", "/?x=a/b"),
            ("/api/catalog/", "/"),
            ("/api", "/api"),
            ("/catalog/default/component/a", "/catalog/default/component/a"),
        ] {
            assert_eq!(url_in_mount(url), expected, "{url}");
        }
    }
}

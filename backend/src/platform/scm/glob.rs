//! Patterns for paths in a repository: `*` and `?` within a segment, `**` for any number of folders.
//!
//! As with Backstage, upper and lower case differ, and `*`, `?` and `**` do not stand for names that start with a dot
//! unless the pattern writes the dot. The time is bounded by pattern times path: nothing is tried twice.

/// A pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    segments: Vec<String>,
}

impl Pattern {
    pub fn new(path: &str) -> Self {
        Self { segments: path.split('/').map(str::to_owned).collect() }
    }

    pub fn is_pattern(path: &str) -> bool {
        path.contains(['*', '?'])
    }

    /// The folder above the first wildcard, with a slash at its end unless it is the root.
    pub fn folder(&self) -> String {
        let fixed = self.segments[..self.segments.len() - 1].iter().take_while(|segment| !Self::is_pattern(segment));
        fixed.map(|segment| format!("{segment}/")).collect()
    }

    /// How many folders below [`Pattern::folder`] a match can be; `None` when there is no end.
    pub fn depth(&self) -> Option<usize> {
        let first =
            self.segments.iter().position(|segment| Self::is_pattern(segment)).unwrap_or(self.segments.len() - 1);
        (!self.segments.iter().any(|segment| segment == "**")).then(|| self.segments.len() - 1 - first)
    }

    pub fn matches(&self, path: &str) -> bool {
        // `reached[n]`: the segments of the pattern so far stand for the first `n` segments of the path.
        let names: Vec<&str> = path.split('/').collect();
        let mut reached = vec![false; names.len() + 1];
        reached[0] = true;
        for segment in &self.segments {
            let mut next = vec![false; names.len() + 1];
            for (n, name) in names.iter().enumerate() {
                if segment == "**" {
                    next[n] = next[n] || reached[n];
                    next[n + 1] = next[n] && !name.starts_with('.');
                } else {
                    next[n + 1] = reached[n] && segment_matches(segment, name);
                }
            }
            if segment == "**" {
                next[names.len()] = next[names.len()] || reached[names.len()];
            }
            reached = next;
        }
        reached[names.len()]
    }
}

/// Whether a name matches a segment with `*` and `?`.
fn segment_matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut in_name) = (0, 0);
    // Where to go on when the text after the last `*` does not match: that star takes one character more.
    let mut star: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, in_name));
                at += 1;
            }
            Some(char) if *char == '?' || *char == name[in_name] => {
                at += 1;
                in_name += 1;
            }
            _ => {
                let Some((after, taken)) = star else { return false };
                star = Some((after, taken + 1));
                (at, in_name) = (after, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|char| *char == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, matching: &[&str], others: &[&str]) {
        let pattern = Pattern::new(pattern);
        for path in matching {
            assert!(pattern.matches(path), "{path}");
        }
        for path in others {
            assert!(!pattern.matches(path), "{path}");
        }
    }

    #[test]
    fn a_star_stays_within_its_segment() {
        check("*.yaml", &["a.yaml", "catalog-info.yaml"], &["a.yml", "x/a.yaml", ".hidden.yaml", "a.yaml.bak"]);
        check(
            "services/*/catalog-info.yaml",
            &["services/a/catalog-info.yaml"],
            &["services/catalog-info.yaml", "services/a/b/catalog-info.yaml"],
        );
        check("a*b*c", &["abc", "axxbxxc", "abbbcc"], &["ab", "acb", "abcd"]);
        check("a?c", &["abc", "aäc"], &["ac", "abbc"]);
        check("*", &["a"], &["a/b", ".git"]);
    }

    #[test]
    fn two_stars_stand_for_any_number_of_folders() {
        let paths = ["catalog-info.yaml", "a/catalog-info.yaml", "a/b/c/catalog-info.yaml"];
        check("**/catalog-info.yaml", &paths, &["catalog-info.yml", "a/xcatalog-info.yaml", ".git/catalog-info.yaml"]);
        check("a/**/x.yaml", &["a/x.yaml", "a/b/x.yaml", "a/b/c/x.yaml"], &["x.yaml", "b/x.yaml", "a/.b/x.yaml"]);
        check("a/**", &["a/b", "a/b/c"], &["b/a", "a/b/.c"]);
        check("**", &["a", "a/b/c"], &[".a", "a/.b/c"]);
        check("**/*.yaml", &["a.yaml", "x/y/a.yaml"], &["a.json"]);
        check("**/a/**/b", &["a/b", "x/a/y/z/b", "a/a/b/b"], &["b", "a", "x/b"]);
        check("a**b", &["ab", "axb"], &["a/b"]);
    }

    #[test]
    fn a_written_dot_matches_and_brackets_are_letters() {
        check(".github/*.yaml", &[".github/a.yaml"], &["github/a.yaml"]);
        check("[ab]*.yaml", &["[ab]c.yaml"], &["a.yaml"]);
        check("{a,b}?.yaml", &["{a,b}c.yaml"], &["a.yaml"]);
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        let pattern = vec!["**"; 500].join("/") + "/x";
        assert!(!Pattern::new(&pattern).matches(&vec!["a"; 1000].join("/")));
        assert!(!segment_matches(&("*a".repeat(2_000) + "b"), &"a".repeat(5_000)));
    }

    #[test]
    fn the_folder_and_depth_bound_what_is_listed() {
        let bounds = |pattern| {
            let pattern = Pattern::new(pattern);
            (pattern.folder(), pattern.depth())
        };
        assert_eq!(bounds("*.yaml"), (String::new(), Some(0)));
        assert_eq!(bounds("a/b/*/c.yaml"), ("a/b/".to_owned(), Some(1)));
        assert_eq!(bounds("a/**/c.yaml"), ("a/".to_owned(), None));
        assert_eq!(bounds("a/b/c.yaml"), ("a/b/".to_owned(), Some(0)));
    }
}

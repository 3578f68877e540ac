//! From any address of a repository to the repository itself.

use reqwest::Url;

use super::address::FileAddress;
use super::integration::Integration;
use super::reader::UrlReader;
use crate::platform::fetch::parse_address;

/// A repository on a known host, and the part of it that an address names.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The name, without owner or group.
    pub name: String,
    /// The annotation by which entities name their repository on this host, and its value.
    pub annotation: Option<(&'static str, String)>,
    file: FileAddress,
    form: NewFileForm,
}

/// Where a host lets people write a new file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// The address of the form, with the name of the file.
    pub url: String,
    /// The parameter that takes the text of the file, where the host has one.
    pub content_parameter: Option<&'static str>,
}

/// How the address of that form is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NewFileForm {
    /// `/new/VERSION/FOLDER?filename=`.
    Github,
    /// `/-/new/BRANCH/FOLDER?file_name=`, for a branch that is named.
    Gitlab,
    /// Not known.
    Unknown,
}

impl UrlReader {
    /// The repository of an address: that of a file, of a folder, or of the repository itself, as a browser shows it or as
    /// git clones it. `None` on hosts without integration.
    #[must_use]
    pub fn repository(&self, url: &str) -> Option<Repository> {
        let address = parse_address(url).ok()?;
        let (host, file) = self.file(&address).or_else(|| self.file(&root(self.host(&address)?, &address)?))?;
        let name = file.repository.last()?.clone();
        let slug = |parts: &[String]| parts.join("/");
        let annotation = match host {
            Integration::Github(_) => Some(("github.com/project-slug", slug(&file.repository))),
            Integration::Gitlab(_) => Some(("gitlab.com/project-slug", slug(&file.repository))),
            Integration::BitbucketCloud(_) => Some(("bitbucket.org/project-slug", slug(&file.repository))),
            // Without the organization.
            Integration::Azure(_) => Some(("dev.azure.com/project-slug", slug(file.repository.get(1..)?))),
            Integration::BitbucketServer(_) | Integration::Gitea(_) => None,
        };
        let form = match host {
            Integration::Github(_) => NewFileForm::Github,
            Integration::Gitlab(_) => NewFileForm::Gitlab,
            Integration::BitbucketCloud(_)
            | Integration::BitbucketServer(_)
            | Integration::Azure(_)
            | Integration::Gitea(_) => NewFileForm::Unknown,
        };
        Some(Repository { name, annotation, file, form })
    }

    /// Whether two addresses are of one file in one repository, at the same version as far as both name one.
    #[must_use]
    pub fn same_file(&self, a: &str, b: &str) -> bool {
        let file = |url: &str| self.file(&parse_address(url).ok()?).map(|(_, file)| file);
        let (Some(file_a), Some(file_b)) = (file(a), file(b)) else { return false };
        let (ref_a, ref_b) = (version(&file_a), version(&file_b));
        let is_same_version = ref_a.is_none() || ref_b.is_none() || ref_a == ref_b;
        is_same_version && file_a.path == file_b.path && self.same_repository(a, b) == Some(true)
    }
}

impl Repository {
    /// An address with wildcards for all files of a name in the folder of the address, and below it. The name may be a
    /// path, and may have wildcards.
    #[must_use]
    pub fn files_named(&self, name: &str) -> String {
        self.file_at(&format!("**/{name}"))
    }

    /// The address of a file in the folder of the address.
    #[must_use]
    pub fn file_at(&self, name: &str) -> String {
        self.file.with_path(&format!("{}{name}", self.folder())).into()
    }

    /// Where the host lets people write a file of this name in the folder of the address; `None` where that is not known.
    #[must_use]
    pub fn new_file(&self, name: &str) -> Option<NewFile> {
        let (mut url, parameter, content_parameter) = match self.form {
            NewFileForm::Github => (self.file.with_segment(2, "new", &self.folder()), "filename", Some("value")),
            NewFileForm::Gitlab => {
                version(&self.file)?;
                let url = self.file.with_path(&self.folder());
                let (project, rest) = url.path().split_once("/-/")?;
                let (_, place) = rest.split_once('/')?;
                let path = format!("{project}/-/new/{place}");
                let mut url = url.clone();
                url.set_path(&path);
                (url, "file_name", None)
            }
            NewFileForm::Unknown => return None,
        };
        url.set_fragment(None);
        url.query_pairs_mut().clear().append_pair(parameter, name);
        Some(NewFile { url: url.into(), content_parameter })
    }

    /// The folder of the address, with a slash at its end unless it is the root.
    fn folder(&self) -> String {
        let path = &self.file.path;
        if path.is_empty() || path.ends_with('/') { path.clone() } else { format!("{path}/") }
    }
}

/// The address of the root folder of a repository, from the address of the repository.
fn root(host: &Integration, address: &Url) -> Option<Url> {
    let mut base = address.clone();
    base.set_query(None);
    base.set_fragment(None);
    let path = base.path().trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).to_owned();
    let is_project = !path.split('/').any(|segment| segment == "-");
    let path = match host {
        Integration::Github(_) => format!("{path}/blob/HEAD/"),
        Integration::Gitlab(_) if is_project => format!("{path}/-/blob/HEAD/"),
        Integration::BitbucketCloud(_) | Integration::Gitea(_) => format!("{path}/src/HEAD/"),
        Integration::BitbucketServer(_) => format!("{path}/browse/"),
        // Its repositories have the path of a file in the query, so they are read as they are.
        Integration::Gitlab(_) | Integration::Azure(_) => return None,
    };
    base.set_path(&path);
    Some(base)
}

/// The version that an address names; `HEAD` is none.
fn version(file: &FileAddress) -> Option<&str> {
    file.ref_name().filter(|name| *name != "HEAD")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::scm::{BitbucketServer, Gitea, UrlReaderSettings};

    fn reader() -> UrlReader {
        let integrations = vec![
            Integration::BitbucketServer(BitbucketServer::new("bitbucket.example.com").unwrap()),
            Integration::Gitea(Gitea::new("gitea.example.com").unwrap()),
        ];
        UrlReader::new(UrlReaderSettings { integrations, ..UrlReaderSettings::default() }).unwrap()
    }

    #[test]
    fn the_address_of_a_repository_leads_to_its_files() {
        for (url, name, slug, files) in [
            (
                "https://github.com/acme/booking",
                "booking",
                Some("github.com/project-slug acme/booking"),
                "https://github.com/acme/booking/blob/HEAD/**/a.yaml",
            ),
            (
                "https://github.com/acme/booking.git",
                "booking",
                Some("github.com/project-slug acme/booking"),
                "https://github.com/acme/booking/blob/HEAD/**/a.yaml",
            ),
            (
                "https://github.com/acme/booking/?tab=readme#top",
                "booking",
                Some("github.com/project-slug acme/booking"),
                "https://github.com/acme/booking/blob/HEAD/**/a.yaml",
            ),
            (
                "https://github.com/acme/booking/tree/dev/svc",
                "booking",
                Some("github.com/project-slug acme/booking"),
                "https://github.com/acme/booking/tree/dev/svc/**/a.yaml",
            ),
            (
                "https://gitlab.com/acme/team/booking",
                "booking",
                Some("gitlab.com/project-slug acme/team/booking"),
                "https://gitlab.com/acme/team/booking/-/blob/HEAD/**/a.yaml",
            ),
            (
                "https://bitbucket.org/acme/booking/",
                "booking",
                Some("bitbucket.org/project-slug acme/booking"),
                "https://bitbucket.org/acme/booking/src/HEAD/**/a.yaml",
            ),
            (
                "https://dev.azure.com/acme/team/_git/booking",
                "booking",
                Some("dev.azure.com/project-slug team/booking"),
                "https://dev.azure.com/acme/team/_git/booking?path=%2F**%2Fa.yaml",
            ),
            (
                "https://bitbucket.example.com/projects/ACME/repos/booking",
                "booking",
                None,
                "https://bitbucket.example.com/projects/ACME/repos/booking/browse/**/a.yaml",
            ),
            (
                "https://gitea.example.com/acme/booking",
                "booking",
                None,
                "https://gitea.example.com/acme/booking/src/HEAD/**/a.yaml",
            ),
        ] {
            let found = reader().repository(url).unwrap_or_else(|| panic!("{url}"));
            let annotation = found.annotation.as_ref().map(|(key, value)| format!("{key} {value}"));
            assert_eq!((found.name.as_str(), annotation.as_deref()), (name, slug), "{url}");
            assert_eq!(found.files_named("a.yaml").replace("%2A", "*"), files, "{url}");
        }
        for other in [
            "https://github.com/acme",
            "https://github.com",
            "https://github.com/acme/booking/issues/1",
            "https://gitlab.com/acme/booking/-/issues",
            "https://example.com/acme/booking",
            "x",
        ] {
            assert!(reader().repository(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_new_file_is_written_in_the_folder_of_the_address() {
        let check = |url: &str, file: &str, form: Option<&str>| {
            let found = reader().repository(url).unwrap_or_else(|| panic!("{url}"));
            assert_eq!(found.file_at("a.yaml"), file, "{url}");
            assert_eq!(found.new_file("a.yaml").map(|new_file| new_file.url).as_deref(), form, "{url}");
        };
        check(
            "https://github.com/acme/booking",
            "https://github.com/acme/booking/blob/HEAD/a.yaml",
            Some("https://github.com/acme/booking/new/HEAD/?filename=a.yaml"),
        );
        check(
            "https://github.com/acme/booking/tree/dev/svc",
            "https://github.com/acme/booking/tree/dev/svc/a.yaml",
            Some("https://github.com/acme/booking/new/dev/svc/?filename=a.yaml"),
        );
        check(
            "https://gitlab.com/acme/team/booking/-/tree/main/svc",
            "https://gitlab.com/acme/team/booking/-/tree/main/svc/a.yaml",
            Some("https://gitlab.com/acme/team/booking/-/new/main/svc/?file_name=a.yaml"),
        );
        check("https://gitlab.com/acme/booking", "https://gitlab.com/acme/booking/-/blob/HEAD/a.yaml", None);
        check("https://bitbucket.org/acme/booking", "https://bitbucket.org/acme/booking/src/HEAD/a.yaml", None);
    }

    #[test]
    fn a_file_is_the_same_where_no_other_version_is_named() {
        let check = |a: &str, b: &str, expected: bool| {
            let whole = |rest: &str| format!("https://github.com/acme/{rest}");
            assert_eq!(reader().same_file(&whole(a), &whole(b)), expected, "{a} {b}");
        };
        check("booking/blob/HEAD/a.yaml", "Booking/blob/main/a.yaml", true);
        check("booking/blob/dev/a.yaml", "booking/blob/main/a.yaml", false);
        check("booking/blob/main/a.yaml", "booking/blob/main/b.yaml", false);
        check("booking/blob/main/a.yaml", "other/blob/main/a.yaml", false);
        check("booking", "booking", false);
    }
}

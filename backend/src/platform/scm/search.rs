//! From a pattern to the files that match it.

use super::address::is_path;
use super::error::{UrlReadError, UrlReadErrorKind};
use super::glob::Pattern;
use super::integration::RawPage;
use super::reader::{Place, UrlReader};
use crate::platform::fetch::{Fetched, Request};

/// Longest page of a listing, in bytes. GitHub lists up to 100,000 files in at most 7 MB.
const MAX_PAGE_BYTES: u64 = 16 * 1024 * 1024;
/// Pages that are read of one listing.
const MAX_PAGES: usize = 200;

impl UrlReader {
    /// The files that an address with wildcards in its path stands for, as browse addresses, sorted.
    ///
    /// # Errors
    /// See [`UrlReadErrorKind`]; more than `max_files` matches are `TooLarge`. A host that lists only a part is an error,
    /// so that no file is missed in silence.
    pub async fn search(&self, url: &str, max_files: usize) -> Result<Vec<String>, UrlReadError> {
        let (host, file) = match self.place(url)?.1 {
            Place::File(host, file) => (host, file),
            Place::Plain => {
                return Err(UrlReadError::failed(format!(
                    "`{url}` has wildcards, which are understood on hosts of `integrations` only; name the files one by one"
                )));
            }
        };
        if !Pattern::is_pattern(&file.path) {
            return Ok(vec![file.with_path(&file.path).into()]);
        }
        let pattern = Pattern::new(&file.path);
        let folder = pattern.folder();
        let credential = self.credential(url, host, &file).await?;
        let pinned = self.pinned(url, host, &file, credential.as_ref()).await?;
        let first = host.list_call(&pinned, &pattern);
        let (accept, mut next) = (first.accept, Some(first.url));
        let mut found = Vec::new();
        for _ in 0..MAX_PAGES {
            let Some(page_url) = next else { break };
            let request = Request { accept, ..Request::get(page_url.clone(), MAX_PAGE_BYTES) };
            let fetched = self.fetch(url, Some(host), &request.with_credential(credential.as_ref())).await?;
            let Fetched::Answer { headers, bytes, .. } = fetched else {
                return Err(UrlReadError::failed(format!("cannot list the files of `{url}`: the answer has no list")));
            };
            let page = RawPage { url: &page_url, headers: &headers, bytes: &bytes, folder: &folder };
            let listed = host.listed(&page).map_err(|reason| {
                UrlReadError::failed(format!("cannot list the files of `{url}` on {}: {reason}", host.title()))
            })?;
            found.extend(listed.files.into_iter().filter(|path| is_path(path) && pattern.matches(path)));
            if found.len() > max_files {
                let message = format!("`{url}` matches more than {max_files} files; write a narrower pattern");
                return Err(UrlReadError { kind: UrlReadErrorKind::TooLarge, message });
            }
            next = listed.next;
        }
        if next.is_some() {
            return Err(UrlReadError::failed(format!(
                "cannot list the files of `{url}`: there are more than {MAX_PAGES} pages of them; write a pattern that starts with a folder"
            )));
        }
        let mut urls: Vec<String> = found.iter().map(|path| file.with_path(path).into()).collect();
        urls.sort_unstable();
        urls.dedup();
        Ok(urls)
    }
}

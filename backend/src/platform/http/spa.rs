//! Serves the web page, which is part of the binary.
//!
//! Release builds, and builds with the feature `embed-page`, carry `frontend/dist` inside; other builds read the folder
//! whenever a file is asked for, so the page can be built again while the server runs.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue, VARY,
};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use rust_embed::RustEmbed;

use super::document_head::DocumentHead;
use super::encoding::{Stored, accepted};
use super::json::{is_none_match_hit, weak_etag};
use super::security::{content_security_policy, inline_script_hashes};

/// For files whose name holds a hash of their content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For everything else: ask each time, and get a 304 most times.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// The document that every route of the page starts with.
const INDEX: &str = "index.html";

/// Shown where the page was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Callboard</title>\
<h1>The web page is not built</h1>\
<p>The API works. To get the page, run <code>./justw build-page</code> and reload; a release binary carries the page that \
existed when it was compiled, so build the page first or run <code>./justw build-release</code>.</p></html>";

#[derive(RustEmbed)]
#[folder = "$CALLBOARD_PAGE_FOLDER"]
#[allow_missing = true]
struct Dist;

/// One stored form of a file.
#[derive(Clone, Debug)]
pub struct PageFile {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// The SHA-256 of the content.
    pub hash: [u8; 32],
}

/// The files of the web page.
#[derive(Debug)]
pub struct Page {
    /// Finds a file by its path without a leading slash.
    read: fn(&str) -> Option<PageFile>,
    /// The content security policy of the document with this hash.
    policy: Mutex<Option<([u8; 32], HeaderValue)>>,
    /// What the server writes into the document; without it the document is sent as it was built.
    head: Option<Arc<DocumentHead>>,
}

impl Default for Page {
    /// The page that was built into the binary, or lies in `frontend/dist`.
    fn default() -> Self {
        Self::from_files(|path| {
            Dist::get(path).map(|file| PageFile { bytes: file.data, hash: file.metadata.sha256_hash() })
        })
    }
}

impl Page {
    /// A page with other files, for tests.
    pub fn from_files(read: fn(&str) -> Option<PageFile>) -> Self {
        Self { read, policy: Mutex::new(None), head: None }
    }

    /// The same page with words of its own in the document.
    #[must_use]
    pub fn with_head(self, head: DocumentHead) -> Self {
        Self { head: Some(Arc::new(head)), ..self }
    }

    /// Whether there is a page to serve.
    pub fn is_built(&self) -> bool {
        (self.read)(INDEX).is_some()
    }

    /// Answers `GET` and `HEAD` for a path of the page.
    ///
    /// An existing file is sent. Any other path is a route of the page and gets the document, except where the last segment has
    /// a dot and the client does not ask for a document: that is a missing file. (Names of entities may have dots.)
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let path = request.path().trim_start_matches('/');
        let name = if path.is_empty() || (self.read)(path).is_none() { INDEX } else { path };
        let is_fallback = name == INDEX && !path.is_empty() && path != INDEX;
        if is_fallback && path.rsplit('/').next().is_some_and(|last| last.contains('.')) && !wants_document(request) {
            return HttpResponse::NotFound().finish();
        }
        if name == INDEX
            && let (Some(head), Some(document)) = (&self.head, (self.read)(INDEX))
        {
            return self.filled(head, &document, request);
        }
        let Some((form, file)) = self.choose(name, request) else {
            return HttpResponse::ServiceUnavailable()
                .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
                .insert_header((CACHE_CONTROL, "no-store"))
                .body(NOT_BUILT);
        };
        let tag = format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&file.hash[..18]));
        let mut response = if is_none_match_hit(request.headers(), &tag) {
            HttpResponse::NotModified().finish()
        } else {
            let mut response = HttpResponse::Ok();
            if let Some(token) = form.token() {
                response.insert_header((CONTENT_ENCODING, token));
            }
            response.insert_header((CONTENT_TYPE, content_type(name))).body(match file.bytes {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            })
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, if is_hashed(name) { FOREVER } else { ASK_FIRST });
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::try_from(tag) {
            headers.insert(ETAG, tag);
        }
        if name == INDEX
            && let Some(policy) = self.document_policy()
        {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    /// The document with what the portal says of itself and of this path. It is compressed by the middleware, as answers of
    /// the API are: what it says depends on the path.
    fn filled(&self, head: &DocumentHead, document: &PageFile, request: &HttpRequest) -> HttpResponse {
        let text = head.fill(&String::from_utf8_lossy(&document.bytes), request.path());
        let tag = weak_etag(text.as_bytes());
        let mut response =
            if is_none_match_hit(request.headers(), &tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response.insert_header((CACHE_CONTROL, ASK_FIRST)).insert_header((ETAG, tag.clone()));
        if let Some(policy) = self.document_policy() {
            response.insert_header((CONTENT_SECURITY_POLICY, policy));
        }
        if is_none_match_hit(request.headers(), &tag) {
            return response.finish();
        }
        response.insert_header((CONTENT_TYPE, "text/html; charset=utf-8")).body(text)
    }

    /// The best form that the client takes and that exists.
    fn choose(&self, name: &str, request: &HttpRequest) -> Option<(Stored, PageFile)> {
        accepted(request.headers())
            .into_iter()
            .find_map(|form| (self.read)(&format!("{name}{}", form.suffix())).map(|file| (form, file)))
    }

    /// Computed once for each document: the inline script that starts the page must be named by its hash.
    fn document_policy(&self) -> Option<HeaderValue> {
        let document = (self.read)(INDEX)?;
        let mut policy = self.policy.lock();
        match &*policy {
            Some((hash, known)) if *hash == document.hash => Some(known.clone()),
            _ => {
                let made = content_security_policy(&inline_script_hashes(&String::from_utf8_lossy(&document.bytes)));
                *policy = Some((document.hash, made.clone()));
                Some(made)
            }
        }
    }
}

/// Answers what no route of the API answers: the page, or 404 with an empty body below `/api` and `/.backstage`.
///
/// Register it as the default service of the application. It needs a `Data<Page>`.
pub async fn page_or_not_found(page: Data<Page>, request: HttpRequest) -> HttpResponse {
    let path = request.path();
    let is_api = ["/api", "/.backstage"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    if is_api {
        return HttpResponse::NotFound().finish();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((ALLOW, "GET, HEAD")).finish();
    }
    page.answer(&request)
}

/// Whether the client asks for a document by name, as browsers do when they navigate.
fn wants_document(request: &HttpRequest) -> bool {
    request
        .headers()
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Whether a part of the path is a hash, as Trunk writes them: `page-1f4ad5cdbbc9ffd1_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    path.split(['-', '_', '.', '/']).any(|part| {
        part.len() >= 8
            && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            && part.bytes().any(|byte| byte.is_ascii_digit())
    })
}

/// The content type by the ending of the name.
fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT_ENCODING, HeaderName, IF_NONE_MATCH};
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::{App, web};

    use super::*;

    const INDEX_HTML: &str = "<!doctype html><script type=\"module\">alert(1)</script>";

    fn files(path: &str) -> Option<PageFile> {
        let text = match path {
            "index.html" => INDEX_HTML,
            "index.html.gz" => "document in gzip",
            "page-1f4ad5cdbbc9ffd1_bg.wasm" => "wasm",
            "page-1f4ad5cdbbc9ffd1_bg.wasm.br" => "wasm in brotli",
            "page-1f4ad5cdbbc9ffd1_bg.wasm.gz" => "wasm in gzip",
            "favicon.svg" => "<svg/>",
            _ => return None,
        };
        let mut hash = [0; 32];
        hash.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref());
        Some(PageFile { bytes: Cow::Borrowed(text.as_bytes()), hash })
    }

    struct Answer {
        status: u16,
        headers: actix_web::http::header::HeaderMap,
        body: String,
    }

    impl Answer {
        fn header(&self, name: HeaderName) -> &str {
            self.headers.get(name).map_or("", |value| value.to_str().unwrap())
        }
    }

    async fn send_to(page: Page, request: TestRequest) -> Answer {
        let app = App::new().app_data(Data::new(page)).default_service(web::to(page_or_not_found));
        let response = call_service(&init_service(app).await, request.to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: String::from_utf8(read_body(response).await.to_vec()).unwrap() }
    }

    async fn get(path: &str, accept_encoding: &str) -> Answer {
        send_to(Page::from_files(files), TestRequest::get().uri(path).insert_header((ACCEPT_ENCODING, accept_encoding)))
            .await
    }

    #[actix_web::test]
    async fn hashed_files_are_kept_forever_in_the_smallest_form() {
        let path = "/page-1f4ad5cdbbc9ffd1_bg.wasm";
        for (accepts, body, encoding) in
            [("gzip, br", "wasm in brotli", "br"), ("br;q=0, gzip", "wasm in gzip", "gzip"), ("identity", "wasm", "")]
        {
            let answer = get(path, accepts).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, body));
            assert_eq!(answer.header(CONTENT_ENCODING), encoding);
            assert_eq!(answer.header(CONTENT_TYPE), "application/wasm");
            assert_eq!(answer.header(CACHE_CONTROL), "public, max-age=31536000, immutable");
            assert_eq!(answer.header(VARY), "accept-encoding");
        }
    }

    #[actix_web::test]
    async fn routes_of_the_page_get_the_document() {
        for path in ["/", "/catalog", "/catalog/default/component/a", "/index.html"] {
            let answer = get(path, "").await;
            assert_eq!((answer.status, answer.body.as_str()), (200, INDEX_HTML), "{path}");
            assert_eq!(answer.header(CONTENT_TYPE), "text/html; charset=utf-8");
            assert_eq!(answer.header(CACHE_CONTROL), "no-cache");
        }
        assert_eq!(get("/catalog", "br, gzip").await.body, "document in gzip");
    }

    #[actix_web::test]
    async fn the_document_names_its_inline_script_in_the_policy() {
        for accepts in ["", "gzip"] {
            let answer = get("/", accepts).await;
            let policy = answer.header(CONTENT_SECURITY_POLICY);
            assert!(policy.contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"), "{policy}");
        }
    }

    #[actix_web::test]
    async fn a_missing_file_is_not_the_document() {
        for path in ["/nope.js", "/a/b.wasm", "/../Cargo.toml", "/api", "/api/nope", "/.backstage/x"] {
            let answer = get(path, "").await;
            assert_eq!((answer.status, answer.body.as_str()), (404, ""), "{path}");
        }
        let entity = TestRequest::get().uri("/catalog/default/api/a.v1").insert_header((ACCEPT, "text/html,*/*;q=0.8"));
        assert_eq!(send_to(Page::from_files(files), entity).await.body, INDEX_HTML);
        let near_api = get("/apis", "").await;
        assert_eq!((near_api.status, near_api.body.as_str()), (200, INDEX_HTML));
    }

    #[actix_web::test]
    async fn an_unchanged_file_is_not_sent_again() {
        let first = get("/favicon.svg", "").await;
        assert_eq!((first.header(CONTENT_TYPE), first.header(CACHE_CONTROL)), ("image/svg+xml", "no-cache"));
        let again = TestRequest::get().uri("/favicon.svg").insert_header((IF_NONE_MATCH, first.header(ETAG)));
        let again = send_to(Page::from_files(files), again).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""));
        assert_eq!(again.header(ETAG), first.header(ETAG));
    }

    #[actix_web::test]
    async fn other_methods_are_refused() {
        let answer = send_to(Page::from_files(files), TestRequest::post().uri("/catalog")).await;
        assert_eq!((answer.status, answer.header(ALLOW)), (405, "GET, HEAD"));
        assert_eq!(send_to(Page::from_files(files), TestRequest::post().uri("/api/nope")).await.status, 404);
    }

    #[actix_web::test]
    async fn a_page_that_is_not_built_says_how_to_build_it() {
        let answer = send_to(Page::from_files(|_| None), TestRequest::get().uri("/")).await;
        assert_eq!(answer.status, 503);
        assert!(answer.body.contains("./justw build-page"), "{}", answer.body);
    }
}

//! Which pre-compressed form of a file a client takes (RFC 9110, section 12.5.3).

use actix_web::http::header::{ACCEPT_ENCODING, HeaderMap};

/// A form in which a file of the page is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Brotli,
    Gzip,
    Plain,
}

impl Stored {
    /// What the file name ends with in addition.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Plain => "",
        }
    }

    /// The `Content-Encoding`.
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Plain => None,
        }
    }
}

/// The forms that the client takes, the best first; the plain form ends the list, since it is better than no answer.
pub(super) fn accepted(headers: &HeaderMap) -> Vec<Stored> {
    let text = headers.get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
    let weight = |wanted: &[&str]| weight_of(&text, wanted).or_else(|| weight_of(&text, &["*"])).unwrap_or(0);
    let mut forms = vec![(weight(&["br"]), Stored::Brotli), (weight(&["gzip", "x-gzip"]), Stored::Gzip)];
    forms.retain(|(weight, _)| *weight > 0);
    // Equal weights keep this order: brotli is the smaller one.
    forms.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    forms.into_iter().map(|(_, form)| form).chain([Stored::Plain]).collect()
}

/// The weight of the first item with one of these names, in thousandths; 1,000 where none is written.
fn weight_of(header: &str, names: &[&str]) -> Option<u16> {
    header.split(',').find_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next()?;
        names.iter().any(|wanted| name.eq_ignore_ascii_case(wanted)).then(|| {
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            // A malformed weight counts as a refusal: sending the plain form is never wrong.
            weight.map_or(1000, |text| text.trim().parse::<f32>().map_or(0, |q| (q.clamp(0.0, 1.0) * 1000.0) as u16))
        })
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[track_caller]
    fn check(header: &str, expected: &[Stored]) {
        let request = TestRequest::default().insert_header((ACCEPT_ENCODING, header)).to_http_request();
        assert_eq!(accepted(request.headers()), expected, "{header}");
    }

    #[test]
    fn the_client_chooses() {
        use Stored::{Brotli, Gzip, Plain};
        check("gzip, deflate, br, zstd", &[Brotli, Gzip, Plain]);
        check("br;q=0.5, gzip", &[Gzip, Brotli, Plain]);
        check("br;q=0, gzip;q=0.1", &[Gzip, Plain]);
        check("BR ; q=0.0, *;q=0.2", &[Gzip, Plain]);
        check("*", &[Brotli, Gzip, Plain]);
        check("identity", &[Plain]);
        check("gzip;q=nonsense", &[Plain]);
        check("", &[Plain]);
    }
}

//! The text format of Prometheus, version 0.0.4.
//!
//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::{Display, Write};

use super::Histogram;

/// The content type of the format.
pub const EXPOSITION_CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The text that is being written. Every metric gets its name, what it means, and then its values.
#[derive(Debug, Default)]
pub struct Exposition {
    text: String,
}

/// What kind of number a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows. Its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts by upper bound.
    Histogram,
}

impl Exposition {
    /// Starts a metric. The values follow, by [`Exposition::value`] or [`Exposition::histogram`].
    pub fn metric(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    /// A metric that is one number.
    pub fn single(&mut self, name: &str, kind: Kind, help: &str, value: impl Display) {
        self.metric(name, kind, help);
        self.value(name, &[], value);
    }

    /// One value of a metric.
    pub fn value(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.text.push_str(name);
        self.labels(labels, None);
        self.line(format_args!(" {value}\n"));
    }

    /// One histogram of a metric, in seconds.
    pub fn histogram<const N: usize>(&mut self, name: &str, labels: &[(&str, &str)], histogram: &Histogram<N>) {
        // The total must not be smaller than a bucket, so it is asked for last.
        for (bound_secs, count) in histogram.cumulative() {
            self.bucket(name, labels, &bound_secs.to_string(), count);
        }
        let count = histogram.count();
        self.bucket(name, labels, "+Inf", count);
        self.line(format_args!("{name}_sum"));
        self.labels(labels, None);
        self.line(format_args!(" {}\n{name}_count", histogram.sum_secs()));
        self.labels(labels, None);
        self.line(format_args!(" {count}\n"));
    }

    /// All of it.
    pub fn into_text(self) -> String {
        self.text
    }

    fn bucket(&mut self, name: &str, labels: &[(&str, &str)], bound: &str, count: u64) {
        self.line(format_args!("{name}_bucket"));
        self.labels(labels, Some(bound));
        self.line(format_args!(" {count}\n"));
    }

    fn labels(&mut self, labels: &[(&str, &str)], bound: Option<&str>) {
        let mut before = '{';
        for (label, value) in labels.iter().copied().chain(bound.map(|bound| ("le", bound))) {
            self.text.push(before);
            self.text.push_str(label);
            self.text.push_str("=\"");
            for char in value.chars() {
                match char {
                    '\\' => self.text.push_str("\\\\"),
                    '"' => self.text.push_str("\\\""),
                    '\n' => self.text.push_str("\\n"),
                    char => self.text.push(char),
                }
            }
            self.text.push('"');
            before = ',';
        }
        if before == ',' {
            self.text.push('}');
        }
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        self.text.write_fmt(text).expect("writing to a string cannot fail");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn metrics_are_written_as_prometheus_reads_them() {
        static BOUNDS: [u64; 2] = [500, 1_000_000];
        let histogram = Histogram::new(&BOUNDS);
        histogram.record(Duration::from_millis(250));
        histogram.record(Duration::from_secs(2));
        let mut exposition = Exposition::default();
        exposition.metric("x_seconds", Kind::Histogram, "How long it took.");
        exposition.histogram("x_seconds", &[("route", "/a/{b}")], &histogram);
        exposition.metric("y", Kind::Gauge, "Hostile labels.");
        exposition.value("y", &[("kind", "a\"b\\c\nd")], 0.5);
        exposition.single("z_total", Kind::Counter, "One number.", 7);
        let expected = r#"# HELP x_seconds How long it took.
# TYPE x_seconds histogram
x_seconds_bucket{route="/a/{b}",le="0.0005"} 0
x_seconds_bucket{route="/a/{b}",le="1"} 1
x_seconds_bucket{route="/a/{b}",le="+Inf"} 2
x_seconds_sum{route="/a/{b}"} 2.25
x_seconds_count{route="/a/{b}"} 2
# HELP y Hostile labels.
# TYPE y gauge
y{kind="a\"b\\c\nd"} 0.5
# HELP z_total One number.
# TYPE z_total counter
z_total 7
"#;
        assert_eq!(exposition.into_text(), expected);
    }
}

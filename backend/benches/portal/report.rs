//! The table of what was measured.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

/// Where in the page the table goes.
const BEGIN: &str = "<!-- written by ./justw bench --write -->";
const END: &str = "<!-- end of what is written -->";

/// Everything that was measured, in order.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

enum Row {
    Part(String),
    Value { what: String, goal: String, measured: String, is_met: Option<bool> },
}

/// What a number counts.
#[derive(Clone, Copy)]
pub enum Unit {
    Seconds,
    Milliseconds,
    PerSecond,
    Megabytes,
    MegabytesPerSecond,
    Percent,
    Entities,
}

impl Unit {
    fn show(self, number: f64) -> String {
        match self {
            Self::Seconds => format!("{number:.2} s"),
            Self::Milliseconds => format!("{number:.1} ms"),
            Self::PerSecond if number < 1_000.0 => format!("{number:.0}/s"),
            Self::PerSecond => format!("{}/s", grouped(number)),
            Self::Megabytes => format!("{number:.0} MB"),
            Self::MegabytesPerSecond => format!("{number:.0} MB/s"),
            Self::Percent => format!("{number:.1} %"),
            Self::Entities => grouped(number),
        }
    }
}

/// `14000` as `14,000`.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Report {
    /// Begins a part of the table.
    pub fn part(&mut self, title: impl Into<String>) {
        self.rows.push(Row::Part(title.into()));
    }

    /// A number that should not be larger than `goal`. `None`: it cannot be measured on this system.
    pub fn at_most(&mut self, what: impl Into<String>, goal: f64, unit: Unit, measured: Option<f64>) {
        let is_met = measured.map(|measured| measured <= goal);
        self.value(what, format!("≤ {}", unit.show(goal)), unit, measured, is_met);
    }

    /// A number that should not be smaller than `goal`.
    pub fn at_least(&mut self, what: impl Into<String>, goal: f64, unit: Unit, measured: Option<f64>) {
        let is_met = measured.map(|measured| measured >= goal);
        self.value(what, format!("≥ {}", unit.show(goal)), unit, measured, is_met);
    }

    /// A number without a goal.
    pub fn fact(&mut self, what: impl Into<String>, unit: Unit, measured: Option<f64>) {
        self.value(what, String::new(), unit, measured, None);
    }

    fn value(
        &mut self,
        what: impl Into<String>,
        goal: String,
        unit: Unit,
        measured: Option<f64>,
        is_met: Option<bool>,
    ) {
        let measured = measured.map_or_else(|| "not measured".to_owned(), |number| unit.show(number));
        let what = what.into();
        eprintln!("    {what}: {measured}");
        self.rows.push(Row::Value { what, goal, measured, is_met });
    }

    /// How many rows have a goal, and how many of those meet it.
    fn score(&self) -> (usize, usize) {
        let met: Vec<bool> = self
            .rows
            .iter()
            .filter_map(|row| match row {
                Row::Part(_) => None,
                Row::Value { is_met, .. } => *is_met,
            })
            .collect();
        (met.len(), met.iter().filter(|is_met| **is_met).count())
    }

    /// For a terminal.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            match row {
                Row::Part(title) => text.push_str(&format!("\n{title}\n")),
                Row::Value { what, goal, measured, is_met } => {
                    let mark = mark(*is_met);
                    text.push_str(&format!("  {mark:<2}{what:<58}{goal:>14}{measured:>16}\n"));
                }
            }
        }
        let (n_goals, n_met) = self.score();
        text + &format!("\n{n_met} of {n_goals} goals are met.\n")
    }

    /// Replaces the part of a page that is written by this program.
    pub fn write_into(&self, page: &Path, how: &str) -> Result<()> {
        let text = fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
        let (before, rest) = text.split_once(BEGIN).with_context(|| format!("{} has no `{BEGIN}`", page.display()))?;
        let (_, after) = rest.split_once(END).with_context(|| format!("{} has no `{END}`", page.display()))?;
        fs::write(page, format!("{before}{BEGIN}\n{}{END}{after}", self.markdown(how)?))?;
        Ok(())
    }

    fn markdown(&self, how: &str) -> Result<String> {
        let (n_goals, n_met) = self.score();
        let mut text = String::new();
        writeln!(text, "\n{}, with `{how}`. {n_met} of {n_goals} goals are met.", circumstances())?;
        for row in &self.rows {
            match row {
                Row::Part(title) => {
                    writeln!(text, "\n### {title}\n\n| | Goal | Measured | |\n| --- | ---: | ---: | :-: |")?;
                }
                Row::Value { what, goal, measured, is_met } => {
                    writeln!(text, "| {what} | {goal} | {measured} | {} |", mark(*is_met))?;
                }
            }
        }
        text.push('\n');
        Ok(text)
    }
}

fn mark(is_met: Option<bool>) -> &'static str {
    match is_met {
        Some(true) => "✓",
        Some(false) => "✗",
        None => "",
    }
}

/// Machine, date and version, in one sentence.
pub fn circumstances() -> String {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?.to_owned();
        Some(line.trim_start_matches([':', ' ', '\t']).to_owned())
    };
    let processor = field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "an unknown processor".to_owned());
    let memory = field(&read("/proc/meminfo"), "MemTotal")
        .and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok())
        .map_or_else(String::new, |kilobytes| format!(", {:.0} GB of memory", kilobytes / 1e6));
    let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let changed =
        if git(&["status", "--porcelain"]).is_some_and(|files| !files.is_empty()) { " with changes" } else { "" };
    let date = chrono::Utc::now().format("%Y-%m-%d");
    format!("{date}, commit {commit}{changed}, {n_processors} cores of {processor}{memory}")
}

/// Seconds as a number, where there are some.
pub fn seconds(duration: Duration) -> Option<f64> {
    Some(duration.as_secs_f64())
}

/// Milliseconds as a number.
pub fn milliseconds(duration: Duration) -> Option<f64> {
    Some(duration.as_secs_f64() * 1e3)
}

/// Bytes in megabytes; 1 MB is 1,000,000 bytes.
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

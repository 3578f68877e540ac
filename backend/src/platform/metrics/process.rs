//! What the operating system knows of this process, from `/proc`. Elsewhere than on Linux nothing is told.
//!
//! The names are those that every Prometheus client uses, so that dashboards for processes work.

use std::fs;

use super::{Exposition, Kind};

/// Ticks a second in the files of `/proc`: fixed by the interface of the kernel, whatever its timer does.
const TICKS_PER_SEC: f64 = 100.0;

/// Tells memory, processor time, open files, threads and the start of this process. Reads some small files.
pub fn tell(exposition: &mut Exposition) {
    if let Some((cpu_secs, started_at_secs)) = read("/proc/self/stat").as_deref().and_then(times) {
        exposition.single(
            "process_cpu_seconds_total",
            Kind::Counter,
            "Processor time that the process has used, in seconds.",
            cpu_secs,
        );
        exposition.single(
            "process_start_time_seconds",
            Kind::Gauge,
            "When the process started, in seconds since 1970.",
            started_at_secs,
        );
    }
    let status = read("/proc/self/status").unwrap_or_default();
    for (key, unit, name, help) in [
        ("VmRSS:", 1024, "process_resident_memory_bytes", "Memory that the process holds, in bytes."),
        ("VmSize:", 1024, "process_virtual_memory_bytes", "Addresses that the process has reserved, in bytes."),
        ("Threads:", 1, "process_threads", "Threads of the process."),
    ] {
        if let Some(value) = number_after(&status, key) {
            exposition.single(name, Kind::Gauge, help, value * unit);
        }
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        // One of them is the folder that is being read.
        let n_open = files.count().saturating_sub(1);
        exposition.single("process_open_fds", Kind::Gauge, "Open files and connections.", n_open);
    }
    if let Some(limit) = read("/proc/self/limits").and_then(|limits| number_after(&limits, "Max open files")) {
        exposition.single("process_max_fds", Kind::Gauge, "How many files and connections may be open.", limit);
    }
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// The first number of the line that starts with `key`.
fn number_after(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// Processor time, and when the process started since 1970, in seconds.
fn times(stat: &str) -> Option<(f64, f64)> {
    // The name of the program comes in brackets and may hold anything. The state follows as the third field.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
    let cpu_secs = (field(14)? + field(15)?) / TICKS_PER_SEC;
    let since_boot_secs = field(22)? / TICKS_PER_SEC;
    let boot_secs = number_after(&read("/proc/stat")?, "btime")?;
    Some((cpu_secs, boot_secs as f64 + since_boot_secs))
}

// The condition stands apart: clippy recognises a test module by `cfg(test)` alone.
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    fn value(text: &str, name: &str) -> f64 {
        let line = text.lines().find(|line| line.split(' ').next() == Some(name));
        line.unwrap_or_else(|| panic!("{name}: {text}")).rsplit_once(' ').unwrap().1.parse().unwrap()
    }

    #[test]
    fn the_process_is_described() {
        let before = tell_text();
        let _held: Vec<_> = (0..5).map(|_| fs::File::open("/proc/self/stat").unwrap()).collect();
        let after = tell_text();
        assert_eq!(value(&after, "process_open_fds"), value(&before, "process_open_fds") + 5.0);
        assert!(value(&after, "process_max_fds") > 5.0);
        assert!(value(&after, "process_resident_memory_bytes") > 1_000_000.0);
        assert!(value(&after, "process_virtual_memory_bytes") > value(&after, "process_resident_memory_bytes"));
        assert!(value(&after, "process_threads") >= 1.0);
        let now_secs = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
        let age_secs = now_secs - value(&after, "process_start_time_seconds");
        assert!((-2.0..600.0).contains(&age_secs), "{age_secs}");
    }

    #[test]
    fn a_name_with_brackets_does_not_confuse() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 4 0 12345 1 1";
        assert_eq!(times(stat).unwrap().0, 3.0);
        assert_eq!(times("7 (a) S 1"), None);
    }

    fn tell_text() -> String {
        let mut exposition = Exposition::default();
        tell(&mut exposition);
        exposition.into_text()
    }
}

//! The real binary.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use super::{Person, eventually};

/// How a command ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `callboard` in a folder, with nothing of this process's environment, until it ends.
pub async fn run(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut portal = Portal::spawn(folder, arguments);
    let status = portal.ended().await;
    Outcome { code: status.code(), stdout: portal.output("stdout"), stderr: portal.output("stderr") }
}

/// A running `callboard`. It is killed when the value is dropped.
#[derive(Debug)]
pub struct Portal {
    child: Child,
    logs: tempfile::TempDir,
}

impl Portal {
    /// Starts `callboard` and does not wait for anything.
    pub fn spawn(folder: &Path, arguments: &[&str]) -> Self {
        let logs = tempfile::tempdir().expect("there is a folder for temporary files");
        let log = |name: &str| Stdio::from(File::create(logs.path().join(name)).expect("files can be made"));
        let child = Command::new(env!("CARGO_BIN_EXE_callboard"))
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(log("stdout"))
            .stderr(log("stderr"))
            .spawn();
        Self { child: child.expect("the binary can be started"), logs }
    }

    /// `callboard serve` on a free port, not waited for.
    pub fn serve(folder: &Path, arguments: &[&str]) -> Self {
        Self::spawn(folder, &[&["serve", "--port", "0"], arguments].concat())
    }

    /// Where it says it is, as soon as it says so.
    pub async fn address(&mut self) -> SocketAddr {
        let what = "the portal says where it is";
        let line = eventually(what, async || {
            if let Some(status) = self.child.try_wait().expect("the process can be asked") {
                panic!("the portal ended with {status}: {}", self.output("stderr"));
            }
            self.output("stdout").split_once('\n').map(|(line, _)| line.to_owned())
        });
        let line = line.await;
        let address = line.strip_prefix("Callboard is at http://").unwrap_or_else(|| panic!("{line}"));
        address.replace("localhost", "127.0.0.1").parse().unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Waits until it takes requests, and signs in.
    pub async fn guest(&mut self) -> Person {
        let anonymous = Person::anonymous(self.address().await);
        eventually("the portal is ready", async || anonymous.is_ready().await).await;
        anonymous.sign_in().await
    }

    /// Whether the process has ended.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the process can be asked").is_some()
    }

    /// Waits for the end.
    pub async fn ended(&mut self) -> ExitStatus {
        let what = "the process ends";
        eventually(what, async || self.child.try_wait().expect("the process can be asked")).await
    }

    /// Asks it to stop, as supervisors do.
    pub fn terminate(&self) {
        let status = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        assert!(status.expect("there is a `kill`").success());
    }

    /// Ends it at once, as a crash does.
    pub fn kill(&mut self) {
        self.child.kill().expect("the process can be killed");
        self.child.wait().expect("the process can be waited for");
    }

    /// What it wrote so far to `stdout` or `stderr`.
    pub fn output(&self, name: &str) -> String {
        fs::read_to_string(self.logs.path().join(name)).expect("the output is text")
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.kill();
        }
    }
}

//! The whole portal within the process of the test, each with a folder of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;

use callboard::app::Application;
use callboard::config::{Config, LoadOptions};
use callboard::platform::stop::Stop;
use tempfile::TempDir;
use tokio::runtime;

use super::descriptors::CATALOG;
use super::{Person, eventually};

/// What every portal has; a test lays its own keys over it.
const BASE: &str = "
backend: { listen: { host: 127.0.0.1, port: 0 } }
callboard: { dataDirectory: data }
auth: { providers: { guest: {} } }
catalog:
  rules: [ { allow: [Component, API, Resource, System, Domain, Group, User, Location, Template] } ]
  locations: [ { type: file, target: catalog/*.yaml } ]
";

/// What a test wants to be different.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// Keys that are laid over the usual configuration, as YAML.
    pub config: &'a str,
    /// Files with their paths below the folder of the portal.
    pub files: &'a [(&'a str, &'a str)],
}

impl Default for Setup<'_> {
    fn default() -> Self {
        Self { config: "{}", files: &[("catalog/all.yaml", CATALOG)] }
    }
}

/// A running portal. It stops when the value is dropped, which fails the test when the end is not clean.
#[derive(Debug)]
pub struct TestApp {
    folder: TempDir,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    address: SocketAddr,
    stop: Stop,
    thread: JoinHandle<()>,
}

/// The portal with the catalog of [`CATALOG`].
pub async fn spawn_app() -> TestApp {
    Setup::default().spawn().await
}

impl Setup<'_> {
    /// Starts the portal and waits until it takes requests.
    pub async fn spawn(self) -> TestApp {
        let mut app = self.prepare();
        app.start().await;
        app
    }

    /// Writes the files of a portal that is not started.
    pub fn prepare(self) -> TestApp {
        let app =
            TestApp { folder: tempfile::tempdir().expect("there is a folder for temporary files"), running: None };
        app.file_write("base.yaml", BASE);
        app.file_write("extra.yaml", self.config);
        for (name, text) in self.files {
            app.file_write(name, text);
        }
        app
    }
}

impl TestApp {
    /// Starts again after [`TestApp::stop`] and waits until the portal takes requests.
    pub async fn start(&mut self) {
        let built = self.build(|| {}).await;
        self.running = Some(built);
        let anonymous = self.anonymous();
        eventually("the portal is ready", async || anonymous.is_ready().await).await;
    }

    /// Starts without waiting; `before_run` is called between the opening of the database and the first request.
    pub async fn start_unready(&mut self, before_run: impl FnOnce() + Send + 'static) {
        self.running = Some(self.build(before_run).await);
    }

    async fn build(&self, before_run: impl FnOnce() + Send + 'static) -> Running {
        let options = LoadOptions {
            files: vec!["base.yaml".into(), "extra.yaml".into()],
            working_directory: self.folder.path().to_owned(),
            ..LoadOptions::default()
        };
        let (config, _) = Config::load(options).unwrap_or_else(|errors| panic!("{errors}"));
        let (sender, receiver) = mpsc::channel();
        // A runtime of its own, so that dropping the value can wait for the end.
        let thread = std::thread::spawn(move || {
            let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime can be made").block_on(async {
                let application = Application::build(&config).await.unwrap_or_else(|error| panic!("{error}"));
                let address = application.address().expect("the address is known");
                before_run();
                sender.send((address, application.stopper())).expect("the test waits");
                application.run().await.unwrap_or_else(|error| panic!("{error}"));
            });
        });
        let (address, stop) = receiver.recv().expect("the portal is built");
        Running { address, stop, thread }
    }

    /// Stops the portal. Its folder stays.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop.send_replace(true);
            let is_clean = running.thread.join().is_ok();
            // A test that fails already has its message.
            assert!(is_clean || std::thread::panicking(), "the portal did not end cleanly");
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().expect("the portal runs").address
    }

    /// Someone without credentials.
    pub fn anonymous(&self) -> Person {
        Person::anonymous(self.address())
    }

    /// Someone who signed in as the guest.
    pub async fn guest(&self) -> Person {
        self.anonymous().sign_in().await
    }

    /// A program with a token of the configuration.
    pub fn program(&self, token: &str) -> Person {
        self.anonymous().with_token(token)
    }

    /// The folder of the portal.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file as editors do: beside, then renamed over the old one. Answers its path.
    pub fn file_write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("folders can be made");
        let new = path.with_extension("new");
        fs::write(&new, text).expect("files can be written");
        fs::rename(new, &path).expect("files can be renamed");
        path
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop();
    }
}

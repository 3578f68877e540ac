//! Configurations as people have them.

mod backstage;
mod errors;
mod files;
mod hostile;
mod printing;
mod sections;

use std::{fs, path::Path};

use tempfile::TempDir;

use super::*;

/// A working directory with files and an environment.
struct Setup {
    folder: TempDir,
    options: LoadOptions,
}

impl Setup {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = LoadOptions { working_directory: folder.path().to_owned(), ..LoadOptions::default() };
        Self { folder, options }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.options.env.insert(name.to_owned(), value.to_owned());
        self
    }

    fn load(&self) -> Result<(Config, Vec<Warning>), ConfigErrors> {
        Config::load(self.options.clone())
    }

    #[track_caller]
    fn config(&self) -> Config {
        match self.load() {
            Ok((config, _)) => config,
            Err(errors) => panic!("{errors}"),
        }
    }

    /// The messages of all warnings.
    #[track_caller]
    fn warnings(&self) -> Vec<String> {
        self.load().unwrap().1.iter().map(ToString::to_string).collect()
    }

    /// All errors, each as it prints.
    #[track_caller]
    fn errors(&self) -> Vec<String> {
        self.load().expect_err("errors").0.iter().map(ToString::to_string).collect()
    }
}

/// The configuration of a single file.
#[track_caller]
fn config(text: &str) -> Config {
    Setup::new().file("app-config.yaml", text).config()
}

/// The only error of a single file.
#[track_caller]
fn error(text: &str) -> String {
    let mut errors = Setup::new().file("app-config.yaml", text).errors();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    errors.remove(0)
}

//! Tells the compiler where the web page and the example catalog lie, and cargo when what is embedded has changed.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Clones that share a target directory share this program and what it has said: it asks where it is when it runs, and runs
    // again in another clone.
    println!("cargo::rerun-if-env-changed=CALLBOARD_CLONE");
    // Without `..`: rust-embed compares paths as text when the folder appears only after the server was compiled.
    let backend = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells build scripts where their package lies");
    let root = Path::new(&backend).parent().expect("the backend lies in the workspace");
    println!("cargo::rustc-env=CALLBOARD_PAGE_FOLDER={}", root.join("frontend").join("dist").display());
    println!("cargo::rustc-env=CALLBOARD_EXAMPLES_FOLDER={}", root.join("examples").display());
    // Other builds read the folder at run time, so a new page is no reason to compile them again.
    let is_embedded = std::env::var_os("CARGO_FEATURE_EMBED_PAGE").is_some()
        || std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if is_embedded {
        println!("cargo::rerun-if-changed=../frontend/dist");
        println!("cargo::rerun-if-changed=../examples");
    }
}

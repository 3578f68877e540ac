//! Tells the compiler where the web page lies, and cargo when the embedded page has changed.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Without `..`: rust-embed compares paths as text when the folder appears only after the server was compiled.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the backend lies in the workspace");
    println!("cargo::rustc-env=CALLBOARD_PAGE_FOLDER={}", root.join("frontend").join("dist").display());
    // Other builds read the folder at run time, so a new page is no reason to compile them again.
    let is_embedded = std::env::var_os("CARGO_FEATURE_EMBED_PAGE").is_some()
        || std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if is_embedded {
        println!("cargo::rerun-if-changed=../frontend/dist");
    }
}

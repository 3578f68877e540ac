//! Tells cargo when the embedded web page has changed.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Other builds read the folder at run time, so a new page is no reason to compile them again.
    let is_embedded = std::env::var_os("CARGO_FEATURE_EMBED_PAGE").is_some()
        || std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if is_embedded {
        println!("cargo::rerun-if-changed=../frontend/dist");
    }
}

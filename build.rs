//! Makes sure that there is something to embed where the web app will be, so that `cargo build` needs no Node.

use std::path::Path;
use std::{fs, io};

const PAGE: &str = include_str!("src/http/placeholder.html");

fn main() -> io::Result<()> {
    let dist = Path::new("web/ide/dist");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/http/placeholder.html");
    println!("cargo:rerun-if-changed={}", dist.display());
    if !dist.join("index.html").exists() {
        fs::create_dir_all(dist)?;
        fs::write(dist.join("index.html"), PAGE)?;
    }
    Ok(())
}

//! The program.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    small_pages();
    baton::cli::run()
}

/// The memory of sessions is scattered in small pieces; over huge pages it takes half as much again, and the system is busy
/// clearing them while thousands join. Where this cannot be had the server is only larger.
#[cfg(target_os = "linux")]
fn small_pages() {
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
fn small_pages() {}

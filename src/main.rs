//! The program.

use std::process::ExitCode;

// A thread of its own gives memory back that nobody uses any more, also while nobody calls.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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

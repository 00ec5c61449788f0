//! REST and static files: takes a request apart, calls the room or the accounts, and puts the answer together.

pub mod assets;
pub mod error;
pub mod trace;

//! What the integration tests stand on.

pub mod client;
pub mod process;
pub mod replica;
pub mod server;

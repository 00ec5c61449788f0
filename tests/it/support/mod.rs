//! What the integration tests stand on.

pub mod client;
pub mod server;

//! The wire: sub-protocol `baton.v1`, JSON text frames. This is its only definition.
//!
//! A client frame is one [`client::ClientFrame`]. A server frame is a JSON array of [`server::ServerMessage`]: all that was
//! due to the session when it was written, in order.

pub mod client;
pub mod close;
pub mod convert;
pub mod error;
pub mod server;
#[cfg(test)]
mod typescript;

/// The WebSocket sub-protocol.
pub const SUBPROTOCOL: &str = "baton.v1";
/// The longest frame taken from a client, in bytes.
pub const FRAME_MAX: usize = 256 * 1024;
/// The longest text of one field, in bytes.
pub const FIELD_MAX: usize = 128 * 1024;

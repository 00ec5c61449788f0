//! What the product means, without any I/O.
//!
//! No clock, no randomness, no async, no serialisation, no hash-map order: given the same inputs and times this room does
//! the same, byte for byte. Ids and times come in with the commands.

pub mod area;
pub mod catalogue;
pub mod command;
pub mod effect;
pub mod id;
pub mod limits;
pub mod path;
pub mod plan;
pub mod realtime;
pub mod record;
pub mod refusal;
pub mod role;
pub mod stack;
pub mod stored;
pub mod time;
pub mod workspace;

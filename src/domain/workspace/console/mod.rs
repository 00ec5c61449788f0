//! The console: what goes on in the room right now, and what an owner or admin does about it.

mod freezing;
mod kicking;
mod settings;
mod view;

pub(super) use freezing::EVERYTHING;

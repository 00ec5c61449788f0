//! The forty scenarios of the lock rules, each by its number (docs/locks.md lists them).

mod asking;
mod crashes;
mod crowds;
mod members;
mod objects;
mod policy;

//! Baton: the self-hosted backend, and ready browser IDE, for teams that edit function stacks together.
//!
//! Data flows one way: frame → `socket` → `gateway` → `room` (actor) → `domain` (core) → gate → `store` writer and outboxes.

pub mod app;
pub mod audit;
pub mod auth;
pub mod cli;
pub mod compat;
pub mod config;
pub mod csv;
pub mod document;
pub mod domain;
pub mod gateway;
pub mod http;
pub mod mail;
pub mod protocol;
pub mod room;
pub mod sheets;
pub mod socket;
pub mod store;
pub mod telemetry;
pub mod xanoscript;

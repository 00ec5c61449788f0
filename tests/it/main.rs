//! Integration tests: the real store, rooms and sockets on a port of their own, clients over WebSocket.

#![allow(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod accounts;
mod apart;
mod api_channels;
mod api_errors;
mod api_history;
mod api_objects;
mod api_presence;
mod api_presences;
mod api_records;
mod api_routes;
mod api_support;
mod api_take_back;
mod audit;
mod bad_input;
mod cli;
mod crash;
mod crash_history;
mod doors;
mod errors_page;
mod faults;
mod keys;
mod lock_doors;
mod lock_scenarios;
mod mail;
mod matrix;
mod open_id;
mod quiet;
mod refusals;
mod sign_out;
mod support;
mod team;
mod upgrades;
mod ws_faults;
mod ws_frames;
mod ws_places;
mod ws_resend;
mod ws_session;
mod ws_slow;

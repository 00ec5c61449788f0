//! Other systems' clients, unchanged, at the edge. Their wires are translated here and nowhere else; what may be done is
//! decided where it is for everybody: in the core.
//!
//! * [`appwrite`]: `appwrite` and `node-appwrite`, presences and their realtime, below `/v1`.
//! * [`xano`]: `@xano/js-sdk`'s realtime, at `/rt/<hash>`.
//! * [`socket`] carries any of their sockets: a [`socket::Wire`] says how it speaks.

mod appwrite;
mod socket;
pub mod xano;

use actix_web::web;

/// Mounts all of them. `Api` and `Sockets` must be in the app's data.
pub fn configure(config: &mut web::ServiceConfig) {
    xano::configure(config);
    appwrite::configure(config);
}

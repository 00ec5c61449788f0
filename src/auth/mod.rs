//! Who is calling, and the accounts behind it. Nothing here knows HTTP: taking credentials out of a request is `http`'s job.
//!
//! * [`Accounts`] is the door: set-up, sign-in, refresh, sign-out, invitations, and [`Accounts::identify`] for an access token.
//! * Access tokens say who, never what they may: roles are read from the core or the store.

mod accounts;
mod address;
mod enrol;
mod error;
mod federated;
pub mod issuer;
pub mod key;
mod limit;
mod origin;
mod password;
mod refusals;
mod returning;
pub mod secret;
mod text;
pub mod ticket;
mod token;

pub use accounts::{Account, AccountParts, AccountSettings, Accounts, Signed};
pub use address::client_address;
pub use enrol::Newcomer;
pub use error::AuthError;
pub use limit::{Limits, Rates};
pub use origin::Origins;
pub use password::{PASSWORD_MAX, PASSWORD_MIN, Passwords};
pub use token::{Identity, Tokens};

//! Client message → request of the core; what the core says → server message.

mod answer;
mod delta;
mod history;
mod intent;
mod presence;
mod presences;
mod realtime;
mod refusal;
mod request;
mod snapshot;

pub use answer::{done, explained, reply, welcome};
pub use delta::{delta, live_location};
pub use presence::{PRESENCE_PAGE, presence_list, presence_settings, status_change, thresholds};
pub use presences::{filters, object, permissions, presence_call, presences_query, time};
pub use realtime::{call, live_channel, post, realtime_answer};
pub use refusal::refusal;
pub use request::{Incoming, Wrong, incoming, resume, secret_digest};
pub use snapshot::{session, snapshot};

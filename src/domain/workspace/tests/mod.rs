//! Tests of the core: the scenarios of the lock rules, told as short stories on a built room.

#[path = "../../../../tests/sim/disk/mod.rs"]
#[expect(dead_code, reason = "shared with the simulation, which uses all of it")]
mod disk;
mod room;
mod scenarios;

mod arriving;
mod asides;
mod bots;
mod channel_roles;
mod channels;
mod circle;
mod closing;
mod console;
mod crashing;
mod editing;
mod escalating;
mod importing;
mod keeping;
mod keys;
mod lines;
mod locking;
mod many;
mod members;
mod parking;
mod parts;
mod placing;
mod presence;
mod presence_rules;
mod presences;
mod promising;
mod publishing;
mod queueing;
mod recording;
mod records_back;
mod reverting;
mod roles;
mod stepping;
mod taking_back;
mod talking;
mod whole;

use crate::domain;

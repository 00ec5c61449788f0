//! Places, chat, status, and looking around.

use uuid::Uuid;

use baton::domain::command::{Cursor, Location, Request, StatusChoice};
use baton::domain::effect::{Privacy, Status};
use baton::domain::path::LockPath;
use baton::domain::role::Role;

use crate::plan::Doing;
use crate::world::{EPHEMERAL, World};

use super::found::{mine, some_item, some_object};

pub(super) fn talk(world: &mut World, n: usize, what: Doing) -> Option<Request> {
    let object = some_object(world, n);
    Some(match what {
        Doing::Locate => {
            let item = object.and_then(|object| some_item(world, n, object, |_| true));
            let page = if object.is_some() { "object" } else { "home" };
            let cursor = item.map(|_| Cursor { anchor: 1, head: 3, length: 7 });
            let (field, typing) = (item.map(|_| "value".into()), world.rng.one_in(2));
            Request::Locate(Location {
                object,
                item,
                field,
                cursor,
                typing,
                top: item,
                ..Location::page(page)
            })
        }
        Doing::Chat => {
            let number = world.number();
            let client_id = Uuid::from_u128(u128::from(number));
            let text = format!("{EPHEMERAL} {number}");
            Request::Chat { client_id, text, mentions: vec![world.owner], link: object.map(LockPath::object) }
        }
        Doing::Choose => match world.rng.below(4) {
            0 => Request::SetAvatar(if world.rng.one_in(2) { "🦊".into() } else { String::new() }),
            n => {
                let status =
                    [Status::Online, Status::Busy, Status::Away, Status::Offline][world.rng.index(4)];
                let until = (n == 1).then(|| world.now.wall.plus(world.rng.between(1, 60_000)));
                Request::SetStatus(StatusChoice { status, message: format!("for {n}"), until })
            }
        },
        Doing::Hide => {
            let all = [Privacy::Everyone, Privacy::Role(Role::Developer), Privacy::Role(Role::Admin)];
            let more = [Privacy::Page, Privacy::Hidden, Privacy::Hidden];
            Request::SetPrivacy(*world.rng.pick(&[all, more].concat())?)
        }
        Doing::Report => {
            let other = world.rng.one_in(8).then_some(world.owner);
            Request::Active { user: other, interactions: u32::try_from(world.rng.below(20)).unwrap_or(0) }
        }
        Doing::Typing => Request::Typing { on: !world.rng.one_in(3) },
        Doing::Dirty => {
            let held = mine(world, n);
            let (path, _) = *world.rng.pick(&held)?;
            Request::Dirty { path, count: u32::try_from(world.rng.below(3)).unwrap_or(0) }
        }
        Doing::Open => Request::Open { object: object? },
        Doing::CloseObject => Request::CloseObject,
        Doing::Discard => {
            let replica = world.clients[n].replica.as_ref()?;
            let ids: Vec<_> = replica.parked.keys().copied().collect();
            Request::DiscardParked { parked: *world.rng.pick(&ids)? }
        }
        Doing::Look => match world.rng.below(3) {
            0 => Request::Explain { path: LockPath::object(object?) },
            1 => Request::ListParked { user: None },
            _ => Request::Read { object: object? },
        },
        Doing::Leave => Request::Leave,
        _ => return None,
    })
}

//! Bots give way to people (locks.md, rule 12).

use super::domain::command::{Pen, Request};
use super::domain::effect::LockEnd;
use super::room::*;

#[test]
fn a_bot_gives_way_within_ten_seconds() {
    let mut r = room().with_everybody();
    let (bot, ben) = (r.bot(ANA), r.tab(BEN));
    r.acquire(bot, path(1));
    r.request(ben, path(1));
    r.wait(9_000);
    assert_eq!(r.holder(path(1)), Some(bot.session));
    r.wait(1_000);
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.ended_locks(), [(path(1), LockEnd::HandedOver)]);
}

#[test]
fn a_bot_gives_way_with_its_next_operation_which_counts() {
    let mut r = room().with_everybody();
    let (bot, ben) = (r.bot(ANA), r.tab(BEN));
    let fence = r.acquire(bot, path(1));
    r.request(ben, path(1));
    r.edit(bot, Pen::Held(fence), set(step(1), "value", "bot")).unwrap();
    assert_eq!(r.holder(path(1)), Some(ben.session));
    assert_eq!(r.text(step(1), "value"), "bot");
}

#[test]
fn a_bot_waits_for_a_bot_as_people_do() {
    let mut r = room().with_everybody();
    let (one, two) = (r.bot(ANA), r.bot(BEN));
    r.acquire(one, path(1));
    r.request(two, path(1));
    r.wait(11_000);
    assert_eq!(r.holder(path(1)), Some(one.session));
}

#[test]
fn when_the_first_person_takes_the_request_back_the_bot_gives_way_to_the_second() {
    let mut r = room().with_everybody();
    let (bot, ben, cara) = (r.bot(ANA), r.tab(BEN), r.tab(CARA));
    r.acquire(bot, path(1));
    let asks = r.request(ben, path(1));
    r.request(cara, path(1));
    r.ask(ben, Request::CancelRequest { request: asks }).unwrap();
    r.wait(10_500);
    assert_eq!(r.holder(path(1)), Some(cara.session));
}

#[test]
fn a_bot_that_is_granted_what_a_person_waits_for_gives_way_too() {
    let mut r = room().with_everybody();
    let (ana, bot, cara) = (r.tab(ANA), r.bot(BEN), r.tab(CARA));
    let fence = r.acquire(ana, path(1));
    r.request(bot, path(1));
    r.request(cara, path(1));
    r.release(ana, path(1), fence).unwrap();
    assert_eq!(r.holder(path(1)), Some(bot.session));
    r.wait(10_500);
    assert_eq!(r.holder(path(1)), Some(cara.session));
}

#[test]
fn who_edits_here_what_their_own_bot_gives_way_with_has_it_at_once() {
    let mut r = room().with_everybody();
    let (bot, ana, ben) = (r.bot(ANA), r.tab(ANA), r.tab(BEN));
    let fence = r.acquire(ben, path(1));
    r.request(bot, path(1));
    r.request(ana, path(1));
    r.release(ben, path(1), fence).unwrap();
    assert_eq!(r.holder(path(1)), Some(bot.session));
    r.edit_here(ana, path(1)).unwrap();
    let lock = r.lock(path(1)).unwrap();
    assert_eq!((lock.session, lock.promise), (ana.session, None));
}

#[test]
fn a_word_for_the_object_and_for_an_item_of_it_goes_on_with_the_object_when_its_member_takes_it() {
    let mut r = room().with_everybody();
    let (bot, ben) = (r.bot(ANA), r.tab(BEN));
    r.acquire(bot, path(1));
    r.acquire(bot, WHOLE);
    let wish = r.request(ben, WHOLE);
    let ana = r.tab(ANA);
    let op_id = r.op();
    r.ask(ana, Request::EditHere { op_id, path: WHOLE }).unwrap();
    assert_eq!(r.waiting(wish).unwrap().take_over, None, "under a word the clock stands still");
    r.wait(15_000);
    assert_eq!(r.holder(WHOLE), Some(ben.session), "and it is kept");
}

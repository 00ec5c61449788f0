//! Whatever comes in as a frame is read, or refused with an error of the table; nothing of it can throw the server off.

use proptest::prelude::*;
use proptest::sample::Index;

use super::{id_of, read};
use crate::protocol::error::TABLE;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn good() -> Vec<String> {
    let fence = r#"{"epoch":1,"counter":2}"#;
    let path = format!(r#"{{"object":"{ID}","item":"{ID}"}}"#);
    vec![
        format!(r#"{{"id":1,"type":"hello","token":"t","workspace":"{ID}","instance":"{ID}","device":"d"}}"#),
        r#"{"type":"pong"}"#.to_owned(),
        format!(r#"{{"id":2,"type":"open","object":"{ID}"}}"#),
        format!(
            r#"{{"type":"locate","location":{{"page":"object","object":"{ID}","cursor":{{"anchor":1,"head":2,"length":3}}}}}}"#
        ),
        format!(
            r#"{{"id":3,"type":"chat","client_id":"{ID}","text":"hello","mentions":["{ID}"],"link":{path}}}"#
        ),
        format!(r#"{{"id":4,"type":"acquire","op_id":"{ID}","path":{path}}}"#),
        format!(r#"{{"id":5,"type":"release","op_id":"{ID}","path":{path},"fence":{fence}}}"#),
        format!(
            r#"{{"id":6,"type":"answer_request","op_id":"{ID}","request":"{ID}","answer":"promise","within_ms":1}}"#
        ),
        format!(
            r#"{{"id":7,"type":"edit","op_id":"{ID}","object":"{ID}","base_revision":1,"op":{{"op":"delete","item":"{ID}"}}}}"#
        ),
        format!(
            r#"{{"id":8,"type":"revert","op_id":"{ID}","object":"{ID}","changes":[1,2],"collisions":"keep"}}"#
        ),
    ]
}

fn looked_at(text: &str) {
    let _ = id_of(text);
    if let Err(unread) = read(text) {
        let row = TABLE.iter().find(|row| row.name == unread.error.code).expect("an error of the table");
        assert!(row.status < 500, "{text} is a fault of ours: {}", row.name);
    }
}

#[derive(Debug, Clone)]
enum Damage {
    Cut(Index),
    Drop(Index),
    Twice(Index),
    Put(Index, char),
    Number(i128),
    Deep(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<Index>().prop_map(Damage::Cut),
        any::<Index>().prop_map(Damage::Drop),
        any::<Index>().prop_map(Damage::Twice),
        (
            any::<Index>(),
            prop::sample::select(vec!['"', '{', '}', '[', ']', ':', ',', '-', 'e', '\\', '0', '\u{0}', '💥'])
        )
            .prop_map(|(at, c)| Damage::Put(at, c)),
        any::<i128>().prop_map(Damage::Number),
        (1..400_usize).prop_map(Damage::Deep),
    ]
}

fn damaged(text: &str, damage: &Damage) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    match damage {
        Damage::Cut(at) => chars.truncate(at.index(chars.len().max(1))),
        Damage::Drop(at) if !chars.is_empty() => {
            chars.remove(at.index(chars.len()));
        }
        Damage::Twice(at) if !chars.is_empty() => {
            let at = at.index(chars.len());
            let rest: Vec<char> = chars[at..].to_vec();
            chars.extend(rest);
        }
        Damage::Put(at, c) => chars.insert(at.index(chars.len() + 1), *c),
        Damage::Number(number) => return text.replacen(":1", &format!(":{number}"), 1),
        Damage::Deep(levels) => {
            return text.replacen(":1", &format!(":{}1{}", "[".repeat(*levels), "]".repeat(*levels)), 1);
        }
        _ => {}
    }
    chars.into_iter().collect()
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        looked_at(&text);
    }

    #[test]
    fn good_frames_that_were_damaged(which in any::<Index>(), harm in prop::collection::vec(damage(), 1..6)) {
        let frames = good();
        let text = harm.iter().fold(frames[which.index(frames.len())].clone(), |text, one| damaged(&text, one));
        looked_at(&text);
    }
}

#[test]
fn the_frames_are_good_before_they_are_damaged() {
    for text in good() {
        assert!(read(&text).is_ok(), "{text}");
    }
}

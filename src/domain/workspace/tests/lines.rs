//! Whatever happens to sockets and room, each reader of the chat knows every line since they came, once and in order, or how
//! many they missed.

use proptest::prelude::*;
use uuid::Uuid;

use super::room::*;
use crate::domain::command::Request;
use crate::domain::effect::{ChatLine, Delta, Snapshot};
use crate::domain::limits::Limits;

#[derive(Debug, Clone)]
enum Step {
    /// A reader says a line; few ids, so that lines are often sent twice.
    Say { reader: usize, id: u128 },
    /// Another reader comes.
    Join,
    /// A reader's socket is gone.
    Drop { reader: usize },
    /// They come back.
    Resume { reader: usize },
    /// The room is rebuilt: all who are here get a picture.
    Rebuild,
    /// Time passes.
    Wait { ms: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..6_usize, 0..40_u128).prop_map(|(reader, id)| Step::Say { reader, id }),
        1 => Just(Step::Join),
        2 => (0..6_usize).prop_map(|reader| Step::Drop { reader }),
        3 => (0..6_usize).prop_map(|reader| Step::Resume { reader }),
        1 => Just(Step::Rebuild),
        1 => (0..9_000_u64).prop_map(|ms| Step::Wait { ms }),
    ]
}

/// What a page does with what it is told, as docs/protocol.md says it.
struct Reader {
    tab: Tab,
    here: bool,
    /// How many lines had been said before it came.
    from: usize,
    lines: Vec<ChatLine>,
    missed: u64,
}

impl Reader {
    fn hears(&mut self, line: &ChatLine) {
        if self.lines.last().is_none_or(|last| last.number < line.number) {
            self.lines.push(line.clone());
        }
    }

    fn takes(&mut self, picture: &Snapshot) {
        let known = self.lines.last().map_or(self.from as u64, |line| line.number);
        let first = picture.chat.first().map(|line| line.number);
        self.missed += first.map_or(0, |first| first.saturating_sub(known + 1));
        picture.chat.iter().for_each(|line| self.hears(line));
    }
}

struct Talk {
    r: Room,
    readers: Vec<Reader>,
    /// Member and id of every line that was said, in order.
    said: Vec<(crate::domain::id::UserId, u128)>,
}

const RING: usize = 4;

impl Talk {
    fn new() -> Self {
        let limits = Limits {
            chat_ring: RING,
            replay_deltas: 6,
            chat_burst: 10_000,
            sessions_of_member: 500,
            ..Limits::default()
        };
        Talk { r: room_with(limits).with_everybody(), readers: Vec::new(), said: Vec::new() }
    }

    fn join(&mut self) {
        let user = [ANA, BEN, CARA][self.readers.len() % 3];
        let tab = self.r.tab(user);
        assert!(self.r.snapshot(tab).chat.is_empty(), "who comes sees nothing of before");
        let from = self.said.len();
        self.readers.push(Reader { tab, here: true, from, lines: Vec::new(), missed: 0 });
    }

    fn run(&mut self, step: &Step) {
        let count = self.readers.len();
        match step {
            Step::Join => self.join(),
            Step::Say { reader, id } if self.readers[reader % count].here => {
                let tab = self.readers[reader % count].tab;
                let (client_id, text) = (Uuid::from_u128(*id), format!("line {id}"));
                self.r.ask(tab, Request::Chat { client_id, text, mentions: Vec::new(), link: None }).unwrap();
                let again = self.said.iter().rev().take(RING).any(|one| *one == (tab.user, *id));
                if !again {
                    self.said.push((tab.user, *id));
                }
            }
            Step::Drop { reader } if self.readers[reader % count].here => {
                let reader = &mut self.readers[reader % count];
                reader.here = false;
                self.r.drop_socket(reader.tab);
            }
            Step::Resume { reader } => self.resume(reader % count),
            Step::Rebuild => {
                self.r.rebuild();
                for reader in self.readers.iter_mut().filter(|reader| reader.here) {
                    let picture = self.r.snapshot(reader.tab);
                    reader.takes(&picture);
                    reader.tab.position = (self.r.core.stream(), picture.upto);
                }
            }
            Step::Wait { ms } => self.r.wait(*ms),
            Step::Say { .. } | Step::Drop { .. } => {}
        }
        self.deliver();
    }

    fn resume(&mut self, at: usize) {
        self.deliver();
        if self.readers[at].here {
            return;
        }
        let (tab, welcome) = self.r.resume(self.readers[at].tab);
        let reader = &mut self.readers[at];
        if tab.session != reader.tab.session {
            *reader = Reader { tab, here: true, from: self.said.len(), lines: Vec::new(), missed: 0 };
        }
        (reader.tab, reader.here) = (tab, true);
        for delta in &welcome.replay {
            if let Delta::Chat(line) = &**delta {
                reader.hears(line);
            }
        }
        if let Some(picture) = &welcome.snapshot {
            reader.takes(picture);
        }
    }

    /// Who is here gets what was said since.
    fn deliver(&mut self) {
        for reader in self.readers.iter_mut().filter(|reader| reader.here) {
            for (_, delta) in &self.r.said {
                if let Delta::Chat(line) = &**delta {
                    reader.hears(line);
                }
            }
            reader.tab.position = (self.r.core.stream(), self.r.core.upto());
        }
        self.r.forget();
    }

    fn check(&self) {
        for reader in &self.readers {
            let lines = &reader.lines;
            assert!(lines.windows(2).all(|two| two[0].number < two[1].number), "in order, each once");
            for line in lines {
                let at = usize::try_from(line.number - 1).unwrap();
                assert!(at >= reader.from, "nothing of before");
                assert_eq!((line.user, line.client_id.as_u128()), self.said[at]);
            }
            let since = (self.said.len() - reader.from) as u64;
            assert_eq!(lines.len() as u64 + reader.missed, since, "known or counted as missed");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_line_is_known_once_and_in_order_or_counted_as_missed(steps in prop::collection::vec(step(), 1..60)) {
        let mut talk = Talk::new();
        talk.join();
        talk.join();
        for step in &steps {
            talk.run(step);
        }
        for at in 0..talk.readers.len() {
            talk.resume(at);
        }
        talk.deliver();
        talk.check();
    }
}

//! Files on their way into tables.
//!
//! Rows are checked and staged piece by piece, in commits of their own, where nobody sees them; the last step shows them all in
//! one small commit, or nothing ever happened. What never came in whole is swept, a piece at a time, so that no commit is long.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::super::log::Entry;
use super::super::objects::{digest, object_intent};
use super::super::stacks::OpenStack;
use super::super::talk::check_text;
use super::super::{Done, Workspace};
use crate::domain::command::{Caller, ChangeKind, Numbers, Row, Upload, UploadStep};
use crate::domain::effect::{Answer, Effect, Effects, Receipt, RowProblem, Staged, Write};
use crate::domain::id::{ObjectId, OpId, UserId};
use crate::domain::path::LockPath;
use crate::domain::record::{Record, RecordOp, Span, check_row, words};
use crate::domain::refusal::Refusal;
use crate::domain::role::Action;
use crate::domain::stack::{MAX_NAME, Revision, derived_id};
use crate::domain::time::{Millis, Now};

/// Pieces that are swept with one call.
const SWEPT: usize = 2;

/// A file on its way in.
#[derive(Debug)]
struct Incoming {
    object: ObjectId,
    user: UserId,
    /// The fields that its rows were checked against.
    content: Revision,
    /// The pieces that are staged.
    pieces: Vec<Span>,
    rows: u64,
    invalid: u64,
    touched: Millis,
}

/// Files on their way in. They are forgotten when the room is rebuilt: their rows are swept then.
#[derive(Debug, Default)]
pub(in crate::domain::workspace) struct Uploads(BTreeMap<Uuid, Incoming>);

impl Workspace {
    /// A step of a file on its way in.
    pub(in crate::domain::workspace) fn upload(
        &mut self,
        now: Now,
        caller: Caller,
        upload: Upload,
        out: &mut Effects,
    ) -> Done {
        let Upload { id, object, step } = upload;
        self.allowed(caller.user, Action::Edit)?;
        self.head(object)?;
        if !self.is_table(object) {
            return Err(Refusal::NotATable);
        }
        match step {
            UploadStep::Begin => self.begin_upload(now, caller, id, object, out),
            UploadStep::Rows(rows) => self.stage(now, caller, id, object, &rows, out),
            UploadStep::Finish { op_id, file, skip_invalid } => {
                self.finish_upload(now, caller, (id, object), op_id, &file, skip_invalid, out)
            }
            UploadStep::Abandon => {
                self.drop_upload(caller.user, id);
                Ok(swept(self.sweep(object, out)))
            }
        }
    }

    fn begin_upload(
        &mut self,
        now: Now,
        caller: Caller,
        id: Uuid,
        object: ObjectId,
        out: &mut Effects,
    ) -> Done {
        self.may_add_records(caller, object)?;
        self.drop_silent_uploads(now);
        if self.uploads.0.len() >= self.limits.uploads {
            return Err(Refusal::TooMany { what: "files on their way in", max: self.limits.uploads });
        }
        if self.uploads.0.contains_key(&id) {
            return Err(Refusal::IdTaken);
        }
        let open = self.stacks.get(object).ok_or(Refusal::RetryLater)?;
        let incoming = Incoming {
            object,
            user: caller.user,
            content: open.fields_revision(),
            pieces: Vec::new(),
            rows: 0,
            invalid: 0,
            touched: now.mono,
        };
        self.uploads.0.insert(id, incoming);
        Ok(swept(self.sweep(object, out)))
    }

    /// Adding rows needs no lock on the others, unless the whole table is another's or closed.
    fn may_add_records(&self, caller: Caller, object: ObjectId) -> Result<(), Refusal> {
        self.open_for_edits(LockPath::object(object))?;
        self.not_reserved(object, caller.session)?;
        self.in_the_way(caller.session, object, &[])
    }

    fn stage(
        &mut self,
        now: Now,
        caller: Caller,
        id: Uuid,
        object: ObjectId,
        rows: &[Row],
        out: &mut Effects,
    ) -> Done {
        if rows.len() > self.limits.upload_chunk {
            return Err(Refusal::TooMany { what: "rows of one call", max: self.limits.upload_chunk });
        }
        let own = |upload: &&Incoming| upload.user == caller.user && upload.object == object;
        let staged = self.uploads.0.get(&id).filter(own).ok_or(Refusal::UploadOver)?;
        let (before, content) = (staged.rows, staged.content);
        let more = rows.len() as u64;
        if before + more > self.limits.upload_rows {
            let max = usize::try_from(self.limits.upload_rows).unwrap_or(usize::MAX);
            return Err(Refusal::TooMany { what: "rows of a file", max });
        }
        self.room_for(object, before + more)?;
        let open = self.stacks.get_mut(object).ok_or(Refusal::RetryLater)?;
        let current = open.fields_revision();
        if current != content {
            return Err(Refusal::BaseMismatch { current });
        }
        let mut problems = Vec::new();
        let mut records = Vec::with_capacity(rows.len());
        let mut invalid = 0;
        for row in rows {
            match check_row(&open.draft, &row.cells, now.wall.0) {
                Ok(cells) => {
                    let place = before + records.len() as u64;
                    open.records.last_ordinal += 1;
                    records.push(Record {
                        id: derived_id(id, u32::try_from(place).unwrap_or(u32::MAX)),
                        ordinal: open.records.last_ordinal,
                        cells,
                        revision: Revision::default(),
                        last_op: None,
                        deleted: false,
                    });
                }
                Err(found) => {
                    invalid += 1;
                    let line = row.line;
                    problems.extend(found.into_iter().map(|problem| RowProblem { line, problem }));
                }
            }
        }
        let staged = self.uploads.0.get_mut(&id).ok_or(Refusal::UploadOver)?;
        staged.touched = now.mono;
        staged.rows += records.len() as u64;
        staged.invalid += invalid;
        let rows = staged.rows;
        if let (Some(first), Some(last)) = (records.first(), records.last()) {
            let span = (first.ordinal, last.ordinal);
            staged.pieces.push(span);
            out.push(Effect::Write(Write::Staged { object, span, records }));
        }
        Ok(Answer::Staged(Box::new(Staged { rows, problems, more: false })))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one step, each of its own type")]
    fn finish_upload(
        &mut self,
        now: Now,
        caller: Caller,
        (id, object): (Uuid, ObjectId),
        op_id: OpId,
        file: &str,
        skip_invalid: bool,
        out: &mut Effects,
    ) -> Done {
        // Whoever did not hear that a file came in sends it again: under its op_id it does not come in twice.
        let intent = digest(object_intent(b'f', object), &[u64::from(skip_invalid)]);
        if let Some(receipt) = self.receipts.find(caller.user, op_id, intent)? {
            self.drop_upload(caller.user, id);
            return Ok(Answer::Receipt(receipt));
        }
        check_text("file", file, MAX_NAME)?;
        let own = |upload: &&Incoming| upload.user == caller.user && upload.object == object;
        let staged = self.uploads.0.get(&id).filter(own).ok_or(Refusal::UploadOver)?;
        let (content, rows, invalid) = (staged.content, staged.rows, staged.invalid);
        let spans = joined(&staged.pieces);
        let current = self.stacks.get(object).ok_or(Refusal::RetryLater)?.fields_revision();
        let refused = if current != content {
            Some(Refusal::BaseMismatch { current })
        } else if invalid > 0 && !skip_invalid {
            Some(Refusal::RowsInvalid)
        } else if rows == 0 {
            Some(Refusal::NothingToDo)
        } else {
            self.may_add_records(caller, object).and_then(|()| self.room_for(object, rows)).err()
        };
        if let Some(refusal) = refused {
            self.drop_upload(caller.user, id);
            return Err(refusal);
        }
        self.uploads.0.remove(&id);
        let entry = Entry {
            user: caller.user,
            session: caller.session,
            op_id,
            fence: None,
            kind: ChangeKind::Import,
            words: Some(words::imported(rows, file)),
            change: None,
            taken: Numbers::default(),
        };
        let op = RecordOp::Show { spans, rows };
        let (revision, change) = self.log_record(now, object, op, entry, out)?;
        let receipt = Receipt::Edited { revision, change };
        self.remember(now, caller.user, op_id, intent, &receipt, out);
        Ok(Answer::Receipt(receipt))
    }

    /// The file does not come in: its rows are to be swept.
    fn drop_upload(&mut self, user: UserId, id: Uuid) {
        if self.uploads.0.get(&id).is_some_and(|upload| upload.user == user)
            && let Some(upload) = self.uploads.0.remove(&id)
            && let Some(open) = self.stacks.get_mut(upload.object)
        {
            open.records.staged.extend(upload.pieces);
        }
    }

    /// Whoever read these files is gone.
    fn drop_silent_uploads(&mut self, now: Now) {
        let patience = self.limits.upload_ms;
        let silent = self.uploads.0.iter().filter(|(_, upload)| now.mono.since(upload.touched) > patience);
        for (id, user) in silent.map(|(id, upload)| (*id, upload.user)).collect::<Vec<_>>() {
            self.drop_upload(user, id);
        }
    }

    /// Deletes a few pieces that nobody will ever see; whether there are more.
    fn sweep(&mut self, object: ObjectId, out: &mut Effects) -> bool {
        let Some(open) = self.stacks.get_mut(object) else { return false };
        let keep = open.records.staged.len().saturating_sub(SWEPT);
        for span in open.records.staged.split_off(keep) {
            out.push(Effect::Write(Write::Swept { object, span }));
        }
        keep > 0
    }

    /// The stack was loaded: what the store holds staged may be of a file that is still coming.
    pub(in crate::domain::workspace) fn sort_out_staged(&mut self, object: ObjectId) {
        let coming: Vec<Span> = self
            .uploads
            .0
            .values()
            .filter(|upload| upload.object == object)
            .flat_map(|upload| upload.pieces.iter().copied())
            .collect();
        if let Some(open) = self.stacks.get_mut(object) {
            open.records.staged.retain(|span| !coming.contains(span));
        }
    }
}

impl OpenStack {
    /// When a field of the table last changed, or another took its place.
    pub(in crate::domain::workspace) fn fields_revision(&self) -> Revision {
        self.draft.nodes().iter().map(|node| node.revision).max().unwrap_or_default().max(
            // A deletion leaves no node that could tell.
            self.content_revision(),
        )
    }
}

fn swept(more: bool) -> Answer {
    Answer::Staged(Box::new(Staged { more, ..Staged::default() }))
}

/// Pieces that follow each other are one span.
fn joined(pieces: &[Span]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (first, last) in pieces {
        match spans.last_mut() {
            Some(span) if span.1 + 1 == *first => span.1 = *last,
            _ => spans.push((*first, *last)),
        }
    }
    spans
}

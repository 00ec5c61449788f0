//! The one writer, which fails now and then, and the death of the process.

use crate::disk::EVERYTHING;
use crate::site::Batch;

use super::{EPHEMERAL, World};

impl World {
    pub(super) fn write(&mut self) -> Result<(), String> {
        if let Some((batches, due)) = self.committing.take() {
            if self.now.mono.0 < due {
                self.committing = Some((batches, due));
                return Ok(());
            }
            self.commit(batches)?;
        }
        if self.committing.is_none() && !self.queue.is_empty() {
            let batches: Vec<Batch> = self.queue.drain(..).collect();
            let slow = !self.healthy && self.rng.one_in(self.plan.slow);
            let takes = if slow { self.rng.between(500, 8_000) } else { self.rng.between(1, 25) };
            self.committing = Some((batches, self.now.mono.0 + takes));
        }
        Ok(())
    }

    fn commit(&mut self, batches: Vec<Batch>) -> Result<(), String> {
        let fault = !self.healthy && self.plan.faults > 0 && self.rng.one_in(self.plan.faults);
        if fault && self.rng.one_in(2) {
            // COMMIT failed: after the probe the rows turn out to be there, or not.
            let there = self.rng.one_in(2);
            self.note(|| format!("COMMIT fails; the rows are {}there", if there { "" } else { "not " }));
            for batch in &batches {
                if there && !self.is_refused(batch) {
                    self.apply(batch)?;
                }
            }
            for batch in batches {
                self.refused.push((batch.room, batch.incarnation));
                self.answer(&batch, false);
            }
            return Ok(());
        }
        let failing = if fault { Some(self.rng.index(batches.len())) } else { None };
        for (n, batch) in batches.into_iter().enumerate() {
            if failing == Some(n) {
                self.note(|| format!("a statement fails in room {}", batch.room));
                self.refused.push((batch.room, batch.incarnation));
            }
            let taken = !self.is_refused(&batch);
            if taken {
                self.apply(&batch)?;
            }
            self.answer(&batch, taken);
        }
        Ok(())
    }

    fn is_refused(&self, batch: &Batch) -> bool {
        self.refused.contains(&(batch.room, batch.incarnation))
    }

    fn apply(&mut self, batch: &Batch) -> Result<(), String> {
        let frozen = self.sites[batch.room].disk.closures.contains_key(&EVERYTHING);
        for write in &batch.writes {
            if self.rng.one_in(32) && format!("{write:?}").contains(EPHEMERAL) {
                return Err(format!("what was said in the chat is written: {write:?}"));
            }
            self.sites[batch.room].disk.write(write)?;
        }
        let site = &mut self.sites[batch.room];
        site.wrote(&batch.writes, frozen)
    }

    pub(super) fn answer(&mut self, batch: &Batch, taken: bool) {
        let (now, epoch) = (self.now, self.epoch);
        let site = &mut self.sites[batch.room];
        if batch.incarnation != site.incarnation {
            return;
        }
        site.outstanding -= 1;
        if taken {
            site.committed(batch.n);
        } else {
            site.failed(now);
        }
        if site.core.is_none() && site.outstanding == 0 {
            site.load(now, epoch, &self.plan);
        }
        self.collect(batch.room);
    }

    pub(super) fn crash(&mut self) -> Result<(), String> {
        self.note(|| "the process dies".into());
        if let Some((batches, _)) = self.committing.take()
            && self.rng.one_in(2)
        {
            for batch in &batches {
                if !self.is_refused(batch) {
                    self.apply(batch)?;
                }
            }
        }
        self.queue.clear();
        self.epoch = (self.epoch + 1).max(u64::try_from(self.now.wall.0).unwrap_or(0));
        for site in &mut self.sites {
            site.dies();
            site.load(self.now, self.epoch, &self.plan);
        }
        for n in 0..self.clients.len() {
            let back = self.now.mono.0 + self.rng.between(100, 22_000);
            self.clients[n].unplugged(back);
        }
        for room in 0..self.sites.len() {
            self.collect(room);
        }
        Ok(())
    }

    /// Stacks that were asked for come when they come; now and then the store cannot give one.
    pub(super) fn loads(&mut self, room: usize, all: bool) {
        let mut n = 0;
        while n < self.sites[room].loads.len() {
            if !all && self.rng.one_in(2) {
                n += 1;
                continue;
            }
            let wanted = self.sites[room].loads.remove(n);
            let fails = !all && self.rng.one_in(40);
            let command = if fails { wanted.failed() } else { wanted.from(&self.sites[room].disk) };
            self.run_in(room, command);
        }
    }
}

//! What is kept of presence: statements, rows and sums.

use super::StoreError;
use super::dialect::{Columns, Row, Statement};
use super::rows::word;
use crate::document::Word;
use crate::domain::effect::{
    PresenceMinute, PresenceRow, PresenceSettings, Privacy, RoomMinute, StatusChange, Write,
};
use crate::domain::id::{ObjectId, UserId, WorkspaceId};
use crate::domain::role::Role;
use crate::domain::time::Timestamp;

/// Status changes that are kept of a member.
const HISTORY_KEPT: u64 = 1_000;

/// Some minutes of a workspace together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomSpan {
    /// The first minute, as milliseconds since the Unix epoch.
    pub from: Timestamp,
    /// The most members that were here in a minute, and the sum over the minutes.
    pub peak: u32,
    /// Sums; `people` and `bots` in member-minutes.
    pub sum: RoomMinute,
}

/// An object's share of what went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectSpan {
    /// Which.
    pub object: ObjectId,
    /// Its name; none if it is gone for good.
    pub name: Option<String>,
    /// Member-minutes for which it was shown.
    pub people: u64,
    /// Edits of it.
    pub edits: u64,
}

const PRESENCE: &str = "\
    INSERT INTO presence (workspace_id, user_id, privacy, avatar, message, until, chosen, chosen_at, last_seen, history)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (workspace_id, user_id)
    DO UPDATE SET privacy = excluded.privacy, avatar = excluded.avatar, message = excluded.message,
        until = excluded.until, chosen = excluded.chosen, chosen_at = excluded.chosen_at,
        last_seen = excluded.last_seen, history = excluded.history";

const SETTINGS: &str = "\
    INSERT INTO presence_settings (workspace_id, away_ms, offline_ms, history, retention_days)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (workspace_id)
    DO UPDATE SET away_ms = excluded.away_ms, offline_ms = excluded.offline_ms, history = excluded.history,
        retention_days = excluded.retention_days";

const CHANGED: &str = "\
    INSERT INTO status_history (workspace_id, user_id, number, at, was, became, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (workspace_id, user_id, number) DO NOTHING";

const HISTORY_BOUNDED: &str =
    "DELETE FROM status_history WHERE workspace_id = $1 AND user_id = $2 AND number <= $3";
const HISTORY_PASSED: &str = "DELETE FROM status_history WHERE workspace_id = $1 AND at < $2";
const HISTORY_FORGOTTEN: &str = "DELETE FROM status_history WHERE workspace_id = $1";
const ACTIVITY_PASSED: &str = "DELETE FROM activity_minutes WHERE workspace_id = $1 AND minute < $2";
const ACTIVITY_FORGOTTEN: &str = "DELETE FROM activity_minutes WHERE workspace_id = $1";
const ROOM_PASSED: &str = "DELETE FROM room_minutes WHERE workspace_id = $1 AND minute < $2";
const OBJECTS_PASSED: &str = "DELETE FROM object_minutes WHERE workspace_id = $1 AND minute < $2";

const MEMBER_FORGOTTEN: [&str; 3] = [
    "DELETE FROM presence WHERE workspace_id = $1 AND user_id = $2",
    "DELETE FROM status_history WHERE workspace_id = $1 AND user_id = $2",
    "DELETE FROM activity_minutes WHERE workspace_id = $1 AND user_id = $2",
];

const ACTIVITY: &str = "\
    INSERT INTO activity_minutes (workspace_id, user_id, minute, interactions) VALUES ($1, $2, $3, $4)
    ON CONFLICT (workspace_id, user_id, minute)
    DO UPDATE SET interactions = activity_minutes.interactions + excluded.interactions";

const ROOM: &str = "\
    INSERT INTO room_minutes (workspace_id, minute, people, bots, online_ms, busy_ms, away_ms, interactions)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (workspace_id, minute)
    DO UPDATE SET people = CASE WHEN room_minutes.people > excluded.people THEN room_minutes.people ELSE excluded.people END,
        bots = CASE WHEN room_minutes.bots > excluded.bots THEN room_minutes.bots ELSE excluded.bots END,
        online_ms = room_minutes.online_ms + excluded.online_ms, busy_ms = room_minutes.busy_ms + excluded.busy_ms,
        away_ms = room_minutes.away_ms + excluded.away_ms,
        interactions = room_minutes.interactions + excluded.interactions";

const OBJECT: &str = "\
    INSERT INTO object_minutes (workspace_id, minute, object_id, people, edits) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (workspace_id, minute, object_id)
    DO UPDATE SET edits = object_minutes.edits + excluded.edits,
        people = CASE WHEN object_minutes.people > excluded.people THEN object_minutes.people ELSE excluded.people END";

pub(super) const READ_PRESENCE: &str = "\
    SELECT user_id, privacy, avatar, message, until, chosen, chosen_at, last_seen, history
    FROM presence WHERE workspace_id = $1 ORDER BY user_id";

pub(super) const READ_SETTINGS: &str =
    "SELECT away_ms, offline_ms, history, retention_days FROM presence_settings WHERE workspace_id = $1";

pub(super) const READ_HISTORY: &str = "\
    SELECT number, at, was, became, reason FROM status_history
    WHERE workspace_id = $1 AND user_id = $2 AND number < $3 ORDER BY number DESC LIMIT $4";

pub(super) const READ_ACTIVITY: &str = "\
    SELECT minute - minute % $5 AS span, sum(interactions) AS interactions FROM activity_minutes
    WHERE workspace_id = $1 AND user_id = $2 AND minute >= $3 AND minute < $4 GROUP BY 1 ORDER BY 1";

pub(super) const READ_ROOM: &str = "\
    SELECT minute - minute % $4 AS span, max(people) AS peak, sum(people) AS people, sum(bots) AS bots,
        sum(online_ms) AS online_ms, sum(busy_ms) AS busy_ms, sum(away_ms) AS away_ms, sum(interactions) AS interactions
    FROM room_minutes WHERE workspace_id = $1 AND minute >= $2 AND minute < $3 GROUP BY 1 ORDER BY 1";

pub(super) const READ_OBJECTS: &str = "\
    SELECT m.object_id, o.name, sum(m.people) AS people, sum(m.edits) AS edits
    FROM object_minutes m LEFT JOIN objects o ON o.workspace_id = m.workspace_id AND o.id = m.object_id
    WHERE m.workspace_id = $1 AND m.minute >= $2 AND m.minute < $3
    GROUP BY m.object_id, o.name ORDER BY sum(m.people) + sum(m.edits) DESC, m.object_id LIMIT $4";

/// The statements of a fact of presence; none if it is none.
pub(super) fn of_presence(workspace: WorkspaceId, write: &Write) -> Vec<Statement> {
    let of = |sql| Statement::new(sql).with(workspace);
    match write {
        Write::Presence(one) => vec![row(workspace, one)],
        Write::PresenceMinute(minute) => minute_statements(workspace, minute),
        Write::PresenceSettings(settings) => vec![
            of(SETTINGS)
                .count(settings.away_ms)
                .count(settings.offline_ms)
                .with(settings.history)
                .with(settings.retention_days),
        ],
        Write::HistoryForgotten => vec![of(HISTORY_FORGOTTEN), of(ACTIVITY_FORGOTTEN)],
        _ => Vec::new(),
    }
}

/// Nothing is kept of who is no member any more.
pub(super) fn forgotten(workspace: WorkspaceId, user: UserId) -> impl Iterator<Item = Statement> {
    MEMBER_FORGOTTEN.into_iter().map(move |sql| Statement::new(sql).with(workspace).with(user))
}

fn row(workspace: WorkspaceId, row: &PresenceRow) -> Statement {
    Statement::new(PRESENCE)
        .with(workspace)
        .with(row.user)
        .with(privacy_word(row.privacy))
        .with(row.avatar.clone())
        .with(row.message.clone())
        .with(row.until)
        .with(row.chosen.map(|(status, _)| status.word().to_owned()))
        .with(row.chosen.map(|(_, at)| at))
        .with(row.last_seen)
        .count(row.history)
}

fn minute_statements(workspace: WorkspaceId, minute: &PresenceMinute) -> Vec<Statement> {
    let of = |sql| Statement::new(sql).with(workspace);
    let mut all: Vec<Statement> = minute.rows.iter().map(|one| row(workspace, one)).collect();
    for (user, change) in &minute.changes {
        all.push(
            of(CHANGED)
                .with(*user)
                .count(change.number)
                .with(change.at)
                .with(change.from.word())
                .with(change.to.word())
                .with(change.reason.word()),
        );
        if let Some(last) = change.number.checked_sub(HISTORY_KEPT).filter(|last| *last > 0) {
            all.push(of(HISTORY_BOUNDED).with(*user).count(last));
        }
    }
    for (user, interactions) in &minute.activity {
        all.push(of(ACTIVITY).with(*user).with(minute.minute).with(*interactions));
    }
    let room = &minute.room;
    all.push(
        of(ROOM)
            .with(minute.minute)
            .with(room.people)
            .with(room.bots)
            .count(room.online_ms)
            .count(room.busy_ms)
            .count(room.away_ms)
            .count(room.interactions),
    );
    for one in &minute.objects {
        all.push(of(OBJECT).with(minute.minute).with(one.object).with(one.people).with(one.edits));
    }
    for passed in [HISTORY_PASSED, ACTIVITY_PASSED, ROOM_PASSED, OBJECTS_PASSED] {
        all.push(of(passed).with(minute.keep_from));
    }
    all
}

/// The privacy of a row as a word: its kind, or the role that sees.
fn privacy_word(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Everyone => "everyone",
        Privacy::Role(role) => role.word(),
        Privacy::Page => "page",
        Privacy::Hidden => "hidden",
    }
}

fn privacy(row: &Row<'_>) -> Result<Privacy, StoreError> {
    let word = row.text("privacy")?;
    Ok(match word.as_str() {
        "everyone" => Privacy::Everyone,
        "page" => Privacy::Page,
        "hidden" => Privacy::Hidden,
        role => Privacy::Role(Role::from_word(role).ok_or_else(|| StoreError::corrupt("privacy"))?),
    })
}

pub(super) fn read_row(row: &Row<'_>) -> Result<PresenceRow, StoreError> {
    let status = row.maybe_text("chosen")?;
    let status = status.map(|text| Word::from_word(&text).ok_or_else(|| StoreError::corrupt("chosen")));
    Ok(PresenceRow {
        user: row.id("user_id")?,
        privacy: privacy(row)?,
        avatar: row.text("avatar")?,
        message: row.text("message")?,
        until: row.maybe_time("until")?,
        chosen: status.transpose()?.zip(row.maybe_time("chosen_at")?),
        last_seen: row.maybe_time("last_seen")?,
        history: row.count("history")?,
    })
}

pub(super) fn read_settings(row: &Row<'_>) -> Result<PresenceSettings, StoreError> {
    Ok(PresenceSettings {
        away_ms: row.count("away_ms")?,
        offline_ms: row.count("offline_ms")?,
        history: row.flag("history")?,
        retention_days: row.small("retention_days")?,
    })
}

pub(super) fn read_change(row: &Row<'_>) -> Result<StatusChange, StoreError> {
    Ok(StatusChange {
        number: row.count("number")?,
        at: row.time("at")?,
        from: word(row, "was")?,
        to: word(row, "became")?,
        reason: word(row, "reason")?,
    })
}

pub(super) fn read_activity(row: &Row<'_>) -> Result<(Timestamp, u64), StoreError> {
    Ok((row.time("span")?, row.count("interactions")?))
}

pub(super) fn read_room(row: &Row<'_>) -> Result<RoomSpan, StoreError> {
    Ok(RoomSpan {
        from: row.time("span")?,
        peak: row.small("peak")?,
        sum: RoomMinute {
            people: row.small("people")?,
            bots: row.small("bots")?,
            online_ms: row.count("online_ms")?,
            busy_ms: row.count("busy_ms")?,
            away_ms: row.count("away_ms")?,
            interactions: row.count("interactions")?,
        },
    })
}

pub(super) fn read_object(row: &Row<'_>) -> Result<ObjectSpan, StoreError> {
    Ok(ObjectSpan {
        object: row.id("object_id")?,
        name: row.maybe_text("name")?,
        people: row.count("people")?,
        edits: row.count("edits")?,
    })
}

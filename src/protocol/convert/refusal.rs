//! Refusals as errors of the wire.

use crate::domain::id::ItemId;
use crate::domain::record::Problem;
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::stack::op::OpError;
use crate::protocol::error::{ErrorBody, ErrorCode, ProblemDoc};

/// A refusal with its row of the table and what is particular to it.
pub fn refusal(refusal: &Refusal) -> ErrorBody {
    use ErrorCode as Code;
    let plain = ErrorBody::new;
    match refusal {
        Refusal::NotAMember | Refusal::NoSuchObject(_) | Refusal::NoSuchMember => plain(Code::NotFound),
        Refusal::NotPermitted => plain(Code::NotPermitted),
        Refusal::SessionRequired => plain(Code::SessionRequired),
        Refusal::SessionGone => plain(Code::SessionGone),
        Refusal::NoSuchItem(item) => plain(Code::NoSuchItem).detail(format!("item {item}")),
        Refusal::NoSuchChange(number) => plain(Code::NoSuchChange).detail(format!("change {number}")),
        Refusal::RequestEnded => plain(Code::RequestEnded),
        Refusal::NoSuchParkedDraft => plain(Code::NoSuchParkedDraft),
        Refusal::Locked(_) | Refusal::HeldByAncestor(_) | Refusal::LockedBelow(_) | Refusal::LockQuota(_) => {
            in_the_way(refusal)
        }
        Refusal::HandingOver => plain(Code::HandingOver),
        Refusal::NotHeld => plain(Code::NotHeld),
        Refusal::AlreadyReleased => plain(Code::AlreadyReleased),
        Refusal::OwnLock(lock) => ErrorBody { holder: Some((&**lock).into()), ..plain(Code::OwnLock) },
        Refusal::NotLocked => plain(Code::NotLocked),
        Refusal::NotLockable => plain(Code::NotLockable),
        Refusal::Operation(error) => operation(*error),
        Refusal::BaseMismatch { current } => {
            plain(Code::BaseMismatch).detail(format!("it is at revision {}", current.0))
        }
        Refusal::OpIdReused => plain(Code::OpIdReused),
        Refusal::IdTaken => plain(Code::IdTaken),
        Refusal::NameTaken => plain(Code::NameTaken),
        Refusal::NothingToDo
        | Refusal::AlreadyReverted(_)
        | Refusal::ChangePublished { .. }
        | Refusal::RevertConflict(_)
        | Refusal::NothingToUndo
        | Refusal::AlreadyPublished(_)
        | Refusal::PublishDepends(_) => history(refusal),
        Refusal::InvalidStack(places) => invalid_stack(places),
        Refusal::BadText { what, max } => {
            plain(Code::BadText).detail(format!("{what}: at most {max} characters"))
        }
        Refusal::TooMany { what, max } => plain(Code::TooMany).detail(format!("{what}: at most {max}")),
        Refusal::ParkedFull => plain(Code::ParkedFull),
        Refusal::RateLimited { after_ms } => later(Code::RateLimited, *after_ms),
        Refusal::Busy => plain(Code::Busy),
        Refusal::LastOwner => plain(Code::LastOwner),
        Refusal::Closed(closure) => {
            plain(Code::ClosedForEdits).detail(format!("by member {}: {}", closure.user, closure.reason))
        }
        Refusal::Reserved => plain(Code::Reserved),
        Refusal::TooEarly { after_ms } => later(Code::TooEarly, *after_ms),
        Refusal::NotFirst => plain(Code::NotFirst),
        Refusal::Promised => plain(Code::Promised),
        Refusal::UndoOver => plain(Code::UndoOver),
        Refusal::NoDeadlock => plain(Code::NoDeadlock),
        Refusal::Realtime(refusal) => realtime(refusal),
        Refusal::OwnRole => plain(Code::OwnRole),
        Refusal::NoSuchRole => plain(Code::NoSuchRole),
        Refusal::RoleInUse { members } => plain(Code::RoleInUse).detail(format!("{members} members have it")),
        Refusal::BadRecord(problems) => bad_record(problems),
        Refusal::NotATable => plain(Code::NotATable),
        Refusal::UploadOver => plain(Code::UploadOver),
        Refusal::RowsInvalid => plain(Code::RowsInvalid),
        Refusal::BadStatus => plain(Code::BadStatus),
        Refusal::BadTime => plain(Code::BadTime),
        Refusal::NotYours => plain(Code::NotYours),
        Refusal::RetryLater => plain(Code::RetryLater),
    }
}

fn later(code: ErrorCode, after_ms: u64) -> ErrorBody {
    ErrorBody { retry_after_ms: Some(after_ms), ..ErrorBody::new(code) }
}

fn realtime(refusal: &RealtimeRefusal) -> ErrorBody {
    let plain = ErrorBody::new;
    match refusal {
        RealtimeRefusal::NoSuchChannel => plain(ErrorCode::NoSuchChannel),
        RealtimeRefusal::ChannelRefuses(why) => plain(ErrorCode::ChannelRefuses).detail(*why),
        RealtimeRefusal::NotInChannel => plain(ErrorCode::NotInChannel),
        RealtimeRefusal::NoSuchClient => plain(ErrorCode::NoSuchClient),
        RealtimeRefusal::GuestRefused => plain(ErrorCode::Unauthenticated),
        RealtimeRefusal::NoSuchPresence => plain(ErrorCode::NoSuchPresence),
        RealtimeRefusal::PresenceForbidden => plain(ErrorCode::PresenceForbidden),
        RealtimeRefusal::PresenceExists => plain(ErrorCode::PresenceExists),
        RealtimeRefusal::OwnerNamed => plain(ErrorCode::BadRequest).detail("only keys name the user"),
        RealtimeRefusal::OwnerMissing => plain(ErrorCode::BadRequest).detail("a key names the user"),
        RealtimeRefusal::NoSuchUser => plain(ErrorCode::NotFound).detail("no member has that id"),
        RealtimeRefusal::BadPresenceId => plain(ErrorCode::BadRequest)
            .detail("an id has 1 to 36 letters, digits, `.`, `_` and `-`, and begins with a letter or digit"),
        RealtimeRefusal::BadExpiry => {
            plain(ErrorCode::BadRequest).detail("the expiry lies ahead, by 30 days at most")
        }
        RealtimeRefusal::MetadataTooLarge => {
            plain(ErrorCode::BadRequest).detail("metadata: at most 65535 bytes")
        }
        RealtimeRefusal::RoleNotHeld => {
            plain(ErrorCode::PresenceForbidden).detail("permissions are for roles that one has")
        }
        RealtimeRefusal::CursorNotFound => plain(ErrorCode::BadRequest).detail("the cursor names no record"),
        RealtimeRefusal::NoSuchKey => plain(ErrorCode::NoSuchKey),
        RealtimeRefusal::ScopeMissing(scope) => plain(ErrorCode::ScopeMissing).detail(scope.name()),
        RealtimeRefusal::NotForKeys => plain(ErrorCode::NotForKeys),
        RealtimeRefusal::KeyGone => plain(ErrorCode::NotFound).detail("there is no such key"),
        RealtimeRefusal::KeyWithoutScope => {
            plain(ErrorCode::BadRequest).detail("a key without a scope could do nothing")
        }
        RealtimeRefusal::KeyExpiry => plain(ErrorCode::BadTime).detail("the expiry lies ahead"),
    }
}

fn invalid_stack(places: &[(ItemId, String)]) -> ErrorBody {
    let place =
        |(item, message): &(ItemId, String)| ProblemDoc { item: item.to_string(), message: message.clone() };
    ErrorBody { problems: places.iter().map(place).collect(), ..ErrorBody::new(ErrorCode::InvalidStack) }
}

fn bad_record(problems: &[Problem]) -> ErrorBody {
    let words: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    let place = |problem: &Problem| {
        let item = problem.field.map_or_else(String::new, |field| field.to_string());
        ProblemDoc { item, message: problem.message.clone() }
    };
    ErrorBody {
        problems: problems.iter().map(place).collect(),
        ..ErrorBody::new(ErrorCode::BadRecord).detail(words.join("; "))
    }
}

/// Locks are in the way: of others, or too many of one's own.
fn in_the_way(refusal: &Refusal) -> ErrorBody {
    let (code, holder, holders) = match refusal {
        Refusal::Locked(lock) => (ErrorCode::Locked, Some(lock), &[][..]),
        Refusal::HeldByAncestor(lock) => (ErrorCode::HeldByAncestor, Some(lock), &[][..]),
        Refusal::LockQuota(locks) => (ErrorCode::LockQuota, None, &locks[..]),
        Refusal::LockedBelow(locks) => (ErrorCode::LockedBelow, None, &locks[..]),
        _ => (ErrorCode::Locked, None, &[][..]),
    };
    ErrorBody {
        holder: holder.map(|lock| (&**lock).into()),
        holders: holders.iter().map(Into::into).collect(),
        ..ErrorBody::new(code)
    }
}

/// What taking back and publishing are refused with.
fn history(refusal: &Refusal) -> ErrorBody {
    use ErrorCode as Code;
    let plain = ErrorBody::new;
    match refusal {
        Refusal::AlreadyReverted(number) => plain(Code::AlreadyReverted).detail(format!("change {number}")),
        Refusal::ChangePublished { change, version } => {
            plain(Code::ChangePublished).detail(format!("change {change} is live; the version is {version}"))
        }
        Refusal::RevertConflict(places) => {
            ErrorBody { collisions: places.iter().map(Into::into).collect(), ..plain(Code::RevertConflict) }
        }
        Refusal::NothingToUndo => plain(Code::NothingToUndo),
        Refusal::AlreadyPublished(version) => plain(Code::AlreadyPublished)
            .detail(format!("version {} by member {}", version.number, version.user)),
        Refusal::PublishDepends(needs) => ErrorBody {
            needs: needs.iter().map(|pair| super::answer::need(*pair)).collect(),
            ..plain(Code::PublishDepends)
        },
        _ => plain(Code::NothingToDo),
    }
}

fn operation(error: OpError) -> ErrorBody {
    match error {
        OpError::NoSuchItem(item) => ErrorBody::new(ErrorCode::NoSuchItem).detail(format!("item {item}")),
        OpError::IdTaken(item) => ErrorBody::new(ErrorCode::IdTaken).detail(format!("item {item}")),
        other => ErrorBody::new(ErrorCode::BadOperation).detail(other.to_string()),
    }
}

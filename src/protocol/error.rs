//! The one table of errors: code, HTTP status, whether to retry, what happened, what it means, what to do.

use serde::Serialize;

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The code on the wire.
    pub code: ErrorCode,
    /// Its text on the wire.
    pub name: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Whether the same call may succeed later without a change.
    pub retry: bool,
    /// What happened, in a sentence.
    pub title: &'static str,
    /// What it means for one's work and what to do.
    pub help: &'static str,
}

macro_rules! errors {
    ($($(#[$doc:meta])* $code:ident $name:literal $status:literal $retry:literal $title:literal $help:literal;)*) => {
        /// Every error that a client can meet.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $(#[doc = $title] $code,)*
        }

        /// The whole table, in the order of the documentation.
        pub const TABLE: &[Row] = &[
            $(Row { code: ErrorCode::$code, name: $name, status: $status, retry: $retry, title: $title, help: $help },)*
        ];

        impl ErrorCode {
            /// Its row of the table.
            pub fn row(self) -> &'static Row {
                // The enum and the table are written by the same macro, in the same order.
                &TABLE[self as usize]
            }
        }
    };
}

errors! {
    BadFrame "bad_frame" 400 false "The frame could not be read." "Nothing was changed. The client is out of step with the server: reload the page.";
    UnknownType "unknown_type" 400 false "The server does not know this kind of message." "Nothing was changed. The client is newer or older than the server: reload the page.";
    FrameTooLarge "frame_too_large" 413 false "The message is larger than 256 KiB." "Nothing was changed. Split it up.";
    OutOfOrder "out_of_order" 409 false "The message came at the wrong time." "Nothing was changed. The first frame of a socket is `hello`, and only the first.";
    HelloTimeout "hello_timeout" 408 true "No hello came within 10 seconds." "The socket was closed. Connect again.";
    BadRequest "bad_request" 400 false "The request could not be read." "Nothing was changed. `detail` names the place.";
    BadText "bad_text" 422 false "A text is empty, too long, or holds control characters." "Nothing was changed. `detail` names the text and its limit.";
    TooMany "too_many" 422 false "That is more than is taken." "Nothing was changed. `detail` says of what, and how much at most.";
    Unauthenticated "unauthenticated" 401 false "You are not signed in." "Nothing was changed. Sign in; edits that were not sent are kept in this browser.";
    TokenExpired "token_expired" 401 true "The access token has expired." "Refresh it and repeat the call.";
    BadCredentials "bad_credentials" 401 false "E-mail or password is wrong." "Check both. After several tries, wait a minute.";
    RefreshRevoked "refresh_revoked" 401 false "This sign-in has ended." "Sign in again; edits that were not sent are kept in this browser.";
    BadInvitation "bad_invitation" 404 false "This link is not valid, was used, or has expired." "Ask whoever sent it for a new one.";
    BadReset "bad_reset" 404 false "This link is not valid, was used, or has expired." "The password is as it was. Ask whoever runs this server for a new link.";
    IssuerUnavailable "issuer_unavailable" 503 true "The server with which you sign in does not answer." "Nothing was changed. Try again in a moment.";
    NoProvider "no_provider" 404 false "This server has no provider to sign in with." "Sign in with e-mail and password.";
    NoAccount "no_account" 403 false "You have no account here." "Ask an owner or admin for an invitation, and open its link first.";
    NoMail "no_mail" 409 false "This server sends no mail." "Nothing was changed. Copy the link and send it yourself, or ask whoever runs this server to set `smtp_url`.";
    EmailTaken "email_taken" 409 false "There is an account with this e-mail." "Sign in with it instead, then open the invitation again.";
    SetupDone "setup_done" 409 false "This instance has its owner." "Sign in, or ask the owner for an invitation.";
    ForeignOrigin "foreign_origin" 403 false "The request came from another site." "Open Baton at its own address, or add the origin to the configuration.";
    NotFound "not_found" 404 false "There is nothing here for you." "It may have been deleted, or you may not see it.";
    MethodNotAllowed "method_not_allowed" 405 false "This address does not take that method." "See the API document.";
    BadMediaType "bad_media_type" 415 false "The body is not of a kind that is taken here." "Send what the API document names.";
    BodyTooLarge "body_too_large" 413 false "The body is too large." "Nothing was changed. `detail` names the limit.";
    NotPermitted "not_permitted" 403 false "Your role does not allow this." "Nothing was changed. Ask an owner or admin of the workspace.";
    SessionRequired "session_required" 409 false "This needs a session." "Open one, or use an edit without a fence, which takes the lock for itself.";
    SessionGone "session_gone" 409 false "The session is over." "Connect again; edits that were not acknowledged will be sent or parked.";
    NoSuchItem "no_such_item" 404 false "The step or field is not there any more." "Somebody may have deleted it; a revert brings it back.";
    NoSuchChange "no_such_change" 404 false "The change is not in this object." "Nothing was changed. Reload the list.";
    RequestEnded "request_ended" 409 false "The lock request has ended." "Nothing was changed. Its end was announced: granted, cancelled, expired or voided.";
    NoSuchParkedDraft "no_such_parked_draft" 404 false "The parked draft is not there." "It was discarded or re-applied, or it is another member's.";
    Locked "locked" 423 false "Somebody else holds the pen here." "Nothing was changed. Ask the holder for access; `holder` says who.";
    HeldByAncestor "held_by_ancestor" 423 false "Somebody else holds the pen of the whole object." "Nothing was changed. Ask for the item: its holder can give it away and keep the rest.";
    LockedBelow "locked_below" 423 false "Somebody else holds the pen on a part of this." "Nothing was changed. `holders` says who holds what; ask them.";
    HandingOver "handing_over" 409 true "The lock is being handed over right now." "Wait a moment: it takes three seconds at the most.";
    NotHeld "not_held" 409 false "You do not hold this lock." "Nothing was changed. Acquire it first.";
    AlreadyReleased "already_released" 409 false "The lock had been given back before." "There is nothing left to do.";
    OwnLock "own_lock" 409 false "The lock is yours already." "If it is in another tab, use “edit here”.";
    NotLocked "not_locked" 409 false "Nobody holds this lock." "Acquire it.";
    NotLockable "not_lockable" 422 false "This cannot be locked." "Lock a step, an input, the response, the settings or the whole object.";
    BadOperation "bad_operation" 422 false "The operation does not fit the stack." "Nothing was changed. `detail` says why.";
    BaseMismatch "base_mismatch" 409 false "It was changed since you looked." "Look at what changed, then decide again.";
    OpIdReused "op_id_reused" 409 false "Another operation has this id." "Nothing was changed. Use a new id for each operation.";
    IdTaken "id_taken" 409 false "This id is taken." "Nothing was changed. Use a new id.";
    NameTaken "name_taken" 409 false "There is one of that name." "Nothing was changed. Choose another name.";
    NothingToDo "nothing_to_do" 409 false "There is nothing to do." "The draft equals what is published.";
    AlreadyReverted "already_reverted" 409 false "The change was reverted before." "Nothing was changed.";
    ChangePublished "change_published" 409 false "The change is live." "Nothing was changed. Restore an earlier version instead; `detail` names the live one.";
    RevertConflict "revert_conflict" 409 false "Later work stands on this." "Nothing was changed. `collisions` lists the places: keep the later work, or take it back too.";
    NothingToUndo "nothing_to_undo" 409 false "There is nothing of yours to undo or redo here." "Nothing was changed. What is live is taken back by restoring a version.";
    AlreadyPublished "already_published" 409 false "Somebody has just published this." "It is live; `detail` says which version and by whom.";
    PublishDepends "publish_depends" 409 false "These changes build upon changes of others." "Nothing was published. `needs` lists them: take them along, or publish everything.";
    InvalidStack "invalid_stack" 422 false "The stack holds text that is not valid." "Nothing was published. `problems` lists the places.";
    SyntaxError "syntax_error" 422 false "The XanoScript could not be read." "Nothing of this file was imported. `detail` names line, column and what was expected.";
    LockQuota "lock_quota" 409 false "You hold as many locks with unsaved work as you may." "Finish one of them first; `holders` names them.";
    ParkedFull "parked_full" 409 true "Your parked drafts are full." "Your edits stay in this browser. Re-apply or discard parked drafts.";
    RateLimited "rate_limited" 429 true "That was too often." "Wait `retry_after_ms`, then repeat the call.";
    Busy "busy" 503 true "The workspace has too much in hand." "Nothing was changed. Repeat the call in a moment.";
    LastOwner "last_owner" 409 false "A workspace needs an owner." "Nothing was changed. Make somebody else an owner first.";
    OwnRole "own_role" 409 false "Nobody changes their own role." "Nothing was changed. Ask another owner or admin; an owner who wants to go hands the workspace over first.";
    NoSuchRole "no_such_role" 404 false "There is no such role in this workspace." "Nothing was changed. It may have been deleted: reload the list.";
    RoleInUse "role_in_use" 409 false "Members have this role." "Nothing was changed. Give them another role first; `detail` says how many they are.";
    AlreadyMember "already_member" 409 false "You are a member of this workspace already." "The invitation was not used up: it is good for somebody else.";
    ClosedForEdits "closed_for_edits" 423 false "An admin has closed this for edits." "Nothing was changed. `detail` says who and why; it opens again when they say so.";
    Reserved "reserved" 423 true "It is kept for a colleague who waits for the whole object." "Nothing was changed. Try again in a minute at the latest.";
    TooEarly "too_early" 409 true "You cannot take over yet." "Wait `retry_after_ms`; the holder sees the countdown too.";
    NotFirst "not_first" 409 false "Somebody asked before you." "Your request keeps its place.";
    Promised "promised" 409 false "A promise stands here." "The pen moves by itself when its time has come.";
    UndoOver "undo_over" 409 false "It can no longer be undone." "It was written under, more than 5 min have passed, or the lock has moved on. Ask for it.";
    NoDeadlock "no_deadlock" 404 false "You are in no such deadlock." "It has ended: look who holds the pen now.";
    NoSuchChannel "no_such_channel" 404 false "There is no channel of that name." "Nothing was sent. Somebody who edits the workspace can add it on the Realtime page, by its name or as `stem/*`.";
    ChannelRefuses "channel_refuses" 403 false "The channel does not allow this." "Nothing was changed. `detail` says why; its settings are on the Realtime page.";
    NotInChannel "not_in_channel" 409 false "You are not in this channel." "Nothing was sent. Join it first.";
    NoSuchClient "no_such_client" 404 false "That client is not in the channel." "Nothing was sent. It has left.";
    NoSuchPresence "no_such_presence" 404 false "There is no such presence record for you." "It was deleted, has expired, or is not for you to read.";
    PresenceForbidden "presence_forbidden" 403 false "The record's permissions do not allow this." "Nothing was changed. `detail` may say more.";
    PresenceExists "presence_exists" 409 false "There is such a record already." "Nothing was changed. The id is another user's record's, or the user has one.";
    NoSuchKey "no_such_key" 401 false "The key is not valid." "Nothing was changed. It was revoked or has expired, or whoever made it may not come in any more.";
    ScopeMissing "scope_missing" 403 false "The key lacks a scope." "Nothing was changed. `detail` names it; make a key that has it.";
    NotForKeys "not_for_keys" 403 false "No key may do this." "Nothing was changed. A person who has signed in can.";
    BadRecord "bad_record" 422 false "A value does not fit its field." "Nothing was changed. `detail` names the field and what it takes.";
    NotATable "not_a_table" 422 false "Only a table has records." "Nothing was changed. Name an object of kind `table`.";
    UploadOver "upload_over" 409 true "The file did not come in." "Nothing was imported. Send the file again.";
    RowsInvalid "rows_invalid" 422 false "Rows of the file do not fit the table." "Nothing was imported. Mend the rows that `problems` lists, or import the others with `on_error=skip`.";
    BadCsv "bad_csv" 422 false "The file could not be read as CSV." "Nothing was imported. `detail` names the line and what is wrong with it.";
    BadStatus "bad_status" 422 false "Nobody can choose this status." "Nothing was changed. Choose `online`, `away` or `busy`; one is offline by signing out, or by being gone.";
    BadTime "bad_time" 422 false "A time is past, too far away, or out of its bounds." "Nothing was changed. The API document names the bounds.";
    NotYours "not_yours" 403 false "That is another member's." "Nothing was changed. Only they can do it, or report it of themselves.";
    RetryLater "retry_later" 503 true "The store does not answer right now." "What you typed is kept. The call is repeated by itself.";
    StoreUnavailable "store_unavailable" 503 true "The store does not answer right now." "Nothing was changed. Repeat the call in a moment.";
    Internal "internal" 500 false "Something went wrong at our side." "What was acknowledged is safe. If it happens again, tell the operator the request id.";
}

/// An error as the socket carries it; HTTP carries the same fields in `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ErrorBody {
    /// A name from the table.
    #[cfg_attr(test, ts(as = "String"))]
    pub code: &'static str,
    /// What happened, in a sentence.
    pub title: &'static str,
    /// What it means for one's work and what to do.
    pub help: &'static str,
    /// What is particular to this case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub detail: Option<String>,
    /// Whether the same call may succeed later without a change.
    pub retry: bool,
    /// Try again after this many milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub retry_after_ms: Option<u64>,
    /// The lock in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub holder: Option<crate::document::LockDoc>,
    /// What the caller may do about the lock in the way; over HTTP only, on the socket ask with `explain`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<crate::protocol::server::RemedyDoc>>"))]
    pub may: Vec<crate::protocol::server::RemedyDoc>,
    /// The locks in the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<crate::document::LockDoc>>"))]
    pub holders: Vec<crate::document::LockDoc>,
    /// Places where a change cannot simply be taken back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<crate::document::CollisionDoc>>"))]
    pub collisions: Vec<crate::document::CollisionDoc>,
    /// Changes of others that are needed too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<crate::protocol::server::NeedDoc>>"))]
    pub needs: Vec<crate::protocol::server::NeedDoc>,
    /// Places that are not valid: item and what is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<ProblemDoc>>"))]
    pub problems: Vec<ProblemDoc>,
}

/// A place that is not valid.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProblemDoc {
    /// The item.
    pub item: String,
    /// What is wrong with it.
    pub message: String,
}

impl ErrorBody {
    /// The bare row of a code.
    pub fn new(code: ErrorCode) -> Self {
        let row = code.row();
        ErrorBody {
            code: row.name,
            title: row.title,
            help: row.help,
            detail: None,
            retry: row.retry,
            retry_after_ms: None,
            holder: None,
            may: Vec::new(),
            holders: Vec::new(),
            collisions: Vec::new(),
            needs: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The same with what is particular to this case.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_finds_its_own_row_and_no_name_stands_twice() {
        let mut names = std::collections::BTreeSet::new();
        for row in TABLE {
            assert_eq!(row.code.row(), row);
            assert!(names.insert(row.name), "{} stands twice", row.name);
        }
    }
}

//! Close codes: 4000–4499 reconnect, 4500–4999 do not.

use crate::domain::effect::CloseReason;

/// Why a socket is closed, as the wire says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseCode {
    /// The number.
    pub code: u16,
    /// A word for it.
    pub name: &'static str,
}

/// The server restarts.
pub const RESTART: CloseCode = CloseCode { code: 4000, name: "restart" };
/// The room was rebuilt after a fault.
pub const REBUILT: CloseCode = CloseCode { code: 4001, name: "rebuilt" };
/// Nothing was heard for 25 s.
pub const SILENT: CloseCode = CloseCode { code: 4002, name: "silent" };
/// The client read too slowly.
pub const SLOW: CloseCode = CloseCode { code: 4003, name: "slow" };
/// No hello within 10 s.
pub const HELLO_TIMEOUT: CloseCode = CloseCode { code: 4004, name: "hello_timeout" };
/// The access token ran out and was not renewed: refresh, then reconnect.
pub const TOKEN_EXPIRED: CloseCode = CloseCode { code: 4005, name: "token_expired" };
/// Too many frames that could not be read, or one that was too large.
pub const PROTOCOL: CloseCode = CloseCode { code: 4006, name: "protocol" };
/// The room cannot take the session now.
pub const BUSY: CloseCode = CloseCode { code: 4007, name: "busy" };
/// The same page has opened another socket.
pub const REPLACED: CloseCode = CloseCode { code: 4500, name: "replaced" };
/// The session was left.
pub const LEFT: CloseCode = CloseCode { code: 4501, name: "left" };
/// The account signed out.
pub const SIGNED_OUT: CloseCode = CloseCode { code: 4502, name: "signed_out" };
/// The member was removed from the workspace.
pub const REMOVED: CloseCode = CloseCode { code: 4503, name: "removed" };
/// The member or account was suspended.
pub const SUSPENDED: CloseCode = CloseCode { code: 4504, name: "suspended" };
/// The token is forged or the account gone.
pub const UNAUTHENTICATED: CloseCode = CloseCode { code: 4505, name: "unauthenticated" };
/// No such workspace for this account.
pub const NOT_FOUND: CloseCode = CloseCode { code: 4506, name: "not_found" };

/// An owner or admin ended the session.
pub const KICKED: CloseCode = CloseCode { code: 4507, name: "kicked" };

/// All of them.
pub const ALL: [CloseCode; 16] = [
    RESTART,
    REBUILT,
    SILENT,
    SLOW,
    HELLO_TIMEOUT,
    TOKEN_EXPIRED,
    PROTOCOL,
    BUSY,
    REPLACED,
    LEFT,
    SIGNED_OUT,
    REMOVED,
    SUSPENDED,
    UNAUTHENTICATED,
    NOT_FOUND,
    KICKED,
];

impl From<CloseReason> for CloseCode {
    fn from(why: CloseReason) -> Self {
        match why {
            CloseReason::Replaced => REPLACED,
            CloseReason::Left => LEFT,
            CloseReason::SignedOut => SIGNED_OUT,
            CloseReason::Kicked => KICKED,
            CloseReason::Removed => REMOVED,
            CloseReason::Suspended => SUSPENDED,
            CloseReason::Silent => SILENT,
            CloseReason::Rebuilt => REBUILT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn no_code_and_no_name_stands_twice() {
        for (at, one) in ALL.iter().enumerate() {
            assert!((4000..5000).contains(&one.code));
            assert!(ALL[at + 1..].iter().all(|other| other.code != one.code && other.name != one.name));
        }
    }
}

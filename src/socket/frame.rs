//! From the text of a frame to what the client says, or to an error that names what is wrong with it.

use serde::Deserialize;

use crate::domain::command::Request;
use crate::protocol::client::ClientFrame;
use crate::protocol::convert::{Incoming, Wrong, incoming};
use crate::protocol::error::{ErrorBody, ErrorCode};

/// What can be said of a frame that cannot be read as a whole.
#[derive(Deserialize, Default)]
struct Probe {
    #[serde(default)]
    id: Option<serde_json::Value>,
    #[serde(default, rename = "type")]
    kind: Option<serde_json::Value>,
}

/// A frame that was read.
#[derive(Debug)]
pub struct Read {
    /// The client's id of the call.
    pub re: Option<u32>,
    /// What it says.
    pub said: Incoming,
}

/// A frame that was not taken.
#[derive(Debug)]
pub struct Unread {
    /// The client's id of the call, if that much could be read.
    pub re: Option<u32>,
    /// What is wrong.
    pub error: Wrong,
}

/// Reads a frame.
///
/// # Errors
/// [`Unread`].
pub fn read(text: &str) -> Result<Read, Unread> {
    let frame: ClientFrame = match serde_json::from_str(text) {
        Ok(frame) => frame,
        Err(error) => return Err(explain(text, &error)),
    };
    let re = frame.id;
    let said = incoming(frame.message).map_err(|error| Unread { re, error })?;
    if let Incoming::Request(Request::Edit(edit)) = &said {
        tracing::trace!(target: "baton::journey", op = %edit.op_id.0, bytes = text.len(), "read");
    }
    Ok(Read { re, said })
}

/// The call's id, whatever else is in the frame.
pub fn id_of(text: &str) -> Option<u32> {
    let probe: Probe = serde_json::from_str(text).ok()?;
    probe.id?.as_u64().and_then(|id| u32::try_from(id).ok())
}

fn explain(text: &str, error: &serde_json::Error) -> Unread {
    // A list would be read as the probe's fields in their order.
    let probe = text.trim_start().starts_with('{').then(|| serde_json::from_str::<Probe>(text));
    let Some(Ok(probe)) = probe else {
        let error = ErrorBody::new(ErrorCode::BadFrame).detail("it is not a JSON object");
        return Unread { re: None, error: Box::new(error) };
    };
    let re = probe.id.and_then(|id| id.as_u64()).and_then(|id| u32::try_from(id).ok());
    let Some(kind) = probe.kind.as_ref().and_then(|kind| kind.as_str()) else {
        let error = ErrorBody::new(ErrorCode::BadFrame).detail("it has no `type`");
        return Unread { re, error: Box::new(error) };
    };
    let words = error.to_string();
    let body = if words.starts_with(&format!("unknown variant `{kind}`")) {
        let short: String = kind.chars().take(64).collect();
        ErrorBody::new(ErrorCode::UnknownType).detail(short)
    } else {
        ErrorBody::new(ErrorCode::BadRequest).detail(words.chars().take(200).collect::<String>())
    };
    Unread { re, error: Box::new(body) }
}

#[cfg(test)]
#[path = "frame_fuzz.rs"]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> (Option<u32>, &'static str) {
        let unread = read(text).expect_err("it is not a good frame");
        (unread.re, unread.error.code)
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(code("nonsense"), (None, "bad_frame"));
        assert_eq!(code("[1,2]"), (None, "bad_frame"));
        assert_eq!(code(r#"{"id":7}"#), (Some(7), "bad_frame"));
        assert_eq!(code(r#"{"id":7,"type":"dance"}"#), (Some(7), "unknown_type"));
        assert_eq!(code(r#"{"id":7,"type":"open"}"#), (Some(7), "bad_request"));
        assert_eq!(code(r#"{"id":-1,"type":"leave"}"#), (None, "bad_request"));
    }

    #[test]
    fn an_unknown_kind_inside_a_known_message_is_a_bad_request() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let text = format!(
            r#"{{"id":1,"type":"edit","op_id":"{id}","object":"{id}","base_revision":1,"op":{{"op":"dance"}}}}"#
        );
        assert_eq!(code(&text), (Some(1), "bad_request"));
    }

    #[test]
    fn a_good_frame_is_read() {
        let frame = read(r#"{"id":3,"type":"typing","on":true}"#).expect("it is good");
        assert_eq!(frame.re, Some(3));
        assert!(matches!(frame.said, Incoming::Request(_)));
        assert!(matches!(read(r#"{"type":"pong"}"#).expect("it is good").said, Incoming::Pong));
    }
}

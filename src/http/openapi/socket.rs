//! The socket as a page, from the types that are generated from `protocol` for the SDK: one source for both.

use std::fmt::Write;

use super::page::{errors, escape, frame};
use crate::protocol::close;

/// The generated types.
const TYPES: &str = include_str!("../../../web/sdk/src/protocol.ts");

const LEAD: &str = "<p>A WebSocket at <code>/api/v1/socket</code>, sub-protocol <code>baton.v1</code>, in JSON text frames of \
256 KiB at most. The first frame, within 10 s, is <code>hello</code> with an access token; it is answered with <code>welcome</code>, \
which carries a picture of the workspace or what was missed since. A client frame is one <code>ClientFrame</code>; with an \
<code>id</code> it is a call, answered exactly once by a <code>reply</code> or <code>error</code> with that id in <code>re</code>. \
A server frame is a list of <code>ServerMessage</code>. The server pings every 5 to 8 s; answer <code>pong</code> at once. \
Updates come as <code>deltas</code>, numbered from <code>after</code> to <code>upto</code> in one <code>stream</code>: if \
<code>after</code> is not the last number that you know, ask for a <code>snapshot</code>.</p>";

/// The page.
pub fn page() -> String {
    let codes: String = close::ALL
        .iter()
        .map(|one| {
            let again = if one.code < 4_500 { "connect again" } else { "stay away" };
            format!("<tr><td>{}</td><td><code>{}</code></td><td>{again}</td></tr>", one.code, one.name)
        })
        .collect();
    let first: String =
        ["ClientFrame", "ServerMessage"].iter().filter_map(|name| declaration(name)).collect();
    let mut rest = String::new();
    for name in names().filter(|name| !["ClientFrame", "ServerMessage", "ErrorCode"].contains(name)) {
        rest.push_str(&declaration(name).unwrap_or_default());
    }
    frame(
        "Socket",
        &format!(
            "{LEAD}<h2>messages</h2>{first}<h2>close codes</h2><table><tr><th>code</th><th>name</th><th>then</th></tr>{codes}\
</table><h2>types</h2>{rest}<h2>errors</h2>{}",
            errors()
        ),
    )
}

fn names() -> impl Iterator<Item = &'static str> {
    TYPES.split("export type ").skip(1).filter_map(|part| part.split([' ', '=']).next())
}

/// A type with its words, folded but for the two that all begins with.
fn declaration(name: &str) -> Option<String> {
    let begin = TYPES.find(&format!("export type {name} "))?;
    let (_, rest) = TYPES.split_at(begin);
    let own = rest.split("\n\n").next().unwrap_or(rest).trim_end();
    let before = TYPES.get(..begin)?.trim_end();
    let words = before.strip_suffix("*/").and_then(|text| text.rsplit("/**").next()).unwrap_or_default();
    let words = words.replace("\n * ", " ");
    let open = if ["ClientFrame", "ServerMessage"].contains(&name) { " open" } else { "" };
    let mut out = String::new();
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "<details id=\"{0}\"{open}><summary><code>{0}</code> {1}</summary><pre>{2}</pre></details>",
        escape(name),
        escape(words.trim()),
        escape(&short(own))
    );
    Some(out)
}

/// Comments in one line, so that a type can be seen as a whole.
fn short(text: &str) -> String {
    text.replace("/**\n * ", "/** ").replace("\n */\n", " */ ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_message_and_type_is_on_the_page() {
        let page = super::page();
        for word in ["&quot;hello&quot;", "&quot;acquire&quot;", "id=\"SnapshotDoc\"", "4503"] {
            assert!(page.contains(word), "{word}");
        }
        assert!(super::names().count() > 60);
        for name in super::names() {
            assert!(page.contains(&format!("<code>{name}</code>")) || name == "ErrorCode", "{name}");
        }
    }
}

//! Writing.

/// A value as it stands in a line. What a spreadsheet would take for a formula gets no special treatment: the file is data.
pub fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A line with its end.
pub fn row<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let mut line = values.map(cell).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

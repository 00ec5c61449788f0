//! The API as pages: no scripts, nothing from elsewhere, so that it works offline and under a strict content policy.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use crate::protocol::error::TABLE;

const STYLE: &str = include_str!("page.css");

/// A whole page.
pub fn frame(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>Baton: {title}</title><style>{STYLE}</style></head>\
<body><nav><a href=\"/docs\">HTTP API</a> <a href=\"/docs/socket\">Socket</a> \
<a href=\"/api/v1/openapi.json\">openapi.json</a></nav><h1>{title}</h1>{body}</body></html>"
    )
}

/// The routes by tag, with what goes in and comes out, the errors and the schemas.
pub fn routes(document: &Value) -> String {
    let mut tags: BTreeMap<&str, String> = BTreeMap::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or("other");
            route(tags.entry(tag).or_default(), path, method, operation);
        }
    }
    let jumps: String = tags.keys().map(|tag| format!("<a href=\"#tag-{tag}\">{tag}</a> ")).collect();
    let sections: String =
        tags.iter().map(|(tag, body)| format!("<h2 id=\"tag-{tag}\">{tag}</h2>{body}")).collect();
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let shapes: String = schemas.into_iter().flatten().map(|(name, schema)| shape(name, schema)).collect();
    let body = format!(
        "<p>All paths want <code>Authorization: Bearer &lt;access token&gt;</code> but those of sign-in; many take a key of the \
workspace instead, and name its scope. Live work goes over the \
<a href=\"/docs/socket\">socket</a>.</p><p>{jumps}<a href=\"#errors\">errors</a> <a href=\"#schemas\">schemas</a></p>{sections}\
<h2 id=\"errors\">errors</h2>{}<h2 id=\"schemas\">schemas</h2>{shapes}",
        errors()
    );
    frame("HTTP API", &body)
}

fn route(out: &mut String, path: &str, method: &str, operation: &Value) {
    let words = |key: &str| operation.get(key).and_then(Value::as_str).unwrap_or_default();
    let method = method.to_uppercase();
    // Writing into a String cannot fail.
    let _ = write!(
        out,
        "<details><summary><b class=\"m\">{method}</b> <code>{}</code> {}</summary><p>{}</p>",
        escape(path),
        escape(words("summary")),
        escape(words("description"))
    );
    let parameters: Vec<&Value> =
        operation.get("parameters").and_then(Value::as_array).into_iter().flatten().collect();
    if !parameters.is_empty() {
        out.push_str("<table><tr><th>parameter</th><th>in</th><th>what</th></tr>");
        for parameter in parameters {
            let part = |key: &str| escape(parameter.get(key).and_then(Value::as_str).unwrap_or_default());
            let _ = write!(
                out,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                part("name"),
                part("in"),
                part("description")
            );
        }
        out.push_str("</table>");
    }
    if let Some(body) = operation.get("requestBody") {
        out.push_str("<h4>Body</h4>");
        media(out, body);
    }
    for (status, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
        if status.starts_with('2') || status.starts_with('3') {
            let _ = write!(out, "<h4>{status}</h4>");
            media(out, response);
        } else {
            let names = response.get("description").and_then(Value::as_str).unwrap_or_default();
            let links: Vec<String> =
                names.split(", ").map(|name| format!("<a href=\"#{0}\">{0}</a>", escape(name))).collect();
            let _ = write!(out, "<p><b>{status}</b> {}</p>", links.join(", "));
        }
    }
    out.push_str("</details>");
}

fn media(out: &mut String, holder: &Value) {
    for (kind, media) in holder.get("content").and_then(Value::as_object).into_iter().flatten() {
        let shape = media.pointer("/schema/$ref").and_then(Value::as_str);
        let link = shape
            .and_then(|path| path.rsplit('/').next())
            .map(|name| format!(" <a href=\"#schema-{0}\">{0}</a>", escape(name)));
        let _ = write!(out, "<p><code>{}</code>{}</p>", escape(kind), link.unwrap_or_default());
        if let Some(example) = media.get("example") {
            let text = serde_json::to_string_pretty(example).unwrap_or_default();
            let _ = write!(out, "<pre>{}</pre>", escape(&text));
        }
    }
}

fn shape(name: &str, schema: &Value) -> String {
    let text = serde_json::to_string_pretty(schema).unwrap_or_default();
    format!(
        "<details id=\"schema-{0}\"><summary><code>{0}</code> {1}</summary><pre>{2}</pre></details>",
        escape(name),
        escape(schema.get("description").and_then(Value::as_str).unwrap_or_default()),
        escape(&text)
    )
}

/// The table of errors.
pub fn errors() -> String {
    let rows: String = TABLE
        .iter()
        .map(|row| {
            format!(
                "<tr id=\"{0}\"><td><code>{0}</code></td><td>{1}</td><td>{2}</td><td>{3} {4}</td></tr>",
                row.name,
                row.status,
                if row.retry { "yes" } else { "" },
                escape(row.title),
                escape(row.help)
            )
        })
        .collect();
    format!("<table><tr><th>code</th><th>status</th><th>retry</th><th>what it means</th></tr>{rows}</table>")
}

/// Text as HTML shows it.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

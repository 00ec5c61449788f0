//! Where an object stands in an exported folder, and what such a path says when it comes back.

use std::collections::BTreeSet;

use crate::domain::stack::ObjectKind;

/// The folder of endpoints; below it one for each API group.
const APIS: &str = "apis";

fn folder(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::ApiGroup => "api_groups",
        ObjectKind::Endpoint => APIS,
        ObjectKind::Function => "functions",
        ObjectKind::Task => "tasks",
        ObjectKind::Middleware => "middleware",
        ObjectKind::Trigger => "triggers",
        ObjectKind::Addon => "addons",
        ObjectKind::Agent => "agents",
        ObjectKind::Tool => "tools",
        ObjectKind::McpServer => "mcp_servers",
        ObjectKind::Table => "tables",
        ObjectKind::Channel => "channels",
    }
}

/// A path that is not taken yet; safe on every file system whatever the name.
pub fn path(
    taken: &mut BTreeSet<String>,
    kind: ObjectKind,
    group: Option<&str>,
    name: &str,
    verb: Option<&str>,
) -> String {
    let mut parts = vec![folder(kind).to_owned()];
    parts.extend(group.map(part));
    parts.extend(name.split('/').filter(|one| !one.is_empty()).map(part));
    let mut stem = parts.join("/");
    if let Some(verb) = verb {
        stem = format!("{stem}_{}", part(verb));
    }
    for again in 1.. {
        let path = if again == 1 { format!("{stem}.xs") } else { format!("{stem}~{again}.xs") };
        // File systems that do not tell capitals apart exist.
        if taken.insert(path.to_lowercase()) {
            return path;
        }
    }
    stem
}

/// The API group that a path names, as [`path`] wrote it.
pub fn group_in(path: &str) -> Option<&str> {
    let mut parts = path.trim_start_matches("./").split('/');
    let group = (parts.next()? == APIS).then(|| parts.next())??;
    parts.next().map(|_| group)
}

fn part(text: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || "-_. ".contains(c) { c } else { '_' };
    let clean: String = text.chars().map(safe).take(80).collect();
    let clean = clean.trim().trim_start_matches('.').trim_end_matches('.');
    if clean.is_empty() { "_".to_owned() } else { clean.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder_or_onto_another_file() {
        let mut taken = BTreeSet::new();
        let mut at = |name| path(&mut taken, ObjectKind::Function, None, name, None);
        assert_eq!(at("mail/send"), "functions/mail/send.xs");
        assert_eq!(at("mail/Send"), "functions/mail/Send~2.xs");
        assert_eq!(at("../../etc/passwd"), "functions/_/_/etc/passwd.xs");
        assert_eq!(at("a\\b:c"), "functions/a_b_c.xs");
    }

    #[test]
    fn an_endpoint_finds_its_group_again() {
        let mut taken = BTreeSet::new();
        let at = path(&mut taken, ObjectKind::Endpoint, Some("users"), "me", Some("GET"));
        assert_eq!(at, "apis/users/me_GET.xs");
        assert_eq!(group_in(&at), Some("users"));
        assert_eq!(group_in("functions/x.xs"), None);
        assert_eq!(group_in("apis/x.xs"), None);
    }
}

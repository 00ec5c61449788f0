//! `import`, `export` and `token`: over HTTP to the server that has the data folder, or to one of our own.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Failure;
use super::arguments::{Export, Import};
use crate::app::folder::{self, InUse};
use crate::app::{self, Running};
use crate::config::Config;

/// The API of a server, signed in as somebody.
pub(super) struct Remote {
    pub(super) http: reqwest::Client,
    pub(super) base: String,
    /// Of the lock file.
    pub(super) key: String,
    token: String,
    email: String,
    /// The server, if it is our own.
    own: Option<Running>,
}

#[derive(Deserialize)]
struct Signed {
    access_token: String,
    email: String,
}

impl Remote {
    pub(super) async fn reach(config: &Config, email: Option<String>) -> Result<Self, Failure> {
        let (own, target) = match folder::in_use(&config.data) {
            Some(in_use) => (None, in_use),
            None => {
                let mut alone = config.clone();
                alone.bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                alone.demo = false;
                let running = app::start(&alone).await?;
                let told = folder::in_use(&config.data)
                    .ok_or_else(|| Failure::new("the server does not say where it is"))?;
                (Some(running), told)
            }
        };
        let InUse { url, key, .. } = target;
        // Never through a proxy of the environment: it is this machine, so the certificate need not name it.
        let http = reqwest::Client::builder().no_proxy().danger_accept_invalid_certs(true).build()?;
        let base = format!("{url}/api/v1");
        let body = json!({ "key": key, "email": email });
        let answer = http.post(format!("{base}/auth/operator")).json(&body).send().await?;
        let signed: Result<Signed, Failure> = match checked(answer).await {
            Ok(answer) => Ok(answer.json().await?),
            Err(failure) => Err(failure),
        };
        match signed {
            Ok(Signed { access_token: token, email }) => Ok(Remote { http, base, key, token, email, own }),
            Err(failure) => {
                if let Some(own) = own {
                    own.stop().await;
                }
                Err(failure)
            }
        }
    }

    async fn get(&self, path: &str) -> Result<Value, Failure> {
        let answer = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token).send().await?;
        Ok(checked(answer).await?.json().await?)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let call = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(body);
        Ok(checked(call.send().await?).await?.json().await?)
    }

    /// The workspace that is meant.
    async fn workspace(&self, wanted: Option<&str>) -> Result<String, Failure> {
        let me = self.get("/me").await?;
        let all = me["workspaces"].as_array().cloned().unwrap_or_default();
        let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        let fits = |one: &&Value| {
            wanted.is_none_or(|wanted| text(one, "name") == wanted || text(one, "id") == wanted)
        };
        let names = || all.iter().map(|one| text(one, "name")).collect::<Vec<_>>().join(", ");
        match all.iter().filter(fits).collect::<Vec<_>>().as_slice() {
            [one] => Ok(text(one, "id")),
            [] => Err(Failure::new(format!("{} has no such workspace, but: {}", self.email, names()))),
            _ => Err(Failure::new(format!("name one with --workspace: {}", names()))),
        }
    }

    pub(super) async fn end(self) -> Result<(), Failure> {
        let Some(running) = self.own else { return Ok(()) };
        if running.stop().await { Ok(()) } else { Err(Failure::new("the database was not closed cleanly")) }
    }
}

pub(super) async fn checked(answer: reqwest::Response) -> Result<reqwest::Response, Failure> {
    if answer.status().is_success() {
        return Ok(answer);
    }
    let status = answer.status();
    let problem: Value = answer.json().await.unwrap_or_default();
    let text = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    let words = [text("title"), text("detail"), text("help")];
    let words: Vec<String> = words.into_iter().filter(|words| !words.is_empty()).collect();
    Err(Failure::new(if words.is_empty() { status.to_string() } else { words.join(" ") }))
}

/// Prints an access token.
pub async fn token(config: &Config, email: Option<String>) -> Result<(), Failure> {
    let remote = Remote::reach(config, email).await?;
    println!("{}", remote.token);
    remote.end().await
}

/// Brings files in.
pub async fn import(config: &Config, import: Import) -> Result<(), Failure> {
    let mut files = BTreeMap::new();
    for path in &import.files {
        collect(path, path, &mut files)?;
    }
    if files.is_empty() {
        return Err(Failure::new("there is no .xs file"));
    }
    let remote = Remote::reach(config, import.email.clone()).await?;
    let done = import_with(&remote, &import, &files).await;
    remote.end().await?;
    match done? {
        0 => Ok(()),
        failed => Err(Failure::new(format!("{failed} of {} files did not come in", files.len()))),
    }
}

async fn import_with(
    remote: &Remote,
    import: &Import,
    files: &BTreeMap<String, String>,
) -> Result<usize, Failure> {
    let workspace = remote.workspace(import.workspace.as_deref()).await?;
    let files: Vec<Value> = files.iter().map(|(name, text)| json!({ "name": name, "text": text })).collect();
    let body =
        json!({ "op_id": Uuid::now_v7(), "files": files, "group": import.group, "publish": import.publish });
    let answer = remote.post(&format!("/workspaces/{workspace}/import"), &body).await?;
    let mut failed = 0;
    for file in answer["files"].as_array().into_iter().flatten() {
        let name = file["name"].as_str().unwrap_or_default();
        match file["error"]["message"].as_str() {
            None => println!("{:<8} {name}", if file["created"] == true { "new" } else { "replaced" }),
            Some(message) => {
                failed += 1;
                eprintln!("{message}");
            }
        }
        for flag in file["flags"].as_array().into_iter().flatten() {
            println!("         {name}:{}: {}", flag["line"], flag["message"].as_str().unwrap_or_default());
        }
    }
    Ok(failed)
}

/// Files by the name under which they are spoken of: the path below the folder that was named, or the path as typed.
fn collect(root: &Path, path: &Path, files: &mut BTreeMap<String, String>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", path.display()));
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            entries.push(entry.map_err(failed)?.path());
        }
        entries.sort();
        for entry in entries {
            if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "xs") {
                collect(root, &entry, files)?;
            }
        }
        return Ok(());
    }
    let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty()).unwrap_or(path);
    files.insert(below.display().to_string(), fs::read_to_string(path).map_err(failed)?);
    Ok(())
}

/// Writes files out.
pub async fn export(config: &Config, export: Export) -> Result<(), Failure> {
    let remote = Remote::reach(config, export.email.clone()).await?;
    let answer = export_with(&remote, &export).await;
    remote.end().await?;
    let answer = answer?;
    let files = answer["files"].as_array().cloned().unwrap_or_default();
    for file in &files {
        let (path, text) =
            (file["path"].as_str().unwrap_or_default(), file["text"].as_str().unwrap_or_default());
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if path.is_empty() || !inside {
            return Err(Failure::new(format!("`{path}` leads out of the folder")));
        }
        let target = export.out.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&target, text)?;
        println!("{}", target.display());
    }
    println!("{} files", files.len());
    Ok(())
}

async fn export_with(remote: &Remote, export: &Export) -> Result<Value, Failure> {
    let workspace = remote.workspace(export.workspace.as_deref()).await?;
    remote.get(&format!("/workspaces/{workspace}/export")).await
}

//! `user`: accounts, over HTTP to the server that has the data folder or to one of our own.

use serde_json::json;

use super::Failure;
use super::exchange::{Remote, checked};
use crate::app::folder;
use crate::config::Config;
use crate::store::{SqliteSettings, Store, read_sqlite};

/// What can be done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Make a link that sets the password anew.
    Reset,
    /// Suspend it.
    Suspend,
    /// Let it in again.
    Resume,
    /// End its sign-ins.
    SignOut,
}

impl Act {
    /// As the server knows it.
    fn word(self) -> &'static str {
        match self {
            Act::Reset => "reset",
            Act::Suspend => "suspend",
            Act::Resume => "resume",
            Act::SignOut => "sign_out",
        }
    }
}

/// What to do.
#[derive(Debug)]
pub enum User {
    /// List all accounts.
    List,
    /// Something with one.
    Act {
        /// Its address.
        email: String,
        /// What.
        act: Act,
    },
}

/// Runs it.
pub async fn run(config: &Config, user: User) -> Result<(), Failure> {
    match user {
        User::List => list(config).await,
        User::Act { email, act } => {
            let remote = Remote::reach(config, None).await?;
            let done = ask(&remote, &email, act).await;
            remote.end().await?;
            match (done?, act) {
                (Some(url), _) => {
                    println!("{url}\n\nIt works once. Give it to {email} in a way that nobody else reads.")
                }
                (None, Act::Suspend) => println!("{email} is suspended and signed out everywhere"),
                (None, Act::Resume) => println!("{email} may sign in again"),
                (None, _) => println!("{email} is signed out everywhere"),
            }
            Ok(())
        }
    }
}

async fn ask(remote: &Remote, email: &str, act: Act) -> Result<Option<String>, Failure> {
    let body = json!({ "key": remote.key, "email": email, "act": act.word() });
    let url = format!("{}/auth/operator/accounts", remote.base);
    let answer = checked(remote.http.post(url).json(&body).send().await?).await?;
    let done: serde_json::Value = answer.json().await?;
    Ok(done["url"].as_str().map(str::to_owned))
}

async fn list(config: &Config) -> Result<(), Failure> {
    let path = folder::database(&config.data);
    if !path.exists() {
        return Err(Failure::new(format!("there is no database at {}", path.display())));
    }
    let store = read_sqlite(SqliteSettings::new(path));
    let users = store.users().await;
    store.close().await;
    for user in users? {
        let state = if user.suspended.is_some() { "suspended" } else { "active" };
        println!("{}  {state:<9}  {:<32}  {}", user.id, user.email, user.name);
    }
    Ok(())
}

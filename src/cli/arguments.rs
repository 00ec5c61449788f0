//! What may be typed.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, value_parser};

use super::audit::Audit;
use super::user::{Act, User};
use crate::config::KEYS;

/// A command.
#[derive(Debug)]
pub enum Command {
    /// Run the server.
    Serve,
    /// Bring the database up to date.
    Migrate,
    /// Print the effective configuration.
    Config,
    /// Look whether everything is in order.
    Doctor,
    /// Copy the database, in use or not.
    Backup {
        /// Where to; nothing may be there yet.
        to: PathBuf,
    },
    /// Put a backup in place of the database.
    Restore {
        /// From which file.
        from: PathBuf,
    },
    /// Something with the audit log.
    Audit(Audit),
    /// Something with accounts.
    User(User),
    /// Print an access token.
    Token {
        /// As whom.
        email: Option<String>,
    },
    /// Bring files in.
    Import(Import),
    /// Write files out.
    Export(Export),
}

/// What to bring in.
#[derive(Debug)]
pub struct Import {
    /// Files, or folders with `.xs` files.
    pub files: Vec<PathBuf>,
    /// Name or id; the only one otherwise.
    pub workspace: Option<String>,
    /// The API group of endpoints that name none.
    pub group: Option<String>,
    /// Also publish, with this description.
    pub publish: Option<String>,
    /// As whom.
    pub email: Option<String>,
}

/// What to write out.
#[derive(Debug)]
pub struct Export {
    /// Name or id; the only one otherwise.
    pub workspace: Option<String>,
    /// Where to.
    pub out: PathBuf,
    /// As whom.
    pub email: Option<String>,
}

const ABOUT: &str = "Baton: the backend and the browser IDE for a team that edits function stacks together";
const EXAMPLES: &str = "\
Examples:
  baton serve --demo                         a demo workspace on http://127.0.0.1:8080, passwords printed
  baton serve --data /var/lib/baton          a real instance; prints a one-time link for its owner
  baton import stacks/ --workspace Acme      bring XanoScript files in, each as one revertable change
  baton export --workspace Acme --out stacks write one .xs file for each object
  baton config                               every setting with its value and where that comes from

Every setting is a flag, a BATON_ variable (BATON_HELLO_TIMEOUT_MS) and a key of baton.toml; the flag wins.
Exit codes: 0 done, 1 failed, 2 the command line or configuration is wrong.";

/// The whole command line.
pub fn command() -> clap::Command {
    let config = Arg::new("config")
        .long("config")
        .env("BATON_CONFIG")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .global(true)
        .help("Read this TOML file; otherwise baton.toml here, if it is there");
    let workspace = Arg::new("workspace")
        .long("workspace")
        .value_name("NAME")
        .help("Name or id; not needed if there is one");
    let email = Arg::new("email").long("email").value_name("ADDRESS").help("As whom; otherwise the owner");
    clap::Command::new("baton")
        .about(ABOUT)
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(config)
        .args(settings())
        .subcommand(
            clap::Command::new("serve")
                .about("Run the server until Ctrl-C or SIGTERM; `serve --demo` to look around, all settings with --help")
                .after_help(EXAMPLES),
        )
        .subcommand(import(&workspace, &email))
        .subcommand(
            clap::Command::new("export")
                .about("Write each object of a workspace as a XanoScript file")
                .arg(workspace)
                .arg(
                    Arg::new("out")
                        .long("out")
                        .value_name("FOLDER")
                        .default_value("export")
                        .value_parser(value_parser!(PathBuf))
                        .help("Where to"),
                )
                .arg(email.clone()),
        )
        .subcommand(clap::Command::new("migrate").about("Bring the database up to date, then stop"))
        .subcommand(
            clap::Command::new("config").about("Print every setting with its value and where it comes from"),
        )
        .subcommand(
            clap::Command::new("backup")
                .about("Copy the database as of one moment, also while a server uses it, and check the copy")
                .arg(file("to", "Where to; nothing may be there yet")),
        )
        .subcommand(
            clap::Command::new("restore")
                .about("Put a backup in place of the database, which is kept beside it; no server may run")
                .arg(file("from", "The backup")),
        )
        .subcommand(audit())
        .subcommand(user())
        .subcommand(clap::Command::new("token").about("Print an access token for scripts").arg(email))
        .subcommand(
            clap::Command::new("doctor").about("Look whether database, disk, clock and secrets are in order"),
        )
}

fn file(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).required(true).value_name("FILE").value_parser(value_parser!(PathBuf)).help(help)
}

fn audit() -> clap::Command {
    let chain = Arg::new("chain")
        .long("chain")
        .value_name("CHAIN")
        .default_value("instance")
        .help("`instance`, or the id of a workspace");
    clap::Command::new("audit")
        .about("Walk the audit chains, or write one out; also while a server runs")
        .subcommand_required(true)
        .subcommand(
            clap::Command::new("verify").about("Say whether a record was changed, moved or taken out"),
        )
        .subcommand(
            clap::Command::new("export").about("Print a chain as JSON lines, newest first").arg(chain),
        )
}

fn user() -> clap::Command {
    let email = Arg::new("address").required(true).value_name("ADDRESS").help("The account");
    let act =
        |name: &'static str, about: &'static str| clap::Command::new(name).about(about).arg(email.clone());
    clap::Command::new("user")
        .about("List accounts, reset passwords, suspend, sign out")
        .subcommand_required(true)
        .subcommand(clap::Command::new("list").about("All accounts"))
        .subcommand(act("reset", "Print a link that sets the password anew, once"))
        .subcommand(act("suspend", "End all sign-ins and let the account in no more"))
        .subcommand(act("resume", "Let the account in again"))
        .subcommand(act("sign-out", "End all sign-ins"))
}

fn user_of(given: &ArgMatches) -> User {
    let Some((name, below)) = given.subcommand() else { return User::List };
    let act = match name {
        "reset" => Act::Reset,
        "suspend" => Act::Suspend,
        "resume" => Act::Resume,
        "sign-out" => Act::SignOut,
        _ => return User::List,
    };
    User::Act { email: below.get_one::<String>("address").cloned().unwrap_or_default(), act }
}

fn import(workspace: &Arg, email: &Arg) -> clap::Command {
    clap::Command::new("import")
        .about("Bring XanoScript files into a workspace")
        .arg(
            Arg::new("files")
                .required(true)
                .num_args(1..)
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Files, or folders with .xs files"),
        )
        .arg(workspace)
        .arg(Arg::new("group").long("group").value_name("NAME").help("API group of endpoints that name none"))
        .arg(
            Arg::new("publish")
                .long("publish")
                .value_name("WORDS")
                .help("Also publish, with this description"),
        )
        .arg(email)
}

/// A flag for each setting, from the one table.
fn settings() -> impl Iterator<Item = Arg> {
    KEYS.iter().map(|key| {
        let flag = key.name.replace('_', "-");
        let arg = Arg::new(key.name)
            .long(flag)
            .global(true)
            .help(key.doc.trim())
            .help_heading("Settings")
            .hide_short_help(key.name != "data" && key.name != "bind" && key.name != "demo")
            .value_name("VALUE");
        if key.switch {
            let yes_or_no = PossibleValuesParser::new(["true", "false"]);
            arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_parser(yes_or_no)
        } else {
            arg.allow_hyphen_values(true)
        }
    })
}

/// The command that was typed.
pub fn read(matches: &ArgMatches) -> Command {
    let Some((name, given)) = matches.subcommand() else { return Command::Config };
    let text = |name: &str| given.get_one::<String>(name).cloned();
    match name {
        "serve" => Command::Serve,
        "migrate" => Command::Migrate,
        "doctor" => Command::Doctor,
        "backup" => Command::Backup { to: given.get_one::<PathBuf>("to").cloned().unwrap_or_default() },
        "restore" => Command::Restore { from: given.get_one::<PathBuf>("from").cloned().unwrap_or_default() },
        "audit" => Command::Audit(match given.subcommand() {
            Some(("export", below)) => {
                Audit::Export { chain: below.get_one::<String>("chain").cloned().unwrap_or_default() }
            }
            _ => Audit::Verify,
        }),
        "user" => Command::User(user_of(given)),
        "token" => Command::Token { email: text("email") },
        "import" => Command::Import(Import {
            files: given.get_many("files").map(|files| files.cloned().collect()).unwrap_or_default(),
            workspace: text("workspace"),
            group: text("group"),
            publish: text("publish"),
            email: text("email"),
        }),
        "export" => Command::Export(Export {
            workspace: text("workspace"),
            out: given.get_one::<PathBuf>("out").cloned().unwrap_or_default(),
            email: text("email"),
        }),
        _ => Command::Config,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        command().debug_assert();
    }

    #[test]
    fn flags_work_before_and_after_the_command_and_switches_stand_alone() {
        let matches = command().get_matches_from([
            "baton",
            "--log",
            "debug",
            "serve",
            "--demo",
            "--bind",
            "127.0.0.1:0",
        ]);
        let (_, serve) = matches.subcommand().expect("serve");
        assert_eq!(serve.get_one::<String>("demo").map(String::as_str), Some("true"));
        assert_eq!(serve.get_one::<String>("bind").map(String::as_str), Some("127.0.0.1:0"));
        assert_eq!(serve.get_one::<String>("log").map(String::as_str), Some("debug"));
    }
}

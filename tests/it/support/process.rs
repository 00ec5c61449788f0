//! The program itself, as a child process on a port of its own.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The program, in a folder, with nothing of this process's environment.
pub fn baton(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
    command.current_dir(folder).env_clear().args(["--data", "data", "--workers", "1", "--arbiters", "1"]);
    command
}

/// A server that is killed if the test forgets it.
pub struct Serving {
    child: Child,
    /// What it printed at its start.
    pub lines: Vec<String>,
    log: PathBuf,
}

impl Serving {
    /// Starts and reads up to a line that begins with `until`. The log goes to a file: nobody reads a pipe meanwhile.
    pub fn start(folder: &Path, arguments: &[&str], until: &str) -> Serving {
        let log = folder.join("server.log");
        let errors = OpenOptions::new().create(true).append(true).open(&log).expect("a log file");
        let mut command = baton(folder);
        command.args(["serve", "--bind", "127.0.0.1:0"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().expect("the program starts");
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().expect("its output")).lines() {
            lines.push(line.expect("text"));
            if lines.last().is_some_and(|line| line.trim_start().starts_with(until)) {
                break;
            }
        }
        Serving { child, lines, log }
    }

    /// How a browser reaches it.
    pub fn url(&self) -> String {
        let words = self.lines.iter().flat_map(|line| line.split_whitespace());
        words.filter(|word| word.starts_with("http://")).map(ToOwned::to_owned).next().expect("an address")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.url().trim_start_matches("http://").parse().expect("an address")
    }

    /// The password that a demo printed.
    pub fn password(&self, email: &str) -> String {
        let line = self.lines.iter().find(|line| line.contains(email)).expect("a line for them");
        line.split_whitespace().nth(1).expect("a password").to_owned()
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(kill.expect("kill runs").success());
    }

    /// Kills it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("it ends");
    }

    /// It has ended by itself: its exit code, and what it said besides.
    pub fn ended(mut self) -> (Option<i32>, String) {
        assert!(self.lines.iter().all(|line| !line.contains("Listening")), "it runs: {:?}", self.lines);
        let code = self.child.wait().expect("it ends").code();
        (code, fs::read_to_string(&self.log).expect("text"))
    }

    /// Asks it to end, and gives what it logged.
    pub fn stop(mut self) -> String {
        self.signal("TERM");
        assert!(self.child.wait().expect("it ends").success(), "it ends well");
        fs::read_to_string(&self.log).expect("text")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! The program itself: what it prints, and that it ends when asked.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn baton(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
    command.current_dir(folder).env_clear().args(["--data", "data", "--workers", "1", "--arbiters", "1"]);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    baton(folder).args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server that is killed if the test forgets it.
struct Serving {
    child: Child,
    lines: Vec<String>,
}

impl Serving {
    /// Starts and reads up to a line that begins with `until`.
    fn start(folder: &Path, arguments: &[&str], until: &str) -> Serving {
        let mut command = baton(folder);
        command.args(["serve", "--bind", "127.0.0.1:0"]).args(arguments);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().expect("its output")).lines() {
            lines.push(line.expect("text"));
            if lines.last().is_some_and(|line| line.trim_start().starts_with(until)) {
                break;
            }
        }
        Serving { child, lines }
    }

    fn password(&self, email: &str) -> String {
        let line = self.lines.iter().find(|line| line.contains(email)).expect("a line for them");
        line.split_whitespace().nth(1).expect("a password").to_owned()
    }

    /// Asks it to end, and gives what it logged.
    fn stop(mut self) -> String {
        let kill =
            Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(kill.success());
        assert!(self.child.wait().expect("it ends").success(), "it ends well");
        let mut log = String::new();
        self.child.stderr.take().expect("its log").read_to_string(&mut log).expect("text");
        log
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_demo_prints_who_may_sign_in_and_finds_its_data_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Serving::start(folder.path(), &["--demo"], "cleo@");
    assert!(first.lines[0].starts_with("Listening on http://127.0.0.1:"), "{:?}", first.lines);
    let password = first.password("ana@acme.example");
    // Beside the running server, the command line goes over HTTP.
    let out = run(folder.path(), &["export", "--workspace", "Acme", "--out", "out"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    assert!(folder.path().join("out/tables/accounts.xs").exists());
    let token = run(folder.path(), &["token"]);
    assert_eq!(text(&token.stdout).trim().split('.').count(), 3);
    let doctor = run(folder.path(), &["doctor"]);
    assert!(
        doctor.status.success() && text(&doctor.stdout).contains("answers through"),
        "{}",
        text(&doctor.stdout)
    );
    let log = first.stop();
    assert!(!log.contains(&password), "no password in the log");
    // Without one, it opens the folder alone.
    let import = run(folder.path(), &["import", "out/functions", "--workspace", "Acme"]);
    assert!(import.status.success(), "{}", text(&import.stderr));
    assert!(text(&import.stdout).contains("replaced"), "{}", text(&import.stdout));
    let doctor = run(folder.path(), &["doctor"]);
    assert!(
        doctor.status.success() && text(&doctor.stdout).contains("audit records"),
        "{}",
        text(&doctor.stdout)
    );
    let second = Serving::start(folder.path(), &["--demo"], "cleo@");
    assert_eq!(second.password("ana@acme.example"), password);
    second.stop();
}

#[test]
fn an_empty_instance_prints_a_link_and_does_not_log_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Serving::start(folder.path(), &["--log", "trace"], "http://");
    let link = server.lines.last().expect("a link").trim().to_owned();
    let (page, token) = link.split_once("/setup#").expect("a token behind the #");
    assert!(server.lines[0].ends_with(page), "{link}");
    let log = server.stop();
    assert!(!log.contains(token), "no token in the log");
}

#[test]
fn mistakes_are_told_in_words_and_by_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = |arguments: &[&str], code: i32, words: &str| {
        let out = run(folder.path(), arguments);
        assert_eq!(out.status.code(), Some(code), "{arguments:?}: {}", text(&out.stderr));
        assert!(text(&out.stderr).contains(words), "{arguments:?}: {}", text(&out.stderr));
    };
    told(&["serve", "--bind", "0.0.0.0:0"], 2, "BATON_SECRET");
    told(&["serve", "--demo", "--bind", "0.0.0.0:0"], 2, "this machine only");
    told(&["serve", "--no-such-flag"], 2, "unexpected argument");
    told(&["--config", "none.toml", "config"], 2, "none.toml");
    std::fs::write(folder.path().join("baton.toml"), "lock_grace = 1\n").expect("written");
    told(&["config"], 2, "lock_grace_ms");
    std::fs::write(
        folder.path().join("baton.toml"),
        "lock_grace_ms = 99\nsecret = \"0123456789abcdef0123456789abcdef\"\n",
    )
    .expect("written");
    let out = text(&run(folder.path(), &["config"]).stdout);
    assert!(
        out.contains("lock_grace_ms = 99")
            && out.contains("# baton.toml")
            && !out.contains("0123456789abcdef"),
        "{out}"
    );
    let help = text(&run(folder.path(), &["--help"]).stdout);
    assert!(help.contains("Examples:") && help.contains("--hello-timeout-ms"), "{help}");
}

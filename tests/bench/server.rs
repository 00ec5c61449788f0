//! The process that is measured: started as a child on a core of its own, read through `/proc`, killed at the end.

use std::io::{BufRead, BufReader, Error, Result};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::pace::moment;

/// Ticks of a second in `/proc/<pid>/stat`; 100 on every Linux that we know.
const TICKS: f64 = 100.0;
/// Signs the tokens.
pub const SECRET: &str = "the benchmark signs its own tokens";

/// Where the peers' scripts are.
pub const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/peers");
/// How often it is tried whether a server listens, and the pause between.
const STARTS: usize = 200;
const START_PAUSE: Duration = Duration::from_millis(25);

/// What Baton is set to.
pub fn settings(data: &str) -> [(&'static str, String); 9] {
    [
        ("data", data),
        ("bind", "127.0.0.1:0"),
        ("log", "warn"),
        ("secret", SECRET),
        ("rate_address", "1000000"),
        ("rate_account", "1000000"),
        ("rate_calls", "1000000"),
        ("rate_frames", "100000"),
        ("hello_timeout_ms", "60000"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
}

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Whether server and load can have a core each.
pub fn pins() -> bool {
    let cores = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cores = cores.lines().filter(|line| line.starts_with("processor")).count();
    cores >= 2 && Command::new("taskset").arg("-V").stdout(Stdio::null()).status().is_ok()
}

/// CPU seconds of the load so far.
pub fn own_cpu() -> f64 {
    cpu_of(std::process::id())
}

fn cpu_of(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in brackets may hold blanks; utime and stime are the 14th and 15th field.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / TICKS
}

/// Puts this process on the second core.
pub fn pin_load() {
    if pins() {
        let own = std::process::id().to_string();
        let done = Command::new("taskset").args(["-a", "-p", "-c", "1", &own]).stdout(Stdio::null()).status();
        if !done.is_ok_and(|status| status.success()) {
            eprintln!("the load could not be put on a core of its own");
        }
    }
}

/// The command, on the server's core, or on those that `BENCH_CORES` names.
fn spawn(mut words: Vec<String>) -> Command {
    if pins() {
        let cores = std::env::var("BENCH_CORES").unwrap_or_else(|_| "0".to_owned());
        words.splice(0..0, ["taskset".to_owned(), "-c".to_owned(), cores]);
    }
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    command
}

impl Server {
    /// Baton over a data folder. `BENCH_WRAP` may name a profiler that stands before the binary, `BENCH_BINARY` another
    /// build, to tell two of them side by side.
    pub fn baton(data: &Path) -> Result<Server> {
        let wrap = std::env::var("BENCH_WRAP").unwrap_or_default();
        let mut words: Vec<String> = wrap.split_whitespace().map(str::to_owned).collect();
        let binary = std::env::var("BENCH_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_baton").to_owned());
        words.push(binary);
        words.push("serve".to_owned());
        for (name, value) in settings(&data.to_string_lossy()) {
            words.extend([format!("--{}", name.replace('_', "-")), value]);
        }
        Server::start(words, "Listening on http://")
    }

    /// Baton over a data folder, in this very binary, that keeps locks in memory.
    pub fn forgetful(data: &Path) -> Result<Server> {
        let own = std::env::current_exe()?.to_string_lossy().into_owned();
        let data = data.to_string_lossy().into_owned();
        Server::start(vec![own, "forgetful".to_owned(), data], "forgetful on ")
    }

    /// A peer under node, from `tests/bench/peers/`.
    pub fn node(script: &str) -> Result<Server> {
        let script = format!("{PEERS}/{script}.js");
        Server::start(vec!["node".to_owned(), script], "listening on ")
    }

    /// A peer that does not say where it listens, on a free port; `words` are made from it.
    pub fn on_port(words: impl Fn(u16) -> Vec<String>) -> Result<Server> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = spawn(words(port)).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let server = Server { child, address };
        for _ in 0..STARTS {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            moment(START_PAUSE);
        }
        Err(Error::other("the server did not start"))
    }

    /// The floor: this very binary as a broadcaster that checks nothing.
    pub fn floor() -> Result<Server> {
        let own = std::env::current_exe()?.to_string_lossy().into_owned();
        Server::start(vec![own, "floor".to_owned()], "floor on ")
    }

    fn start(words: Vec<String>, before: &str) -> Result<Server> {
        let mut child = spawn(words).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or_else(|| Error::other("no output"))?;
        let mut line = String::new();
        let mut out = BufReader::new(out);
        let address = loop {
            line.clear();
            if out.read_line(&mut line)? == 0 {
                return Err(Error::other("the server did not start"));
            }
            let said = line.split_once(before).and_then(|(_, rest)| rest.split_whitespace().next());
            if let Some(address) = said {
                break address.parse().map_err(Error::other)?;
            }
        };
        // What else it says is nobody's business, but its pipe must not break.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        Ok(Server { child, address })
    }

    /// CPU seconds so far.
    pub fn cpu(&self) -> f64 {
        cpu_of(self.child.id())
    }

    /// How many descriptors (`fd`) or threads (`task`) it has.
    pub fn entries(&self, of: &str) -> usize {
        std::fs::read_dir(format!("/proc/{}/{of}", self.child.id())).map_or(0, Iterator::count)
    }

    /// Resident bytes.
    pub fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib =
            line.and_then(|line| line.split_whitespace().next()).and_then(|text| text.parse::<f64>().ok());
        kib.unwrap_or(0.0) * 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A profiler writes what it found when it is asked to end; without one nothing is worth waiting for.
        let polite = std::env::var("BENCH_WRAP").is_ok();
        if polite {
            let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        } else {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

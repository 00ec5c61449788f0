//! The load's clock: sends at intended times, whatever the server does.

use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A thread that lets each of some sockets send at an even rate, all evenly apart. It never sends less because the server is
/// slow, so a latency counted from the intended time leaves nothing out.
pub struct Pacer {
    over: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl Pacer {
    /// Every socket sends `per_second` times. `frame` is asked for the frame: which socket, and the intended time in
    /// microseconds since `start`.
    pub fn start(
        mut sockets: Vec<TcpStream>,
        per_second: f64,
        start: Instant,
        frame: impl Fn(usize, u64) -> Vec<u8> + Send + 'static,
    ) -> Pacer {
        let (over, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (stop, count) = (Arc::clone(&over), Arc::clone(&sent));
        let gap = Duration::from_secs_f64(1.0 / (per_second * sockets.len() as f64));
        let thread = thread::spawn(move || {
            let mut due = start.elapsed();
            for n in 0.. {
                let at = n % sockets.len();
                while let Some(early) = due.checked_sub(start.elapsed()) {
                    thread::sleep(early);
                }
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let intended = u64::try_from(due.as_micros()).unwrap_or(u64::MAX);
                send(&mut sockets[at], &frame(at, intended), &stop);
                count.fetch_add(1, Ordering::Relaxed);
                due += gap;
            }
        });
        Pacer { over, sent, thread }
    }

    /// Messages sent so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Ends it.
    pub fn stop(self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}

/// The sockets do not block, for the reading side's sake. Who does not take it before the end never will.
fn send(socket: &mut TcpStream, mut bytes: &[u8], over: &AtomicBool) {
    while !bytes.is_empty() && !over.load(Ordering::Relaxed) {
        match socket.write(bytes) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::yield_now(),
            // The reading side says what became of the socket.
            Err(_) => return,
        }
    }
}

/// Lets the clock run.
pub async fn pause(seconds: f64) {
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
}

/// Stands still for a moment, where nothing else runs yet.
pub fn moment(pause: Duration) {
    thread::sleep(pause);
}

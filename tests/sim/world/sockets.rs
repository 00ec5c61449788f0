//! What goes to and fro between tabs and rooms.

use uuid::Uuid;

use baton::domain::command::{Command, Hello, Request, Resume};
use baton::domain::id::{CallId, InstanceId, SessionId, SocketId};

use crate::model::{Message, Pending};
use crate::site::Waiting;

use super::World;
use super::objects::secret;

impl World {
    pub fn run_in(&mut self, room: usize, command: Command) {
        let now = self.now;
        self.sites[room].run(now, command, None);
        self.collect(room);
    }

    /// Takes what a room has for the writer and for its tabs.
    pub fn collect(&mut self, room: usize) {
        let site = &mut self.sites[room];
        self.queue.extend(site.unsent.drain(..));
        let (mail, closed) = (std::mem::take(&mut site.mail), std::mem::take(&mut site.closed));
        let now = self.now.mono.0;
        for (socket, message) in mail {
            if let Some(client) = self.clients.iter_mut().find(|client| client.socket == Some(socket)) {
                client.inbox.push_back((now + client.latency, socket, message));
            }
        }
        for socket in closed {
            // What was said before the close arrives before it; then the socket's end comes back to the room.
            if let Some(n) = self.clients.iter().position(|client| client.socket == Some(socket)) {
                let back = now + self.rng.between(50, 3_000);
                self.clients[n].unplugged(back);
            }
            let now = self.now;
            self.sites[room].lost(now, socket);
            self.collect(room);
        }
    }

    pub(super) fn deliver(&mut self, all: bool) -> Result<(), String> {
        for n in 0..self.clients.len() {
            let mut some = self.clients[n].inbox.len();
            while some > 0 {
                some -= 1;
                let client = &mut self.clients[n];
                let Some((due, socket, _)) = client.inbox.front() else { break };
                if !all && *due > self.now.mono.0 {
                    break;
                }
                let fits = client.socket == Some(*socket);
                let Some((_, _, message)) = client.inbox.pop_front() else { break };
                if fits {
                    let pinged = matches!(message, Message::Ping) && !client.silent;
                    client.take(message)?;
                    self.answer_ping(n, pinged);
                }
            }
        }
        Ok(())
    }

    fn answer_ping(&mut self, n: usize, pinged: bool) {
        let client = &self.clients[n];
        if let (true, Some(socket), Some(session)) = (pinged, client.socket, client.session) {
            let room = client.room;
            self.run_in(room, Command::Heard { session, socket });
        }
    }

    pub fn hello(&mut self, n: usize) {
        let (call, socket) = (CallId(self.number()), SocketId(self.number()));
        let fresh = SessionId(Uuid::from_u128(u128::from(self.number())));
        let latency = if self.rng.one_in(8) { self.rng.between(500, 5_000) } else { self.rng.between(1, 60) };
        let now = self.now;
        let client = &mut self.clients[n];
        let position = client.replica.as_ref().map(|replica| (replica.stream, replica.upto));
        let resume = client.session.map(|session| Resume { session, secret: secret(session), position });
        client.socket = Some(socket);
        client.welcome = false;
        client.latency = latency;
        client.sent = now.mono.0;
        let (user, room, instance) = (client.user, client.room, InstanceId(Uuid::from_u128(client.instance)));
        self.note(|| {
            format!("{n} says hello as {socket:?}, resumes {:?}", resume.map(|resume| resume.session))
        });
        let site = &mut self.sites[room];
        if site.refuses(now, false).is_some() {
            let back = now.mono.0 + self.rng.between(200, 2_000);
            return self.clients[n].unplugged(back);
        }
        site.sockets.insert(socket);
        site.calls.insert(call, Waiting { socket: Some(socket), user, request: None });
        let device = "simulated".to_owned();
        let (socket, fresh_secret) = (Some(socket), secret(fresh));
        let (address, keep_ms) = ("192.0.2.7".to_owned(), None);
        let hello =
            Hello { call, user, socket, instance, fresh, fresh_secret, resume, device, address, keep_ms };
        self.run_in(room, Command::Hello(Box::new(hello)));
        // A hello that is refused closes its socket; the tab tries again much later.
        let refused = self.clients[n].inbox.iter().any(
            |(_, _, message)| matches!(message, Message::Reply { call: one, result: Err(_) } if *one == call),
        );
        if refused {
            self.unplug(n, 6_000);
        }
    }

    /// The tab's socket ends; the room hears of it.
    pub fn unplug(&mut self, n: usize, most: u64) {
        let Some(socket) = self.clients[n].socket else { return };
        let back = self.now.mono.0 + self.rng.between(100, most);
        self.clients[n].unplugged(back);
        let (room, now) = (self.clients[n].room, self.now);
        self.sites[room].lost(now, socket);
        self.collect(room);
    }

    /// Sends a request on the tab's socket. With an op_id it stays in the outbox until it is answered.
    pub fn send(&mut self, n: usize, request: Request) {
        if let Some(op_id) = request.op_id() {
            self.clients[n].outbox.push(Pending { op_id, request: request.clone(), call: None });
        }
        self.transmit(n, request);
    }

    pub fn transmit(&mut self, n: usize, request: Request) {
        let client = &self.clients[n];
        let (Some(socket), Some(session), true) = (client.socket, client.session, client.welcome) else {
            return;
        };
        if self.rng.one_in(self.plan.drops) {
            // It never arrives, or its answer does not.
            if self.rng.one_in(2) {
                self.note(|| format!("{n} drops with a request on its way"));
                return self.unplug(n, 30_000);
            }
        }
        let call = CallId(self.number());
        let (room, user, now) = (self.clients[n].room, self.clients[n].user, self.now);
        self.note(|| format!("{n} ({user}, {session}) {request:?}"));
        let client = &mut self.clients[n];
        client.sent = now.mono.0;
        if let Some(op_id) = request.op_id()
            && let Some(pending) = client.outbox.iter_mut().find(|pending| pending.op_id == op_id)
        {
            pending.call = Some(call);
        }
        if let Request::Open { .. } | Request::CloseObject = &request {
            client.opening = Some(call);
            if let Some(replica) = &mut client.replica {
                replica.content = None;
            }
        }
        self.run_in(room, Command::Heard { session, socket });
        let caller = baton::domain::command::Caller { user, session: Some(session) };
        let waiting = Waiting { socket: Some(socket), user, request: Some(request) };
        self.sites[room].request(now, caller, call, waiting);
        self.collect(room);
        if self.rng.one_in(self.plan.drops * 2) {
            self.note(|| format!("{n} drops before the answer"));
            self.unplug(n, 30_000);
        }
    }
}

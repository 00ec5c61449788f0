//! What tabs ask of the room.

use uuid::Uuid;

use crate::domain::command::{
    Caller, Command, Edit, EditAction, Hello, NewObject, Pen, Request, RequestAnswer, Scope, Selection,
};
use crate::domain::effect::{Answer, Receipt};
use crate::domain::id::{CallId, InstanceId, RequestId, SessionId, SocketId, UserId};
use crate::domain::path::{Fence, LockPath};
use crate::domain::refusal::Refusal;
use crate::domain::stack::op::Op;

use super::making::{OBJ, revert_of, secret};
use super::{Room, Tab};

impl Room {
    pub fn call(&mut self, caller: Caller, request: Request) -> Result<Answer, Refusal> {
        let call = CallId(self.number());
        self.run(Command::Request { caller, call, request });
        self.answers.remove(&call).expect("every call is answered")
    }

    /// Asks without waiting for the answer.
    pub fn post(&mut self, tab: Tab, request: Request) -> CallId {
        let call = CallId(self.number());
        let caller = Caller { user: tab.user, session: Some(tab.session) };
        self.run(Command::Request { caller, call, request });
        call
    }

    pub fn ask(&mut self, tab: Tab, request: Request) -> Result<Receipt, Refusal> {
        let caller = Caller { user: tab.user, session: Some(tab.session) };
        match self.call(caller, request)? {
            Answer::Receipt(receipt) => Ok(receipt),
            other => panic!("not a receipt: {other:?}"),
        }
    }

    pub fn acquire(&mut self, tab: Tab, path: LockPath) -> Fence {
        let op_id = self.op();
        match self.ask(tab, Request::Acquire { op_id, path }) {
            Ok(Receipt::Acquired { fence, .. }) => fence,
            other => panic!("{path:?} is not acquired: {other:?}"),
        }
    }

    pub fn try_acquire(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Acquire { op_id, path })
    }

    pub fn request(&mut self, tab: Tab, path: LockPath) -> RequestId {
        match self.try_request(tab, path) {
            Ok(Receipt::Waiting { request, .. }) => request,
            other => panic!("{path:?} is not waited for: {other:?}"),
        }
    }

    pub fn try_request(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let (op_id, id) = (self.op(), RequestId(Uuid::from_u128(u128::from(self.number()))));
        self.ask(tab, Request::RequestLock { op_id, request: id, path, note: "please".into() })
    }

    pub fn grant(&mut self, tab: Tab, request: RequestId) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::AnswerRequest { op_id, request, answer: RequestAnswer::Grant })
    }

    pub fn promise(&mut self, tab: Tab, request: RequestId, within_ms: u64) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::AnswerRequest { op_id, request, answer: RequestAnswer::Promise { within_ms } })
    }

    pub fn decline(&mut self, tab: Tab, request: RequestId) -> Result<Receipt, Refusal> {
        let (op_id, answer) = (self.op(), RequestAnswer::Decline { reason: "in the middle of it".into() });
        self.ask(tab, Request::AnswerRequest { op_id, request, answer })
    }

    pub fn take_over(&mut self, tab: Tab, request: RequestId) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::TakeOver { op_id, request })
    }

    pub fn undo(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Undo { op_id, path })
    }

    pub fn close(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::CloseEditing { op_id, path, reason: "release freeze".into() })
    }

    pub fn reopen(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Reopen { op_id, path })
    }

    pub fn flushed(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let fence = self.lock(path).expect("it is locked").fence;
        self.ask(tab, Request::Flushed { path, fence })
    }

    pub fn flushed_under(&mut self, tab: Tab, path: LockPath, fence: Fence) -> Result<Receipt, Refusal> {
        self.ask(tab, Request::Flushed { path, fence })
    }

    /// A session that is renewed by calls, as a bot's.
    pub fn bot(&mut self, user: UserId) -> Tab {
        let instance = u128::from(self.number());
        let (call, fresh) = (CallId(self.number()), SessionId(Uuid::from_u128(u128::from(self.number()))));
        let hello = Hello {
            call,
            user,
            socket: None,
            instance: InstanceId(Uuid::from_u128(instance)),
            fresh,
            fresh_secret: secret(fresh),
            resume: None,
            device: "a script".into(),
            address: String::new(),
            keep_ms: self.keep_ms,
        };
        self.run(Command::Hello(Box::new(hello)));
        let welcome = self.welcomed(call).expect("a bot is welcome at once");
        let tab = self.sits(&welcome, SocketId(0), instance);
        self.awake.remove(&tab.session);
        tab
    }

    pub fn release(&mut self, tab: Tab, path: LockPath, fence: Fence) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Release { op_id, path, fence })
    }

    pub fn force(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Force { op_id, path, reason: "demo in five minutes".into() })
    }

    pub fn edit_here(&mut self, tab: Tab, path: LockPath) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::EditHere { op_id, path })
    }

    /// An edit of `OBJ` on its newest revision.
    pub fn edit_of(&mut self, pen: Pen, op: Op) -> Edit {
        let op_id = self.op();
        Edit {
            op_id,
            intent: *op_id.0.as_bytes(),
            object: OBJ,
            pen,
            base: self.disk.objects[&OBJ].revision,
            prev_op: None,
            action: EditAction::Apply(op),
        }
    }

    pub fn edit(&mut self, tab: Tab, pen: Pen, op: Op) -> Result<Receipt, Refusal> {
        let edit = self.edit_of(pen, op);
        self.ask(tab, Request::Edit(Box::new(edit)))
    }

    pub fn revert(&mut self, tab: Tab, changes: Option<Vec<u64>>) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        let selection = changes.map_or(Selection::All(Scope::Everything), Selection::Changes);
        self.ask(tab, revert_of(op_id, OBJ, selection))
    }

    pub fn import(&mut self, tab: Tab, objects: Vec<NewObject>) -> Result<Receipt, Refusal> {
        let op_id = self.op();
        self.ask(tab, Request::Import { op_id, objects, publish: None })
    }
}

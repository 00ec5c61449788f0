//! What `serve --demo` puts into an empty database. Every step is looked at before it is done, so that a start that was cut
//! off is finished by the next.

use uuid::Uuid;

use super::StartError;
use crate::auth::{Accounts, Newcomer, secret};
use crate::domain::command::{Caller, RealtimeRequest, Request};
use crate::domain::effect::Answer;
use crate::domain::id::OpId;
use crate::domain::realtime::{ChannelSettings, Messaging};
use crate::domain::role::{Member, Role};
use crate::gateway::Gateway;
use crate::http::{DemoPerson, PEOPLE_SETTING, Upload, prepare};
use crate::store::Store;
use crate::xanoscript::samples;

const WORKSPACE: &str = "Acme";
const PEOPLE: [(&str, &str); 3] =
    [("Ana", "ana@acme.example"), ("Ben", "ben@acme.example"), ("Cleo", "cleo@acme.example")];

/// The demo's people; none if the database is not a demo.
pub async fn people(store: &dyn Store) -> Result<Option<Vec<DemoPerson>>, StartError> {
    let text = store.setting(PEOPLE_SETTING).await?;
    let read =
        |text: String| serde_json::from_str(&text).map_err(|_| StartError::Demo("its people cannot be read"));
    text.map(read).transpose()
}

/// Fills an empty database, or finishes what was begun.
pub async fn fill(
    accounts: &Accounts,
    store: &dyn Store,
    gateway: &Gateway,
) -> Result<Vec<DemoPerson>, StartError> {
    let people = match people(store).await? {
        Some(people) => people,
        None => found(accounts).await?,
    };
    let owner = match store.user_by_email(PEOPLE[0].1).await? {
        Some(owner) => owner,
        None => return Err(StartError::Demo("its owner is gone")),
    };
    let places = store.workspaces_of(owner.id).await?;
    let Some((workspace, _, _)) = places.into_iter().find(|(_, name, _)| name == WORKSPACE) else {
        // Somebody has renamed or left it: then it is theirs, and nothing is missing.
        return Ok(people);
    };
    let room =
        gateway.room(workspace).await.map_err(|_| StartError::Demo("its workspace cannot be reached"))?;
    let owner = Caller { user: owner.id, session: None };
    let refused = |error| {
        tracing::error!(?error, "the demo cannot be filled");
        StartError::Demo("its workspace refuses what belongs into it")
    };
    let Answer::Snapshot(picture) = room.call(owner, Request::Snapshot).await.map_err(refused)? else {
        return Err(StartError::Demo("its workspace has no picture"));
    };
    if !picture.objects.is_empty() {
        return Ok(people);
    }
    for (_, email) in &PEOPLE[1..] {
        let Some(user) = store.user_by_email(email).await? else { continue };
        let member =
            Member { user: user.id, name: user.name, role: Role::Developer, custom: None, colour: 0 };
        room.call(owner, Request::AddMember(member)).await.map_err(refused)?;
    }
    for settings in channels() {
        let set = RealtimeRequest::SetChannel(Box::new(settings));
        room.call(owner, Request::Realtime(set)).await.map_err(refused)?;
    }
    let upload = |(name, text): &(&str, &str)| Upload { name: (*name).to_owned(), text: (*text).to_owned() };
    let uploads: Vec<Upload> = samples::ALL.iter().map(upload).collect();
    let prepared = prepare(&uploads, None, &picture.objects);
    if let Some(error) = prepared.errors().next() {
        tracing::error!(message = error.message, "a sample cannot be read");
    }
    let publish = Some("Imported from the samples".to_owned());
    let import = Request::Import { op_id: OpId(Uuid::now_v7()), objects: prepared.objects, publish };
    room.call(owner, import).await.map_err(refused)?;
    Ok(people)
}

/// One for what a server tells everybody, and a room for each ticket.
fn channels() -> [ChannelSettings; 2] {
    let announcements = ChannelSettings {
        description: "What the server tells everybody".to_owned(),
        anonymous: true,
        history: 100,
        stored: true,
        ..ChannelSettings::new("announcements")
    };
    let support = ChannelSettings {
        description: "A room for each ticket".to_owned(),
        public: Messaging::Authenticated,
        private: Messaging::Authenticated,
        history: 50,
        ..ChannelSettings::new("support/*")
    };
    [announcements, support]
}

async fn found(accounts: &Accounts) -> Result<Vec<DemoPerson>, StartError> {
    if !accounts.needs_set_up().await? {
        return Err(StartError::Demo("the database holds real accounts; name another folder with --data"));
    }
    let person = |(name, email): &(&str, &str)| DemoPerson {
        name: (*name).to_owned(),
        email: (*email).to_owned(),
        password: secret::random_password(),
    };
    let people: Vec<DemoPerson> = PEOPLE.iter().map(person).collect();
    let text =
        serde_json::to_string(&people).map_err(|_| StartError::Demo("its people cannot be written"))?;
    let newcomer = |person: &DemoPerson| Newcomer {
        name: person.name.clone(),
        email: person.email.clone(),
        password: person.password.clone(),
        device: String::new(),
    };
    let others: Vec<Newcomer> = people[1..].iter().map(newcomer).collect();
    let settings = vec![(PEOPLE_SETTING.to_owned(), text)];
    accounts.found(WORKSPACE, &newcomer(&people[0]), &others, settings).await?;
    Ok(people)
}

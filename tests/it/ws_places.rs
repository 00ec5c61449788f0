//! Where people are, over real sockets: who hears of it, in which order, and what a flood does.

use baton::domain::role::Role;
use serde_json::{Value, json};

use crate::support::client::{Client, chat};
use crate::support::server::Server;

fn locate(object: &str, head: u32, more: &Value) -> Value {
    let mut location = json!({
        "page": "object", "object": object, "item": "settings", "field": "@name",
        "cursor": {"anchor": 0, "head": head, "length": 100_000}, "top": "settings",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        location[name] = value.clone();
    }
    json!({"type": "locate", "location": location})
}

struct Scene {
    server: Server,
    object: String,
    /// On the object.
    one: Client,
    /// On the object.
    two: Client,
    /// In the workspace, elsewhere.
    three: Client,
}

impl Scene {
    async fn new() -> Scene {
        let server = Server::start().await;
        let object = server.object("add").await.0.to_string();
        let (bo, cy) = (server.member("Bo", Role::Developer).await, server.member("Cy", Role::Viewer).await);
        let mut one = Client::join(&server, server.owner).await;
        let mut two = Client::join(&server, bo).await;
        let three = Client::join(&server, cy).await;
        for client in [&mut one, &mut two] {
            client.call(json!({"type": "open", "object": object})).await;
            client.call(json!({"type": "locate", "location": {"page": "object", "object": object}})).await;
        }
        Scene { server, object, one, two, three }
    }
}

#[tokio::test]
async fn a_caret_is_seen_by_those_on_the_object_and_typing_ends_by_itself() {
    let Scene { server, object, mut one, mut two, mut three } = Scene::new().await;
    one.call(locate(&object, 7, &json!({"typing": true}))).await;
    let who = one.session.clone();
    two.until("the caret", |replica| {
        let place = replica.locations.get(&who);
        place.is_some_and(|place| place["cursor"]["head"] == 7 && place["typing"] == true)
    })
    .await;
    two.until("its end", |replica| replica.locations[&who].get("typing").is_none()).await;
    assert_eq!(two.replica.locations[&who]["cursor"]["head"], 7);
    // Whoever is elsewhere has heard of none of it by the time that a later line reaches them.
    one.call(chat("done")).await;
    three.until("the line", |replica| replica.chat.len() == 1).await;
    assert!(!three.replica.locations.contains_key(&who));
    assert_eq!(three.replica.sessions[&who]["location"]["object"], object.as_str());
    assert!(three.replica.sessions[&who]["location"].get("cursor").is_none());
    server.stop().await;
}

#[tokio::test]
async fn a_flood_of_carets_is_thinned_out_and_told_and_the_last_one_counts() {
    let Scene { server, object, mut one, mut two, .. } = Scene::new().await;
    for head in 1..=300 {
        one.raw(&locate(&object, head, &Value::Null).to_string()).await;
    }
    let told = one.error().await;
    assert_eq!(told["code"], "rate_limited", "{told}");
    assert!(told["retry_after_ms"].as_u64().is_some_and(|ms| ms <= 34), "{told}");
    let who = one.session.clone();
    two.until("the last caret", |replica| {
        replica.locations.get(&who).is_some_and(|place| place["cursor"]["head"] == 300)
    })
    .await;
    // Who asks for an answer gets the refusal as such, and may go on with everything else.
    let mut refused = Value::Null;
    for head in 1..=100 {
        let answer = one.call(locate(&object, head, &Value::Null)).await;
        if answer["type"] == "error" {
            refused = answer;
            break;
        }
    }
    assert_eq!(refused["error"]["code"], "rate_limited", "{refused}");
    assert_eq!(one.call(chat("still here")).await["type"], "reply");
    server.stop().await;
}

#[tokio::test]
async fn who_opens_the_object_learns_where_the_others_are() {
    let Scene { server, object, mut one, mut three, .. } = Scene::new().await;
    one.call(locate(&object, 9, &Value::Null)).await;
    three.call(json!({"type": "open", "object": object})).await;
    let who = one.session.clone();
    three
        .until("the caret", |replica| {
            replica.locations.get(&who).is_some_and(|place| place["cursor"]["head"] == 9)
        })
        .await;
    server.stop().await;
}

#[tokio::test]
async fn a_resumed_page_gets_the_lines_that_it_missed() {
    let Scene { server, mut one, two, .. } = Scene::new().await;
    let instance = two.instance;
    for n in 0..5 {
        assert_eq!(one.call(chat(&format!("line {n}"))).await["type"], "reply");
    }
    let two = two.resume_as(&server, instance).await;
    let texts: Vec<&str> = two.replica.chat.values().filter_map(|line| line["text"].as_str()).collect();
    assert_eq!(texts, ["line 0", "line 1", "line 2", "line 3", "line 4"]);
    server.stop().await;
}

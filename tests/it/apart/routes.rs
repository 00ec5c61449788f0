//! Every route.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_routes::{body, documented};
use crate::api_support::Answer;

use super::{Ids, Scene, comparable, nothing};

/// The values of what names something are these ids; what proposes a new one is left.
fn aim(value: &mut Value, ids: &Ids) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map.iter_mut() {
                match ids.get(if name == "to" { "session" } else { name.as_str() }) {
                    Some(id) if inner.is_string() => *inner = json!(id),
                    _ => aim(inner, ids),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| aim(inner, ids)),
        _ => {}
    }
}

/// A path with these ids, and numbers that both workspaces have.
fn path_with(pattern: &str, ids: &Ids) -> String {
    let fill = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some("number") => "1".to_owned(),
        Some("token") => "nonsense".to_owned(),
        Some(name) => ids
            .get(name)
            .unwrap_or_else(|| panic!("`{name}` is new: let the other workspace have one"))
            .clone(),
        None => part.to_owned(),
    };
    let path = pattern.split('/').map(fill).collect::<Vec<_>>().join("/");
    match pattern {
        one if one.ends_with("/records/import") => format!("{path}?op_id={}", Uuid::now_v7()),
        one if one.ends_with("/analytics/csv") => format!("{path}?table=members"),
        one if one.ends_with("/compare") => format!("{path}?a=draft&b=published"),
        _ => path,
    }
}

/// What is asked, and what came, without what differs each time.
async fn asked(scene: &Scene, method: &str, pattern: &str, ids: &Ids) -> (String, Answer) {
    let path = path_with(pattern, ids);
    let mut given = body(method, pattern);
    if let Some(given) = &mut given {
        aim(given, ids);
    }
    let sent = format!("{method} {path} {}", given.clone().unwrap_or_default());
    let headers = [("baton-session", scene.session.as_str())];
    let headers: &[_] = if pattern.contains("/locks") { &headers } else { &[] };
    (sent, scene.server.call_with(Some(&scene.ana), method, &path, given, headers).await)
}

#[actix_web::test]
async fn ids_of_another_workspace_are_ids_of_nothing_on_every_route() {
    let scene = Scene::new().await;
    let before = scene.picture().await;
    let mut own = scene.ids.clone();
    own.insert("workspace", scene.acme.clone());
    let mine = scene.server.bring(&scene.ana, &scene.acme, "function mine {\n  stack {\n  }\n}\n").await;
    for (method, pattern) in documented(&scene.server).await {
        let Some(below) = pattern.strip_prefix("/workspaces/{workspace}") else { continue };
        // A frozen workspace would refuse the rest, whatever it names.
        if (method.as_str(), below) == ("POST", "/freeze") {
            continue;
        }
        for object in [&scene.ids["object"], &mine] {
            own.insert("object", object.clone());
            // Its own end would be the end of what follows.
            let ends = method == "DELETE" && below == "/objects/{object}";
            if object == &mine && (ends || !below.contains("{object}")) {
                continue;
            }
            let nothing = || {
                let mut ids = nothing(&own);
                ids.insert("workspace", scene.acme.clone());
                if object == &mine {
                    ids.insert("object", mine.clone());
                }
                ids
            };
            // What a first call leaves behind, such as a record of one's own, the others meet, too.
            for _ in 0..2 {
                let (sent, first) = asked(&scene, &method, &pattern, &nothing()).await;
                scene.discreet(&sent, &format!("{} {:?}", first.body, first.headers));
            }
            let nowhere = nothing();
            let (_, unknown) = asked(&scene, &method, &pattern, &nowhere).await;
            let (sent, foreign) = asked(&scene, &method, &pattern, &own).await;
            // What names nothing says what there is in Acme, and what time it is.
            if scene.ids.iter().any(|(name, id)| *name != "workspace" && sent.contains(id)) {
                assert_eq!(comparable(&nowhere, &unknown), comparable(&own, &foreign), "{sent}");
            }
            scene.discreet(&sent, &format!("{} {:?}", foreign.body, foreign.headers));
        }
        // On the other's own path: as on the path of a workspace that is none.
        let (sent, theirs) = asked(&scene, &method, &pattern, &scene.ids).await;
        let none = nothing(&scene.ids);
        let (_, unknown) = asked(&scene, &method, &pattern, &none).await;
        assert!(theirs.status.as_u16() >= 400, "{sent}: {}", theirs.body);
        assert_eq!(comparable(&none, &unknown), comparable(&scene.ids, &theirs), "{sent}");
        scene.discreet(&sent, &format!("{} {:?}", theirs.body, theirs.headers));
    }
    assert_eq!(scene.picture().await, before, "nothing has changed there");
}

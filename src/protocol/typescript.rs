//! Renders `web/sdk/src/protocol.ts`, and fails when the committed file differs. `UPDATE=1` rewrites it.

use std::collections::BTreeMap;
use std::path::Path;

use ts_rs::{Config, TS, TypeVisitor};

use super::client::ClientFrame;
use super::close::ALL;
use super::error::TABLE;
use super::server::ServerMessage;
use crate::document::{RecordDoc, SeedDoc};

struct Declarations<'a> {
    config: &'a Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() || self.found.contains_key(&T::ident(self.config)) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        self.found.insert(T::ident(self.config), format!("{docs}export {}\n", T::decl(self.config)));
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

fn render() -> String {
    let config = Config::default().with_large_int("number");
    let mut declarations = Declarations { config: &config, found: BTreeMap::new() };
    declarations.visit::<ClientFrame>();
    declarations.visit::<ServerMessage>();
    declarations.visit::<SeedDoc>();
    declarations.visit::<RecordDoc>();

    let mut text = String::from(
        "// Generated from src/protocol by `cargo test`; do not edit. `UPDATE=1 cargo test typescript` rewrites it.\n\n",
    );
    text += &format!("export const SUBPROTOCOL = {:?};\n\n", super::SUBPROTOCOL);
    text += "export const CLOSE = {\n";
    for close in ALL {
        text += &format!("  {}: {},\n", close.name, close.code);
    }
    text += "} as const;\n\nexport type ErrorCode =\n";
    for row in TABLE {
        text += &format!("  | {:?}\n", row.name);
    }
    text = text.trim_end().to_owned() + ";\n\n";
    for declaration in declarations.found.values() {
        text += declaration;
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

#[test]
fn the_committed_typescript_is_what_the_protocol_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/sdk/src/protocol.ts");
    let rendered = render();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().expect("the file has a folder"))
            .expect("the folder can be made");
        std::fs::write(&path, &rendered).expect("the file can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == rendered, "web/sdk/src/protocol.ts differs; run `UPDATE=1 cargo test typescript`");
}

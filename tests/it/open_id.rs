//! Signing in with a provider, and access tokens of a product that embeds Baton, against an issuer made for the purpose: it
//! insists on PKCE, on the redirect and on each code being used once, and it can turn its keys.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::{App, HttpResponse, HttpServer, web};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::api_support::{PASSWORD, Person, Server, answer};
use crate::support::client::{Client, soon};

struct Key {
    id: String,
    signs: EncodingKey,
}

impl Key {
    fn new(id: &str) -> Key {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
        Key { id: id.to_owned(), signs: EncodingKey::from_ec_der(&pair.serialize_der()) }
    }

    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.id.clone());
        encode(&header, claims, &self.signs).expect("a token")
    }

    fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.signs, Algorithm::ES256).expect("a public key");
        jwk.common.key_id = Some(self.id.clone());
        serde_json::to_value(jwk).expect("json")
    }
}

/// What the issuer knows.
struct Known {
    url: String,
    keys: Vec<Key>,
    fetched: usize,
    /// Codes that were given out: the challenge, the nonce and who it is.
    codes: BTreeMap<String, (String, String, Value)>,
    /// In place of the newest that is in the set.
    signs_with: Option<Key>,
    /// While somebody holds it, nobody gets the keys.
    slow: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone)]
struct Issuer(Arc<Mutex<Known>>);

impl Issuer {
    async fn start() -> Issuer {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let known = Known {
            url,
            keys: vec![Key::new("one")],
            fetched: 0,
            codes: BTreeMap::new(),
            signs_with: None,
            slow: Arc::default(),
        };
        let issuer = Issuer(Arc::new(Mutex::new(known)));
        let data = web::Data::new(issuer.clone());
        let app = move || {
            App::new()
                .app_data(data.clone())
                .route("/.well-known/openid-configuration", web::get().to(discovery))
                .route("/keys", web::get().to(keys))
                .route("/token", web::post().to(token))
        };
        let server =
            HttpServer::new(app).workers(1).disable_signals().listen(listener).expect("it listens").run();
        actix_web::rt::spawn(server);
        issuer
    }

    fn url(&self) -> String {
        self.0.lock().expect("no panic").url.clone()
    }

    fn turn_keys(&self, id: &str) {
        self.0.lock().expect("no panic").keys = vec![Key::new(id)];
    }

    /// Signs with a new key from now on; the old one is still in the set.
    fn add_key(&self, id: &str) {
        self.0.lock().expect("no panic").keys.push(Key::new(id));
    }

    /// Takes a key out of the set, as if it had been stolen.
    fn withdraw(&self, id: &str) -> Key {
        let keys = &mut self.0.lock().expect("no panic").keys;
        let at = keys.iter().position(|key| key.id == id).expect("a key of that name");
        keys.remove(at)
    }

    fn fetched(&self) -> usize {
        self.0.lock().expect("no panic").fetched
    }

    fn sign(&self, claims: &Value) -> String {
        let known = self.0.lock().expect("no panic");
        known.signs_with.as_ref().or(known.keys.last()).expect("a key").sign(claims)
    }

    /// Somebody has said yes on the issuer's page: the address that the browser is sent to.
    fn agree(&self, page: &str, who: Value) -> String {
        let query = read_form(page.split_once('?').expect("a query").1);
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        let code = format!("code-{}", uuid::Uuid::now_v7());
        let kept = (query["code_challenge"].clone(), query["nonce"].clone(), who);
        self.0.lock().expect("no panic").codes.insert(code.clone(), kept);
        format!("{}?code={code}&state={}", query["redirect_uri"], query["state"])
    }
}

async fn discovery(issuer: web::Data<Issuer>) -> HttpResponse {
    let url = issuer.url();
    HttpResponse::Ok().json(json!({
        "issuer": url, "jwks_uri": format!("{url}/keys"), "token_endpoint": format!("{url}/token"),
        "authorization_endpoint": format!("{url}/authorize"),
    }))
}

async fn keys(issuer: web::Data<Issuer>) -> HttpResponse {
    let slow = {
        let mut known = issuer.0.lock().expect("no panic");
        known.fetched += 1;
        Arc::clone(&known.slow)
    };
    let _turn = slow.lock().await;
    let known = issuer.0.lock().expect("no panic");
    HttpResponse::Ok().json(json!({ "keys": known.keys.iter().map(Key::public).collect::<Vec<_>>() }))
}

async fn token(issuer: web::Data<Issuer>, body: String) -> HttpResponse {
    let form = read_form(&body);
    let found = issuer.0.lock().expect("no panic").codes.remove(&form["code"]);
    let Some((challenge, nonce, mut claims)) = found else { return HttpResponse::BadRequest().finish() };
    let digest = Sha256::digest(form["code_verifier"].as_bytes());
    if base64url(&digest) != challenge {
        return HttpResponse::BadRequest().json(json!({ "error": "invalid_grant" }));
    }
    let more = json!({ "iss": issuer.url(), "aud": "baton", "exp": now() + 300, "nonce": nonce });
    claims.as_object_mut().expect("claims").extend(more.as_object().expect("claims").clone());
    HttpResponse::Ok()
        .json(json!({ "access_token": "x", "token_type": "Bearer", "id_token": issuer.sign(&claims) }))
}

fn base64url(bytes: &[u8]) -> String {
    baton::auth::secret::to_base64url(bytes)
}

fn read_form(text: &str) -> BTreeMap<String, String> {
    let plain = |part: &str| {
        let mut out = Vec::new();
        let mut bytes = part.bytes();
        while let Some(byte) = bytes.next() {
            if byte == b'%' {
                let hex = [bytes.next().expect("a digit"), bytes.next().expect("a digit")];
                let hex = std::str::from_utf8(&hex).expect("text");
                out.push(u8::from_str_radix(hex, 16).expect("hexadecimal"));
            } else {
                out.push(byte);
            }
        }
        String::from_utf8(out).expect("text")
    };
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(k, v)| (plain(k), plain(v))).collect()
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs()
}

async fn with_provider(issuer: &Issuer, sign_up: &str, more: &[(&str, &str)]) -> Server {
    let url = issuer.url();
    let settings = [
        ("open_id_issuer", url.as_str()),
        ("open_id_client_id", "baton"),
        ("open_id_name", "Acme"),
        ("open_id_sign_up", sign_up),
    ];
    Server::start(&[&settings, more].concat()).await
}

/// A browser that does not follow by itself.
fn browser() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

/// To the provider: its page, and the cookie that is kept meanwhile.
async fn leave(server: &Server) -> (String, String) {
    let told = answer(browser().get(format!("{}/api/v1/auth/open-id", server.running.url))).await;
    assert_eq!(told.status, 303, "{}", told.body);
    let cookie = told.headers["set-cookie"].to_str().expect("text");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let page = told.headers["location"].to_str().expect("text").to_owned();
    (page, cookie.split(';').next().expect("a value").to_owned())
}

/// Back from it: where the browser is sent then, and the refresh cookie if it is signed in.
async fn come_back(address: &str, cookie: &str) -> (String, Option<String>) {
    let told = answer(browser().get(address).header("cookie", cookie)).await;
    assert_eq!(told.status, 303, "{}", told.body);
    let set = told.headers.get_all("set-cookie").iter().filter_map(|text| text.to_str().ok());
    let refresh = set.filter(|text| text.starts_with("baton_refresh=")).map(str::to_owned).next();
    (told.headers["location"].to_str().expect("text").to_owned(), refresh)
}

#[actix_web::test]
async fn people_sign_in_with_a_provider_and_keep_the_account_that_they_had() {
    let issuer = Issuer::start().await;
    let server = with_provider(&issuer, "false", &[]).await;
    let (ana, _) = server.found().await;
    assert_eq!(server.call(None, "GET", "/setup", None).await.ok()["open_id"], "Acme");
    let who = json!({ "sub": "a-1", "email": "ana@acme.example", "email_verified": true, "name": "Ana" });
    let (page, cookie) = leave(&server).await;
    let back = issuer.agree(&page, who.clone());
    let (to, refresh) = come_back(&back, &cookie).await;
    assert_eq!(to, "/");
    let refresh = refresh.expect("signed in");
    assert!(refresh.contains("SameSite=Strict"), "{refresh}");
    let own = refresh.split(';').next().expect("a value").to_owned();
    let headers = [("cookie", own.as_str()), ("baton-request", "1")];
    let signed = server.call_with(None, "POST", "/auth/refresh", None, &headers).await.ok();
    assert_eq!(signed["user"]["id"], ana.id.as_str(), "joined by the proven address");
    // The same code again, another browser's cookie, another state: nobody comes in.
    assert_eq!(come_back(&back, &cookie).await.0, "/#sign-in-failed=unauthenticated");
    let (page, cookie) = leave(&server).await;
    let (_, foreign) = leave(&server).await;
    let back = issuer.agree(&page, who.clone());
    assert_eq!(come_back(&back, &foreign).await.0, "/#sign-in-failed=unauthenticated");
    assert_eq!(come_back(&back, "x=y").await.0, "/#sign-in-failed=unauthenticated");
    let (_, refresh) = come_back(&back, &cookie).await;
    assert!(refresh.is_some(), "what failed for others used nothing up");
    // Without an account, and with an address that nobody has proven.
    for stranger in [
        json!({ "sub": "z-1", "email": "zoe@acme.example", "email_verified": true }),
        json!({ "sub": "z-2", "email": "ana@acme.example", "email_verified": false }),
    ] {
        let (page, cookie) = leave(&server).await;
        let (to, refresh) = come_back(&issuer.agree(&page, stranger), &cookie).await;
        assert_eq!((to.as_str(), refresh), ("/#sign-in-failed=no_account", None));
    }
    // Another address at the provider, the same person.
    let (page, cookie) = leave(&server).await;
    let (to, _) = come_back(&issuer.agree(&page, json!({ "sub": "a-1" })), &cookie).await;
    assert_eq!(to, "/");
}

#[actix_web::test]
async fn keys_that_turn_are_found_and_made_up_ones_are_no_burden() {
    let issuer = Issuer::start().await;
    let server = with_provider(&issuer, "true", &[]).await;
    server.found().await;
    let sign_in = async |subject: &str| {
        let email = format!("{subject}@acme.example");
        let who = json!({ "sub": subject, "email": email, "email_verified": true, "name": subject });
        let (page, cookie) = leave(&server).await;
        come_back(&issuer.agree(&page, who), &cookie).await.0
    };
    assert_eq!(sign_in("yara").await, "/", "who has no account gets one");
    assert_eq!(sign_in("yara").await, "/");
    assert_eq!(issuer.fetched(), 1, "keys are kept");
    issuer.turn_keys("two");
    // Right after a fetch another one is not tried: the floor.
    assert_eq!(sign_in("yara").await, "/#sign-in-failed=unauthenticated");
    assert_eq!(issuer.fetched(), 1);
}

/// A server that takes the access tokens of a product's issuer.
async fn product(issuer: &Issuer, more: &[(&str, &str)]) -> Server {
    let url = issuer.url();
    let settings = [("jwt_issuer", url.as_str()), ("jwt_audience", "baton"), ("jwt_sign_up", "true")];
    Server::start(&[&settings, more].concat()).await
}

/// What the issuer says of Pia for five minutes.
fn of_pia(issuer: &Issuer) -> Value {
    json!({
        "iss": issuer.url(), "aud": "baton", "sub": "p-7", "exp": now() + 300, "name": "Pia",
        "email": "pia@product.example", "email_verified": true,
    })
}

/// Who calls with that token.
fn by(token: String) -> Person {
    Person { id: String::new(), token, cookie: String::new() }
}

#[actix_web::test]
async fn a_product_that_embeds_baton_uses_its_own_tokens() {
    let issuer = Issuer::start().await;
    let server = product(&issuer, &[]).await;
    let (ana, acme) = server.found().await;
    let claims = |more: Value| {
        let mut claims = of_pia(&issuer);
        claims["sid"] = json!("s-1");
        claims.as_object_mut().expect("claims").extend(more.as_object().expect("claims").clone());
        claims
    };
    let pia = by(issuer.sign(&claims(json!({}))));
    let me = server.get(&pia, "/me").await;
    assert_eq!(me["user"]["email"], "pia@product.example");
    // A member by invitation, as anybody; then over HTTP and on a socket with the product's token.
    let link = server
        .post(&ana, &format!("/workspaces/{acme}/invitations"), json!({ "role": "developer" }))
        .await
        .ok();
    let accept = format!("/invitations/{}/accept", link["token"].as_str().expect("a token"));
    server.post(&pia, &accept, json!({})).await.ok();
    server.get(&pia, &format!("/workspaces/{acme}")).await;
    let mut page = Client::at(server.running.address, &pia.token, &acme).await;
    page.greet(json!(null)).await;
    // What is wrong with a token keeps it outside, whatever else it says.
    for (wrong, code) in [
        (json!({ "aud": "another" }), "unauthenticated"),
        (json!({ "iss": "https://evil.example" }), "unauthenticated"),
        (json!({ "exp": now() - 120 }), "token_expired"),
        (json!({ "nbf": now() + 600 }), "unauthenticated"),
        (json!({ "sub": "" }), "unauthenticated"),
    ] {
        let person = by(issuer.sign(&claims(wrong.clone())));
        let told = server.call(Some(&person), "GET", "/me", None).await;
        assert_eq!(told.body["code"], code, "{wrong}: {}", told.body);
    }
    let body = base64url(claims(json!({})).to_string().as_bytes());
    let none = format!("{}.{body}.", base64url(br#"{"alg":"none","kid":"one"}"#));
    server.call(Some(&by(none)), "GET", "/me", None).await.refused("unauthenticated");
    // Signed with the public key as if it were a secret.
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("one".to_owned());
    let public = serde_json::to_vec(&issuer.0.lock().expect("no panic").keys[0].public()).expect("json");
    let forged = encode(&header, &claims(json!({})), &EncodingKey::from_secret(&public)).expect("a token");
    server.call(Some(&by(forged)), "GET", "/me", None).await.refused("unauthenticated");
    // The sign-in can be ended here; another session of the product is another sign-in.
    let list = server.get(&pia, "/me/sign-ins").await;
    let own = list["sign_ins"].as_array().expect("a list").iter().find(|one| one["own"] == true).expect("it");
    let path = format!("/me/sign-ins/{}", own["id"].as_str().expect("an id"));
    server.call(Some(&pia), "DELETE", &path, None).await.ok();
    server.call(Some(&pia), "GET", "/me", None).await.refused("unauthenticated");
    let again = by(issuer.sign(&claims(json!({ "sid": "s-2" }))));
    server.get(&again, "/me").await;
    // The account's own password is nobody's.
    server.sign_in("pia@product.example", PASSWORD).await.refused("bad_credentials");
}

/// Fetches for every key that is not known.
const EAGER: (&str, &str) = ("issuer_keys_pause_ms", "0");

#[actix_web::test]
async fn people_sign_in_under_a_new_key_at_once_and_under_a_withdrawn_one_never_again() {
    let issuer = Issuer::start().await;
    let server = with_provider(&issuer, "true", &[EAGER]).await;
    server.found().await;
    let sign_in = async || {
        let who =
            json!({ "sub": "yara", "email": "yara@acme.example", "email_verified": true, "name": "Yara" });
        let (page, cookie) = leave(&server).await;
        come_back(&issuer.agree(&page, who), &cookie).await.0
    };
    assert_eq!(sign_in().await, "/");
    issuer.add_key("two");
    assert_eq!(sign_in().await, "/", "signed with the new key");
    assert_eq!(issuer.fetched(), 2, "once for each key that was not known");
    assert_eq!(sign_in().await, "/");
    assert_eq!(issuer.fetched(), 2);
    // A thief signs with a key that is in the set no more: as soon as the set is known, nobody comes in with it.
    let stolen = issuer.withdraw("two");
    issuer.add_key("three");
    assert_eq!(sign_in().await, "/");
    assert_eq!(issuer.fetched(), 3);
    let published = issuer.withdraw("three");
    issuer.0.lock().expect("no panic").signs_with = Some(stolen);
    assert_eq!(sign_in().await, "/#sign-in-failed=unauthenticated");
    issuer.0.lock().expect("no panic").signs_with = None;
    issuer.0.lock().expect("no panic").keys.push(published);
    assert_eq!(sign_in().await, "/");
}

#[actix_web::test]
async fn tokens_of_a_product_follow_its_keys_and_made_up_keys_cost_one_fetch() {
    let issuer = Issuer::start().await;
    let server = product(&issuer, &[EAGER]).await;
    server.found().await;
    let claims = of_pia(&issuer);
    let me = async |server: &Server, token: String| server.call(Some(&by(token)), "GET", "/me", None).await;
    let first = issuer.sign(&claims);
    me(&server, first.clone()).await.ok();
    issuer.add_key("two");
    me(&server, issuer.sign(&claims)).await.ok();
    me(&server, first.clone()).await.ok();
    assert_eq!(issuer.fetched(), 2, "both are in the set");
    let old = issuer.withdraw("one");
    issuer.add_key("three");
    me(&server, issuer.sign(&claims)).await.ok();
    for token in [first, old.sign(&claims)] {
        me(&server, token).await.refused("unauthenticated");
    }
    // Another key under the name of one that is known, and one under the name of none.
    me(&server, Key::new("three").sign(&claims)).await.refused("unauthenticated");
    // With the usual pause: however many tokens name keys that there are not, one fetch a while is all that they cause.
    let issuer = Issuer::start().await;
    let server = product(&issuer, &[]).await;
    server.found().await;
    let claims = of_pia(&issuer);
    for n in 0..20 {
        me(&server, Key::new(&format!("made-up-{n}")).sign(&claims)).await.refused("unauthenticated");
    }
    assert_eq!(issuer.fetched(), 1);
    me(&server, issuer.sign(&claims)).await.ok();
    assert_eq!(issuer.fetched(), 1, "and who names one that there is comes in without another");
}

#[actix_web::test]
async fn a_key_that_was_withdrawn_is_not_believed_for_longer_than_is_set() {
    let issuer = Issuer::start().await;
    let server = product(&issuer, &[EAGER, ("issuer_keys_s", "1")]).await;
    server.found().await;
    let claims = of_pia(&issuer);
    let pia = by(issuer.sign(&claims));
    server.get(&pia, "/me").await;
    issuer.withdraw("one");
    // Nobody brings a newer key: it ends by its time alone.
    soon("the end of the key", async {
        while server.call(Some(&pia), "GET", "/me", None).await.status.is_success() {}
    })
    .await;
    server.call(Some(&pia), "GET", "/me", None).await.refused("unauthenticated");
}

#[actix_web::test]
async fn whose_key_is_known_does_not_wait_for_an_issuer_that_is_slow() {
    let issuer = Issuer::start().await;
    let server = product(&issuer, &[EAGER]).await;
    server.found().await;
    let claims = of_pia(&issuer);
    let pia = by(issuer.sign(&claims));
    server.get(&pia, "/me").await;
    let slow = Arc::clone(&issuer.0.lock().expect("no panic").slow);
    let held = slow.lock().await;
    let forger = by(Key::new("made-up").sign(&claims));
    let forged = server.call(Some(&forger), "GET", "/me", None);
    let others = async {
        while issuer.fetched() < 2 {
            tokio::task::yield_now().await;
        }
        server.get(&pia, "/me").await;
        drop(held);
    };
    let (forged, ()) = soon("both answers", futures_util::future::join(forged, others)).await;
    forged.refused("unauthenticated");
}

//! The doors of a server: who is taken for whom behind proxies, TLS by files, absurd paths, headers and paging, and what the time
//! of an answer tells.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::api_routes::filled;
use crate::api_support::{Server, answer};

#[actix_web::test]
async fn whoever_makes_up_a_forwarded_address_is_still_limited_as_one() {
    let server = Server::start(&[("proxy_hops", "1"), ("rate_address", "3")]).await;
    let try_as = async |forwarded: &str| {
        let body = json!({ "email": "nobody@acme.example", "password": "wrong horse battery" });
        server.call_with(None, "POST", "/auth/sign-in", Some(body), &[("x-forwarded-for", forwarded)]).await
    };
    for made_up in ["1.1.1.1", "2.2.2.2", "3.3.3.3"] {
        try_as(&format!("{made_up}, 9.9.9.9")).await.refused("bad_credentials");
    }
    try_as("4.4.4.4, 9.9.9.9").await.refused("rate_limited");
    try_as("4.4.4.4, 8.8.8.8").await.refused("bad_credentials");
}

#[actix_web::test]
async fn a_certificate_by_files_serves_tls_and_marks_the_cookie() {
    let folder = tempfile::tempdir().expect("a folder");
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let write = || {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        std::fs::write(&cert, made.cert.pem()).expect("written");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
        made.cert.pem()
    };
    let pem = write();
    let paths = (cert.display().to_string(), key.display().to_string());
    let server = Server::start(&[("tls_cert", &paths.0), ("tls_key", &paths.1)]).await;
    let url = server.running.url.replace("127.0.0.1", "localhost");
    assert!(url.starts_with("https://"), "{url}");
    let trusting = |pem: &str| {
        let root = reqwest::Certificate::from_pem(pem.as_bytes()).expect("a certificate");
        reqwest::Client::builder().no_proxy().tls_certs_only([root]).build().expect("a client")
    };
    let alive = answer(trusting(&pem).get(format!("{url}/healthz"))).await;
    assert_eq!(alive.status, 200);
    let setup = json!({
        "token": server.set_up_token(), "name": "Ana", "email": "ana@acme.example",
        "password": "correct horse battery", "workspace": "Acme",
    });
    let told = answer(trusting(&pem).post(format!("{url}/api/v1/setup")).json(&setup)).await;
    let cookie = told.headers["set-cookie"].to_str().expect("text");
    assert!(cookie.contains("Secure"), "{cookie}");
    // In the clear nothing is said.
    let plain = url.replace("https://", "http://");
    assert!(
        reqwest::Client::builder().no_proxy().build().expect("a client").get(plain).send().await.is_err()
    );
}

#[actix_web::test]
async fn a_certificate_that_does_not_fit_its_key_starts_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let made = || rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    std::fs::write(&cert, made().cert.pem()).expect("written");
    std::fs::write(&key, made().signing_key.serialize_pem()).expect("written");
    let paths = (cert.display().to_string(), key.display().to_string());
    let config = crate::api_support::config(folder.path(), &[("tls_cert", &paths.0), ("tls_key", &paths.1)]);
    let Err(error) = baton::app::start(&config).await else { panic!("it started") };
    assert!(error.to_string().contains("key.pem"), "{error}");
}

/// Sends bytes as they are, and gives the first line of the answer.
async fn raw(server: &Server, request: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(server.running.address).await.expect("a connection");
    // A server that has read enough may have closed.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut told = Vec::new();
    let _ = stream.read_to_end(&mut told).await;
    String::from_utf8_lossy(&told).lines().next().unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn path_tricks_and_oversized_headers_lead_nowhere() {
    let server = Server::start(&[]).await;
    server.found().await;
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2fetc%2fpasswd",
        "/assets/%00",
        "//api//v1//me",
        "/api/v1/../../healthz",
        "/api/v1/workspaces/%2e%2e/members",
        "/api/v1/me;x=1",
        "/api/v1/me%00",
        "/api/v1/%6de",
    ] {
        let told =
            raw(&server, &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).await;
        let status: u16 = told.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        assert!(status != 500 && !told.contains("root:"), "{path}: {told}");
        // The app's own page answers for paths that are its business; whatever reaches the API wants a token.
        assert!(matches!(status, 200 | 400 | 401 | 404 | 405), "{path}: {told}");
    }
    let big = "x".repeat(512 * 1024);
    let told = raw(
        &server,
        &format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: {big}\r\nConnection: close\r\n\r\n"),
    )
    .await;
    assert!(told.is_empty() || told.contains(" 4"), "{told}");
    let many: String = (0..300).map(|n| format!("X-{n}: 1\r\n")).collect();
    let told =
        raw(&server, &format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}Connection: close\r\n\r\n")).await;
    assert!(told.is_empty() || told.contains(" 4"), "{told}");
    let told = raw(&server, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(told.contains("200"), "the server goes on: {told}");
}

#[actix_web::test]
async fn whatever_a_page_is_asked_for_is_answered_or_refused() {
    let server = Server::start(&[]).await;
    let (ana, acme) = server.found().await;
    let object = server.bring(&ana, &acme, "table users {\n  schema {\n    int id\n  }\n}\n").await;
    let document = server.call(None, "GET", "/openapi.json", None).await.ok();
    let rubbish = [
        "",
        "0",
        "-1",
        "1",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775808",
        "1e400",
        "NaN",
        "null",
        "%00",
        "%ff",
        "'; DROP TABLE users; --",
        "%25",
        "💥",
        "[]",
        "{}",
        "true",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "9007199254740993",
        "-9223372036854775808",
    ];
    let mut tried = 0;
    for (pattern, item) in document["paths"].as_object().expect("paths") {
        let Some(parameters) = item["get"]["parameters"].as_array() else { continue };
        let path =
            pattern.trim_start_matches("/api/v1").replace("{workspace}", &acme).replace("{object}", &object);
        let path = filled(&path);
        let names: Vec<&str> = parameters
            .iter()
            .filter(|one| one["in"] == "query")
            .filter_map(|one| one["name"].as_str())
            .collect();
        for name in &names {
            for value in rubbish {
                let value = value.replace(' ', "%20").replace(';', "%3b");
                let told = server.call(Some(&ana), "GET", &format!("{path}?{name}={value}"), None).await;
                assert!(
                    told.status.as_u16() < 500,
                    "{pattern}?{name}={value}: {} {}",
                    told.status,
                    told.body
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried} pages were asked for");
}

/// The middle of some times.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_account_take_the_same_time() {
    let server = Server::start(&[]).await;
    server.found().await;
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    // By turns, so that a busy machine slows both down alike.
    for turn in 0..15 {
        for (email, times) in [("ana@acme.example", &mut known), ("zoe@acme.example", &mut unknown)] {
            let began = Instant::now();
            let told = server.sign_in(email, &format!("wrong horse battery {turn}")).await;
            times.push(began.elapsed());
            let told: Value = told.refused("bad_credentials");
            assert!(!told.to_string().contains("acme.example"), "{told}");
        }
    }
    let (known, unknown) = (median(known), median(unknown));
    let apart = known.max(unknown).as_secs_f64() / known.min(unknown).as_secs_f64();
    assert!(apart < 2.0, "{known:?} for a known account and {unknown:?} for an unknown one");
}

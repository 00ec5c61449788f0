//! `doctor`: looks at everything that a server needs, and says what is wrong.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Failure;
use crate::app::{self, folder};
use crate::auth::Tokens;
use crate::config::Config;

/// 2025-01-01, in seconds since the Unix epoch: a clock before it has not been set.
const CLOCK_MIN: u64 = 1_735_689_600;
/// A disk that takes longer to make a small file safe makes every edit slow.
const SLOW_DISK: Duration = Duration::from_millis(250);

type Finding = Result<String, String>;

/// Looks, prints, and fails if something is wrong.
pub async fn run(config: &Config) -> Result<(), Failure> {
    let mut findings = vec![("clock", clock()), ("disk", disk(&config.data)), ("secrets", secrets(config))];
    findings.push(("database", database(config).await));
    let mut wrong = 0;
    for (what, finding) in findings {
        match finding {
            Ok(words) => println!("ok     {what:<9} {words}"),
            Err(words) => {
                wrong += 1;
                println!("WRONG  {what:<9} {words}");
            }
        }
    }
    if wrong == 0 { Ok(()) } else { Err(Failure::new(format!("{wrong} things are wrong"))) }
}

fn clock() -> Finding {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if now < CLOCK_MIN {
        return Err("the system's clock is years behind; tokens and deadlines would be wrong".to_owned());
    }
    Ok("set".to_owned())
}

fn disk(data: &Path) -> Finding {
    let write = || -> std::io::Result<Duration> {
        fs::create_dir_all(data)?;
        let path = data.join(".doctor");
        let began = Instant::now();
        let file = fs::File::create(&path)?;
        std::io::Write::write_all(&mut &file, &[0; 4_096])?;
        file.sync_all()?;
        let took = began.elapsed();
        fs::remove_file(path)?;
        Ok(took)
    };
    match write() {
        Ok(took) if took > SLOW_DISK => {
            Err(format!("{} takes {} ms to make a file safe", data.display(), took.as_millis()))
        }
        Ok(took) => Ok(format!("{} can be written, made safe in {} ms", data.display(), took.as_millis())),
        Err(error) => Err(format!("{}: {error}", data.display())),
    }
}

fn secrets(config: &Config) -> Finding {
    let secret = config.secret.as_ref().map(|secret| secret.reveal().as_bytes());
    Tokens::new(secret.unwrap_or(b"only to see that signing works"), None, config.access_token_s)
        .map_err(|error| error.to_string())?;
    Ok(match secret {
        Some(_) => "access tokens are signed with the configured secret".to_owned(),
        None => "access tokens are signed with a generated secret, which is enough on loopback".to_owned(),
    })
}

async fn database(config: &Config) -> Finding {
    if let Some(in_use) = folder::in_use(&config.data) {
        return ready(&in_use.url).await;
    }
    app::inspect(&config.data).await
}

async fn ready(url: &str) -> Finding {
    let answer = match reqwest::Client::builder().no_proxy().build() {
        Ok(http) => http.get(format!("{url}/readyz")).send().await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(format!("answers through {url}")),
        Ok(answer) => Err(format!("{url} says {}", answer.status())),
        Err(error) => Err(format!("{url} uses the data folder but does not answer: {error}")),
    }
}

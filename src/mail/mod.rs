//! Letters to people, by SMTP. Whoever sends one goes on at once: a task of its own delivers, and tries again for a while.
//!
//! Nothing here knows who may be written to; addresses and links never go into the log.

mod letter;

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::sync::mpsc;

pub use letter::Letter;

/// Letters that may wait to be delivered.
const WAITING: usize = 256;
/// Pauses before another try.
const PAUSES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(15), Duration::from_secs(120)];
/// How long the other server may take for a step.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why no letter can be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The settings cannot be used.
    #[error("{0}")]
    Settings(String),
    /// Too many letters wait.
    #[error("too many letters wait to be delivered")]
    Full,
    /// The address is none.
    #[error("the address cannot be written to")]
    Address,
}

/// See the module. Clones share the queue.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    queue: mpsc::Sender<Message>,
}

/// Delivers what is queued; run it on a thread of its own or beside others.
pub struct Delivery {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    queue: mpsc::Receiver<Message>,
}

/// Whether letters and their passwords would cross a network unencrypted. `None` if the address cannot be read at all.
pub fn is_in_the_open(url: &str) -> Option<bool> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let host = authority.rsplit('@').next()?.trim_start_matches('[');
    let local = ["localhost", "127.", "::1"].iter().any(|near| host.starts_with(near));
    match scheme {
        "smtps" => Some(false),
        "smtp" => Some(!rest.contains("tls=required") && !local),
        _ => None,
    }
}

impl Mailer {
    /// Takes an address such as `smtps://user:password@mail.example.com` or `smtp://host:587?tls=required`, and the sender, such
    /// as `Baton <baton@example.com>`.
    ///
    /// # Errors
    /// [`MailError::Settings`], without the password.
    pub fn new(url: &str, from: &str) -> Result<(Mailer, Delivery), MailError> {
        let from = from.parse().map_err(|_| MailError::Settings(format!("`{from}` is no sender")))?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            // The library's words may hold the address with its password.
            .map_err(|_| MailError::Settings("the address of the mail server cannot be read".to_owned()))?;
        let transport = builder.timeout(Some(PATIENCE)).build();
        let (sender, queue) = mpsc::channel(WAITING);
        Ok((Mailer { from, queue: sender }, Delivery { transport, queue }))
    }

    /// Queues a letter.
    ///
    /// # Errors
    /// [`MailError::Address`], [`MailError::Full`].
    pub fn send(&self, letter: Letter) -> Result<(), MailError> {
        let to: Mailbox = letter.to.parse().map_err(|_| MailError::Address)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(|_| MailError::Address)?;
        self.queue.try_send(message).map_err(|_| MailError::Full)
    }
}

impl Delivery {
    /// Delivers until nobody can queue any more.
    pub async fn run(mut self) {
        while let Some(message) = self.queue.recv().await {
            let done = self.deliver(&message).await;
            metrics::counter!("baton_mail_total", "done" => if done { "sent" } else { "given_up" })
                .increment(1);
        }
    }

    async fn deliver(&self, message: &Message) -> bool {
        let mut pauses = PAUSES.iter();
        loop {
            match self.transport.send(message.clone()).await {
                Ok(_) => return true,
                Err(error) => {
                    // A refusal for good is not asked for again.
                    let pause = pauses.next().filter(|_| !error.is_permanent());
                    tracing::warn!(%error, again = pause.is_some(), "a letter could not be delivered");
                    let Some(pause) = pause else { return false };
                    tokio::time::sleep(*pause).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_does_not_cross_a_network_in_the_open() {
        assert_eq!(is_in_the_open("smtps://u:p@mail.example.com"), Some(false));
        assert_eq!(is_in_the_open("smtp://mail.example.com:587?tls=required"), Some(false));
        assert_eq!(is_in_the_open("smtp://u:p@mail.example.com:25"), Some(true));
        assert_eq!(is_in_the_open("smtp://127.0.0.1:2525"), Some(false));
        assert_eq!(is_in_the_open("smtp://127.0.0.1@mail.example.com"), Some(true));
        assert_eq!(is_in_the_open("http://mail.example.com"), None);
    }

    #[test]
    fn what_is_no_address_is_not_written_to() {
        let (mailer, _delivery) =
            Mailer::new("smtp://127.0.0.1:1", "Baton <baton@acme.example>").expect("good");
        let to = |to: &str| Letter { to: to.to_owned(), subject: "x".into(), text: "y".into() };
        assert_eq!(mailer.send(to("ana@acme.example\r\nBcc: all@acme.example")), Err(MailError::Address));
        assert_eq!(mailer.send(to("ana@acme.example")), Ok(()));
        assert!(Mailer::new("nonsense", "a@b.example").is_err());
        assert!(Mailer::new("smtp://127.0.0.1:1", "nobody").is_err());
    }
}

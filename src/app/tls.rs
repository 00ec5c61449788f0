//! TLS by certificate files. They are read anew when they change, so that a renewed certificate needs no restart.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::StartError;

/// The files are looked at this often at most.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// TLS 1.2 and 1.3 with the certificate of these files.
///
/// # Errors
/// [`StartError::Tls`] with what is wrong with which file.
pub fn server_config(certificate: &Path, key: &Path) -> Result<ServerConfig, StartError> {
    let files = Files::new(certificate, key)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(certificate, &error))?;
    Ok(config.with_no_client_auth().with_cert_resolver(Arc::new(files)))
}

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    pair: Arc<CertifiedKey>,
    changed: Option<SystemTime>,
    looked: Instant,
}

impl Files {
    fn new(certificate: &Path, key: &Path) -> Result<Self, StartError> {
        let pair = Arc::new(read(certificate, key)?);
        let held = Held { pair, changed: changed(certificate, key), looked: Instant::now() };
        Ok(Files { certificate: certificate.to_owned(), key: key.to_owned(), held: Mutex::new(held) })
    }

    fn current(&self, now: Instant) -> Arc<CertifiedKey> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if now - held.looked >= LOOK_EVERY {
            held.looked = now;
            let changed = changed(&self.certificate, &self.key);
            if changed != held.changed {
                match read(&self.certificate, &self.key) {
                    Ok(pair) => {
                        tracing::info!("the TLS certificate was read anew");
                        held.pair = Arc::new(pair);
                        held.changed = changed;
                    }
                    // The one before stays in use; the files may be half written.
                    Err(error) => {
                        tracing::warn!(%error, "the TLS certificate has changed and cannot be used")
                    }
                }
            }
        }
        Arc::clone(&held.pair)
    }
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current(Instant::now()))
    }
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, StartError> {
    let chain: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain = chain.map_err(|error| wrong(certificate, &error))?;
    if chain.is_empty() {
        return Err(wrong(certificate, &"there is no certificate in it"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, &error))?;
    let signer = aws_lc_rs::sign::any_supported_type(&private).map_err(|error| wrong(key, &error))?;
    let pair = CertifiedKey::new(chain, signer);
    match pair.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(pair),
        Err(error) => Err(wrong(key, &error)),
    }
}

/// When the later of the two was written.
fn changed(certificate: &Path, key: &Path) -> Option<SystemTime> {
    let at = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    at(certificate).max(at(key))
}

fn wrong(path: &Path, what: &dyn std::fmt::Display) -> StartError {
    StartError::Tls { path: path.to_owned(), what: what.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, age_s: u64) -> (PathBuf, PathBuf) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
        for (path, text) in [(&certificate, made.cert.pem()), (&key, made.signing_key.serialize_pem())] {
            std::fs::write(path, text).expect("written");
            let file = std::fs::File::options().write(true).open(path).expect("opened");
            file.set_modified(SystemTime::now() - Duration::from_secs(age_s)).expect("a time");
        }
        (certificate, key)
    }

    #[test]
    fn a_renewed_certificate_is_taken_up_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = write(folder.path(), 600);
        let files = Files::new(&certificate, &key).expect("they fit");
        let start = Instant::now();
        let first = files.current(start);
        write(folder.path(), 300);
        assert_eq!(files.current(start).cert, first.cert, "the files are not looked at all the time");
        let second = files.current(start + LOOK_EVERY * 2);
        assert_ne!(second.cert, first.cert);
        std::fs::write(&key, "nothing").expect("written");
        assert_eq!(files.current(start + LOOK_EVERY * 4).cert, second.cert);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (certificate, _) = write(one.path(), 0);
        let (_, key) = write(other.path(), 0);
        let error = server_config(&certificate, &key).expect_err("another's key").to_string();
        assert!(error.contains("key.pem"), "{error}");
        assert!(server_config(&one.path().join("none.pem"), &key).is_err());
    }
}

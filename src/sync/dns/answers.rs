//! What the answers of a DNS server mean, and what to do about them.

use std::io;
use std::time::Duration;

use domain::base::iana::Rcode;
use domain::tsig::ValidationError;

use crate::config::DnsServer;
use crate::diagnostic::Diagnostic;

/// What was asked of a server.
#[derive(Debug, Clone, Copy)]
pub struct DnsRequest<'a> {
    /// The server.
    pub server: &'a DnsServer,
    /// The zone.
    pub zone: &'a str,
    /// The name of the key.
    pub key: &'a str,
    /// What for.
    pub purpose: DnsPurpose,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsPurpose {
    /// Whether the server has the zone, and accepts the key.
    Check,
    /// All records of the zone.
    Transfer,
    /// A change.
    Update,
}

impl DnsRequest<'_> {
    fn failed(&self) -> Diagnostic {
        let Self { server, zone, .. } = self;
        Diagnostic::new(match self.purpose {
            DnsPurpose::Check => format!("{server} does not answer for the zone {zone}"),
            DnsPurpose::Transfer => format!("{server} does not transfer the zone {zone}"),
            DnsPurpose::Update => format!("{server} does not update the zone {zone}"),
        })
    }

    /// Describes an answer with an error.
    #[must_use]
    pub fn refused(&self, rcode: Rcode) -> Diagnostic {
        let Self { zone, key, .. } = self;
        let failed = self.failed().with_cause(rcode.to_string());
        match rcode {
            Rcode::REFUSED => failed.remedy(match self.purpose {
                DnsPurpose::Check => {
                    format!("check that it has the zone {zone}, and allows queries with the key {key}")
                }
                DnsPurpose::Transfer => format!("allow transfers with the key {key} (`allow-transfer`)"),
                DnsPurpose::Update => {
                    format!("allow the key {key} to change A, AAAA, PTR and TXT records (`update-policy`)")
                }
            }),
            Rcode::NOTAUTH | Rcode::NOTZONE => failed
                .remedy(format!("name the primary server of {zone} in `server`, and its zones in `zones`")),
            Rcode::NOTIMP => {
                failed.remedy("name the primary server in `server`; it has to accept dynamic updates")
            }
            Rcode::SERVFAIL => {
                failed.remedy("look into the log of the server: it cannot load or write the zone")
            }
            _ => failed,
        }
    }

    /// Describes an answer without the right signature. An error that it says besides is believed, since nothing
    /// follows from it but another sentence.
    #[must_use]
    pub fn wrongly_signed(&self, error: ValidationError, rcode: Rcode) -> Diagnostic {
        let (failed, key) = (self.failed(), self.key);
        match error {
            ValidationError::ServerBadKey => failed
                .with_cause(format!("it does not know the key {key} (BADKEY)"))
                .remedy("compare `key-name` and `algorithm` with the server's"),
            ValidationError::ServerBadSig => failed
                .with_cause(format!("the secret of the key {key} is not the server's (BADSIG)"))
                .remedy("copy the secret of the key from the server"),
            ValidationError::ServerBadTime { client, server } => {
                let (ours, theirs) = (u64::from(client), u64::from(server));
                failed
                    .with_cause(format!(
                        "its clock and the one here differ by {} s (BADTIME)",
                        ours.abs_diff(theirs)
                    ))
                    .remedy("set both clocks, by NTP for example; up to 300 s are accepted")
            }
            ValidationError::BadTime => failed
                .with_cause("its answer is signed at another time")
                .remedy("set both clocks, by NTP for example; up to 300 s are accepted"),
            _ if rcode != Rcode::NOERROR => self.refused(rcode),
            ValidationError::ServerUnsigned => failed.with_cause("its answer is not signed").remedy(format!(
                "add the key {key} to the server; netcensus does not trust answers without its signature"
            )),
            error => failed.with_cause(format!("the signature of its answer is wrong: {error}")),
        }
    }

    /// Describes an answer that is none to the request, or cannot be read.
    #[must_use]
    pub fn malformed(&self, what: &str) -> Diagnostic {
        self.failed().with_cause(what)
    }

    /// Describes a connection that failed or ended.
    #[must_use]
    pub fn broken(&self, error: &io::Error) -> Diagnostic {
        let failed = match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                self.failed().with_cause("it ended the connection before its answer was complete")
            }
            _ => self.failed().with_source(error),
        };
        self.with_doubt(failed)
    }

    /// Describes that no connection could be made.
    #[must_use]
    pub fn unreachable(&self, error: &io::Error) -> Diagnostic {
        self.failed().with_source(error).remedy("check `server`; it has to answer by TCP")
    }

    /// Describes that time is up.
    #[must_use]
    pub fn timed_out(&self, after: Duration) -> Diagnostic {
        self.with_doubt(self.failed().with_cause(format!("no answer in {} s", after.as_secs())))
    }

    /// Says that a change may have been made although there is no answer.
    fn with_doubt(&self, failed: Diagnostic) -> Diagnostic {
        match self.purpose {
            DnsPurpose::Update => failed.remedy("run again: the next run reads what was written"),
            DnsPurpose::Check | DnsPurpose::Transfer => failed,
        }
    }
}

//! One signed-in account: its identity, its credentials, and an EC2 client for each region that is being read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::{Region, SdkConfig};
use aws_sdk_ec2::Client as Ec2;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::clouds::aws::answers::CheckAnswers;
use crate::clouds::aws::answers::short_answers::ShortenAnswers;
use crate::clouds::aws::authentication::login::Login;
use crate::clouds::aws::requests::request_meter::MeterRequests;
use crate::clouds::aws::requests::retries::{NoFutileRetries, RetryStatuses, new_retry_budget};
use crate::clouds::{Event, Run};

/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
const ACCOUNT_DIGITS: usize = 12;

/// Tells whether `text` is an account id.
pub fn is_account_id(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An account and the means to read it.
#[derive(Debug)]
pub struct Session {
    /// Twelve-digit account id, from STS.
    pub account: String,
    /// Partition of the caller's ARN: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The account's name, where Organizations gave it.
    pub name: Option<String>,
    /// Whether the regions that are read are those that the account lists as enabled.
    pub lists_regions: bool,
    /// The logins that lead to this account; the first one is used.
    pub logins: Vec<Login>,
    /// Credentials (cached for all regions) and connection.
    pub config: SdkConfig,
    clients: Mutex<HashMap<String, Weak<Ec2>>>,
}

impl Session {
    /// Makes a session without a client yet.
    pub fn new(account: String, partition: String, login: Login, config: SdkConfig) -> Self {
        Self {
            account,
            partition,
            name: None,
            lists_regions: false,
            logins: vec![login],
            config,
            clients: Mutex::default(),
        }
    }

    /// Returns a session of the same account and credentials, to read the account with.
    pub fn for_reading(&self) -> Self {
        let config = self.config.clone();
        let session = Self::new(self.account.clone(), self.partition.clone(), self.login().clone(), config);
        session.with_name(self.name.clone())
    }

    /// Calls the account by its name in the organization, if it has one.
    #[must_use]
    pub fn with_name(self, name: Option<String>) -> Self {
        Self { name, ..self }
    }

    /// Lists what the account is called: its name, and those of the profiles that lead to it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let profiles = self.logins.iter().filter_map(|login| login.label().strip_prefix("profile:"));
        self.name.as_deref().into_iter().chain(profiles)
    }

    /// Takes over the logins of another session of the same account, which is then read once.
    pub fn add_logins(&mut self, other: Self, run: &Run) {
        run.observer.event(Event::Notice(&format!(
            "{} is the same account as {} ({}); it is read once",
            other.login().label(),
            self.login().label(),
            self.account
        )));
        self.name = self.name.take().or(other.name);
        self.logins.extend(other.logins);
    }

    /// Returns the login that is used.
    pub fn login(&self) -> &Login {
        &self.logins[0]
    }

    /// Returns the EC2 client for `region`, which all that read the region at the same time share.
    ///
    /// Each account and region has a retry budget of its own: EC2 throttles by them, and one that is
    /// throttled must not use up the retries of the others.
    ///
    /// A client takes some 40 KB, and a scan may need thousands of them, so none outlives its readers.
    pub fn ec2(&self, region: &str) -> Arc<Ec2> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(region).and_then(Weak::upgrade) {
            return client;
        }
        let client = Arc::new(self.connect_ec2(region));
        clients.insert(region.to_owned(), Arc::downgrade(&client));
        client
    }

    fn connect_ec2(&self, region: &str) -> Ec2 {
        let config = self.config.to_builder().region(Region::new(region.to_owned())).build();
        let config = aws_sdk_ec2::config::Builder::from(&config)
            .retry_partition(new_retry_budget("ec2"))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_classifier(RetryStatuses)
            .retry_classifier(NoFutileRetries)
            .interceptor(MeterRequests)
            .interceptor(ShortenAnswers)
            .interceptor(CheckAnswers)
            .build();
        Ec2::from_conf(config)
    }
}

/// Takes accounts that are certain to be read, as soon as they are signed in to, while others still are not.
#[derive(Debug, Clone, Default)]
pub struct EarlySessions(Option<UnboundedSender<Session>>);

impl EarlySessions {
    /// Makes one, and what receives the sessions.
    pub fn channel() -> (Self, UnboundedReceiver<Session>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(Some(sender)), receiver)
    }

    /// Takes an account.
    pub fn add(&self, session: &Session) {
        if let Some(sender) = &self.0 {
            // Without a receiver, the plan has failed.
            let _ = sender.send(session.for_reading());
        }
    }
}

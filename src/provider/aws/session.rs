//! One signed-in account: its identity, its credentials, and an EC2 client per region.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_config::{Region, SdkConfig};
use aws_sdk_ec2::Client as Ec2;
use aws_sdk_ec2::config::retry::RetryPartition;

use super::connection::WatchRequests;

/// An account and the means to read it.
#[derive(Debug)]
pub struct Session {
    /// Twelve-digit account id, as STS told.
    pub account: String,
    /// Partition of the caller's ARN: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The account's name, where Organizations told.
    pub name: Option<String>,
    /// The ways that led here; the first one is used.
    pub logins: Vec<Login>,
    /// Credentials (cached for all regions) and connection.
    pub config: SdkConfig,
    clients: Mutex<HashMap<String, Ec2>>,
}

impl Session {
    /// Makes a session without a client yet.
    pub fn new(account: String, partition: String, login: Login, config: SdkConfig) -> Self {
        Self { account, partition, name: None, logins: vec![login], config, clients: Mutex::default() }
    }

    /// Returns the way in that is used.
    pub fn login(&self) -> &Login {
        &self.logins[0]
    }

    /// Returns the EC2 client for `region`, made once.
    ///
    /// Each account and region has a retry budget of its own: EC2 throttles by them, and one that is
    /// throttled must not use up the retries of the others.
    pub fn ec2(&self, region: &str) -> Ec2 {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.entry(region.to_owned()).or_insert_with(|| self.connect(region)).clone()
    }

    fn connect(&self, region: &str) -> Ec2 {
        let config = self.config.to_builder().region(Region::new(region.to_owned())).build();
        let config = aws_sdk_ec2::config::Builder::from(&config)
            .retry_partition(RetryPartition::new(format!("ec2-{}-{region}", self.account)))
            .interceptor(WatchRequests)
            .build();
        Ec2::from_conf(config)
    }
}

/// A way into an account, and what to do when it does not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    label: String,
    remedy: String,
    role_remedy: String,
}

impl Login {
    /// The SDK's default chain.
    pub fn default_chain() -> Self {
        let remedy = std::env::var("AWS_PROFILE").map_or_else(
            |_| "sign in again: `aws sso login`, `aws login`, or new keys".to_owned(),
            |profile| format!("sign in again, such as with `aws sso login --profile {profile}`"),
        );
        Self { label: "default chain".to_owned(), remedy, role_remedy: role_remedy("the role", false) }
    }

    /// A profile of the AWS configuration files.
    pub fn profile(name: &str, remedy: String) -> Self {
        Self { label: format!("profile:{name}"), remedy, role_remedy: role_remedy("the role", false) }
    }

    /// A role assumed by `caller`, whose credentials they are in the end.
    pub fn role(arn: &str, external_id: bool, caller: &Self) -> Self {
        Self {
            label: format!("role:{arn}"),
            remedy: caller.remedy.clone(),
            role_remedy: role_remedy(&format!("the role {arn}"), external_id),
        }
    }

    /// Returns how documents name it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns what to do when the credentials do not work.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// Returns what to do when a role on the way is refused.
    pub fn role_remedy(&self) -> &str {
        &self.role_remedy
    }
}

fn role_remedy(role: &str, external_id: bool) -> String {
    let also = if external_id { " and external id" } else { "" };
    format!("check that {role} exists and that its trust policy names the caller{also}")
}

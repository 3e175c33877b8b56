//! One request to the Azure Resource Manager.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;
use url::Url;

use super::pauses::Quota;

/// One request to the resource manager, ready to be sent as often as it takes.
#[derive(Debug)]
pub struct ArmRequest {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What it does, as Azure RBAC spells it.
    pub action: &'static str,
    /// Whose quota it counts against.
    pub quota: Quota,
}

#[cfg(test)]
impl ArmRequest {
    /// Makes a request for a list of a subscription.
    pub fn for_test(url: &str, action: &'static str, subscription: &str) -> Self {
        Self {
            method: Method::GET,
            url: url.parse().expect("is a URL"),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            action,
            quota: Quota::Subscription(subscription.to_owned()),
        }
    }
}

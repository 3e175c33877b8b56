//! Subscriptions in which nothing can be, as Azure itself says.
//!
//! Some are of a kind that contains no resources ("Access to Azure Active Directory"), some are deleted and still
//! listed, and some never used the service that is asked for. Azure refuses their lists, and always will. That is no gap
//! in an inventory, because there is nothing to read.
//!
//! A policy, a proxy or a fault may refuse a list in the same words, though. So such a claim is believed only as long as
//! no other list of the same provider shows a resource in the subscription. Lists are read in any order, and what is
//! found last may refute what was believed first: so this is decided when everything was read.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clouds::Failure;
use crate::clouds::azure::permissions::{provider_of, required_lists};
use crate::clouds::azure::requests::arm_error::ArmError;
use crate::model::Kind;

/// What Azure claims of the lists of one subscription, and the resources that refute it.
#[derive(Debug)]
pub struct EmptinessClaims {
    /// The subscription, as messages name it.
    name: String,
    /// Its state in the list of subscriptions.
    state: Option<String>,
    seen: Mutex<ClaimsAndProviders>,
}

#[derive(Debug, Default)]
struct ClaimsAndProviders {
    claims: Vec<Claim>,
    /// The providers of which a resource was seen, in lower case, and how Azure writes them.
    providers: BTreeMap<String, String>,
}

/// A refusal that says that a list is empty.
#[derive(Debug)]
struct Claim {
    /// The list, by the permission that it takes.
    list: &'static str,
    /// Whether it is about the subscription as a whole, and not only about the list's provider.
    is_about_all: bool,
    /// What you are told if nothing refutes it.
    statement: String,
    failure: Failure,
}

impl EmptinessClaims {
    /// Begins with the name and the state of the subscription, as it was listed.
    pub fn new(name: &str, state: Option<&str>) -> Self {
        Self { name: name.to_owned(), state: state.map(str::to_owned), seen: Mutex::default() }
    }

    /// Tells whether `error` says that nothing is in `list`, and records it.
    pub fn record_claim(&self, list: &'static str, error: &ArmError) -> bool {
        // The subscription never used what the list is of. That is nothing worth telling.
        if error.is_unregistered_provider() {
            return true;
        }
        let (name, message) = (&self.name, error.azure_message());
        let (is_about_all, statement) = if error.is_disallowed() {
            let statement = format!("Azure says that nothing can be in {name}: {message}");
            (error.is_disallowed_everywhere(), statement)
        } else if error.is_unknown_subscription() && self.is_deleted() {
            let state = self.state.as_deref().unwrap_or_default();
            let statement = format!(
                "Azure says that nothing is in {name} any more: it is in state {state}, and {message}"
            );
            (true, statement)
        } else {
            return false;
        };
        let statement = format!("{statement} (--exclude-azure-subscription leaves it out)");
        self.seen().claims.push(Claim { list, is_about_all, statement, failure: error.failure.clone() });
        true
    }

    /// Records that the subscription has a resource, by the permission of its list or by its type.
    pub fn record_resource(&self, permission_or_type: &str) {
        let provider = provider_of(permission_or_type);
        self.seen().providers.entry(provider.to_ascii_lowercase()).or_insert_with(|| provider.to_owned());
    }

    /// Returns why nothing is in the subscription, as far as no resource refutes it.
    pub fn statement(&self) -> Option<String> {
        let seen = self.seen();
        let mut claims = seen.claims.iter();
        claims.find(|claim| seen.refuting_provider(claim).is_none()).map(|claim| claim.statement.clone())
    }

    /// Tells whether Azure says that nothing at all is in the subscription, as far as no resource refutes it.
    pub fn is_empty_subscription(&self) -> bool {
        let seen = self.seen();
        seen.claims.iter().any(|claim| claim.is_about_all && seen.refuting_provider(claim).is_none())
    }

    /// Returns what is missing of `kind`: the lists that Azure refused as empty, although others show resources.
    pub fn refuted(&self, kind: Kind) -> Option<Failure> {
        let seen = self.seen();
        let needed = seen.claims.iter().filter(|claim| required_lists(kind).contains(&claim.list));
        let failures = needed.filter_map(|claim| {
            let provider = seen.refuting_provider(claim)?;
            let why = format!(
                "this list may be incomplete, because {} has other resources of {provider}",
                self.name
            );
            Some(claim.failure.clone().context(why))
        });
        Failure::join(failures).err()
    }

    /// Tells whether the list of subscriptions says that it is deleted. One in any other state may still contain
    /// machines: if it cannot be found, it was lost meanwhile, or is of another tenant.
    fn is_deleted(&self) -> bool {
        self.state.as_deref() == Some("Deleted")
    }

    fn seen(&self) -> MutexGuard<'_, ClaimsAndProviders> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClaimsAndProviders {
    /// Returns the provider whose resources show that `claim` is wrong.
    fn refuting_provider(&self, claim: &Claim) -> Option<&str> {
        let own = provider_of(claim.list).to_ascii_lowercase();
        let mut refuting = self.providers.iter().filter(|(key, _)| claim.is_about_all || **key == own);
        refuting.next().map(|(_, name)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::azure::permissions::{HUBS, MACHINES, NETWORKS, NICS};
    use crate::model::Outcome;

    fn claims(state: Option<&str>) -> EmptinessClaims {
        EmptinessClaims::new("subscription n", state)
    }

    #[test]
    fn only_what_azure_says_of_the_subscription_as_a_whole_proves_that_nothing_is_there() {
        // AzureHound 65, GuardrailsSolutionAccelerator 403, AzGovViz 110.
        let proved = |state: Option<&str>, status: u16, code: &str| {
            claims(state).record_claim(NETWORKS, &ArmError::for_test(status, code))
        };
        for code in ["DisallowedOperation", "DisallowedProvider"] {
            assert!(proved(Some("Enabled"), 400, code) && proved(None, 403, code), "{code}");
            assert!(!proved(Some("Enabled"), 500, code), "a server that fails proves nothing");
        }
        assert!(proved(Some("Enabled"), 409, "MissingSubscriptionRegistration"));
        assert!(proved(Some("Deleted"), 404, "SubscriptionNotFound"));
        for state in [Some("Enabled"), Some("PastDue"), Some("Disabled"), Some("Warned"), Some("Odd"), None] {
            assert!(!proved(state, 404, "SubscriptionNotFound"), "{state:?}");
        }
        for (status, code) in [
            (403, "AuthorizationFailed"),
            (404, "InvalidResourceType"),
            (404, "ResourceNotFound"),
            (409, "ReadOnlyDisabledSubscription"),
            (403, "SubscriptionNotFound"),
            (404, ""),
        ] {
            assert!(!proved(Some("Deleted"), status, code), "{status} {code}");
        }
    }

    #[test]
    fn the_words_are_kept_once() {
        let claims = claims(None);
        assert_eq!(claims.statement(), None);
        assert!(claims.record_claim(NICS, &ArmError::for_test(409, "MissingSubscriptionRegistration")));
        assert_eq!(claims.statement(), None, "a service that is not used is nothing to tell");
        assert!(claims.record_claim(NETWORKS, &ArmError::for_test(400, "DisallowedOperation")));
        assert!(claims.record_claim(HUBS, &ArmError::for_test(400, "DisallowedProvider")));
        assert!(claims.statement().is_some_and(|text| text.contains("DisallowedOperation: said")));
    }

    #[test]
    fn a_resource_of_the_same_provider_refutes_the_claim_whichever_comes_first() {
        for (status, code, outcome) in
            [(403, "DisallowedProvider", Outcome::Denied), (400, "DisallowedOperation", Outcome::Failed)]
        {
            for is_first in [true, false] {
                let claims = claims(None);
                if !is_first {
                    claims.record_resource(NICS);
                }
                assert!(claims.record_claim(HUBS, &ArmError::for_test(status, code)));
                if is_first {
                    assert!(claims.refuted(Kind::Networks).is_none(), "{code}: nothing refutes it yet");
                    claims.record_resource("microsoft.network/networkinterfaces");
                }
                let failure = claims.refuted(Kind::Networks).unwrap();
                let detail = failure.detail();
                assert_eq!(failure.outcome, outcome, "{code}");
                assert!(detail.contains(code) && detail.contains("subscription n has other"), "{detail}");
                assert!(detail.to_lowercase().contains("of microsoft.network"), "{detail}");
                assert_eq!(claims.statement(), None, "{code}");
                assert!(claims.refuted(Kind::Instances).is_none(), "{code}: machines do without hubs");
            }
        }
    }

    #[test]
    fn a_kind_that_was_never_used_is_empty_beside_others_of_its_provider() {
        let claims = claims(None);
        claims.record_resource(NETWORKS);
        assert!(claims.record_claim(HUBS, &ArmError::for_test(409, "MissingSubscriptionRegistration")));
        assert!(claims.refuted(Kind::Networks).is_none() && claims.statement().is_none());
    }

    fn claims_of(list: &'static str, code: &str) -> EmptinessClaims {
        let claims = claims(None);
        assert!(claims.record_claim(list, &ArmError::for_test(409, code)));
        claims
    }

    #[test]
    fn a_resource_of_another_provider_refutes_only_what_is_said_of_all() {
        for (code, is_refuted) in [("DisallowedProvider", false), ("DisallowedOperation", true)] {
            let claims = claims(None);
            claims.record_resource(MACHINES);
            assert!(claims.record_claim(NETWORKS, &ArmError::for_test(409, code)));
            assert_eq!(claims.refuted(Kind::Networks).is_some(), is_refuted, "{code}");
            let alone = claims_of(NETWORKS, code);
            assert_eq!(alone.is_empty_subscription(), is_refuted, "{code}");
        }
    }
}

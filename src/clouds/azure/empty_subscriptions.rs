//! Subscriptions in which nothing can be, as Azure itself says.
//!
//! Some are of a kind that holds no resources ("Access to Azure Active Directory"), some are deleted and still listed.
//! Every list of theirs is refused, for ever: that is no gap in an inventory, since nothing is behind it.

use std::sync::OnceLock;

use super::arm_error::ArmError;

/// What Azure says of one subscription.
#[derive(Debug, Default)]
pub struct EmptinessProof {
    name: String,
    state: Option<String>,
    words: OnceLock<String>,
}

impl EmptinessProof {
    /// Begins with the name and state of the subscription, as it was listed.
    pub fn new(name: &str, state: Option<&str>) -> Self {
        Self { name: name.to_owned(), state: state.map(str::to_owned), words: OnceLock::new() }
    }

    /// Tells whether `refusal` proves that nothing is in the list that was asked for, and keeps Azure's words.
    pub fn is_proved_by(&self, error: &ArmError) -> bool {
        let (name, words) = (&self.name, error.azure_message());
        let said = if error.is_disallowed() {
            format!("Azure says that nothing can be in {name}: {words}")
        } else if error.is_unknown_subscription() && self.is_deleted() {
            let state = self.state.as_deref().unwrap_or_default();
            format!("Azure says that nothing is in {name} any more: it is in state {state}, and {words}")
        } else {
            return false;
        };
        let _ = self.words.set(format!("{said} (--exclude-azure-subscription leaves it out)"));
        true
    }

    /// Returns why nothing is there, once a list has shown it.
    pub fn words(&self) -> Option<&str> {
        self.words.get().map(String::as_str)
    }

    /// Tells whether the list of subscriptions says that it is deleted. One in any other state may hold machines still:
    /// when it cannot be found, it was lost meanwhile, or is of another tenant.
    fn is_deleted(&self) -> bool {
        self.state.as_deref() == Some("Deleted")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_azure_says_of_the_subscription_as_a_whole_proves_that_nothing_is_there() {
        // AzureHound 65, GuardrailsSolutionAccelerator 403, AzGovViz 110.
        let proved = |state: Option<&str>, status: u16, code: &str| {
            EmptinessProof::new("n", state).is_proved_by(&ArmError::for_test(status, code))
        };
        for code in ["DisallowedOperation", "DisallowedProvider"] {
            assert!(proved(Some("Enabled"), 400, code) && proved(None, 403, code), "{code}");
            assert!(!proved(Some("Enabled"), 500, code), "a server that fails proves nothing");
        }
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
        let emptiness = EmptinessProof::new("n", None);
        assert_eq!(emptiness.words(), None);
        assert!(emptiness.is_proved_by(&ArmError::for_test(400, "DisallowedOperation")));
        assert!(emptiness.is_proved_by(&ArmError::for_test(400, "DisallowedProvider")));
        assert!(emptiness.words().is_some_and(|words| words.contains("DisallowedOperation: said")));
    }
}

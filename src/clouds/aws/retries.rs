//! How often a request is tried: as the user's AWS settings say, else more often than the SDK would.
//!
//! The SDK reads the same settings, but panics when they are wrong; so they are read here, and handed to it.

use aws_config::retry::{RetryConfig, RetryMode};

use super::profiles::Profile;
use super::settings::{Setting, Variables, find};
use crate::clouds::PlanError;

/// Attempts per request unless the user says otherwise: a shared account's throttling passes in seconds, and
/// an exhausted retry costs the whole scope.
const ATTEMPTS: u32 = 8;

/// Attempts of the first call of a sign-in, likewise: some seconds, then the reason.
const ATTEMPTS_AT_THE_DOOR: u32 = 4;

/// Reads `AWS_MAX_ATTEMPTS` and `AWS_RETRY_MODE`, then the profile's `max_attempts` and `retry_mode`.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
///
/// The second value is for the first call of a sign-in, where the user said nothing and ours is shorter.
///
/// # Errors
/// When one of them has a value that means nothing.
pub fn of(
    variables: Variables,
    profile: Option<&Profile>,
) -> Result<(RetryConfig, Option<RetryConfig>), PlanError> {
    let setting = |variable: &str, key: &str| find(variables, profile, variable, key);
    resolve(setting("AWS_MAX_ATTEMPTS", "max_attempts"), setting("AWS_RETRY_MODE", "retry_mode"))
}

fn resolve(
    attempts: Option<Setting>,
    mode: Option<Setting>,
) -> Result<(RetryConfig, Option<RetryConfig>), PlanError> {
    let ours = attempts.is_none();
    let attempts = match attempts {
        None => ATTEMPTS,
        Some((name, value)) => match value.trim().parse() {
            Ok(count @ 1..) => count,
            _ => return Err(refused(&name, &value, "a whole number from 1")),
        },
    };
    let mode = match mode {
        None => RetryMode::Standard,
        Some((name, value)) => match value.trim().to_ascii_lowercase().as_str() {
            // The SDKs that know `legacy` say of it that it is like `standard`; this one has no other.
            "standard" | "legacy" => RetryMode::Standard,
            "adaptive" => RetryMode::Adaptive,
            _ => return Err(refused(&name, &value, "standard or adaptive")),
        },
    };
    let retries = RetryConfig::standard().with_retry_mode(mode).with_max_attempts(attempts);
    let at_the_door = ours.then(|| retries.clone().with_max_attempts(ATTEMPTS_AT_THE_DOOR));
    Ok((retries, at_the_door))
}

fn refused(name: &str, value: &str, wanted: &str) -> PlanError {
    PlanError::bad_setting(format!("{name} is `{value}`, which is not {wanted}"))
        .remedy("it is an AWS setting; unset it to use netcensus' own retries")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(name: &str, value: &str) -> Setting {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn what_the_user_says_holds_and_the_rest_is_ours() {
        let (ours, door) = resolve(None, None).unwrap();
        assert_eq!(door.map(|retries| retries.max_attempts()), Some(4));
        assert_eq!((ours.max_attempts(), ours.mode()), (8, RetryMode::Standard));
        let (said, door) =
            resolve(Some(setting("AWS_MAX_ATTEMPTS", "3")), Some(setting("AWS_RETRY_MODE", "Adaptive")))
                .unwrap();
        assert_eq!((said.max_attempts(), said.mode()), (3, RetryMode::Adaptive));
        assert!(door.is_none(), "what the user says holds at the door too");
    }

    #[test]
    fn wrong_settings_are_named_and_not_a_panic() {
        for value in ["0", "-1", "many"] {
            let error = resolve(Some(setting("AWS_MAX_ATTEMPTS", value)), None).unwrap_err();
            assert!(error.message().starts_with(&format!("AWS_MAX_ATTEMPTS is `{value}`")), "{error}");
        }
        let error = resolve(None, Some(setting("retry_mode of profile a", "bogus"))).unwrap_err();
        assert_eq!(error.message(), "retry_mode of profile a is `bogus`, which is not standard or adaptive");
    }
}

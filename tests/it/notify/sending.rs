//! Sending over HTTP: what the services refuse, pauses, and secrets.

use std::time::Duration;

use netcensus::config::SecretValue;
use netcensus::notify::{Channel, Observation, RetryPolicy, Slack, Teams, Webhook, deliver};
use tokio::runtime::Runtime;

use super::receiver::{Answer, Receiver, cloud_events, slack, teams};
use super::{notice, observe};

/// Sends what an observation has; returns what went wrong.
fn send(channel: &dyn Channel, now: &Observation) -> Result<(), String> {
    let parts = channel.render(notice(now).as_ref(), now);
    let patience =
        RetryPolicy { attempts: 3, first_pause: Duration::from_millis(1), total: Duration::from_secs(20) };
    let sent = Runtime::new().unwrap().block_on(deliver(channel, &parts, patience));
    sent.map_err(|diagnostic| diagnostic.to_line())
}

#[test]
fn every_message_is_taken_however_much_there_is_to_tell() {
    for number in [1, 20, 5_000] {
        let now = observe(number);
        let (to_slack, to_teams, to_webhook) =
            (Receiver::new(&[], slack), Receiver::new(&[], teams), Receiver::new(&[], cloud_events));
        send(&Slack(to_slack.secret()), &now).unwrap();
        send(&Teams(to_teams.secret()), &now).unwrap();
        send(&Webhook { url: to_webhook.secret(), key: None }, &now).unwrap();
        let counted = to_webhook.received()[0].json();
        let told = counted["data"]["events"].as_array().unwrap().len();
        assert_eq!(told + usize::try_from(counted["data"]["left_out"].as_u64().unwrap()).unwrap(), number);
        for receiver in [to_slack, to_teams, to_webhook] {
            assert_eq!(receiver.received().len(), 1, "one message");
        }
    }
}

#[test]
fn what_fails_for_a_moment_is_sent_again_within_a_bound() {
    const BUSY: Answer = (429, "Retry-After: 0\r\n", "rate_limited");
    let receiver = Receiver::new(&[BUSY, (503, "", "")], slack);
    send(&Slack(receiver.secret()), &observe(1)).unwrap();
    let requests = receiver.received();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].header("idempotency-key"), requests[2].header("idempotency-key"));

    let receiver = Receiver::new(&[BUSY; 9], slack);
    let error = send(&Slack(receiver.secret()), &observe(1)).unwrap_err();
    assert_eq!(receiver.received().len(), 3, "as often as it may");
    assert!(
        error.contains("127.0.0.1 answered 429: rate_limited") && error.contains("tried 3 times"),
        "{error}"
    );

    let receiver = Receiver::new(&[(429, "Retry-After: 3600\r\n", "")], slack);
    let error = send(&Slack(receiver.secret()), &observe(1)).unwrap_err();
    assert_eq!(receiver.received().len(), 1, "an hour is not waited for");
    assert!(error.contains("a pause of 3600 s"), "{error}");
}

#[test]
fn what_is_refused_is_not_sent_again_and_only_2xx_is_success() {
    for (answer, why) in [
        ((403, "", "invalid_token"), "answered 403: invalid_token"),
        ((302, "Location: http://127.0.0.1:1/\r\n", ""), "redirects are not followed"),
        ((304, "", ""), "answered 304"),
    ] {
        let receiver = Receiver::new(&[answer], slack);
        let error = send(&Slack(receiver.secret()), &observe(1)).unwrap_err();
        assert_eq!(receiver.received().len(), 1, "{why}");
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn a_receiver_that_answers_with_something_else_than_http_was_reached() {
    let receiver = Receiver::new(&[(200, "not a header\r\n", ""); 3], slack);
    let error = send(&Slack(receiver.secret()), &observe(1)).unwrap_err();
    assert!(error.contains("127.0.0.1 does not answer with valid HTTP: invalid HTTP header"), "{error}");
}

#[test]
fn an_address_is_never_shown_even_if_the_receiver_repeats_it() {
    let receiver = Receiver::new(&[(400, "", "no such hook: /services/T00/B00/very-secret-path")], slack);
    let error = send(&Slack(receiver.secret()), &observe(1)).unwrap_err();
    assert!(error.contains("no such hook") && !error.contains("very-secret"), "{error}");
    let closed = SecretValue::Clear("http://127.0.0.1:1/another-secret-path".to_owned());
    let error = send(&Teams(closed), &observe(1)).unwrap_err();
    assert!(error.contains("127.0.0.1 could not be reached") && !error.contains("another-secret"), "{error}");
}

#[test]
fn a_webhook_is_signed_and_the_same_notice_has_the_same_key() {
    let receiver = Receiver::new(&[], cloud_events);
    let webhook =
        Webhook { url: receiver.secret(), key: Some(SecretValue::Clear("a key of mine".to_owned())) };
    send(&webhook, &observe(2)).unwrap();
    send(&webhook, &observe(2)).unwrap();
    let requests = receiver.received();
    let expected = {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"a key of mine");
        let tag = ring::hmac::sign(&key, requests[0].body.as_bytes());
        tag.as_ref().iter().fold("sha256=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
    };
    assert_eq!(requests[0].header("x-netcensus-signature"), expected);
    assert_eq!(requests[0].header("idempotency-key"), requests[1].header("idempotency-key"));
}

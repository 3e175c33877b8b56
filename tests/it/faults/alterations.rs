//! Faults that change an answer which is complete, or which answer there is.

use netcensus::sandbox::{Estate, Options, Sandbox};

use super::wire::{SERVICES, Service, ask, exchange, request, sample};

#[tokio::test]
async fn changes_add_up_in_the_answers_of_every_service() {
    let faults = [
        "status=206",
        "header=X-Tried:a:b",
        "header=Content-Type:text/plain",
        r"body=one\xfftwo@@three",
        "replace=two|2",
        "cut=7",
    ];
    let sandbox = sample(&faults).await;
    for service in SERVICES {
        let received = ask(&sandbox, service).await;
        assert_eq!(received.status(), 206, "{service:?}");
        assert_eq!(received.header("x-tried").as_deref(), Some("a:b"));
        assert_eq!(received.header("content-type").as_deref(), Some("text/plain"));
        assert_eq!(received.header("content-length").as_deref(), Some("7"));
        assert_eq!(received.parts().1, b"one\xff2@t", "{service:?}");
    }
}

#[tokio::test]
async fn a_change_strikes_what_it_selects_as_often_as_it_says() {
    let sandbox =
        sample(&["replace=200|300@after=1,times=1", "status=204@action=DescribeVpcs,after=2"]).await;
    let whole = ask(&sample(&[]).await, Service::Manager).await.body();
    for expected in [whole.clone(), whole.replacen("200", "300", 1), whole] {
        assert_eq!(ask(&sandbox, Service::Manager).await.body(), expected);
    }
    for expected in [200, 200, 204, 204] {
        let received = ask(&sandbox, Service::Ec2).await;
        assert_eq!(received.status(), expected);
        assert_eq!(received.body().is_empty(), expected == 204);
    }
}

#[tokio::test]
async fn refusals_are_changed_too() {
    let sandbox = sample(&["error=Busy:503", "header=Retry-After:2", "body="]).await;
    for service in SERVICES {
        let received = ask(&sandbox, service).await;
        assert_eq!((received.status(), &*received.body()), (503, ""), "{service:?}");
        assert_eq!(received.header("retry-after").as_deref(), Some("2"));
    }
}

#[tokio::test]
async fn a_redirect_is_three_faults() {
    let sandbox = sample(&["status=307", "header=Location:http://u:p@@127.0.0.1:1/", "body="]).await;
    for service in SERVICES {
        let received = ask(&sandbox, service).await;
        assert_eq!(received.status(), 307, "{service:?}");
        assert_eq!(received.header("location").as_deref(), Some("http://u:p@127.0.0.1:1/"));
    }
}

#[tokio::test]
async fn every_service_asks_to_wait_in_any_words() {
    for (wait, expected) in [
        ("30s", "30"),
        ("text:Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT"),
        ("text:1.5", "1.5"),
        ("text:-1", "-1"),
        ("text:18446744073709551616", "18446744073709551616"),
        ("text:1, 2", "1, 2"),
        ("text:", ""),
    ] {
        let sandbox = sample(&[&format!("retry-after={wait}@times=1")]).await;
        for service in SERVICES {
            let received = ask(&sandbox, service).await;
            assert_eq!(received.header("retry-after").as_deref(), Some(expected), "{service:?}");
            assert!(received.status() >= 400);
            // It is not served before that time.
            let is_early = ["30", "1.5", "1, 2"].contains(&expected);
            assert_eq!(ask(&sandbox, service).await.status() >= 400, is_early, "{service:?} {wait}");
        }
    }
}

#[tokio::test]
async fn a_date_to_wait_for_is_as_far_away_as_asked() {
    for (wait, distance) in [("date:90s", 90), ("date:-1h", -3600)] {
        let before = jiff::Timestamp::now().as_second();
        let sandbox = sample(&[&format!("retry-after={wait}")]).await;
        let received = ask(&sandbox, Service::Graph).await;
        let after = jiff::Timestamp::now().as_second();
        let date = received.header("retry-after").expect("has the header");
        assert!(date.ends_with(" GMT"), "{date}");
        let date = jiff::fmt::rfc2822::parse(&date).expect("is a date").timestamp().as_second();
        assert!((before + distance..=after + distance).contains(&date), "{date}");
        let quota = received.header("x-ms-user-quota-resets-after");
        assert_eq!(quota.as_deref(), Some(if distance > 0 { "00:01:30" } else { "00:00:00" }));
    }
}

/// A session that ends, or a right that is taken away, while an account is read.
#[tokio::test]
async fn refusals_can_begin_late() {
    let sandbox = sample(&["expired@after=2,times=1", "deny@after=2"]).await;
    let (mut statuses, mut codes) = (vec![], vec![]);
    for _ in 0..4 {
        let received = ask(&sandbox, Service::Manager).await;
        statuses.push(received.status());
        codes.push(received.json()["error"]["code"].as_str().map(str::to_owned));
    }
    assert_eq!(statuses, [200, 200, 401, 403]);
    assert_eq!(
        codes[2..],
        ["ExpiredAuthenticationToken", "AuthorizationFailed"].map(|code| Some(code.into()))
    );
}

#[tokio::test]
async fn chance_strikes_the_same_requests_in_each_run() {
    let statuses = async |seed: u8| {
        let sandbox = sample(&[&format!("error=Busy:503@chance=50%,seed={seed}")]).await;
        let request = request(&sandbox, Service::Ec2).await;
        let mut statuses = vec![];
        for _ in 0..30 {
            statuses.push(exchange(&sandbox, &request).await.status());
        }
        statuses
    };
    let first = statuses(1).await;
    assert!(first.contains(&200) && first.contains(&503), "{first:?}");
    assert_eq!(first, statuses(1).await);
    assert_ne!(first, statuses(2).await);
}

#[tokio::test]
async fn slow_tls_is_refused_where_there_is_no_tls() {
    let faults = || vec!["slow-tls=1s".parse().expect("is a fault")];
    let options = Options { faults: faults(), ..Options::default() };
    let error = Sandbox::start(Estate::sample(), options).await.expect_err("has no TLS");
    assert_eq!(error.to_string(), "the fault slow-tls needs TLS: `netcensus sandbox --tls`");
    let options = Options { tls: true, faults: faults(), ..Options::default() };
    Sandbox::start(Estate::sample(), options).await.expect("starts");
}

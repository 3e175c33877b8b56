//! Messages to channels: within the limits of each service, sent again within a bound, and never at the cost of the report.

#[cfg(feature = "channels")]
mod program;
#[cfg(feature = "channels")]
mod receiver;
#[cfg(feature = "channels")]
mod sending;

use std::collections::BTreeSet;

use netcensus::config::{CloudWatchTarget, SecretValue, SnsTarget};
use netcensus::model::{Metric, MetricUnit, Provider};
use netcensus::notify::{
    Channel, CloudWatch, Condition, Notice, NoticeFile, Observation, Part, Place, ReportKind,
    ReportedConditions, Severity, Slack, Sns, Teams, Webhook, condition_events, notice_schema,
};

use super::support::compare;

/// Names that anyone who can tag a resource could choose.
const HOSTILE: &str = "<!channel> [click](http://evil.example) \u{202e}\u{7}\n*x* é🚀 ";

/// An observation with `number` conditions, whose texts are as long and odd as can be.
pub fn observe(number: usize) -> Observation {
    let name = HOSTILE.repeat(200);
    let place = Place {
        provider: Some(Provider::Azure),
        account: Some("6f0b7c1e-0000-4000-8000-000000000001".to_owned()),
        account_name: Some(name.clone()),
        region: Some("westeurope".to_owned()),
        id: format!("/subscriptions/x/resourceGroups/{name}"),
        name: Some(name.clone()),
        prefix: Some("10.0.0.0/16".to_owned()),
    };
    let condition = |index: usize| Condition {
        key: format!("key-{index:05}"),
        level: Some(Severity::Critical),
        holds: Some(Severity::Critical),
        size: 5_000,
        code: Some("NC101".to_owned()),
        what: format!("{index}: {name}"),
        places: vec![place.clone(); 4],
        places_left_out: 4_996,
        needs: Vec::new(),
        command: format!("netcensus find '{name}'"),
    };
    let metric = |index: usize| Metric {
        name: "UsedPercent",
        value: 79.0,
        unit: MetricUnit::Percent,
        dimensions: vec![("Subnet", format!("subnet-{index}-é{}", "x".repeat(2_000)))],
    };
    Observation {
        report: ReportKind::Usage,
        generator: "netcensus test".to_owned(),
        taken_at: "2026-11-20T06:00:00Z".parse().unwrap(),
        lasting: true,
        conditions: (0..number).map(condition).collect(),
        complete: false,
        reads: BTreeSet::new(),
        now: format!("{number} subnets are critical, {name}"),
        notes: vec![name.clone(); 50],
        command: "netcensus usage".to_owned(),
        metrics: (0..2_001).map(metric).collect(),
    }
}

/// The notice of everything that an observation has.
pub fn notice(now: &Observation) -> Option<Notice> {
    let (events, _) = condition_events(&ReportedConditions::default(), now, None);
    Notice::new(now, events, "0a1b2c3d")
}

fn render(channel: &dyn Channel, now: &Observation) -> Vec<Part> {
    channel.render(notice(now).as_ref(), now)
}

fn sns(structured: bool) -> Sns {
    Sns::new(SnsTarget {
        topic: "arn:aws:sns:eu-west-1:123456789012:alerts".to_owned(),
        region: "eu-west-1".to_owned(),
        profile: None,
        structured,
    })
}

fn cloudwatch() -> CloudWatch {
    CloudWatch::new(CloudWatchTarget { namespace: "Netcensus".to_owned(), region: None, profile: None })
}

/// The seed of this feature sent an empty message when nothing exceeded a threshold, which SNS refuses.
#[test]
fn nothing_is_sent_when_nothing_happened() {
    let now = observe(0);
    let url = || SecretValue::Clear("https://hooks.example".to_owned());
    let channels: [&dyn Channel; 5] = [
        &sns(false),
        &Slack(url()),
        &Teams(url()),
        &Webhook { url: url(), key: None },
        &NoticeFile("x".into()),
    ];
    for channel in channels {
        assert_eq!(render(channel, &now), []);
    }
}

/// `Publish`: a subject of less than 100 ASCII characters without line breaks, and 262,144 bytes with the attributes.
#[test]
fn sns_messages_are_within_its_limits() {
    for (structured, number) in [(false, 1), (false, 5_000), (true, 5_000)] {
        let parts = render(&sns(structured), &observe(number));
        let [Part::Publication(sent)] = parts.as_slice() else { panic!("{parts:?}") };
        assert!(sent.subject.len() < 100 && sent.subject.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        assert!(!sent.subject.trim().is_empty() && !sent.message.is_empty());
        let attributes =
            sent.attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len());
        assert!(sent.message.len() + attributes.sum::<usize>() <= 262_144, "{}", sent.message.len());
        let is_control = |c: char| c.is_control() && c != '\n';
        let protocols: Option<serde_json::Value> = serde_json::from_str(&sent.message).ok();
        let text = protocols.as_ref().map_or(sent.message.as_str(), |each| each["default"].as_str().unwrap());
        assert!(!text.is_empty() && !text.contains(is_control) && !text.contains('\u{202e}'));
        assert_eq!(protocols.is_some(), structured);
        if let Some(protocols) = protocols {
            let document: Notice = serde_json::from_str(protocols["sqs"].as_str().unwrap()).unwrap();
            assert_eq!(document.events.len() + document.left_out, 5_000);
        }
    }
}

/// `PutMetricData`: all rows and not only what exceeds, in calls of a thousand and a megabyte.
#[test]
fn cloudwatch_gets_every_row_within_its_limits() {
    let mut rows = 0;
    for part in render(&cloudwatch(), &observe(0)) {
        let Part::Metrics(batch) = part else { panic!("{part:?}") };
        assert!(!batch.namespace.starts_with("AWS/") && batch.metrics.len() <= 1_000);
        let texts = batch.metrics.iter().flat_map(|metric| &metric.dimensions);
        let bytes: usize = texts.clone().map(|(name, value)| name.len() + value.len() + 200).sum();
        assert!(bytes <= 1 << 20, "{bytes}");
        for (name, value) in texts {
            assert!((1..=1_024).contains(&value.len()) && format!("{name}{value}").is_ascii());
        }
        rows += batch.metrics.len();
    }
    assert_eq!(rows, 2_001);
}

#[test]
fn the_stored_schema_is_that_of_the_notice_and_accepts_what_is_sent() {
    compare(
        "docs/schema/notice-v1.schema.json",
        &(serde_json::to_string_pretty(&notice_schema()).unwrap() + "\n"),
    );
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("notice.json", notice_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("notice.json", &mut schemas).unwrap();
    let parts = render(&NoticeFile("x".into()), &observe(30));
    let [Part::Json { body, id }] = parts.as_slice() else { panic!("{parts:?}") };
    let event: serde_json::Value = serde_json::from_str(body).unwrap();
    schemas.validate(&event["data"], schema).unwrap();
    assert_eq!(event["id"], id.as_str());
    assert!(!body.contains('\n'), "a line of a file");
}

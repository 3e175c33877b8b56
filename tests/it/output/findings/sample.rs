//! Reports of `overlap`, made by hand: every class, every status, hostile text, IPv6, thousands of members.

use netcensus::analysis::overlap::{
    AllowState, AllowUse, ClassCount, Compared, FINDINGS_VERSION, Finding, FindingStatus, Findings,
    GateReport, GateResult, Member, MemberOrigin,
};
use netcensus::exit::Exit;
use netcensus::model::{Class, Coverage, Level, Outcome, Provider, Subject, UnknownValue};

/// What somebody may call a network who means no good to terminals, spreadsheets, pages, XML or workflows.
pub const HOSTILE: &str = "=cmd()|\u{1b}[31m\u{202e}</details>]]>%0A::error::\r\n::error::##[error]@all #1 [x](http://y) {0} \u{ffff}";
const VNET: &str = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub";

/// A report without findings, of a scan that read everything.
pub fn clean() -> Findings {
    Findings {
        schema_version: FINDINGS_VERSION,
        generator: "netcensus 0.0.0-test".into(),
        taken_at: "2026-11-20T08:00:00Z".parse().unwrap(),
        level: Level::Networks,
        between: None,
        about: None,
        gate: GateReport {
            result: GateResult::Clean,
            exit: Exit::Clean,
            fail_on: Class::FAILING.to_vec(),
            failing: 0,
            complete: true,
            incomplete_allowed: false,
            missing: vec![],
        },
        counts: vec![],
        compared: Compared { networks: 200, subnets: 0, external: 10, planned: 4 },
        findings: vec![],
        allow: vec![],
        unknown: vec![],
        notes: vec![],
        coverage: vec![],
    }
    .settled()
}

/// No findings, and scopes that could not be read.
pub fn incomplete() -> Findings {
    let entry = |region: &str, outcome, detail: &str| Coverage {
        provider: Provider::Aws,
        account: "333333333333".into(),
        region: Some(region.into()),
        kind: Subject::Networks,
        outcome,
        detail: Some(detail.into()),
        requests: 1,
        duration_ms: 120,
    };
    let mut findings = clean();
    findings.gate.complete = false;
    findings.gate.missing = vec!["nobody asked for links, so what is joined is not known".into()];
    findings.coverage = vec![
        entry("eu-west-1", Outcome::Denied, "UnauthorizedOperation: allow ec2:DescribeVpcs"),
        entry("us-east-1", Outcome::TimedOut, "no answer within 60 s\r\n::error::a region"),
    ];
    findings.settled()
}

/// The same, and somebody asked for it to pass.
pub fn allowed() -> Findings {
    let mut findings = incomplete();
    findings.gate.incomplete_allowed = true;
    findings.settled()
}

/// Every class, every status, with a baseline.
pub fn full() -> Findings {
    let mut findings = clean();
    findings.findings = vec![connected(), planned(), external(), latent(), outside()];
    findings.findings.extend([accepted(), known(), default_network(), reserved()]);
    findings.allow = vec![
        allow("netcensus.toml:12", "two labs, never joined", None, AllowUse::Used),
        allow("netcensus.toml:16", HOSTILE, None, AllowUse::Stale),
        allow("netcensus.toml:20", "until the move", Some("2026-10-31"), AllowUse::Expired),
    ];
    findings.unknown =
        vec![UnknownValue { address: "aws_vpc.main[\"a\"]".into(), attribute: "cidr_block".into() }];
    findings.notes = vec!["3 networks of one account see a shared one".into()];
    findings.settled()
}

/// One finding with very many members, in a space of many parts.
pub fn many() -> Findings {
    let mut findings = clean();
    let member = |number: u32| aws(&format!("vpc-{number:05}"), Some(HOSTILE), "10.0.0.0/16");
    let parts = (0..200).map(|part| format!("10.0.{part}.0/25").parse().unwrap());
    findings.findings = vec![Finding {
        members: (0..5000).map(member).collect(),
        spaces: parts.collect(),
        ..finding(Class::Latent, "10.0.0.0/16", vec![])
    }];
    findings.settled()
}

/// Very many findings, half of which fail, with hostile text everywhere. Those that pages list first have many
/// members. If all had, CSV alone would be 40 MB.
pub fn flood() -> Findings {
    let mut findings = clean();
    let one = |number: u32| {
        let members = if number < 40 { 30 } else { 2 };
        let members = (0..members).map(|member| aws(&format!("vpc-{member}"), Some(HOSTILE), "10.0.0.0/16"));
        Finding {
            fails: number < 300,
            fingerprint: format!("{number:016x}"),
            message: HOSTILE.repeat(5),
            advice: HOSTILE.repeat(5),
            accepted_by: if number < 450 { vec![] } else { vec![HOSTILE.repeat(5)] },
            ..finding(Class::Latent, "10.0.0.0/16", members.collect())
        }
    };
    findings.findings = (0..600).map(one).collect();
    findings.gate.complete = false;
    findings.gate.missing = vec![HOSTILE.repeat(5); 100];
    findings.settled()
}

trait Settled {
    fn settled(self) -> Self;
}

impl Settled for Findings {
    /// Counts the findings, and decides the gate as the engine does.
    fn settled(mut self) -> Self {
        let number = |class, status| {
            let of = |finding: &&Finding| finding.class == class && finding.status == status;
            self.findings.iter().filter(of).count()
        };
        let count = |class: Class| ClassCount {
            class,
            code: class.code().into(),
            open: number(class, FindingStatus::Open),
            known: number(class, FindingStatus::Known),
            accepted: number(class, FindingStatus::Accepted),
        };
        self.counts = Class::ALL.map(count).into();
        self.gate.failing = self.findings.iter().filter(|finding| finding.fails).count();
        let holds = self.gate.complete || self.gate.incomplete_allowed;
        (self.gate.result, self.gate.exit) = match (holds, self.gate.failing) {
            (false, _) => (GateResult::Incomplete, Exit::Incomplete),
            (true, 0) => (GateResult::Clean, Exit::Clean),
            (true, _) => (GateResult::Findings, Exit::Negative),
        };
        self
    }
}

fn allow(place: &str, reason: &str, expires: Option<&str>, state: AllowUse) -> AllowState {
    AllowState {
        place: place.into(),
        reason: reason.into(),
        expires: expires.map(|date| date.parse().unwrap()),
        state,
    }
}

fn finding(class: Class, within: &str, members: Vec<Member>) -> Finding {
    Finding {
        code: class.code().into(),
        class,
        level: Level::Networks,
        status: FindingStatus::Open,
        fails: Class::FAILING.contains(&class),
        fingerprint: format!("{}-{within}", class.code()),
        within: within.parse().unwrap(),
        spaces: vec![within.parse().unwrap()],
        message: format!("Several hold {within}: {}.", class.meaning()),
        advice: "Give one of them another prefix, or accept it under [overlap] in netcensus.toml.".into(),
        members,
        joined_by: vec![],
        accepted_by: vec![],
    }
}

fn aws(id: &str, name: Option<&str>, prefix: &str) -> Member {
    Member {
        origin: MemberOrigin::Cloud,
        provider: Some(Provider::Aws),
        account: Some("012345678901".into()),
        account_name: Some("shop-prod".into()),
        region: Some("eu-west-1".into()),
        id: id.into(),
        name: name.map(Into::into),
        network: None,
        prefix: prefix.parse().unwrap(),
        domain: None,
        is_new: None,
    }
}

fn azure(prefix: &str) -> Member {
    Member {
        provider: Some(Provider::Azure),
        account: Some("00000000-0000-0000-0000-00000000000a".into()),
        account_name: Some("Plattform Süd".into()),
        region: Some("germanywestcentral".into()),
        ..aws(VNET, Some("vnet-hub"), prefix)
    }
}

fn elsewhere(origin: MemberOrigin, id: &str, prefix: &str) -> Member {
    Member {
        origin,
        provider: None,
        account: None,
        account_name: None,
        region: None,
        ..aws(id, None, prefix)
    }
}

/// Marks members as the baseline has them.
fn compared(members: Vec<Member>, new: &[bool]) -> Vec<Member> {
    members.into_iter().zip(new).map(|(member, &new)| Member { is_new: Some(new), ..member }).collect()
}

fn connected() -> Finding {
    let members = vec![aws("vpc-0a", Some(HOSTILE), "10.20.0.0/16"), azure("10.20.0.0/14")];
    let spaces = ["10.20.0.0/16", "10.21.0.0/18", "10.22.0.0/18", "10.23.0.0/18"];
    Finding {
        spaces: spaces.map(|space| space.parse().unwrap()).into(),
        joined_by: vec!["vpn vpn-0a".into()],
        ..finding(Class::Connected, "10.20.0.0/14", compared(members, &[false, true]))
    }
}

fn planned() -> Finding {
    let plan = elsewhere(MemberOrigin::Planned, "module.net[\"eu\"].aws_vpc.this[0]", "10.40.0.0/16");
    let members = vec![aws("vpc-0b", None, "10.40.0.0/16"), Member { provider: Some(Provider::Aws), ..plan }];
    finding(Class::Planned, "10.40.0.0/16", compared(members, &[true, true]))
}

fn external() -> Finding {
    let site = Member {
        account: Some("dc-frankfurt".into()),
        ..elsewhere(MemberOrigin::External, "2001:db8:1200::/48", "2001:db8:1200::/48")
    };
    let members = vec![aws("vpc-0c", Some("日本語のネットワーク"), "2001:db8:1200::/56"), site];
    finding(Class::External, "2001:db8:1200::/48", compared(members, &[false, false]))
}

fn latent() -> Finding {
    let members = (0..12).map(|number| aws(&format!("vpc-1{number:02}"), None, "10.60.0.0/16"));
    finding(Class::Latent, "10.60.0.0/16", compared(members.collect(), &[true; 12]))
}

fn outside() -> Finding {
    let member = Member { network: Some("vpc-0d".into()), ..aws("subnet-0d", Some("lost"), "10.99.1.0/24") };
    Finding {
        level: Level::Subnets,
        message: "The subnet subnet-0d lies outside vpc-0d.".into(),
        ..finding(Class::OutsideNetwork, "10.99.1.0/24", compared(vec![member], &[true]))
    }
}

fn accepted() -> Finding {
    let members = vec![aws("vpc-0e", Some("lab-1"), "10.70.0.0/16"), aws("vpc-0f", None, "10.70.0.0/16")];
    Finding {
        status: FindingStatus::Accepted,
        fails: false,
        accepted_by: vec!["netcensus.toml:12: two labs, never joined".into(), HOSTILE.into()],
        ..finding(Class::Connected, "10.70.0.0/16", compared(members, &[false, false]))
    }
}

fn known() -> Finding {
    let members = vec![aws("vpc-10", None, "10.80.0.0/16"), aws("vpc-11", None, "10.80.0.0/16")];
    Finding {
        status: FindingStatus::Known,
        fails: false,
        ..finding(Class::Latent, "10.80.0.0/16", compared(members, &[false, false]))
    }
}

fn default_network() -> Finding {
    let members = vec![aws("vpc-20", None, "172.31.0.0/16"), aws("vpc-21", None, "172.31.0.0/16")];
    finding(Class::DefaultNetwork, "172.31.0.0/16", compared(members, &[false, false]))
}

fn reserved() -> Finding {
    let member = Member { domain: Some("corp".into()), ..aws("vpc-30", None, "172.17.0.0/16") };
    finding(Class::Reserved, "172.17.0.0/16", compared(vec![member], &[false]))
}

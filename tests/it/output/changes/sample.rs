//! Reports of `diff`, made by hand: every sort of change, every doubt, hostile text, ids of Azure, thousands of changes.

use netcensus::analysis::diff::{
    AddressHolder, CHANGES_VERSION, ChangeKind, Changes, CollisionChange, CollisionChanges,
    ComparedInventory, DiffOutcome, DiffSide, FailedRead, FieldChange, KindCounts, MovedAddress,
    NotComparedRows, OneSidedAccount, ResourceLocation, RowChange, UnknownRow,
};
use netcensus::analysis::overlap::{Finding, Member};
use netcensus::model::{Coverage, Kind, Outcome, Provider, Subject};
use serde_json::{Map, Value, json};

use super::super::findings::sample as findings;
pub use super::super::findings::sample::HOSTILE;

const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups";
const SHOP: &str = "111111111111";
const BROKEN: &str = "333333333333";

/// Two inventories in which nothing changed.
pub fn same() -> Changes {
    let count = |kind, same| KindCounts { same: Some(same), ..KindCounts::new(kind) };
    Changes {
        schema_version: CHANGES_VERSION,
        generator: "netcensus 0.0.0-test".into(),
        old: side("@previous", "2026-11-20T06:00:00Z"),
        new: side("@latest", "2026-11-21T06:00:00Z"),
        result: DiffOutcome::Same,
        complete: true,
        missing: vec![],
        same_scope: false,
        compared: 812,
        kinds: Kind::ALL.into(),
        filters: vec![],
        only: ChangeKind::ALL.into(),
        ignored: vec!["subnets.addresses_available".into(), "instances.state".into()],
        counts: Kind::ALL
            .into_iter()
            .zip([40, 160, 600, 10, 2])
            .map(|(kind, same)| count(kind, same))
            .collect(),
        accounts: vec![],
        changes: vec![],
        moved_addresses: vec![],
        unknown: vec![],
        not_compared: vec![],
        collisions: CollisionChanges::default(),
        gaps: vec![],
        notes: vec![],
    }
}

/// Nothing changed in the little that was compared.
pub fn narrow() -> Changes {
    let mut changes = same();
    changes.old.filters = vec!["region=eu-*".into()];
    changes.new.shard = Some("2/4".parse().unwrap());
    changes.kinds = vec![Kind::Networks, Kind::Subnets];
    changes.only = vec![ChangeKind::Added, ChangeKind::Removed];
    changes.filters = vec!["account=shop-*".into()];
    changes.ignored.clear();
    changes.counts.truncate(2);
    changes.counts.iter_mut().for_each(|counts| counts.same = None);
    changes.not_compared = not_compared();
    changes.settled()
}

/// No changes, and scopes that could not be read.
pub fn incomplete() -> Changes {
    let mut changes = same();
    changes.gaps =
        vec![gap("eu-west-1", "UnauthorizedOperation: allow ec2:DescribeVpcs"), gap("us-east-1", HOSTILE)];
    changes.unknown =
        vec![unknown(DiffSide::Old, Kind::Networks, "vpc-0a", &changes.gaps[0].scope.to_string())];
    changes.settled()
}

/// Every sort of change, everything that is not known, and collisions.
pub fn full() -> Changes {
    let mut changes = same();
    changes.changes =
        vec![added_network(), removed_subnet(), removed_instance(), changed_subnet(), replaced()];
    changes.changes.extend([hostile(), interface(), link(), moved(), vnet(), changed_vnet()]);
    changes.moved_addresses = moved_addresses();
    changes.gaps = incomplete().gaps;
    let reason = changes.gaps[0].scope.to_string();
    changes.unknown = vec![
        unknown(DiffSide::Old, Kind::Networks, "vpc-0b", &reason),
        unknown(DiffSide::Old, Kind::Subnets, "subnet-0b", &reason),
    ];
    let hidden =
        (0..7).map(|number| unknown(DiffSide::New, Kind::Instances, &format!("i-{number}"), HOSTILE));
    changes.unknown.extend(hidden);
    changes.not_compared = not_compared();
    let found = findings::full().findings;
    changes.collisions = CollisionChanges {
        introduced: vec![collision(&found[0], |_| Fate::Came)],
        grown: vec![collision(&found[1], |index| if index == 1 { Fate::Came } else { Fate::Stayed })],
        shrunk: vec![collision(&found[2], |index| if index == 0 { Fate::Went } else { Fate::Stayed })],
        resolved: vec![collision(&found[3], |_| Fate::Gone)],
        unknown: 2,
        not_compared: 1,
    };
    changes.accounts = vec![
        one_sided(DiffSide::Old, Provider::Azure, "00000000-0000-0000-0000-00000000000b", None, 0),
        one_sided(DiffSide::New, Provider::Aws, "444444444444", Some(HOSTILE), 11),
    ];
    changes.notes = vec!["the newer side names 2 accounts in another way".into(), HOSTILE.into()];
    changes.settled()
}

/// Very many changes, reasons and collisions, with hostile text everywhere. The changes that are listed first have
/// very many fields.
pub fn flood() -> Changes {
    let mut changes = same();
    let field =
        |number: usize| field(&format!("tag:{number}{HOSTILE}"), json!(HOSTILE.repeat(3)), json!(null));
    let change = |number: usize| RowChange {
        location: ResourceLocation { id: format!("vpc-{number:05}"), ..location(SHOP) },
        fields: (0..if number < 40 { 30 } else { 2 }).map(field).collect(),
        ..changed_subnet()
    };
    changes.changes = (0..600).map(change).collect();
    let ips: Vec<Value> = (0..50).map(|number| json!(format!("10.0.0.{number}"))).collect();
    changes.changes[0].fields = vec![list("private_ips", json!([]), Value::Array(ips))];
    let moved = moved_addresses().remove(0);
    changes.moved_addresses = (0..400)
        .map(|number| MovedAddress { address: format!("203.0.113.{number}"), ..moved.clone() })
        .collect();
    let reason = |number: usize| format!("{HOSTILE} {number}").repeat(4);
    let of = |number: usize| unknown(DiffSide::New, Kind::Networks, HOSTILE, &reason(number));
    changes.unknown = (0..500).map(of).collect();
    let outside = |number| NotComparedRows {
        only_in: DiffSide::Old,
        reason: reason(number),
        kind: Kind::Links,
        rows: number,
    };
    changes.not_compared = (1..500).map(outside).collect();
    let mut found = findings::flood().findings;
    found.truncate(60);
    let of = |fate: Fate| found.iter().map(|one| collision(one, |_| fate)).collect();
    changes.collisions = CollisionChanges {
        introduced: of(Fate::Came),
        resolved: of(Fate::Gone),
        ..CollisionChanges::default()
    };
    let account =
        |number: usize| one_sided(DiffSide::New, Provider::Aws, &number.to_string(), Some(HOSTILE), number);
    changes.accounts = (0..200).map(account).collect();
    changes.notes = vec![HOSTILE.repeat(5); 100];
    changes.settled()
}

/// Every report, by name.
pub fn all() -> [(&'static str, Changes); 5] {
    [
        ("same", same()),
        ("narrow", narrow()),
        ("incomplete", incomplete()),
        ("full", full()),
        ("flood", flood()),
    ]
}

/// One change whose every text is `text`.
pub fn of_text(text: &str) -> Changes {
    let mut changes = full();
    let text = || text.to_owned();
    changes.old.name = text();
    changes.filters = vec![text()];
    changes.notes = vec![text()];
    changes.not_compared[0].reason = text();
    changes.unknown[0].reason = text();
    changes.unknown[0].name = Some(text());
    changes.gaps[0].scope.detail = Some(text());
    for change in &mut changes.changes {
        change.location.id = text();
        change.name = Some(text());
        change.account_name = Some(text());
        change.location.account = Some(text());
        change.location.region = Some(text());
        change.was =
            change.was.take().map(|was| ResourceLocation { id: text(), account: Some(text()), ..was });
        if change.row.is_some() {
            continue;
        }
        change.fields.push(field(&format!("tag:{}", text()), json!(text()), json!({text(): text()})));
        change.fields.push(list("private_ips", json!([text()]), json!([text() + "x"])));
    }
    for moved in &mut changes.moved_addresses {
        (moved.address, moved.field) = (text(), text());
        for holder in [&mut moved.from, &mut moved.to] {
            (holder.location.id, holder.location.account) = (text(), Some(text()));
            (holder.name, holder.account_name) = (Some(text()), Some(text()));
        }
    }
    changes.accounts[1].name = Some(text());
    changes.collisions.introduced[0].came[0].name = Some(text());
    changes.collisions.introduced[0].finding.message = text();
    changes.settled()
}

trait Settled {
    fn settled(self) -> Self;
}

impl Settled for Changes {
    /// Counts the changes, and decides the outcome as the comparison does.
    fn settled(mut self) -> Self {
        for counts in &mut self.counts {
            let of = |what| {
                let of = |change: &&RowChange| change.kind == counts.kind && change.change == what;
                self.changes.iter().filter(of).count()
            };
            counts.added = of(ChangeKind::Added);
            counts.removed = of(ChangeKind::Removed);
            counts.changed = of(ChangeKind::Changed);
            counts.moved = of(ChangeKind::Moved);
            counts.replaced = of(ChangeKind::Replaced);
            counts.unknown = self.unknown.iter().filter(|row| row.kind == counts.kind).count();
            let outside = self.not_compared.iter().filter(|rows| rows.kind == counts.kind);
            counts.not_compared = outside.map(|rows| rows.rows).sum();
        }
        let found = self.collisions.clone();
        self.with_collisions(found)
    }
}

/// What became of a member.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Came,
    Stayed,
    Went,
    Gone,
}

/// Makes a collision of whose members these became of them; one that is gone stands there as it was.
fn collision(finding: &Finding, fate: impl Fn(usize) -> Fate) -> CollisionChange {
    let mut finding = finding.clone();
    finding.members.iter_mut().for_each(|member| member.is_new = None);
    let of = |wanted: &[Fate]| -> Vec<Member> {
        let members = finding.members.iter().enumerate();
        members
            .filter(|(index, _)| wanted.contains(&fate(*index)))
            .map(|(_, member)| member.clone())
            .collect()
    };
    let (came, went) = (of(&[Fate::Came]), of(&[Fate::Went, Fate::Gone]));
    let is = of(&[Fate::Came, Fate::Stayed, Fate::Gone]);
    finding.members = is;
    CollisionChange { finding, came, went }
}

fn one_sided(
    only_in: DiffSide,
    provider: Provider,
    id: &str,
    name: Option<&str>,
    rows: usize,
) -> OneSidedAccount {
    OneSidedAccount { only_in, provider, id: id.into(), name: name.map(Into::into), rows }
}

fn side(name: &str, taken_at: &str) -> ComparedInventory {
    ComparedInventory { name: name.into(), taken_at: taken_at.parse().unwrap(), filters: vec![], shard: None }
}

fn location(account: &str) -> ResourceLocation {
    ResourceLocation {
        provider: Provider::Aws,
        account: Some(account.into()),
        region: Some("eu-west-1".into()),
        id: "vpc-0a".into(),
    }
}

fn azure(id: &str) -> ResourceLocation {
    ResourceLocation {
        provider: Provider::Azure,
        account: Some("00000000-0000-0000-0000-00000000000a".into()),
        region: Some("germanywestcentral".into()),
        id: format!("{GROUP}/{id}"),
    }
}

fn change(what: ChangeKind, kind: Kind, id: &str, name: Option<&str>) -> RowChange {
    RowChange {
        change: what,
        kind,
        location: ResourceLocation { id: id.into(), ..location(SHOP) },
        account_name: Some("shop-prod".into()),
        name: name.map(Into::into),
        was: None,
        fields: vec![],
        row: None,
        membership: None,
    }
}

fn with_row(change: RowChange, fields: Value) -> RowChange {
    let mut row = json!({
        "provider": change.location.provider,
        "account": change.location.account,
        "region": change.location.region,
        "id": change.location.id,
        "name": change.name,
        "zone": null, "network": "vpc-0a", "state": null, "visible_from": [], "tags": {},
    });
    let object = row.as_object_mut().unwrap();
    let Value::Object(fields) = fields else { panic!("not a row") };
    for (name, value) in fields {
        match value.as_str() {
            Some("absent") => drop(object.remove(&name)),
            _ => drop(object.insert(name, value)),
        }
    }
    RowChange { row: Some(object.clone()), ..change }
}

fn block(cidr: &str, role: &str, state: Option<&str>) -> Value {
    json!({"cidr": cidr, "role": role, "state": state})
}

fn field(name: &str, old: Value, new: Value) -> FieldChange {
    FieldChange { field: name.into(), old, new, added: None, removed: None }
}

fn list(name: &str, old: Value, new: Value) -> FieldChange {
    let beyond = |items: &Value, others: &Value| -> Vec<Value> {
        let others = others.as_array().unwrap();
        items.as_array().unwrap().iter().filter(|item| !others.contains(item)).cloned().collect()
    };
    let (added, removed) = (Some(beyond(&new, &old)), Some(beyond(&old, &new)));
    FieldChange { field: name.into(), old, new, added, removed }
}

fn added_network() -> RowChange {
    let blocks = json!([
        block("10.20.0.0/16", "primary", Some("associated")),
        block("10.21.0.0/18", "secondary", Some("associated")),
        block("10.99.0.0/16", "secondary", Some("disassociated")),
        block("2001:db8:1200::/56", "secondary", Some("associated")),
    ]);
    let change = change(ChangeKind::Added, Kind::Networks, "vpc-0a1b2c3d4e5f60718", Some("shop-prod-eu"));
    let fields = json!({
        "kind": "vpc", "blocks": blocks, "is_default": false, "account_name": null,
        "zone": "absent", "network": "absent",
    });
    with_row(change, fields)
}

fn removed_subnet() -> RowChange {
    let change = change(ChangeKind::Removed, Kind::Subnets, "subnet-0d", Some("a"));
    let fields = json!({
        "prefixes": ["10.20.1.0/24"], "addresses_total": 251, "addresses_available": null, "purpose": null,
    });
    with_row(change, fields)
}

fn removed_instance() -> RowChange {
    let ips: Vec<String> = (4..10).map(|last| format!("10.20.1.{last}")).collect();
    let fields = json!({
        "subnet": null, "type": "m7g.large", "architecture": null, "vcpus": 2, "launched_at": null,
        "private_ips": ips, "public_ips": [], "os": null, "scale_set": null, "visible_from": "absent",
    });
    with_row(change(ChangeKind::Removed, Kind::Instances, "i-0a", Some("web-1")), fields)
}

fn changed_subnet() -> RowChange {
    let fields = vec![
        list("prefixes", json!(["10.20.2.0/24"]), json!(["10.20.2.0/24", "2001:db8:1200:ab00::/64"])),
        field("addresses_total", json!(251), json!(123)),
        field("state", json!(null), json!("available")),
        field("tag:env", json!("dev"), json!("")),
        field("tag:a-key-that-is-longer-than-a-column-of-names", json!(null), json!("x".repeat(200))),
    ];
    RowChange { fields, ..change(ChangeKind::Changed, Kind::Subnets, "subnet-0e", Some("b")) }
}

fn replaced() -> RowChange {
    let was = Some(ResourceLocation { id: "vpc-0c".into(), ..location(SHOP) });
    let blocks = list(
        "blocks",
        json!([
            block("10.30.0.0/16", "primary", Some("associated")),
            block("10.31.0.0/16", "secondary", None)
        ]),
        json!([block("10.40.0.0/16", "primary", Some("associated"))]),
    );
    RowChange {
        was,
        fields: vec![blocks],
        ..change(ChangeKind::Replaced, Kind::Networks, "vpc-0d", Some("lake"))
    }
}

fn hostile() -> RowChange {
    let fields = vec![
        field(&format!("tag:{HOSTILE}"), json!(HOSTILE), json!("=1+1")),
        field("tag:-1", json!("@SUM(A1)"), json!("-5")),
    ];
    RowChange { fields, ..change(ChangeKind::Changed, Kind::Instances, "i-0b", Some(HOSTILE)) }
}

fn interface() -> RowChange {
    let change = change(ChangeKind::Added, Kind::Interfaces, "eni-0a", None);
    let location = ResourceLocation { region: Some("us-east-1".into()), ..change.location };
    let fields = json!({
        "subnet": null, "attached_to": null, "kind": "load-balancer", "private_ips": ["10.7.0.9", "2001:db8::9"],
        "public_ips": [], "mac": null, "description": null, "visible_from": "absent", "tags": "absent",
        "name": "absent",
    });
    with_row(RowChange { location, account_name: None, ..change }, fields)
}

fn link() -> RowChange {
    let change = change(ChangeKind::Removed, Kind::Links, "vpn-0a", None);
    let end =
        |network: Option<&str>| json!({"account": null, "region": null, "network": network, "prefixes": []});
    let row = json!({
        "provider": "aws", "kind": "vpn", "id": "vpn-0a", "ends": [end(Some("vgw-0a")), end(None)], "state": null,
    });
    RowChange {
        location: ResourceLocation { account: None, region: None, ..change.location },
        account_name: None,
        row: row.as_object().cloned(),
        ..change
    }
}

fn moved() -> RowChange {
    let hub = "providers/Microsoft.Network/virtualNetworks/vnet-hub";
    let was = ResourceLocation {
        account: Some("00000000-0000-0000-0000-00000000000b".into()),
        ..azure(&format!("rg-old/{hub}"))
    };
    RowChange {
        location: azure(&format!("rg-network/{hub}")),
        account_name: Some("Plattform Süd".into()),
        was: Some(was),
        fields: vec![field("tag:owner", json!("team-a"), json!("team-b"))],
        ..change(ChangeKind::Moved, Kind::Networks, "", Some("vnet-hub"))
    }
}

fn moved_addresses() -> Vec<MovedAddress> {
    let holder = |location: ResourceLocation, account_name: Option<&str>, name: Option<&str>| AddressHolder {
        location,
        account_name: account_name.map(str::to_owned),
        name: name.map(str::to_owned),
    };
    let here = |id: &str| ResourceLocation { id: id.into(), ..location(SHOP) };
    let moved = |address: &str, field: &str, from, to| MovedAddress {
        address: address.into(),
        field: field.into(),
        kind: Kind::Instances,
        from,
        to,
    };
    let of_shop = |id: &str, name| holder(here(id), Some("shop"), name);
    let elsewhere = holder(ResourceLocation { id: "i-0z".into(), ..location(BROKEN) }, None, None);
    vec![
        moved("203.0.113.7", "public_ips", of_shop("i-0a", Some("web-1")), of_shop("i-0b", Some(HOSTILE))),
        moved("203.0.113.8", "public_ips", elsewhere, of_shop("i-0b", None)),
        MovedAddress {
            kind: Kind::Interfaces,
            ..moved("10.7.0.16/28", "private_prefixes", of_shop("eni-0a", None), of_shop("eni-0b", None))
        },
    ]
}

fn vnet() -> RowChange {
    let change = RowChange {
        location: azure("rg-network/providers/Microsoft.Network/virtualNetworks/vnet-spoke"),
        account_name: Some("Plattform Süd".into()),
        ..change(ChangeKind::Added, Kind::Networks, "", Some("vnet-spoke"))
    };
    let blocks = json!([block("10.50.0.0/16", "primary", None)]);
    let fields = json!({
        "kind": "vnet", "blocks": blocks, "is_default": null, "account_name": null,
        "zone": "absent", "network": "absent",
    });
    with_row(change, fields)
}

fn changed_vnet() -> RowChange {
    let machine = |name: &str| {
        json!(format!(
            "{GROUP}/rg-web/providers/Microsoft.Compute/virtualMachines/{name}-with-a-rather-long-name"
        ))
    };
    RowChange {
        location: azure("rg-web/providers/Microsoft.Network/networkInterfaces/nic-web"),
        account_name: Some("Plattform Süd".into()),
        fields: vec![field("attached_to", machine("web-1"), machine("web-2"))],
        ..change(ChangeKind::Changed, Kind::Interfaces, "", None)
    }
}

fn gap(region: &str, detail: &str) -> FailedRead {
    let scope = Coverage {
        provider: Provider::Aws,
        account: BROKEN.into(),
        region: Some(region.into()),
        kind: Subject::Networks,
        outcome: Outcome::Denied,
        detail: Some(detail.into()),
        requests: 1,
        duration_ms: 120,
    };
    FailedRead { side: DiffSide::New, scope }
}

fn unknown(only_in: DiffSide, kind: Kind, id: &str, reason: &str) -> UnknownRow {
    UnknownRow {
        only_in,
        kind,
        location: ResourceLocation { id: id.into(), ..location(BROKEN) },
        account_name: None,
        name: Some(HOSTILE.into()),
        reason: reason.into(),
        row: Map::new(),
    }
}

fn not_compared() -> Vec<NotComparedRows> {
    let rows = |kind, reason: &str, rows| NotComparedRows {
        only_in: DiffSide::New,
        reason: reason.into(),
        kind,
        rows,
    };
    vec![
        rows(Kind::Networks, "aws 444444444444 was not in its scope", 3),
        rows(Kind::Subnets, "aws 444444444444 was not in its scope", 8),
        rows(Kind::Subnets, "subnets of azure 0000 were not scanned", 1),
    ]
}

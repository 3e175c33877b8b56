//! Small inventories, written down in few words, and reports as lines.

use std::collections::BTreeMap;

use netcensus::analysis::diff::{
    self, ChangeKind, Changes, CollisionUncertainty, DiffRequest, DiffSide, IgnoredFields, RowChange,
};
use netcensus::model::{
    Block, BlockRole, Coverage, Inventory, Kind, Link, LinkEnd, LinkKind, Network, NetworkKind, Outcome,
    Provider, Resources, Subject,
};

use super::estate::entry;

pub const REGION: &str = "eu-west-1";

/// The account of one digit.
pub fn number(account: u8) -> String {
    account.to_string().repeat(12)
}

/// The subscription of one digit.
pub fn subscription(number: u8) -> String {
    format!("c0de0001-3f5a-4d21-9b7e-00000000000{number}")
}

/// Makes a VPC.
pub fn vpc(id: &str, account: u8, prefixes: &[&str]) -> Network {
    let block =
        |prefix: &&str| Block { cidr: prefix.parse().unwrap(), role: BlockRole::Primary, state: None };
    Network {
        provider: Provider::Aws,
        account: number(account),
        account_name: None,
        region: REGION.into(),
        id: id.into(),
        name: Some(format!("name of {id}")),
        kind: NetworkKind::Vpc,
        blocks: prefixes.iter().map(block).collect(),
        is_default: Some(false),
        state: Some("available".into()),
        visible_from: vec![],
        tags: [("env".to_owned(), "prod".to_owned())].into(),
    }
}

/// Makes a virtual network.
pub fn vnet(subscription: u8, group: &str, name: &str, prefixes: &[&str]) -> Network {
    let account = self::subscription(subscription);
    let id = format!(
        "/subscriptions/{account}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{name}"
    );
    Network {
        provider: Provider::Azure,
        account,
        region: "westeurope".into(),
        name: Some(name.into()),
        kind: NetworkKind::Vnet,
        ..vpc(&id, 1, prefixes)
    }
}

/// Makes the view that a guest has of a VPC.
pub fn participant_view(network: &Network, participants: &[u8]) -> Network {
    let visible_from = participants.iter().map(|participant| number(*participant)).collect();
    Network { name: None, tags: netcensus::model::Tags::new(), visible_from, ..network.clone() }
}

/// Makes a peering of two networks.
pub fn peering(id: &str, one: &Network, other: &Network) -> Link {
    let end = |network: &Network| LinkEnd {
        account: Some(network.account.clone()),
        region: Some(network.region.clone()),
        network: Some(network.id.clone()),
        prefixes: network.prefixes().collect(),
    };
    let kind = if one.provider == Provider::Aws { LinkKind::VpcPeering } else { LinkKind::VnetPeering };
    Link {
        provider: one.provider,
        kind,
        id: id.into(),
        ends: vec![end(one), end(other)],
        state: Some("active".into()),
    }
}

/// Says that all kinds of an account were read in a region.
pub fn read(account: u8, region: &str) -> Vec<Coverage> {
    let entry =
        |kind: Kind| entry(Provider::Aws, &number(account), Some(region), kind.into(), Outcome::Complete);
    Kind::ALL.map(entry).into()
}

/// Says that all kinds of a subscription were read.
pub fn read_subscription(number: u8) -> Vec<Coverage> {
    let entry =
        |kind: Kind| entry(Provider::Azure, &subscription(number), None, kind.into(), Outcome::Complete);
    Kind::ALL.map(entry).into()
}

/// Says that one kind of an account came to something else.
pub fn but(mut coverage: Vec<Coverage>, kind: Kind, outcome: Outcome, detail: &str) -> Vec<Coverage> {
    let entry = coverage.iter_mut().find(|entry| entry.kind == Subject::from(kind)).unwrap();
    (entry.outcome, entry.detail) = (outcome, Some(detail.into()));
    coverage
}

/// Says what came of a step.
pub fn step(account: &str, kind: Subject, outcome: Outcome, detail: &str) -> Coverage {
    let azure = account.starts_with("tenant:") || account.starts_with("c0de");
    let provider = if azure { Provider::Azure } else { Provider::Aws };
    Coverage { detail: Some(detail.into()), ..entry(provider, account, None, kind, outcome) }
}

/// Puts an inventory together.
pub fn inventory(networks: &[&Network], coverage: &[Vec<Coverage>]) -> Inventory {
    linked(networks, &[], coverage)
}

/// Puts an inventory with links together.
pub fn linked(networks: &[&Network], links: &[&Link], coverage: &[Vec<Coverage>]) -> Inventory {
    let resources = Resources {
        networks: networks.iter().map(|network| (*network).clone()).collect(),
        links: links.iter().map(|link| (*link).clone()).collect(),
        ..Resources::default()
    };
    let taken_at = "2026-03-01T08:00:00Z".parse().unwrap();
    Inventory::assemble("test".into(), taken_at, vec![], resources, coverage.concat())
}

/// Compares everything.
pub fn compare(old: &Inventory, new: &Inventory) -> Changes {
    compared(old, new, &Kind::ALL, &[]).0
}

/// Compares rows of some kinds that meet filters.
pub fn compared(
    old: &Inventory,
    new: &Inventory,
    kinds: &[Kind],
    filters: &[&str],
) -> (Changes, CollisionUncertainty) {
    let filters: Vec<_> = filters.iter().map(|text| text.parse().unwrap()).collect();
    let request = DiffRequest {
        old: ("before", old),
        new: ("after", new),
        same: &BTreeMap::new(),
        kinds,
        filters: &filters,
        only: &ChangeKind::ALL,
        ignore: &IgnoredFields::default(),
        same_scope: false,
    };
    diff::compare_inventories(request, "test".into())
}

/// Writes a report as lines: what changed, what is unknown, what was left out. Links count as all else.
pub fn brief(changes: &Changes) -> Vec<String> {
    let change = |change: &RowChange| {
        let fields: Vec<&str> = change.fields.iter().map(|field| field.field.as_str()).collect();
        let was = change.was.as_ref().map(|was| format!(" was {}", last(&was.id))).unwrap_or_default();
        format!("{} {}{was} {}", change.change.as_str(), last(&change.location.id), fields.join(","))
            .trim_end()
            .to_owned()
    };
    let unknown = changes.unknown.iter().map(|unknown| {
        format!(
            "unknown, only in {}: {}: {}",
            unknown.only_in.as_str(),
            last(&unknown.location.id),
            unknown.reason
        )
    });
    let left = changes.not_compared.iter().map(|left| {
        format!("left out, only in {}: {} {}: {}", left.only_in.as_str(), left.rows, left.kind, left.reason)
    });
    changes.changes.iter().map(change).chain(unknown).chain(left).collect()
}

/// Lists the gaps that matter: the side and the place.
pub fn gaps(changes: &Changes) -> Vec<String> {
    let gap = |gap: &diff::FailedRead| {
        let Coverage { account, region, kind, .. } = &gap.scope;
        let side = if gap.side == DiffSide::Old { "old" } else { "new" };
        format!("{side}: {account} {} {}", region.as_deref().unwrap_or("-"), kind.as_str())
    };
    changes.gaps.iter().map(gap).collect()
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap()
}

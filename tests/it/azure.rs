//! Azure, scanned as a user would: the binary against a sandbox, by the ways that lead to the cloud itself.

mod authority;
mod blocks;
mod both;
mod cli;
mod empty;
mod exclude;
mod failures;
mod front;
mod graph;
mod guests;
mod hidden;
mod links;
mod plan;
mod principal;
mod scope;
mod states;
mod throttling;
mod tokens;
mod tool;
mod ways;

use std::fmt::Write;
use std::time::Duration;

use netcensus::config::Overrides;
use netcensus::model::Kind;
use serde_json::Value;

use crate::clouds::sandboxed::{self, Scanned};
use crate::support::Cloud;

/// Subscriptions and tenants of the sample estate.
const CORE: &str = "c0de0001-3f5a-4d21-9b7e-000000000001";
const SHOP: &str = "c0de0002-3f5a-4d21-9b7e-000000000002";
const DATA: &str = "c0de0003-3f5a-4d21-9b7e-000000000003";
const TRIAL: &str = "c0de0004-3f5a-4d21-9b7e-000000000004";
const NORTHWIND: &str = "0f3d6a52-6c1e-4b7e-9d6a-3a2f5c8e1b01";
const ACME: &str = "5b8e2c94-1d7f-4e3a-8c5b-7f6e9d0a2c02";

/// Describes a tenant `contoso` with so many subscriptions, named `sub-1` and so on, the nth with a network
/// `net-N` of its own and a machine `vm-N` in it.
fn estate(subscriptions: usize) -> String {
    let mut toml = format!("[[azure.tenant]]\nname = 'contoso'\nid = '{NORTHWIND}'\n");
    for n in 1..=subscriptions {
        let id = id(n);
        write!(
            toml,
            "[[azure.subscription]]\nname = 'sub-{n}'\nid = '{id}'\ntenant = 'contoso'\n\
             [[azure.network]]\nname = 'net-{n}'\nsubscription = 'sub-{n}'\nlocation = 'westeurope'\n\
             cidrs = ['10.{n}.0.0/16']\nsubnets = [{{ name = 'app', cidr = '10.{n}.0.0/24' }}]\n\
             [[azure.machine]]\nname = 'vm-{n}'\nin = ['net-{n}/app']\nsize = 'Standard_D2s_v5'\n"
        )
        .unwrap();
    }
    toml
}

/// Returns the id of the nth subscription of [`estate`].
fn id(n: usize) -> String {
    format!("{n:08x}-0000-4000-8000-000000000000")
}

/// Scans an estate in this process, where requests are repeated at once.
async fn scan_hastily(toml: &str, faults: &[&str], kinds: &[Kind]) -> Scanned {
    let overrides = Overrides { providers: vec!["azure".to_owned()], ..Overrides::default() };
    let run = sandboxed::hasty_run(Duration::from_secs(30));
    sandboxed::scan(sandboxed::load(toml), faults, &overrides, kinds, &run).await
}

/// Lists the texts of a field of all rows, in the document's order.
#[track_caller]
fn texts<'a>(document: &'a Value, array: &str, field: &str) -> Vec<&'a str> {
    let rows = document[array].as_array().unwrap();
    rows.iter().map(|row| row[field].as_str().unwrap()).collect()
}

/// Returns how a kind or step of an account fared: the outcome and its detail.
#[track_caller]
fn fared<'a>(document: &'a Value, account: &str, kind: &str) -> (&'a str, &'a str) {
    let coverage = document["coverage"].as_array().unwrap();
    let is_it = |entry: &&Value| entry["account"] == account && entry["kind"] == kind;
    let entry = coverage.iter().find(is_it).unwrap_or_else(|| panic!("no {account} {kind}: {coverage:#?}"));
    (entry["outcome"].as_str().unwrap(), entry["detail"].as_str().unwrap_or_default())
}

/// Counts the requests of `service` about `account` whose action ends in `action`.
fn asked(cloud: &Cloud, service: &str, account: &str, action: &str) -> u64 {
    let requests = cloud.requests();
    let fits = requests.iter().filter(|request| {
        request.service == service && request.account.contains(account) && request.action.ends_with(action)
    });
    fits.map(|request| request.count).sum()
}

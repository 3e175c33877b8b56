//! How full subnets are, as metrics of Prometheus.

use std::fs;

use netcensus::model::{Outcome, Subject};

use super::{export, save};
use crate::support::Home;

#[test]
fn an_export_of_metrics_is_what_usage_prints() {
    let home = Home::new();
    export(&home, "--to subnets.prom").run().exits(0);
    let metrics = fs::read_to_string(home.path().join("subnets.prom")).unwrap();
    let usage = home.netcensus("usage --from a.json --fail-on none -o openmetrics").run();
    assert_eq!(metrics, usage.stdout);
    assert!(metrics.contains("\nnetcensus_subnet_addresses_used{"), "{metrics}");
    export(&home, "--to out/ --format openmetrics,csv").run().exits(0);
    assert_eq!(fs::read_to_string(home.path().join("out/netcensus.prom")).unwrap(), metrics);
    export(&home, "--to other.prom --kind subnets").run().exits(2).says(&["--kind has no effect"]);
}

#[test]
fn what_could_not_be_read_leaves_the_metrics_as_they_were() {
    let home = Home::new();
    export(&home, "--to subnets.prom").run().exits(0);
    let path = home.path().join("subnets.prom");
    let before = fs::read(&path).unwrap();
    save(&home, "a.json", |inventory| {
        let is_of_subnets = |kind| kind == Subject::Subnets;
        let entry = inventory.coverage.iter_mut().find(|entry| is_of_subnets(entry.kind)).unwrap();
        entry.outcome = Outcome::Denied;
    });
    export(&home, "--to subnets.prom").run().exits(3);
    assert_eq!(fs::read(&path).unwrap(), before);
    export(&home, "--to subnets.prom --allow-incomplete").run().exits(3);
    let after = fs::read_to_string(&path).unwrap();
    assert!(after.contains("netcensus_usage_complete{of=\"subnet\"} 0"), "{after}");
}

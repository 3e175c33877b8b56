//! What the report has to say about the prefixes that were asked about, beside its findings.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::inputs::Inputs;
use crate::analysis::addresses::overlaps;
use crate::analysis::free::{HeldInput, HeldPrefix, HeldPrefixes, HolderKind};
use crate::analysis::overlap::{AskedPrefixes, Finding, Findings};
use crate::config::Settings;
use crate::model::{Class, Inventory, PlannedChanges};
use crate::ui::Ui;
use crate::wording::{counted, counted_as};

/// The most prefixes of one plan that warnings name.
const MAX_WARNED: usize = 20;

/// Reports on each of the prefixes that were typed without a flag: whether it is free, or what uses it. Of what is planned, it
/// warns of what lies behind a link: that is compared with nothing.
pub fn report(findings: &Findings, inventory: &Inventory, inputs: &Inputs, ui: &Ui) {
    let plan = PlannedChanges::default();
    let held = HeldPrefixes::new(&HeldInput {
        inventory,
        ranges: &inputs.ranges,
        plan: &plan,
        bridges: &[],
        others: &[],
    });
    let Some(AskedPrefixes { prefixes, other_findings }) = &findings.about else {
        let planned = inputs.plan.prefixes.iter().map(|planned| planned.prefix);
        let far: BTreeSet<String> = planned.flat_map(|prefix| describe_all_far(prefix, &held)).collect();
        for line in far.iter().take(MAX_WARNED) {
            ui.warn(line);
        }
        if far.len() > MAX_WARNED {
            ui.warn(&format!("and {} more prefixes that lie behind links", far.len() - MAX_WARNED));
        }
        return;
    };
    for prefix in prefixes.iter().copied() {
        let far = describe_all_far(prefix, &held);
        for line in &far {
            ui.warn(line);
        }
        if far.is_empty() {
            ui.note_unless_quiet(&describe(prefix, findings, &held.overlapping(prefix), inputs));
        }
    }
    if *other_findings > 0 {
        let (are, they) = if *other_findings == 1 { ("is", "it") } else { ("are", "them") };
        ui.note_unless_quiet(&format!(
            "{} {are} about other prefixes; `netcensus overlap` without a prefix lists {they}",
            counted(*other_findings, "finding")
        ));
    }
}

fn describe(prefix: IpNet, findings: &Findings, held: &[HeldPrefix<'_>], inputs: &Inputs) -> String {
    let reserved = inputs.reservations.iter().find(|it| overlaps(it.prefix, prefix));
    if let Some(reservation) = reserved {
        return format!("{prefix} is reserved: {} of {}", reservation.name, reservation.owner);
    }
    let about: Vec<&Finding> =
        findings.findings.iter().filter(|finding| finding.is_about_planned(prefix)).collect();
    if !about.is_empty() {
        let codes: BTreeSet<&str> = about.iter().map(|finding| finding.class.code()).collect();
        let are = counted_as(about.len(), "finding is", "findings are");
        return format!("{are} about {prefix} ({})", codes.into_iter().collect::<Vec<_>>().join(", "));
    }
    match (held, findings.gate.complete) {
        ([], true) => {
            format!("{prefix} is free: nothing that was compared overlaps it, and no finding is about it")
        }
        ([], false) => format!("nothing known overlaps {prefix}, but not everything could be read"),
        (held, _) => {
            let name = held[0].holder.label();
            let more = if held.len() > 1 {
                format!(" and {}", counted(held.len() - 1, "other"))
            } else {
                String::new()
            };
            format!("{prefix} overlaps {} ({name}){more}, which is no finding here", held[0].prefix)
        }
    }
}

/// Says of everything that overlaps a prefix behind a link that only the link tells of it.
fn describe_all_far(prefix: IpNet, held: &HeldPrefixes<'_>) -> Vec<String> {
    let overlapping = held.overlapping(prefix);
    let far = overlapping.iter().filter(|it| it.holder.kind == HolderKind::FarNetwork);
    far.map(|far| describe_far(prefix, far)).collect()
}

fn describe_far(prefix: IpNet, far: &HeldPrefix<'_>) -> String {
    let by = far.holder.part_of.map_or_else(String::new, |link| format!(" {link}"));
    format!(
        "{prefix} overlaps {}, which lies behind the link{by}; what is there was not read, so it is no finding",
        far.prefix
    )
}

/// Reports that nothing can fail, where only planned prefixes may and there are none.
pub fn report_idle_gate(inputs: &Inputs, settings: &Settings, ui: &Ui) {
    let PlannedChanges { prefixes, removed: _, unknown, unread } = &inputs.plan;
    let is_planned = !(prefixes.is_empty() && unknown.is_empty() && unread.is_empty());
    if settings.overlap.fail_on.value == [Class::Planned] && !is_planned {
        ui.note_unless_quiet(
            "nothing can fail: --fail-on names only planned (NC103), and nothing is planned; name prefixes with --planned, \
             --planned-file or --terraform-plan",
        );
    }
}

//! A network plan for people: the network, its subnets, and what is left.

use std::io::{self, Write};

use super::columns;
use crate::analysis::network_plan::NetworkPlan;
use crate::analysis::rows::Fit;
use crate::analysis::value::Value;
use crate::output::cell_text::escape_unprintable;
use crate::output::free::plan_rows;
use crate::output::layout::{Layout, wrap, write_lines};
use crate::wording::counted;

/// The most prefixes that are listed without `--wide`.
const MAX_PREFIXES: usize = 8;

/// Writes everything; a wide layout shows every column, and every prefix that is held or left.
pub(crate) fn write(plan: &NetworkPlan, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let most = layout.most(MAX_PREFIXES);
    write_lines(&wrap(&headline(plan), layout.width), "", out)?;
    let mut table = plan_rows::table(plan, if layout.wide { Fit::Never } else { Fit::Drop });
    // A column in which nothing is known says nothing here.
    let used: Vec<bool> = (0..table.columns.len())
        .map(|at| table.rows.iter().any(|row| !matches!(row.get(at), Some(Value::Unknown) | None)))
        .collect();
    let keep = |at: &mut usize| {
        *at += 1;
        used[*at - 1]
    };
    let mut at = 0;
    table.columns.retain(|_| keep(&mut at));
    for row in &mut table.rows {
        let mut at = 0;
        row.retain(|_| keep(&mut at));
    }
    columns::write(&[table], layout, out)?;
    let held: Vec<String> = plan.held.iter().map(|held| format!("{} {}", held.name, held.prefix)).collect();
    let left: Vec<String> = plan.left.iter().map(ToString::to_string).collect();
    let count = plan.left_addresses;
    for (what, prefixes) in
        [("held for zones to come".to_owned(), held), (format!("left, with {count} IPv4 addresses"), left)]
    {
        if !prefixes.is_empty() {
            write_lines(&wrap(&format!("{what}: {}", some_of(&prefixes, most)), layout.width), "", out)?;
        }
    }
    Ok(())
}

fn headline(plan: &NetworkPlan) -> String {
    let place = plan.region.as_ref().map(|region| format!(" {region}")).unwrap_or_default();
    let prefixes: Vec<String> = plan.prefixes.iter().map(ToString::to_string).collect();
    let zones = match plan.zones.len() {
        0 => String::new(),
        zones => format!(" in {}, room for {}", counted(zones, "zone"), plan.max_zones),
    };
    let id = plan.network.as_ref().map(|id| format!(" as {id}")).unwrap_or_default();
    let text = format!(
        "{} ({}{place}): {}, {}{id}; {}{zones}",
        plan.name,
        plan.provider,
        prefixes.join(", "),
        plan.status.as_str(),
        counted(plan.subnets.len(), "subnet"),
    );
    escape_unprintable(&text)
}

fn some_of(prefixes: &[String], most: usize) -> String {
    let listed = prefixes.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match prefixes.len().saturating_sub(most) {
        0 => listed,
        more => format!("{listed} and {more} more (--wide shows them)"),
    }
}

//! `scan --dry-run`: what would be asked, and nothing else.

use serde_json::json;

use super::gather;
use super::summary::Summary;
use super::view::View;
use crate::analysis::select::{Completeness, Fit, Heading, Table};
use crate::analysis::value::Value;
use crate::cli::scan::ScanArgs;
use crate::clouds::CloudProvider;
use crate::config::Settings;
use crate::error::Error;
use crate::exit::Exit;
use crate::model::{Kind, Scope};
use crate::output;
use crate::ui::Ui;

/// Signs in, lists accounts and regions, and writes the scopes and calls that a scan would make.
///
/// # Errors
/// When no account can be signed in to, or stdout cannot be written.
pub fn run(
    args: &ScanArgs,
    kinds: &[Kind],
    settings: &Settings,
    view: &View,
    ui: &Ui,
) -> Result<Exit, Error> {
    let surveyed = gather::survey(&args.source.live, kinds, settings, ui)?;
    let mut rows = Vec::new();
    let mut coverage = Vec::new();
    for (provider, mut plan) in surveyed {
        plan.scopes.sort();
        rows.extend(plan.scopes.iter().map(|scope| row(scope, &*provider)));
        coverage.extend(plan.coverage);
    }
    let scopes = rows.len();
    let layout = output::Layout { width: ui.width(), color: ui.color() };
    let objects = rows.iter().cloned().map(object).collect();
    ui.data(|out| output::render_list(&table(rows), &objects, view.format, layout, out).map(drop))?;
    ui.note(&format!("{scopes} scopes would be read; nothing was"));
    let summary = Summary::of_steps(&coverage);
    summary.say_left_out(ui);
    Ok(summary.conclude(false, ui))
}

const COLUMNS: [&str; 5] = ["provider", "account", "region", "kind", "calls"];

fn table(rows: Vec<Vec<Value>>) -> Table {
    let heading = |name: &str| Heading { name: name.to_owned(), drop_rank: 0 };
    Table {
        name: "scopes",
        kind: None,
        columns: COLUMNS.map(heading).into(),
        rows,
        fit: Fit::Wrap,
        completeness: Completeness::Complete,
    }
}

fn object(row: Vec<Value>) -> serde_json::Value {
    let values = row.into_iter().map(|value| match value {
        Value::List(items) => json!(items),
        Value::Text(text) => json!(text),
        _ => serde_json::Value::Null,
    });
    COLUMNS.iter().map(ToString::to_string).zip(values).collect()
}

fn row(scope: &Scope, provider: &dyn CloudProvider) -> Vec<Value> {
    vec![
        Value::Text(scope.provider.to_string()),
        Value::Text(scope.account.clone()),
        Value::text(scope.region.as_deref()),
        Value::Text(scope.kind.to_string()),
        Value::List(provider.calls(scope.kind).iter().map(ToString::to_string).collect()),
    ]
}

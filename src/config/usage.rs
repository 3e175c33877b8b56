//! What the file and the flags say about usage: the limits, and what fails.

use toml::Value;

use super::keys;
use super::origin::Sourced;
use super::overlap::{self, NOTHING};
use super::problem::ValueFault;
use super::reader::Reader;
use super::table_row::TableRow;
use crate::model::{NetworkSelector, Pool, UsageFailure, UsageLimit, UsagePolicy, UsageRule};
use crate::suggest::nearest;

/// The limit of a warning, where you set none.
const WARN: UsageLimit = UsageLimit::Percent(80);
/// The limit of what is critical, where you set none.
const CRITICAL: UsageLimit = UsageLimit::Percent(90);

/// When address space counts as too full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageSettings {
    /// The limits of a warning, any of which is enough.
    pub warn: Sourced<Vec<UsageLimit>>,
    /// The limits of what is critical, any of which is enough.
    pub critical: Sourced<Vec<UsageLimit>>,
    /// What fails; nothing if it is empty.
    pub fail_on: Sourced<Vec<UsageFailure>>,
    /// Other limits for some of it.
    pub rules: Sourced<Vec<UsageRule>>,
    /// Whether a scan also reads what only usage needs, with requests for each subnet or network: CIDR reservations.
    pub is_measured: bool,
}

/// What the flags said about usage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsageOverrides {
    /// `--warn`.
    pub warn: Vec<String>,
    /// `--critical`.
    pub critical: Vec<String>,
    /// `--fail-on`.
    pub fail_on: Vec<String>,
    /// Whether usage is measured: by the command of that name, or for later with `scan --for-usage`.
    pub is_measured: bool,
}

impl UsageSettings {
    /// Reads the table of usage and its flags. Thresholds may name `pools`.
    pub(super) fn read(reader: &mut Reader<'_>, flags: &UsageOverrides, pools: &[Pool]) -> Self {
        let default = vec![Some(UsageFailure::Critical)];
        let fail_on = reader.scalars(keys::USAGE_FAIL_ON, &flags.fail_on, default, failure);
        if fail_on.value.contains(&None) && fail_on.value.iter().any(Option::is_some) {
            reader.conflict(keys::USAGE_FAIL_ON, &fail_on.origin, overlap::contradicts(UsageFailure::NO));
        }
        let warn = reader.scalars(keys::USAGE_WARN, &flags.warn, vec![WARN], limit);
        let critical = reader.scalars(keys::USAGE_CRITICAL, &flags.critical, vec![CRITICAL], limit);
        // A stricter limit of what is critical may be set for one run, or over the default.
        let is_overridden = critical.origin.rank() > warn.origin.rank();
        if let Some(what) = idle_warning(&warn.value, &critical.value).filter(|_| !is_overridden) {
            reader.conflict(keys::USAGE_WARN, &warn.origin, what);
        }
        Self {
            warn,
            critical,
            fail_on: fail_on.map(|failures| failures.into_iter().flatten().collect()),
            rules: reader.rows(keys::USAGE_THRESHOLDS, |row| rule(row, pools)),
            is_measured: flags.is_measured,
        }
    }

    /// Returns the values alone.
    #[must_use]
    pub fn policy(&self) -> UsagePolicy {
        UsagePolicy {
            warn: self.warn.value.clone(),
            critical: self.critical.value.clone(),
            rules: self.rules.value.clone(),
            fail_on: self.fail_on.value.clone(),
        }
    }
}

/// Says of a limit of a warning that it comes only after one of what is critical.
fn idle_warning(warn: &[UsageLimit], critical: &[UsageLimit]) -> Option<String> {
    let pairs = warn.iter().flat_map(|warn| critical.iter().map(move |critical| (warn, critical)));
    let (warn, critical) = pairs.into_iter().find(|(warn, critical)| warn.is_reached_after(**critical))?;
    Some(format!(
        "the warning at {warn} can never come, because {critical} is critical already; change --critical too"
    ))
}

fn limit(text: &str) -> Result<UsageLimit, ValueFault> {
    text.parse().map_err(|message: String| ValueFault::new(message))
}

/// Reads what fails; `None` for the word that says that nothing does.
fn failure(text: &str) -> Result<Option<UsageFailure>, ValueFault> {
    if text.eq_ignore_ascii_case(UsageFailure::NO) {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|message: String| ValueFault::new(message))
}

fn rule(row: &mut TableRow<'_>, pools: &[Pool]) -> Option<UsageRule> {
    let rule = UsageRule {
        selector: overlap::fields(row),
        pool: row.text("pool", |name| pool(name, pools)),
        warn: row.scalars("warn", limit),
        critical: row.scalars("critical", limit),
    };
    if let (Some(warn), Some(critical)) = (&rule.warn, &rule.critical)
        && let Some(what) = idle_warning(warn, critical)
    {
        row.refuse(what);
    }
    if !row.has("warn") && !row.has("critical") {
        row.refuse("the entry sets no threshold; give `warn`, `critical` or both");
    }
    if rule.selector == NetworkSelector::default() && rule.pool.is_none() {
        if !row.has_besides(&["warn", "critical"]) {
            row.refuse(NOTHING);
        }
        return None;
    }
    Some(rule)
}

/// Finds a pool by its name.
fn pool(name: &str, pools: &[Pool]) -> Result<Pool, ValueFault> {
    let found = pools.iter().find(|pool| pool.name.eq_ignore_ascii_case(name.trim()));
    found.cloned().ok_or_else(|| {
        let known = pools.iter().map(|pool| pool.name.as_str());
        ValueFault::new(format!("there is no pool `{name}`")).suggest(nearest(name, known))
    })
}

/// Writes a rule as the file has it.
pub(super) fn show_rule(rule: &UsageRule) -> Value {
    let mut shown = match overlap::show_selector(&rule.selector) {
        Value::Table(table) => table,
        _ => toml::Table::new(),
    };
    shown.extend(rule.pool.as_ref().map(|pool| ("pool".to_owned(), pool.name.clone().into())));
    let texts = |limits: &Vec<UsageLimit>| limits.iter().map(ToString::to_string).collect::<Vec<_>>();
    shown.extend(rule.warn.as_ref().map(|limits| ("warn".to_owned(), texts(limits).into())));
    shown.extend(rule.critical.as_ref().map(|limits| ("critical".to_owned(), texts(limits).into())));
    shown.into()
}

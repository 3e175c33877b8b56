//! The test whether a row passes filters, and whether a row that a read would have found could.

use std::cell::RefCell;
use std::io;

use ipnet::IpNet;

use super::super::columns::{ResolvedColumn, Tabular};
use super::super::inventory_index::InventoryIndex;
use super::super::value::Value;
use super::condition::FilterCondition;
use super::parsed_filter::Filter;
use super::row_group::RowGroup;
use super::trace::{FilterTrace, SeenValues};
use crate::analysis::coverage_gaps::is_account;
use crate::model::{Coverage, Kind, Rows};

impl Filter {
    /// Tells whether rows of `kind` that a read could find could pass. Only what the read says about its rows (cloud, account,
    /// region) can exclude that.
    pub(in crate::analysis) fn could_pass(
        &self,
        read: &Coverage,
        kind: Kind,
        index: &InventoryIndex<'_>,
    ) -> bool {
        if !self.applies_to(kind) {
            return false;
        }
        if let (FilterCondition::InGroup(_), false) = (&self.condition, self.negated) {
            return self.groups.iter().any(|group| group.could_have(read, kind, index));
        }
        let is_known_of_read = match self.column() {
            Some("provider") => true,
            Some("account") => {
                is_account(&read.account) && (!self.names_accounts() || index.has_account(read))
            }
            Some("region") => read.region.is_some(),
            _ => false,
        };
        !is_known_of_read || self.for_rows().is_none_or(|filter| filter.passes(read, index))
    }

    /// Looks its column up for rows made from `T`; `None` when these lack the column.
    pub(in crate::analysis) fn for_rows<T: Tabular>(&self) -> Option<RowFilter<'_, T>> {
        let column = match self.column() {
            Some(name) => Some(ResolvedColumn::find(name)?),
            None => None,
        };
        let groups: Vec<RowGroup<'_, T>> = self.groups.iter().map(|group| RowGroup::resolve(group)).collect();
        if !groups.is_empty() && !groups.iter().any(RowGroup::can_have_members) {
            return None;
        }
        Some(RowFilter { filter: self, column, groups })
    }
}

/// A filter for rows made from `T`, whose column is already looked up.
pub(in crate::analysis) struct RowFilter<'f, T: Tabular> {
    filter: &'f Filter,
    /// `None` for the filters on groups and addresses, which look at all of the row.
    column: Option<ResolvedColumn<T>>,
    groups: Vec<RowGroup<'f, T>>,
}

impl<T: Tabular> RowFilter<'_, T> {
    /// Tells whether a row passes.
    pub fn passes(&self, row: &T, index: &InventoryIndex<'_>) -> bool {
        self.holds(&self.value(row, index), row, index)
    }

    /// Tests a row as [`Self::passes`] does, and records what was seen of it.
    fn record(&self, seen: &mut SeenValues, row: &T, index: &InventoryIndex<'_>) -> bool {
        let value = self.value(row, index);
        let passes = self.holds(&value, row, index);
        match self.filter.column() {
            _ if passes => seen.record_passing(),
            Some(name) => {
                let shown = self.column.as_ref().map(|column| column.value(row, index));
                seen.record_failing(name, shown.as_ref().unwrap_or(&value), &value, row);
            }
            None => {}
        }
        passes
    }

    /// Returns the value of the column; unknown for a filter on addresses.
    fn value(&self, row: &T, index: &InventoryIndex<'_>) -> Value {
        self.column.as_ref().map_or(Value::Unknown, |column| column.filtered_value(row, index))
    }

    fn holds(&self, value: &Value, row: &T, index: &InventoryIndex<'_>) -> bool {
        let condition = &self.filter.condition;
        if let Some(is_met) = condition.is_met_by(value, index.taken_at()) {
            return is_met != self.filter.negated;
        }
        let any_prefix = |test: &dyn Fn(&IpNet) -> bool| row.prefixes().iter().any(test);
        let is_met = match condition {
            // Not yet looked up.
            FilterCondition::InGroup(_) if self.groups.is_empty() => return false,
            FilterCondition::InGroup(_) => self.groups.iter().any(|group| group.has(row, index)),
            FilterCondition::Within(outer) => {
                any_prefix(&|prefix| outer.iter().any(|outer| outer.contains(prefix)))
            }
            FilterCondition::Overlaps(others) => any_prefix(&|prefix| {
                others.iter().any(|other| other.contains(prefix) || prefix.contains(other))
            }),
            FilterCondition::Contains(ips) => any_prefix(&|prefix| ips.iter().any(|ip| prefix.contains(ip))),
            FilterCondition::OneOf { .. }
            | FilterCondition::Blank { .. }
            | FilterCondition::Compared { .. }
            | FilterCondition::NoSuchColumn { .. } => return false,
        };
        is_met != self.filter.negated
    }
}

/// Filters for rows made from `T`, all of which a row must pass. Make them once for all rows.
pub(in crate::analysis) struct RowFilters<'f, T: Tabular> {
    /// `None` when such rows lack a column that a filter looks at: then no row passes.
    filters: Option<Vec<RowFilter<'f, T>>>,
    /// What was seen of the rows, if that is recorded.
    trace: Option<RefCell<FilterTrace>>,
}

impl<'f, T: Tabular> RowFilters<'f, T> {
    /// Looks the columns of `filters` up.
    pub fn resolve(filters: &'f [Filter]) -> Self {
        Self { filters: filters.iter().map(Filter::for_rows).collect(), trace: None }
    }

    /// Looks the columns of `filters` up, and records why they keep nothing, as long as they do.
    pub fn traced(filters: &'f [Filter]) -> Self {
        let resolved = Self::resolve(filters);
        let trace = FilterTrace::new(filters, resolved.filters.is_some());
        Self { trace: (!filters.is_empty()).then(|| RefCell::new(trace)), ..resolved }
    }

    /// Looks up those of `filters` that name groups; `None` when none does.
    pub fn of_groups(filters: &'f [Filter]) -> Option<Self> {
        let named = filters.iter().filter(|filter| !filter.group_names().is_empty());
        named.clone().next()?;
        Some(Self { filters: named.map(Filter::for_rows).collect(), trace: None })
    }

    /// Returns what was seen so far.
    pub fn trace(&self) -> FilterTrace {
        self.trace.as_ref().map(|trace| trace.borrow().clone()).unwrap_or_default()
    }

    /// Tells whether such rows have all columns that the filters look at.
    pub const fn has_columns(&self) -> bool {
        self.filters.is_some()
    }

    /// Tells whether a row passes.
    pub fn pass(&self, row: &T, index: &InventoryIndex<'_>) -> bool {
        let Some(filters) = &self.filters else { return false };
        if let Some(trace) = self.trace.as_ref().filter(|trace| !trace.borrow().has_kept()) {
            return trace.borrow_mut().record(|position, seen| filters[position].record(seen, row, index));
        }
        filters.iter().all(|filter| filter.passes(row, index))
    }
}

/// The rows that pass filters.
pub struct FilteredRows<'a, T: Tabular> {
    rows: &'a dyn Rows<T>,
    filters: RowFilters<'a, T>,
    index: &'a InventoryIndex<'a>,
    count: usize,
}

impl<'a, T: Tabular> FilteredRows<'a, T> {
    /// Counts the rows that pass.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn new(
        rows: &'a dyn Rows<T>,
        filters: &'a [Filter],
        index: &'a InventoryIndex<'a>,
    ) -> io::Result<Self> {
        let mut filtered = Self { rows, filters: RowFilters::resolve(filters), index, count: 0 };
        let mut count = 0;
        filtered.each(&mut |_| {
            count += 1;
            Ok(())
        })?;
        filtered.count = count;
        Ok(filtered)
    }
}

impl<T: Tabular> Rows<T> for FilteredRows<'_, T> {
    fn count(&self) -> usize {
        self.count
    }

    fn each(&self, take: &mut dyn FnMut(&T) -> io::Result<()>) -> io::Result<()> {
        self.rows.each(&mut |row| if self.filters.pass(row, self.index) { take(row) } else { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::filter::{FilterError, parse_filters};
    use crate::analysis::usage::Percent;
    use crate::diagnostic::Remedies;
    use crate::model::{Account, Inventory, Network, NetworkKind, Provider, Resources, Tags};

    fn error(text: &str) -> String {
        let error = parse_filters(text).unwrap_err();
        [vec![error.to_string()], error.remedies()].concat().join(" | ")
    }

    fn hits(filter: &str, value: &Value) -> bool {
        let filter: Filter = filter.parse().unwrap();
        let is_met = filter.condition.is_met_by(value, "2026-11-20T08:00:00Z".parse().unwrap());
        is_met.expect("a column's filter") != filter.negated
    }

    #[test]
    fn what_is_wrong_is_said_with_the_correction() {
        assert!(error("region").starts_with("`region` is not a filter | write COLUMN=GLOB"));
        assert!(error("=x").contains("not a filter"));
        assert!(error("!=x").contains("not a filter"));
        assert_eq!(
            error("cidr-within=10.0.0.5/8"),
            "10.0.0.5/8: host bits are set; did you mean 10.0.0.0/8?"
        );
        assert!(error("cidr-within=2001:db8::1/32").ends_with("did you mean 2001:db8::/32?"));
        assert!(
            error("cidr-within=10.0.0.5")
                .contains("not a prefix | write 10.0.0.5/32 or contains-ip=10.0.0.5")
        );
        assert!(error("contains-ip=10.0.0.5/8").ends_with("not an address | write cidr-within=10.0.0.0/8"));
        assert!(error("contains-ip=10.0.0.256").starts_with("`10.0.0.256` is not an address"));
        assert!(error("cidr-within=10.0.0.0/33").starts_with("`10.0.0.0/33` is not a prefix: the length"));
        assert!(error("cidr-within=").starts_with("`` is not an address"));
        assert!(
            error("cidr-within=10.0.0.0/8,").starts_with("`cidr-within=10.0.0.0/8,` has a comma without")
        );
        assert!(error("contains-ip>10.0.0.1").starts_with("`contains-ip` is a filter on addresses, and"));
        assert!(error("name=[a").starts_with("the pattern of `name=[a` is wrong: "));
        assert!(error("name=~web").starts_with("`=~` in `name=~web` is not an operator | the operators are"));
        assert!(error("state=a or state=b").ends_with("for a space in the value"));
        assert!("state=a and state=b".parse::<Filter>().is_err(), "two where one is expected");
    }

    #[test]
    fn globs_match_any_part_in_any_case() {
        let list = Value::List(vec!["Alpha".into(), "beta/gamma".into()]);
        assert!(hits("name=alpha", &list));
        assert!(hits("name=beta*", &list), "a slash is nothing special");
        assert!(hits("name={delta,BETA/*}", &list));
        assert!(!hits("name=gamma", &list), "the whole part must match");
        assert!(!hits("name!=alpha", &list), "not-equal is the negation of equal");
        assert!(hits("name=ÉTÉ", &Value::Text("été".into())), "case is not only ASCII's");
        assert!(hits("name=a=b", &Value::Text("a=b".into())), "the first = parts column and pattern");
    }

    #[test]
    fn values_with_commas_between_are_alternatives() {
        let state = Value::Text("running".into());
        assert!(hits("state=stopped,running", &state) && hits("state=stopped, run*", &state));
        assert!(!hits("state!=stopped,running", &state) && hits("state!=stopped,pending", &state));
        assert!(!hits("state=stopped,pending", &state));
        let comma = Value::Text("a,b".into());
        assert!(hits(r"name=a\,b", &comma) && hits("name=a[,]b", &comma) && !hits("name=a,b", &comma));
        assert!(error("state=running,").starts_with("`state=running,` has a comma without a value | leave"));
    }

    #[test]
    fn booleans_are_true_false_yes_or_no() {
        for (yes, no) in [("true", "false"), ("YES", "No"), ("True", "FALSE")] {
            assert!(hits(&format!("is_default={yes}"), &Value::Bool(true)));
            assert!(!hits(&format!("is_default=={yes}"), &Value::Bool(false)));
            assert!(hits(&format!("is_default={no}"), &Value::Bool(false)));
        }
        assert!(!hits("is_default=true,false", &Value::Unknown));
        for wrong in ["is_default=1", "is_default=t*", "is_default!=on", "is_default=true,maybe"] {
            assert!(error(wrong).contains("`is_default` needs true, false, yes or no, not `"), "{wrong}");
        }
    }

    #[test]
    fn numbers_and_times_have_an_order_and_the_unknown_has_none() {
        let number = Value::Number(80);
        assert!(hits("vcpus>79", &number) && hits("vcpus>=80", &number) && hits("vcpus<=80", &number));
        assert!(!hits("vcpus>80", &number) && !hits("vcpus<80", &number));
        let time = Value::Time("2026-01-31T08:00:00Z".parse().unwrap());
        assert!(hits("launched_at>2026-01-31", &time) && hits("launched_at<2026-02-01", &time));
        assert!(
            hits("launched_at>=2026-01-31T08:00:00Z", &time) && hits("launched_at<2026-01-31T09:00", &time)
        );
        for filter in ["vcpus>0", "vcpus<9", "launched_at<2026-01-01", "launched_at<90d"] {
            assert!(!hits(filter, &Value::Unknown), "{filter}");
        }
    }

    /// What is shown as 80.8 is more than 80, for `scan` as for `usage`.
    #[test]
    fn a_share_is_compared_exactly() {
        let share = |used| Value::Percent(Percent::new(used, 251).unwrap());
        let more = share(203);
        assert_eq!(more.parts(), ["80.8"]);
        for filter in [
            "used_percent>80",
            "used_percent>=80%",
            "USED PERCENT == 80",
            "used_percent=80.8%",
            "used_percent<80.9",
        ] {
            assert!(hits(filter, &more), "{filter}");
        }
        for filter in ["used_percent<=80", "used_percent>80.87", "used_percent=80.7", "used_percent=81"] {
            assert!(!hits(filter, &more), "{filter}");
        }
        assert!(!hits("used_percent>=80", &share(200)), "79.6 %");
        for wrong in ["used_percent>80.123", "used_percent>80.", "used_percent>.5", "used_percent>many"] {
            assert!(error(wrong).contains("a number such as 80 or 79.5"), "{wrong}: {}", error(wrong));
        }
    }

    #[test]
    fn an_age_counts_back_from_when_the_inventory_was_taken() {
        let time = Value::Time("2026-11-10T08:00:00Z".parse().unwrap());
        assert!(
            hits("launched_at<9d", &time) && hits("launched_at<@9d", &time) && hits("launched_at>11d", &time)
        );
        assert!(!hits("launched_at<11d", &time) && !hits("launched_at>1w", &time));
        assert!(hits("launched_at<=10d", &time) && !hits("launched_at<10d", &time));
        assert!(!hits("launched_at<1000000w", &time) && hits("launched_at>1000000w", &time));
        assert!(
            error("launched_at=90d")
                .starts_with("`launched_at=90d`: no time is equal to an age | write laun")
        );
    }

    #[test]
    fn a_time_is_a_day_a_moment_or_a_glob() {
        let time = Value::Time("2026-01-31T08:00:00Z".parse().unwrap());
        for filter in [
            "launched_at=2026-01-31",
            "launched_at=2026-01-31T08:00:00Z",
            "launched_at=2026-01-31T09:00:00+01:00",
            "launched_at=2026-01-31T08:00",
            "launched_at=2026-01-*",
            "launched_at!=2026-01-30",
        ] {
            assert!(hits(filter, &time), "{filter}");
        }
        assert!(error("launched_at=2026-01").contains("or a glob such as 2026-01-*, not `2026-01`"));
    }

    #[test]
    fn prefixes_and_addresses_are_compared_in_canonical_form() {
        let cidrs = Value::Cidrs(vec!["2001:db8::/32".parse().unwrap(), "10.0.0.0/16".parse().unwrap()]);
        assert!(hits("cidrs=2001:DB8:0::/32", &cidrs) && hits("cidrs=10.0.*", &cidrs));
        assert!(error("cidrs=10.0.0.5/16").contains("host bits are set"));
        assert!(error("cidrs=10.0.0.5").contains("contains-ip=10.0.0.5"));
        let ips = Value::Ips(vec!["10.0.0.5".parse().unwrap()]);
        assert!(hits("private_ips=10.0.0.5", &ips) && !hits("private_ips!=10.0.0.5,10.0.0.6", &ips));
        assert!(error("private_ips=10.0.0.0/8").contains("cidr-within=10.0.0.0/8"));
    }

    #[test]
    fn comparisons_that_could_never_hold_are_refused() {
        assert!(error("name>5").starts_with(
            "`name` is text, and `<` and `>` need numbers or times | `<` and `>` compare subnets, "
        ));
        assert!(error("tag:cost>80").starts_with("`tag:cost` is text, and"));
        assert_eq!(error("vcpus>many"), "`vcpus` needs a whole number, not `many`");
        assert!(error("vcpus=many").starts_with("`vcpus` needs a whole number or a glob, not `many`"));
        assert!(error("launched_at>80").starts_with("`launched_at` needs a time such as"));
        assert!(error("vcpus=>5").starts_with("`=>` in `vcpus=>5` is not an operator"));
        assert!(error(">5").contains("not a filter"));
    }

    #[test]
    fn nothing_after_the_sign_means_unknown_or_empty() {
        for blank in [Value::Unknown, Value::Text(String::new()), Value::List(vec![])] {
            assert!(hits("name=", &blank) && !hits("name!=", &blank) && hits("name==", &blank));
        }
        assert!(!hits("vcpus=", &Value::Number(0)), "zero is known");
        assert!(!hits("name=*", &Value::Unknown), "unknown matches no pattern");
        assert!(hits("name=*", &Value::Text(String::new())), "a tag without a value is there");
    }

    #[test]
    fn columns_are_found_as_tables_and_people_write_them() {
        for text in ["USED PERCENT>80", "used-percent>80", "Used_Percent >80", " used percent > 80"] {
            assert_eq!(text.parse::<Filter>().unwrap().column(), Some("used_percent"), "{text}");
        }
        assert_eq!("Tag:Env=x".parse::<Filter>().unwrap().column(), Some("tag:Env"));
        assert_eq!("used>80".parse::<Filter>().unwrap().column(), Some("used"), "the caller refuses it");
        assert_eq!("CIDR_Within=10.0.0.0/8".parse::<Filter>().unwrap().column(), None);
    }

    fn keeps(filter: &str, prefix: &str) -> bool {
        let network = Network {
            provider: Provider::Aws,
            account: "111111111111".to_owned(),
            account_name: None,
            region: "eu-west-1".to_owned(),
            id: "vpc-1".to_owned(),
            name: None,
            kind: NetworkKind::Vpc,
            blocks: vec![crate::model::Block {
                cidr: prefix.parse().unwrap(),
                role: crate::model::BlockRole::Primary,
                state: None,
            }],
            is_default: None,
            state: None,
            visible_from: Vec::new(),
            tags: Tags::new(),
        };
        let resources = Resources { networks: vec![network], ..Resources::default() };
        let taken_at = "2026-11-20T08:00:00Z".parse().unwrap();
        let inventory =
            Inventory::assemble("test".to_owned(), taken_at, Vec::<Account>::new(), resources, Vec::new());
        let filters = parse_filters(filter).unwrap();
        RowFilters::resolve(&filters).pass(&inventory.networks[0], &InventoryIndex::new(&inventory))
    }

    #[test]
    fn prefixes_lie_within_overlap_or_contain() {
        let row = "10.1.0.0/16";
        assert!(keeps("cidr-within=10.0.0.0/8", row) && !keeps("cidr-within=10.1.2.0/24", row));
        assert!(keeps("cidr-overlaps=10.0.0.0/8", row) && keeps("cidr-overlaps=10.1.2.0/24", row));
        assert!(!keeps("cidr-overlaps=10.2.0.0/16", row) && keeps("cidr-overlaps!=10.2.0.0/16", row));
        assert!(
            keeps("contains-ip=192.0.2.1,10.1.2.3", row) && !keeps("contains-ip!=192.0.2.1,10.1.2.3", row)
        );
        assert!(keeps("cidr-within=192.168.0.0/16, 10.0.0.0/8 and region=eu-*", row));
        assert!(!keeps("cidr-within=10.0.0.0/8 and region=us-*", row));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

        #[test]
        fn a_filter_reads_back_as_it_prints_and_no_text_panics(
            column in "(state|USED PERCENT|vcpus|tag:a\\\\?=?b|is_default|launched_at|cidr-within|x y|\\PC{0,4})",
            operator in "(=|==|!=|<|<=|>|>=|=~|)",
            value in "(yes|80%?|90d|10\\.0\\.0\\.0/8|[ab,\\\\{}\\[\\]!^ *?&|;=]{0,12}|\\PC{0,12})",
            tail in "( and state=a| && vcpus>1|, b| or c=d|\\\\|)",
        ) {
            let text = format!("{column}{operator}{value}{tail}");
            if let Ok(filters) = parse_filters(&text) {
                for filter in &filters {
                    let again = filter.text().parse::<Filter>();
                    prop_assert_eq!(format!("{:?}", again), format!("{:?}", Ok::<_, FilterError>(filter)), "{}", text);
                }
            }
        }
    }
}

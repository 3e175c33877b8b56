//! Rows without those that filters drop, read one by one.

use std::io;

use super::super::columns::Tabular;
use super::super::inventory_index::InventoryIndex;
use super::parsed_filter::Filter;
use super::row_filter::RowFilters;
use crate::model::Rows;

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

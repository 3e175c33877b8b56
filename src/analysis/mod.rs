//! Pure functions from an inventory to a report.

//! The workbook, sheet by sheet.

use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::styles::Styles;
use super::{collision_sheet, listing_sheet, summary_sheet, usage_sheet};
use crate::analysis::streamed_table::StreamedTable;
use crate::output::export::Export;

/// Writes the workbook. The same export gives the same bytes: its time is that of the inventory.
///
/// # Errors
/// When `out` cannot be written, or a temporary file for a sheet.
pub(in crate::output) fn write(
    export: &Export<'_>,
    _: Option<&StreamedTable<'_>>,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let mut out = UntilError { out, error: None };
    let written = workbook(export, &mut out);
    // The library may have passed over an error of its own accord.
    out.error.map_or_else(|| written.map_err(io::Error::other), Err)
}

/// Writes until there is an error, which is kept. What is written after that is dropped: the library ends the archive once
/// more when it is given up, and prints an error of its own if that fails.
struct UntilError<'o> {
    out: &'o mut (dyn Write + Send),
    error: Option<io::Error>,
}

impl UntilError<'_> {
    fn attempt<T>(
        &mut self,
        otherwise: T,
        write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.error.is_some() {
            return Ok(otherwise);
        }
        write(&mut *self.out).map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.error = Some(error);
            }
            kind.into()
        })
    }
}

impl Write for UntilError<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt((), |out| out.flush())
    }
}

fn workbook(export: &Export<'_>, out: &mut UntilError<'_>) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let taken = ExcelDateTime::from_timestamp(export.view.inventory.taken_at.as_second())?;
    book.set_properties(&DocProperties::new().set_title("Network inventory").set_creation_datetime(&taken));
    let styles = Styles::new(export.csv.defuse_formulas);
    summary_sheet::write(book.add_worksheet(), export, &styles)?;
    let failing = collision_sheet::failing_ids(export.collisions);
    for listing in export.listings.iter().filter(|listing| listing.kind.is_some()) {
        listing_sheet::write(&mut book, listing, &failing, &styles)?;
    }
    if let Some(report) = export.usage {
        usage_sheet::write(&mut book, report, &styles)?;
    }
    collision_sheet::write(&mut book, export.collisions, &styles)?;
    for listing in export.listings.iter().filter(|listing| listing.kind.is_none()) {
        listing_sheet::write(&mut book, listing, &failing, &styles)?;
    }
    book.save_to_writer(out)
}

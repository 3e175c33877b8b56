//! What the server makes of the inventory: the document, the page and the metrics of usage.

use std::path::PathBuf;

use super::followed_exports::export_args;
use crate::cli::source::LiveArgs;
use crate::commands::filters::resource_groups;
use crate::commands::overlap::collisions_among_networks;
use crate::commands::summary::Summary;
use crate::commands::usage::measure_subnets;
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::export::{self, ExportPlan, ExportSource};
use crate::model::{Inventory, InventoryView};
use crate::output::{self, Format, Layout, OPEN_METRICS_TYPE};
use crate::ui::Ui;

/// A document that is made of the inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServedDocument {
    /// The inventory as JSON.
    Inventory,
    /// The page that `export --format html` writes.
    Page,
    /// How full subnets are, in the format of `OpenMetrics`.
    Usage,
}

impl ServedDocument {
    /// Every document, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Inventory, Self::Page, Self::Usage];

    /// Returns the media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Inventory => "application/json",
            Self::Page => "text/html; charset=utf-8",
            Self::Usage => OPEN_METRICS_TYPE,
        }
    }
}

/// Makes documents.
pub struct DocumentWriter {
    settings: Settings,
    page: ExportPlan,
    ui: Ui,
}

impl DocumentWriter {
    /// Takes what the flags and the configuration say of columns, collisions and limits.
    ///
    /// # Errors
    /// When the configuration contradicts itself.
    pub fn new(live: &LiveArgs, settings: &Settings, ui: &Ui) -> Result<Self, Error> {
        let args = export_args(PathBuf::from("-"), Some("html"), live);
        let page = ExportPlan::from_args(&args, Vec::new(), settings)?;
        Ok(Self { settings: settings.clone(), page, ui: ui.quiet() })
    }

    /// Makes a document of an inventory.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn write(&self, document: ServedDocument, inventory: &Inventory) -> Result<Vec<u8>, Error> {
        match document {
            ServedDocument::Inventory => serde_json::to_vec(inventory).map_err(|error| {
                Error::new(ErrorKind::Output, "the inventory cannot be written").with_source(&error)
            }),
            ServedDocument::Page => self.write_page(inventory),
            ServedDocument::Usage => self.write_usage(inventory),
        }
    }

    fn write_page(&self, inventory: &Inventory) -> Result<Vec<u8>, Error> {
        let view = InventoryView::new(inventory);
        let source = ExportSource {
            view,
            is_streamed: false,
            missing: &Summary::new(view, &self.page.required_kinds()).describe_missing(),
            collisions: &collisions_among_networks(inventory, &self.settings)?,
            usage: None,
            ranges: &self.settings.external.value,
            groups: &resource_groups(&self.settings)?,
        };
        let mut page = Vec::new();
        export::write_page(&self.page, source, &mut page, &self.ui)?;
        Ok(page)
    }

    fn write_usage(&self, inventory: &Inventory) -> Result<Vec<u8>, Error> {
        let report = measure_subnets(InventoryView::new(inventory), false, &self.settings)?;
        let mut text = Vec::new();
        let written = output::render(&report, Format::Openmetrics, Layout::default(), &mut text);
        written.map_err(|error| {
            Error::new(ErrorKind::Output, "the metrics of usage cannot be written").with_source(&error)
        })?;
        Ok(text)
    }
}

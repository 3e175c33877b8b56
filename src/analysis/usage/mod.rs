//! How full address space is: subnets by the addresses that are in use, networks by what they gave to subnets.
//!
//! What is not known is `None`, and never zero: the cloud does not count every subnet, and free blocks are only known where
//! everything that the cloud counts is seen.

mod assess;
mod forecast;
mod held;
mod percent;
mod report;
mod rollup;
mod space;
mod thresholds;
mod trend;

pub use assess::{UsageError, UsageInput, assess_usage, kinds_that_matter};
pub use forecast::{Forecast, ForecastState};
pub use held::{HeldAddresses, HolderKind};
pub use percent::Percent;
pub use report::{AddressCounts, USAGE_VERSION, UsageCounts, UsageKind, UsageReport, UsageRow, UsageStatus};
pub use trend::{UsageHistory, UsagePoint, UsageTrend};

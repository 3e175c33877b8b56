//! How full address space is: subnets by the addresses that are in use, networks by what they gave to subnets, pools by
//! what networks and reservations took.
//!
//! What is not known is `None`, and never zero: the cloud does not count every subnet, and free blocks are only known where
//! everything that the cloud counts is seen.

mod address_units;
mod assess;
mod forecast;
mod held;
mod history;
mod percent;
mod pool_rows;
mod report;
mod rollup;
mod subnet_addresses;
mod thresholds;
mod trend;
mod unread;

pub use address_units::AddressUnits;
pub use assess::{AssessError, UsageInput, assess_usage, kinds_that_matter};
pub use forecast::{Forecast, ForecastState, UsagePoint};
pub use held::{AddressUse, HeldAddresses};
pub use history::UsageHistory;
pub use percent::Percent;
pub use pool_rows::PoolInput;
pub use report::{AddressCounts, USAGE_VERSION, UsageCounts, UsageKind, UsageReport, UsageRow, UsageStatus};
pub use trend::UsageTrend;
pub use unread::unread_azure_counts;

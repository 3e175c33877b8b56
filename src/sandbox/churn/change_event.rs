//! An event that a cloud sends because something changed.

/// An event, as a cloud sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeEvent {
    /// Id of the tenant whose queue gets it; `None` for AWS.
    pub tenant: Option<String>,
    /// Id of the account or subscription that it is about.
    pub account: String,
    /// Region name; in Azure `global`.
    pub region: String,
    /// What happened: the API call, such as `RunInstances`, or the type of the event.
    pub action: String,
    /// The JSON of the event.
    pub body: String,
}

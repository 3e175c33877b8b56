//! Posts JSON to the address of a channel; a build without channels refuses to.

use super::channel::SendError;
use super::part::Part;
use super::secret::read_address;
use crate::config::{ChannelSettings, ChannelTarget, SecretValue};
use crate::diagnostic::Diagnostic;

/// The header with the id, by which a receiver drops what it has already.
#[cfg(feature = "channels")]
pub(super) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// Checks that this build can send to the channel.
///
/// # Errors
/// When it was built without channels.
pub fn check_build(settings: &ChannelSettings) -> Result<(), Diagnostic> {
    let is_possible = cfg!(feature = "channels") || matches!(settings.target, ChannelTarget::File(_));
    if is_possible { Ok(()) } else { Err(not_built()) }
}

/// Says that this build has no channels but files.
pub(super) fn not_built() -> Diagnostic {
    Diagnostic::new("this build of netcensus can send to `file` channels only")
        .remedy("build it with the feature `channels`: cargo install netcensus --features channels")
}

/// Checks that an address is there and encrypted, and that a proxy on the way can be understood.
#[cfg(feature = "channels")]
pub(super) fn check_address(address: &SecretValue) -> Result<(), Diagnostic> {
    let url = read_address(address)?;
    if crate::config::is_loopback(&url) {
        return Ok(());
    }
    crate::clouds::check_network_variables().map_err(|error| error.diagnostic)
}

/// Checks that an address is there and encrypted.
#[cfg(not(feature = "channels"))]
pub(super) fn check_address(address: &SecretValue) -> Result<(), Diagnostic> {
    read_address(address).map(drop)
}

/// Posts a body of JSON.
#[cfg(feature = "channels")]
pub(super) async fn post_json(url: &SecretValue, part: &Part) -> Result<(), SendError> {
    let Part::Json { body, id } = part else { return Ok(()) };
    let headers = [(IDEMPOTENCY_KEY, id.clone())];
    super::https::post(url, "application/json; charset=utf-8", &headers, body).await
}

/// Posts a body of JSON.
#[cfg(not(feature = "channels"))]
pub(super) async fn post_json(_: &SecretValue, _: &Part) -> Result<(), SendError> {
    Err(SendError::new(not_built()))
}

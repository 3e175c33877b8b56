//! What `overlap` finds: examples, one for each trap, and properties against an oracle.

mod addresses;
mod allowed;
pub mod estate;
mod gate;
mod identity;
mod joined;
mod oracle;
mod partial;
mod planned;
mod properties;
mod ranges;
mod routing;

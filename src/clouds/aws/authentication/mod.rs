//! How AWS is signed in to, as which accounts.
//!
//! `config_files` and `profiles` are what is written, `credentials` decides which are used. They come from
//! `local_credentials`, `sso`, `sso_token`, `sts`, `token_file` and `shared_credentials`. `profile_sign_in` signs in with many profiles,
//! `role_pacer` paces the roles that are assumed, `sign_in` and `organization` find the accounts, and `login` is what
//! messages call them.

pub(super) mod config_files;
pub(super) mod credentials;
pub(super) mod local_credentials;
pub(super) mod login;
pub(super) mod organization;
pub(super) mod profile_sign_in;
pub(super) mod profiles;
mod role_pacer;
pub(super) mod shared_credentials;
pub(super) mod sign_in;
mod sso;
mod sso_token;
mod sts;
mod token_file;

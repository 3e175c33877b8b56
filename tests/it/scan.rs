//! `netcensus`, the binary, from end to end: what it prints, where, and how it exits.

mod accounts;
mod addresses;
mod advice;
mod answers;
mod bad_input;
mod calls;
mod certificates;
mod configuration;
mod credential_faults;
mod credentials;
mod echo;
mod failures;
mod fake_server;
mod formats;
#[cfg(feature = "azure")]
mod handshakes;
mod impostor;
mod neighbours;
mod profiles;
mod regions;
mod saved;
mod sign_in;
mod streams;
mod throttling;
mod views;

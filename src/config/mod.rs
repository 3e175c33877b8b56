//! `netcensus.toml`: raw, then validated, then typed.

//! Command-line definitions (clap); no behaviour.

pub mod sandbox;

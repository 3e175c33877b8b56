//! Command-line definitions (clap); no behaviour.

//! The integration tests, as one binary: one link step.

mod output;

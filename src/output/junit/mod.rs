//! `JUnit` XML, as Jenkins and GitLab read it: the reports of `overlap` and `usage`.

mod findings;
mod spec;
mod suites;
mod usage;

pub(super) use findings::write as write_findings;
pub(super) use spec::SPEC;
pub(super) use usage::write as write_usage;

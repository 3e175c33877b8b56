//! `JUnit` XML, as Jenkins and GitLab read it: the reports of `overlap` and `usage`.

mod findings;
mod spec;
mod suites;
mod usage;

use findings::write as write_findings;
pub(super) use spec::SPEC;
use usage::write as write_usage;

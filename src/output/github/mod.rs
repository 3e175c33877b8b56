//! Workflow commands, which GitHub Actions shows as annotations
//! (<https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>): the reports of `overlap` and `usage`.

mod annotation;
mod findings;
mod spec;
mod usage;

use findings::write as write_findings;
pub(super) use spec::SPEC;
use usage::write as write_usage;

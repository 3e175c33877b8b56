//! Faults to serve on purpose: how they are written, which requests they are for, and when they strike.

mod fault;
mod injector;
mod kind;
mod selector;
mod syntax;

pub use fault::{Fault, FaultError};
pub use injector::{AnswerChange, AnswerFaults, FaultInjector, ListFaults};
pub use kind::{
    Alteration, BodyEnd, ConnectionFault, EventFault, Pace, PageLoop, Refusal, ResetPoint, RetryAfter,
    TransportFault,
};
pub use selector::Key;

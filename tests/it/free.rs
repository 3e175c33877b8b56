//! Where there is room: every trap that other tools fell into, drawn estates against brute force, and the command.

mod command;
mod estate;
mod oracle;
mod traps;

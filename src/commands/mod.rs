//! Each command: gather, analyse, render, exit.

pub mod sandbox;

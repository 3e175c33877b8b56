//! Each command: gather, analyse, render, exit.

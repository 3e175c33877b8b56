//! The clouds, emulated in-process over real HTTP.

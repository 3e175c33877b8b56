//! The report of `find`: its words, and its matches as rows, for the formats that share them.

pub(super) mod answer_text;
pub(super) mod history_rows;
pub(super) mod match_rows;

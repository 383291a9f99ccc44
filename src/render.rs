//! A comparison as SQL, text or JSON. Pure: whoever calls prints.

mod json;
mod script;
mod text;

pub use json::json;
pub use script::{down_script, script, up_script};
pub use text::{hazards, hazards_under, lines, lines_by_kind, summary};

//! What a function is declared with: its arguments and its promises.

use serde::{Deserialize, Serialize};

use crate::kind::column::default_text;
use crate::sql::{Expr, quote_ident};

/// What a function promises about its result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Volatility {
    /// Nothing.
    #[default]
    Volatile,
    /// The same within a statement.
    Stable,
    /// The same for ever.
    Immutable,
}

/// Where a function may run in a parallel query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parallel {
    /// Nowhere.
    #[default]
    Unsafe,
    /// In the leader only.
    Restricted,
    /// Anywhere.
    Safe,
}

impl Parallel {
    /// Its word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unsafe => "unsafe",
            Self::Restricted => "restricted",
            Self::Safe => "safe",
        }
    }
}

/// Which way an argument goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArgumentMode {
    /// In.
    #[default]
    In,
    /// Out.
    Out,
    /// Both.
    Inout,
    /// Any number of them.
    Variadic,
}

/// An argument of a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Its type.
    pub r#type: String,
    /// Its default.
    pub default: Option<Expr>,
    /// Which way it goes.
    pub mode: ArgumentMode,
}

/// An argument between the parentheses.
pub(in crate::kind) fn argument_text(argument: &Argument) -> String {
    let Argument { name, r#type, default, mode } = argument;
    let mode = match mode {
        ArgumentMode::In => "",
        ArgumentMode::Out => "OUT ",
        ArgumentMode::Inout => "INOUT ",
        ArgumentMode::Variadic => "VARIADIC ",
    };
    let name = name.as_ref().map(|name| format!("{} ", quote_ident(name))).unwrap_or_default();
    let default = default.as_ref().map(|default| format!(" DEFAULT {}", default_text(default))).unwrap_or_default();
    format!("{mode}{name}{type}{default}")
}

//! What dbtool takes from the process around it: variables, the home folder, the user's name.
//!
//! A value, so that a test can bring its own. What the variables mean is left to those who ask.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// The variables, the home folder and the user's name. Cheap to clone.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    home: Option<PathBuf>,
    user: Option<String>,
    program: Option<PathBuf>,
    arguments: Vec<OsString>,
}

impl Environment {
    /// The environment of this process. Variables that are not UTF-8 are passed over.
    pub fn from_process() -> Self {
        let text = |name: OsString, value: OsString| Some((name.into_string().ok()?, value.into_string().ok()?));
        let user = nix::unistd::User::from_uid(nix::unistd::geteuid());
        Environment {
            variables: std::env::vars_os().filter_map(|(name, value)| text(name, value)).collect(),
            home: etcetera::home_dir().ok(),
            user: user.ok().flatten().map(|user| user.name),
            program: std::env::current_exe().ok(),
            arguments: std::env::args_os().skip(1).collect(),
        }
    }

    /// No variables, no home folder, no user: what a connection that must not depend on its surroundings is given.
    pub fn empty() -> Self {
        Environment::default()
    }

    /// The same with one variable more (or another value of it).
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The same with another home folder.
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// The same with another operating-system user.
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// The value of a variable. One that is set to nothing counts as not set, as shells and CI systems leave such behind.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The user's home folder.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// This program's own file.
    pub fn program(&self) -> Option<&Path> {
        self.program.as_deref()
    }

    /// The arguments that this program was started with.
    pub fn arguments(&self) -> &[OsString] {
        &self.arguments
    }

    /// The operating-system user's name.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }
}

/// Names only: the values may hold passwords.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.variables.keys().collect();
        let mut out = f.debug_struct("Environment");
        out.field("variables", &names).field("home", &self.home).field("user", &self.user).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_set_to_nothing_is_not_set() {
        let environment = Environment::empty().with("A", "").with("B", "b");
        assert_eq!((environment.get("A"), environment.get("B"), environment.get("C")), (None, Some("b"), None));
    }

    #[test]
    fn debug_shows_no_values() {
        let shown = format!("{:?}", Environment::empty().with("PGPASSWORD", "s3cret"));
        assert!(shown.contains("PGPASSWORD") && !shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn the_process_has_variables_and_a_user() {
        let environment = Environment::from_process();
        assert!(environment.get("PATH").is_some() && environment.user().is_some());
    }
}

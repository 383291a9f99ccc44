//! What the server tells beside its objects: who asks, who owns them, and which roles there are.

use std::collections::{HashMap, HashSet};

/// The server as the one who reads the schema finds it.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its version, as in `server_version_num`.
    pub version: u32,
    /// The role that asks, and makes what is new.
    pub user: String,
    /// The role that owns most of the objects: the one that is meant where a declaration names none.
    pub owner: String,
    /// Who owns what that role does not own, by namespace and what it is called as a grant's target.
    pub owners: HashMap<(String, String), String>,
    /// Every role.
    pub roles: HashSet<String>,
}

impl Default for Server {
    fn default() -> Self {
        let (user, owner, owners, roles) = Default::default();
        Self { version: 180_000, user, owner, owners, roles }
    }
}

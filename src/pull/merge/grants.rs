//! Grants and default privileges of a folder that is there already: entries of a list have no names, so that the list of
//! an object is written anew where any of it differs.

use std::collections::BTreeSet;

use super::Merging;
use crate::kind::KindTag;
use crate::pull::write::section;
use crate::pull::{edit, grant};
use crate::schema::Id;

impl Merging<'_> {
    /// Brings `grant` and `revoke` of each object to what is there.
    pub(super) fn grants(&mut self) {
        let differing = self.differing(KindTag::Grant);
        let objects: BTreeSet<Id> = differing.iter().filter_map(Id::subject).collect();
        for on in objects.iter().filter(|on| !self.new.contains(on)).collect::<Vec<_>>() {
            let Some(entry) = self.live.get(on) else { continue };
            if on.kind == KindTag::IdentitySequence {
                self.alter_column_of(on);
                continue;
            }
            let own = |path: &&Vec<String>| path.len() == 2 && path[0] == section(on.kind, &entry.object);
            let (Some(path), Some(place)) = (self.paths.get(on).filter(own), self.before.loaded.place_of(on)) else {
                // Nobody has said anything of it so far.
                self.new.insert(on.clone());
                let owners = self.live.of_kind(KindTag::SequenceOwner).map(|(id, _)| id);
                let owner = owners.filter(|id| on.kind == KindTag::Sequence && id.name == on.name);
                let owner: Vec<Id> = owner.filter(|id| id.namespace == on.namespace).cloned().collect();
                self.new.extend(owner);
                continue;
            };
            let wanted = grant::of_object(self.live, on);
            let Some(table) = edit::table_at(&mut self.documents[place.file].1, path) else { continue };
            for key in ["grant", "revoke"] {
                match wanted.iter().find(|(wanted, _)| wanted == key) {
                    Some((_, value)) => drop(edit::set(table, key, value)),
                    None => drop(edit::take(table, key)),
                }
            }
            self.touched.insert(place.file);
        }
    }

    /// Takes out the entries of default privileges of which anything differs, and has them written anew.
    pub(super) fn default_privileges(&mut self) {
        let differing = self.differing(KindTag::DefaultPrivilege);
        let groups: BTreeSet<Id> = differing.iter().filter_map(Id::group).collect();
        let owner = &self.live.server.owner;
        let as_live = |id: &Id| match id.of_default_privileges() {
            Some((granted, Some(role))) if role == owner => Id { owner: granted.plural().to_owned(), ..id.clone() },
            _ => id.clone(),
        };
        let mut gone: BTreeSet<(usize, usize)> = BTreeSet::new();
        for (id, _) in self.before.loaded.schema.of_kind(KindTag::DefaultPrivilege) {
            let touched = as_live(id).group().is_some_and(|group| groups.contains(&group));
            // The first entry stands where the list does.
            let at = self.paths.get(id).and_then(|path| path.get(1).map_or(Some(0), |at| at.parse().ok()));
            if let (true, Some(at), Some(place)) = (touched, at, self.before.loaded.place_of(id)) {
                gone.insert((place.file, at));
            }
        }
        // From the last to the first, so that positions stay right.
        for (file, at) in gone.into_iter().rev() {
            edit::remove_entry(&mut self.documents[file].1, grant::DEFAULTS, at);
            self.touched.insert(file);
        }
        let live = self.live.of_kind(KindTag::DefaultPrivilege).map(|(id, _)| id);
        let again = live.filter(|id| id.group().is_some_and(|group| groups.contains(&group)));
        self.new.extend(again.cloned().collect::<Vec<_>>());
    }

    /// Objects of a kind that are not as the folder says, on either side.
    fn differing(&self, kind: KindTag) -> Vec<Id> {
        let sides = [self.live, self.before.worded].into_iter().flat_map(|schema| schema.of_kind(kind));
        let unsaid =
            |id: &Id| self.live.get(id).is_some_and(grant::is_only_written) && !self.before.worded.contains(id);
        let differs = |id: &&Id| (self.before.in_scope)(id) && self.differs(id) && !unsaid(id);
        sides.map(|(id, _)| id).filter(differs).cloned().collect()
    }
}

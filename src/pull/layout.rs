//! Documents as a person would lay them out: a header a section, a line an object, the `=` of a block in one column.

use super::value::{Body, Toml, key};

/// The longest line that an object is put on; longer ones get a header of their own.
const WIDEST: usize = 120;

/// A named thing in a section.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    /// Its name.
    pub(super) key: String,
    /// What is said of it.
    pub(super) body: Body,
    /// The key that can be left out where it is the only one.
    pub(super) short: Option<&'static str>,
}

/// Named things of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    /// Its name.
    pub(super) name: String,
    /// What is in it.
    pub(super) items: Vec<Item>,
}

/// A table with all that belongs to it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TableDoc {
    /// Its name, with its namespace where that is not the default.
    pub(super) key: String,
    /// What is said of the table itself.
    pub(super) own: Body,
    /// What belongs to it.
    pub(super) sections: Vec<Section>,
}

impl Item {
    /// The value that stands behind the name.
    pub(super) fn value(&self) -> Toml {
        match (self.body.as_slice(), self.short) {
            ([(only, value)], Some(short)) if only == short => value.clone(),
            _ => Toml::Table(self.body.clone()),
        }
    }

    /// Whether it is a line that can be read.
    fn fits(&self) -> bool {
        let line = self.value().render();
        !line.contains('\n') && key(&self.key).chars().count() + line.chars().count() <= WIDEST
    }
}

impl TableDoc {
    /// Whether nothing is said at all.
    pub(super) fn is_empty(&self) -> bool {
        self.own.is_empty() && self.sections.is_empty()
    }

    /// The whole table.
    pub(super) fn render(&self) -> String {
        let path = format!("table.{}", key(&self.key));
        let mut blocks = Vec::new();
        // Without a line of its own the sections' headers say that it is there.
        if !self.own.is_empty() || self.sections.is_empty() {
            blocks.push(block(&path, &self.own));
        }
        for section in &self.sections {
            blocks.extend(section.render(&format!("{path}.")));
        }
        blocks.join("\n")
    }
}

impl Section {
    /// The section's blocks, their headers beginning with `prefix`.
    fn render(&self, prefix: &str) -> Vec<String> {
        // The order of columns is their order in the table: no header may come between them.
        let ordered = self.name == "column";
        let (lines, blocks): (Vec<&Item>, Vec<&Item>) = match self.name.as_str() {
            "policy" => (Vec::new(), self.items.iter().collect()),
            _ => self.items.iter().partition(|item| ordered || item.fits()),
        };
        let path = format!("{prefix}{}", self.name);
        let mut all = Vec::new();
        if !lines.is_empty() || blocks.is_empty() {
            let body: Body = lines.iter().map(|item| (item.key.clone(), item.value())).collect();
            all.push(block(&path, &body));
        }
        all.extend(blocks.iter().map(|item| block(&format!("{path}.{}", key(&item.key)), &item.body)));
        all
    }

    /// The section at the top of a file: each thing under a header of its own.
    pub(super) fn render_top(&self) -> String {
        let one = |item: &Item| {
            if item.key.is_empty() {
                return block(&format!("[{}]", self.name), &item.body);
            }
            let path = format!("{}.{}", self.name, key(&item.key));
            // Policies of a set, and what belongs to a view, have few keys and long texts: a line a key.
            let many = matches!(self.name.as_str(), "domain" | "composite") && !item.fits();
            let apart = many || matches!(self.name.as_str(), "policy_set" | "view" | "materialized_view");
            if apart { lines(&path, dotted(&item.body)) } else { block(&path, &item.body) }
        };
        self.items.iter().map(one).collect::<Vec<_>>().join("\n")
    }
}

/// `select.using` for a table under a key.
fn dotted(body: &Body) -> Vec<(String, &Toml)> {
    let mut all = Vec::new();
    for (name, value) in body {
        match value {
            Toml::Table(inner) if !inner.is_empty() => {
                all.extend(inner.iter().map(|(below, value)| (format!("{}.{}", key(name), key(below)), value)));
            }
            _ => all.push((key(name), value)),
        }
    }
    all
}

/// A header and its lines.
pub(super) fn block(path: &str, body: &Body) -> String {
    lines(path, body.iter().map(|(name, value)| (key(name), value)).collect())
}

fn lines(path: &str, lines: Vec<(String, &Toml)>) -> String {
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let mut out = format!("[{path}]\n");
    for (name, value) in lines {
        let blanks = " ".repeat(width - name.chars().count());
        out.push_str(&format!("{name}{blanks} = {}\n", value.render()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_laid_out_as_a_person_would() {
        let item = |key: &str, body: Body, short| Item { key: key.to_owned(), body, short };
        let text = |name: &str, text: &str| (name.to_owned(), Toml::text(text));
        let columns = vec![
            item("id", vec![text("type", "uuid"), ("not_null".to_owned(), Toml::Flag(true))], Some("type")),
            item("Plan name", vec![text("type", "text")], Some("type")),
        ];
        let policy = item("p", vec![text("for", "select"), text("using", "a\n= b")], None);
        let section = |name: &str, items| Section { name: name.to_owned(), items };
        let doc = TableDoc {
            key: "billing.t".to_owned(),
            own: vec![text("comment", "What it is"), ("primary_key".to_owned(), Toml::texts(&["id"]))],
            sections: vec![section("column", columns), section("policy", vec![policy])],
        };
        let expected = "[table.\"billing.t\"]\ncomment     = \"What it is\"\nprimary_key = [\"id\"]\n\n\
            [table.\"billing.t\".column]\nid          = { type = \"uuid\", not_null = true }\n\"Plan name\" = \"text\"\n\n\
            [table.\"billing.t\".policy.p]\nfor   = \"select\"\nusing = '''\na\n= b'''\n";
        assert_eq!(doc.render(), expected);
        assert_eq!(TableDoc { key: "t".to_owned(), ..TableDoc::default() }.render(), "[table.t]\n");
    }
}

//! An extension, such as pgvector's `vector`.

use serde::{Deserialize, Serialize};

use super::{Kind, KindTag, Known};
use crate::hazard::{BREAKS_CODE, DELETES_DATA, WEAKENS_ACCESS};
use crate::plan::{Context, Step};
use crate::schema::{DEFAULT_NAMESPACE, Id, Schema};
use crate::sql::{quote_ident, quote_literal};

/// An installed extension.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The installed version; in a declaration the one that is asked for, such as `>=0.5`, if any.
    pub version: Option<String>,
    /// The namespace of its objects; open in a declaration that does not say.
    pub schema: Option<String>,
    /// The extensions that it needs, as far as the server has told.
    #[serde(default, skip_serializing)]
    pub requires: Known<Vec<String>>,
}

/// Extensions by which a session gets at the server's files, programs, or another session's rights.
const REACHES_OUT: &[&str] = &["dblink", "file_fdw", "adminpack", "plpython3u", "plperlu", "pltclu", "plsh", "pg_cron"];

impl Extension {
    /// Says whether something can be asked for as a version: a name that the server would take, or conditions on numbers.
    pub(crate) fn can_be_asked_for(wanted: &str) -> bool {
        let conditions: Vec<&str> = wanted.split(',').map(str::trim).collect();
        conditions.iter().all(|condition| {
            let operator = condition.trim_end_matches(|c: char| !matches!(c, '<' | '>' | '='));
            let version = condition[operator.len()..].trim();
            let is_range = conditions.len() > 1 || operator.starts_with(['<', '>']);
            // A name as PostgreSQL's `check_valid_version_name` takes it; what is compared has to begin as numbers do.
            let bad = version.is_empty() || version.starts_with('-') || version.ends_with('-');
            let bad = bad || version.contains("--") || version.contains(['/', '\\', '\0']);
            let known = ["", "=", ">=", ">", "<=", "<"].contains(&operator);
            known && !bad && (!is_range || version.starts_with(|c: char| c.is_ascii_digit()))
        })
    }
}

impl Kind for Extension {
    const WORD: &'static str = "extension";

    fn create(&self, id: &Id, cx: &Context<'_>) -> Vec<Step> {
        let there = cx.current.of_kind(KindTag::Table).next().is_some();
        let opens = (there && REACHES_OUT.contains(&id.name.as_str())).then(|| {
            WEAKENS_ACCESS.because(format!("functions of `{}` reach past the rights of whoever calls them", id.name))
        });
        let schema = match self.schema.as_deref() {
            Some(schema) if schema != "pg_catalog" => format!(" WITH SCHEMA {}", quote_ident(schema)),
            _ => String::new(),
        };
        let version = match self.version.as_deref().and_then(exact) {
            Some(version) => format!(" VERSION {}", quote_literal(version)),
            None => String::new(),
        };
        // Often made already by an administrator, as only a superuser may create an untrusted one.
        let sql = format!("CREATE EXTENSION IF NOT EXISTS {}{schema}{version}", id.name_sql());
        vec![Step::risky(sql, opens)]
    }

    fn drop(&self, id: &Id, _cx: &Context<'_>) -> Vec<Step> {
        let lost = DELETES_DATA.because(format!("the types, functions and operators of `{}`", id.name));
        vec![Step::risky(format!("DROP EXTENSION {}", id.name_sql()), [lost])]
    }

    fn alter(&self, to: &Self, id: &Id, _cx: &Context<'_>) -> Option<Vec<Step>> {
        let Self { version, schema, requires: _ } = to;
        let name = id.name_sql();
        let mut steps = Vec::new();
        if let (true, Some(schema)) = (self.schema != *schema, schema) {
            let moved = BREAKS_CODE.because("names of its objects change");
            steps.push(Step::risky(format!("ALTER EXTENSION {name} SET SCHEMA {}", quote_ident(schema)), [moved]));
        }
        if let (true, Some(version)) = (self.version != *version, version) {
            // On the way back from a range that was asked for, the range is all that is known.
            let found = self.version.as_deref().unwrap_or_default().trim_start_matches(['>', '<', '=', ' ']);
            if exact(version).is_some_and(|wanted| compare(found, wanted).is_gt()) {
                // Update scripts lead upwards only.
                return None;
            }
            let to = exact(version).map(|version| format!(" TO {}", quote_literal(version))).unwrap_or_default();
            let changed = BREAKS_CODE.because("the behaviour of its functions may change");
            steps.push(Step::risky(format!("ALTER EXTENSION {name} UPDATE{to}"), [changed]));
        }
        Some(steps)
    }

    fn comment_target(&self, _id: &Id) -> Option<String> {
        // Comments on extensions come with them and are not the user's.
        None
    }

    fn depends_on(&self, _id: &Id, _schema: &Schema) -> Vec<Id> {
        let namespace = self.schema.as_deref().unwrap_or(DEFAULT_NAMESPACE);
        let others = self.requires.0.iter().map(|name| Id::new(KindTag::Extension, "", name));
        [Id::new(KindTag::Namespace, "", namespace)].into_iter().chain(others).collect()
    }

    fn adopt(&mut self, live: &Self, goes: &dyn Fn(&Id) -> bool) {
        let satisfied = match (&self.version, &live.version) {
            (Some(wanted), Some(found)) => satisfies(found, wanted),
            _ => true,
        };
        if satisfied {
            self.version.clone_from(&live.version);
        }
        self.requires.clone_from(&live.requires);
        if self.schema.is_none() {
            let schema = live.schema.as_deref().filter(|name| !goes(&Id::new(KindTag::Namespace, "", name)));
            self.schema = Some(schema.unwrap_or(DEFAULT_NAMESPACE).to_owned());
        }
    }

    fn catalog(_version: u32) -> String {
        "SELECT 'pg_extension'::regclass, 0::oid, 0, '', '', e.extname, 0, \
                json_build_object('version', e.extversion, 'schema', n.nspname, 'requires', \
                  ARRAY(SELECT r.extname FROM pg_depend d JOIN pg_extension r ON r.oid = d.refobjid \
                         WHERE d.classid = 'pg_extension'::regclass AND d.objid = e.oid \
                           AND d.refclassid = 'pg_extension'::regclass ORDER BY 1))::text \
           FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
          WHERE e.extname <> 'plpgsql' AND NOT $2"
            .to_owned()
    }
}

/// The version that is asked for, where it is one and not a range.
fn exact(wanted: &str) -> Option<&str> {
    let version = wanted.strip_prefix('=').unwrap_or(wanted).trim();
    (!version.starts_with(['>', '<']) && !version.contains(',')).then_some(version)
}

/// Says whether an installed version fits what is asked for: `1.2`, `=1.2`, `>=1.2`, `>1`, `<2`, or several, with commas.
fn satisfies(found: &str, wanted: &str) -> bool {
    wanted.split(',').map(str::trim).all(|condition| {
        let operator = condition.trim_end_matches(|c: char| !matches!(c, '<' | '>' | '='));
        let order = compare(found, condition[operator.len()..].trim());
        match operator {
            ">=" => order.is_ge(),
            ">" => order.is_gt(),
            "<=" => order.is_le(),
            "<" => order.is_lt(),
            _ => order.is_eq(),
        }
    })
}

/// Compares versions part by part, numbers as numbers: 0.10 comes after 0.9.
fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    let parts = |text: &str| -> Vec<(u64, String)> {
        text.split(['.', '-', '_']).map(|part| (part.parse().unwrap_or(0), part.to_owned())).collect()
    };
    let (a, b) = (parts(a), parts(b));
    for at in 0..a.len().max(b.len()) {
        let number = |v: &[(u64, String)]| v.get(at).map_or(0, |part| part.0);
        let order = number(&a).cmp(&number(&b));
        if order.is_ne() {
            return order;
        }
    }
    std::cmp::Ordering::Equal
}

#[cfg(test)]
mod tests {
    use super::{Extension, satisfies};

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(satisfies("0.10.1", ">=0.5"));
        assert!(satisfies("0.8.2", ">=0.5, <1"));
        assert!(!satisfies("0.4.4", ">=0.5"));
        assert!(satisfies("1.6", "1.6") && satisfies("1.6", "=1.6.0") && !satisfies("1.6", "1.7"));
    }

    #[test]
    fn what_cannot_be_compared_cannot_be_asked_for() {
        for wanted in ["1.6", "=1.6", "unpackaged", ">=0.5, <1", "< 2"] {
            assert!(Extension::can_be_asked_for(wanted), "{wanted}");
        }
        for wanted in ["", ">=", ">=abc", "=>1", "1,2,", "../x", "a--b"] {
            assert!(!Extension::can_be_asked_for(wanted), "{wanted}");
        }
    }
}

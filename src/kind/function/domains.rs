//! Domains whose default or conditions call a function that goes and comes back: they let go of it meanwhile, as their
//! columns cannot.

use crate::hazard::MAY_FAIL;
use crate::kind::column::default_text;
use crate::kind::{Domain, Kind, KindTag, Object};
use crate::plan::{Context, Step};
use crate::schema::Id;
use crate::sql::{Expr, quote_ident};

/// The statements before a function is dropped, and those after it is made anew.
pub(super) fn let_go(function: &Id, cx: &Context<'_>) -> (Vec<Step>, Vec<Step>) {
    let namesakes = |id: &&Id| id.kind == KindTag::Function && id.name == function.name;
    // Of several at once nobody could say which one is meant in between.
    if !cx.replaced.contains(function) || cx.replaced.iter().filter(namesakes).count() > 1 {
        return Default::default();
    }
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (id, entry) in cx.desired.of_kind(KindTag::Domain) {
        let (Some(Object::Domain(had)), Object::Domain(has)) = (cx.current.object(id), &entry.object) else { continue };
        if had.is_swapped_for(has) {
            continue;
        }
        calls_kept(function, had, has).into_iter().for_each(|kept| {
            let (lets_go, takes) = kept.steps(id, has);
            before.push(lets_go);
            after.extend(takes);
        });
    }
    (before, after)
}

/// What calls the function before and after.
enum Kept<'a> {
    Default(&'a Expr),
    Check(&'a str),
}

fn calls_kept<'a>(function: &Id, had: &Domain, has: &'a Domain) -> Vec<Kept<'a>> {
    let calls = |text: &Expr| text.mentions(&function.name);
    let default = has.default.as_ref().filter(|default| had.default.as_ref() == Some(*default) && calls(default));
    let kept = |name: &&String| had.check.get(*name).is_some_and(|check| check.becomes(has.check.get(*name)));
    let calling = has.check.iter().filter(|(_, check)| calls(&check.expression)).map(|(name, _)| name);
    default.map(Kept::Default).into_iter().chain(calling.filter(kept).map(|name| Kept::Check(name))).collect()
}

impl Kept<'_> {
    fn steps(&self, id: &Id, domain: &Domain) -> (Step, Vec<Step>) {
        let say = |action: String| format!("ALTER DOMAIN {} {action}", id.sql());
        match self {
            Kept::Default(default) => (
                Step::safe(say("DROP DEFAULT".to_owned())),
                vec![Step::safe(say(format!("SET DEFAULT {}", default_text(default))))],
            ),
            Kept::Check(name) => {
                let drop = Step::safe(say(format!("DROP CONSTRAINT {}", quote_ident(name))));
                let check = domain.check.get(*name);
                let add = check.map(|check| {
                    let fails = MAY_FAIL.because(format!("values that do not satisfy `{name}`"));
                    Step::risky(say(format!("ADD {}", check.clause(name))), (!check.not_valid).then_some(fails))
                });
                let comment = check.and_then(|check| check.commented(None, name, id));
                (drop, add.into_iter().chain(comment).collect())
            }
        }
    }
}

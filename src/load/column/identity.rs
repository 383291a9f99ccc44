//! `identity` of a column: the numbers, and the sequence that counts them.

use super::numbers;
use crate::kind::{Granted, Identity, IdentitySequence, IdentityWhen, KindTag, Known, Numbers};
use crate::load::builder::Builder;
use crate::load::fields::{Fields, text, word};
use crate::load::sequence::integer;
use crate::load::tree::{Field, Value};
use crate::load::{grant, make, names};
use crate::schema::Id;

const WHEN: &[(&str, IdentityWhen)] = &[("always", IdentityWhen::Always), ("by default", IdentityWhen::ByDefault)];

/// When it counts, or a table with that, the numbers, and what there is to say of the sequence. What is PostgreSQL's
/// default anyway is left out.
pub(super) fn read(builder: &mut Builder<'_>, column: &Id, field: &Field, of: &str) -> Option<Identity> {
    let (report, node) = (builder.report, &field.node);
    let sequence = Id { kind: KindTag::IdentitySequence, ..column.clone() };
    if !matches!(node.value, Value::Table(_)) {
        let said = text(report, node)?;
        let generated = word(report, &said, WHEN)?;
        builder.add(&sequence, IdentitySequence::default(), None, &field.key_at);
        return Some(Identity { generated, sequence: Known(None), r#type: None, numbers: Numbers::default() });
    }
    let mut fields = Fields::of(report, node, &node.at)?;
    let generated = fields.required("generated", "the identity").and_then(|node| text(report, node));
    let generated = generated.and_then(|said| word(report, &said, WHEN));
    let r#type = fields.text("type").map(|said| integer(report, &said));
    let numbers = numbers(&mut fields, r#type.as_deref().unwrap_or(of));
    let r#type = r#type.filter(|said| said != of);
    let name = fields.text("name").filter(|said| names::is_name(report, &said.text, &said.at)).map(|said| said.text);
    let name = name.filter(|name| *name != make(&column.owner, Some(&column.name), "seq"));
    let comment = fields.comment();
    let grants = grant::read(&mut fields, Granted::Sequence);
    fields.finish();
    let identity = Identity { generated: generated?, sequence: Known(name.clone()), r#type, numbers };
    builder.add(&sequence, IdentitySequence::called(name), comment, &field.key_at);
    grants.add(builder, &sequence);
    Some(identity)
}

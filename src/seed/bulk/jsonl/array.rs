//! A JSON array as the text of PostgreSQL's array.

use serde_json::value::RawValue;

/// Appends `{...}` to `out`; arrays inside become further dimensions. Where elements are JSON, strings stay JSON, too.
pub(super) fn to_postgresql(json: &str, of_json: bool, out: &mut String) -> Result<(), String> {
    let elements: Vec<&RawValue> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    out.push('{');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let text = element.get();
        match text.as_bytes().first() {
            Some(b'n') => out.push_str("NULL"),
            Some(b'[') => to_postgresql(text, of_json, out)?,
            Some(b'"') if !of_json => quoted(&super::string(text)?, out),
            Some(b'{' | b'"') => quoted(text, out),
            _ => out.push_str(text),
        }
    }
    out.push('}');
    Ok(())
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

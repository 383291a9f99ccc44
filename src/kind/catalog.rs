//! SQL that writes an object as JSON.
//!
//! By concatenation, because `json_build_object` looks up how to write each of its arguments anew for every row, which
//! makes it the dearest part of reading a catalog.

/// An SQL expression, as a property of the JSON object.
pub(super) enum Value<'a> {
    /// A text; left out where it is NULL.
    Text(&'a str),
    /// Something whose text is JSON already: a boolean, a number, JSON; left out where it is NULL.
    Json(&'a str),
    /// A vector of numbers such as `int2vector`, whose text has blanks between them.
    Numbers(&'a str),
}

/// The expression for a JSON object with these properties.
pub(super) fn object(properties: &[(&str, Value<'_>)]) -> String {
    let mut parts = Vec::new();
    for (name, value) in properties {
        let value = match value {
            Value::Text(sql) => format!("to_json(({sql})::text)::text"),
            Value::Json(sql) => format!("({sql})::text"),
            Value::Numbers(sql) => format!("'[' || replace(({sql})::text, ' ', ',') || ']'"),
        };
        parts.push(format!("',\"{name}\":' || {value}"));
    }
    // `concat` passes over NULLs, and with them over the name in front.
    format!("'{{' || substr(concat({}), 2) || '}}'", parts.join(", "))
}

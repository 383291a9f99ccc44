use super::*;

fn read(text: &[u8], shapes: &[Shape]) -> Result<Vec<Vec<Option<String>>>, String> {
    let show = |t: Trouble| format!("{}:{}: {}", t.line, t.column, t.message);
    let mut jsonl = Jsonl::new(text).map_err(show)?;
    jsonl.set_shapes(shapes.to_vec());
    let mut rows = vec![jsonl.header().iter().cloned().map(Some).collect()];
    while let Some(record) = jsonl.next_record().map_err(show)? {
        assert_eq!(record.number(), rows.len() as u64);
        rows.push((0..record.len()).map(|at| record.get(at).map(str::to_owned)).collect());
    }
    assert_eq!(jsonl.position(), text.len() as u64);
    Ok(rows)
}

fn row(fields: &[&str]) -> Vec<Option<String>> {
    fields.iter().map(|f| (*f != "NULL").then(|| (*f).to_owned())).collect()
}

#[test]
fn values_keep_what_they_say() {
    let text = "\u{feff}{\"a\": 1.10, \"b\": \"x\\n\\u00e9\", \"c\": null}\r\n\
        {\"c\":{\"k\": [1, 2]},\"a\":12345678901234567890.123456789e5}\n\
        {\"\\u0061\":true,\"b\":\"\",\"c\":\"\u{e9}\"}\n\n \n";
    let rows = read(text.as_bytes(), &[]).unwrap();
    assert_eq!(rows[0], row(&["a", "b", "c"]));
    assert_eq!(rows[1], row(&["1.10", "x\né", "NULL"]));
    assert_eq!(rows[2], row(&["12345678901234567890.123456789e5", "NULL", "{\"k\": [1, 2]}"]));
    assert_eq!(rows[3], row(&["true", "", "é"]));
    assert_eq!(rows.len(), 4);
}

#[test]
fn an_array_is_the_columns_choice() {
    let text = br#"{"a":["x","y\"z\\",null,1],"b":[0.5, 1]}
{"a":[["p"],["q"]],"b":[]}
{"a":[{"k":"v"}],"b":null}"#;
    let rows = read(text, &[Shape::Array, Shape::Text]).unwrap();
    assert_eq!(rows[1], row(&[r#"{"x","y\"z\\",NULL,1}"#, "[0.5, 1]"]));
    assert_eq!(rows[2], row(&[r#"{{"p"},{"q"}}"#, "[]"]));
    assert_eq!(rows[3], row(&[r#"{"{\"k\":\"v\"}"}"#, "NULL"]));
}

#[test]
fn json_stays_json_where_the_column_is_json() {
    let text = br#"{"a":"1","b":["x",{"k":"v"},null],"c":"x"}
{"a":null,"b":[],"c":[1]}"#;
    let rows = read(text, &[Shape::Json, Shape::ArrayOfJson, Shape::Json]).unwrap();
    assert_eq!(rows[1], row(&["\"1\"", r#"{"\"x\"","{\"k\":\"v\"}",NULL}"#, "\"x\""]));
    assert_eq!(rows[2], row(&["NULL", "{}", "[1]"]));
    assert_eq!(Shape::of(&Type::JSONB_ARRAY), Shape::ArrayOfJson);
    assert_eq!(Shape::of(&Type::TEXT_ARRAY), Shape::Array);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, expected) in [
        (&b""[..], "1:1: the file is empty; each of its lines is a JSON object"),
        (b"\n\n", "1:1: the file is empty; each of its lines is a JSON object"),
        (b"{}", "1:1: an object without keys: the first line names the columns"),
        (b"[1]", "1:1: each line is a JSON object"),
        (b"{\"a\":1,\"a\":2}", "1:8: key `a` twice"),
        (b"{\"tenant\":1}\n{\"tennant\":2}", "2:2: key `tennant` is not one of the first line; did you mean `tenant`?"),
        (b"{\"a\":1}\n{\"a\":\"\xc3\xa9\",\"other\":2,}", "2:10: key `other` is not one of the first line"),
        (b"{\"a\":\"\xc3\xa9\", x}", "1:11: key must be a string"),
        (b"{\"a\":1}\n{\"a\":1", "2:7: EOF while parsing an object"),
        (b"{\"a\":1} {\"a\":2}", "1:9: trailing characters"),
        (b"{\"a\":\"x\\u0000\"}", "1:6: `\\u0000`, which PostgreSQL does not store in text"),
        (b"{\"a\":\"\\ud800\"}", "1:6: a broken escape in this string"),
        (b"{\"a\":1}\n\n{\"a\":2}", "2:1: an empty line before further rows"),
        (b"{\"a\":1}\n{\"a\":\"\xc3\xa9\xff\"}", "2:8: not UTF-8"),
    ] {
        assert_eq!(read(text, &[]).unwrap_err(), expected, "{}", String::from_utf8_lossy(text));
    }
}

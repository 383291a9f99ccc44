use std::io::BufReader;

use super::*;

type Rows = Vec<Vec<Option<String>>>;

/// Every record, and the trouble as `line:column: message`; read through buffers of all small sizes.
fn read(text: &[u8], options: &CsvOptions) -> Result<Rows, String> {
    let results: Vec<_> = [1, 2, 3, 7, 4096].into_iter().map(|size| read_by(text, options, size)).collect();
    assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
    results[0].clone()
}

fn read_by(text: &[u8], options: &CsvOptions, size: usize) -> Result<Rows, String> {
    let show = |t: Trouble| format!("{}:{}: {}", t.line, t.column, t.message);
    let mut csv = Csv::new(BufReader::with_capacity(size, text), options.clone()).map_err(show)?;
    let mut rows = vec![csv.header().iter().cloned().map(Some).collect()];
    while let Some(record) = csv.next_record().map_err(show)? {
        assert_eq!(record.number(), rows.len() as u64);
        rows.push((0..record.len()).map(|at| record.get(at).map(str::to_owned)).collect());
    }
    assert_eq!(csv.position(), text.len() as u64);
    Ok(rows)
}

fn row(fields: &[&str]) -> Vec<Option<String>> {
    fields.iter().map(|f| (*f != "NULL").then(|| (*f).to_owned())).collect()
}

#[test]
fn fields_are_what_postgresql_makes_of_them() {
    let text = "\u{feff}a,\"b,c\",d\r\n1,,\"\"\r\n\"x\"\"y\",\"two\nlines\",é\r\n\"\"\"\"\"\",  ,\"NULL\"";
    let rows = read(text.as_bytes(), &CsvOptions::default()).unwrap();
    assert_eq!(rows[0], row(&["a", "b,c", "d"]));
    assert_eq!(rows[1], row(&["1", "NULL", ""]));
    assert_eq!(rows[2], row(&["x\"y", "two\nlines", "é"]));
    assert_eq!(rows[3], [Some("\"\"".into()), Some("  ".into()), Some("NULL".into())]);
}

#[test]
fn delimiter_and_null_are_a_matter_of_choice() {
    let options = CsvOptions { delimiter: b';', null: "\\N".into(), ..CsvOptions::default() };
    let rows = read(b"a;b,c\n\\N;\n\"\\N\";x\n", &options).unwrap();
    assert_eq!(rows, [row(&["a", "b,c"]), row(&["NULL", ""]), row(&["\\N", "x"])]);
}

#[test]
fn one_column_may_be_null_and_a_header_alone_is_no_rows() {
    assert_eq!(read(b"a\n\n\"\"\n", &CsvOptions::default()).unwrap()[1..], [row(&["NULL"]), row(&[""])]);
    assert_eq!(read(b"a,b", &CsvOptions::default()).unwrap().len(), 1);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, expected) in [
        (&b""[..], "1:1: the file is empty; it begins with a line of column names"),
        (b"\xef\xbb\xbf", "1:1: the file is empty; it begins with a line of column names"),
        (b"a,\n", "1:3: a column without a name"),
        (b"a,b,a\n", "1:5: column `a` twice"),
        (b"a,b\n1,2\n\xc3\xa9,\"x\n2,3\n", "3:3: the quote that opens here is never closed"),
        (b"a,b\n\"x\ny\"z,3\n", "3:3: text after the closing quote"),
        (b"a,b\n1,5\" pipe\n2,3\n", "2:4: a quote inside an unquoted field"),
        (b"a,b\n1,x\ry\n", "2:4: a carriage return inside an unquoted field"),
        (b"a\n1\r\n", "2:2: this line ends otherwise than the first one: with a carriage return, or without"),
        (b"a\r\n1\n", "2:2: this line ends otherwise than the first one: with a carriage return, or without"),
        (b"a,b\n1,2\n1\n", "3:2: expected 2 fields, found 1"),
        (b"a,b\n1,2,3,4\n", "2:5: expected 2 fields, found 4"),
        (b"a,b\n1,2\n\n", "3:1: expected 2 fields, found 1"),
        (b"a,b\n1,x\0\n", "2:4: a NUL byte, which PostgreSQL does not store in text"),
        (b"a,b\n\"\xc3\xa9\n\xff\",1\n", "3:1: not UTF-8"),
    ] {
        let shown = String::from_utf8_lossy(text);
        assert_eq!(read(text, &CsvOptions::default()).unwrap_err(), expected, "{shown:?}");
    }
}

#[test]
fn a_record_has_a_longest_length() {
    let options = CsvOptions { limit: 1 << 20, ..CsvOptions::default() };
    let open = ["a\n\"", &"x\n".repeat(1 << 20)].concat();
    assert_eq!(read_by(open.as_bytes(), &options, 4096).unwrap_err(), "2:1: the quote that opens here is never closed");
    let long = ["a\n", &"x".repeat(2 << 20)].concat();
    assert_eq!(read_by(long.as_bytes(), &options, 4096).unwrap_err(), "2:1: a record longer than 1 MiB");
}

#[test]
fn the_line_is_shown_or_its_beginning() {
    let trouble = |text: &str| {
        let mut csv = Csv::new(text.as_bytes(), CsvOptions::default()).unwrap();
        csv.next_record().unwrap_err()
    };
    let shown = trouble("a,b\nx,5\" pipe\n").text("t.csv");
    let expected = "t.csv:2:4: a quote inside an unquoted field\n  |\n2 | x,5\" pipe\n  |    ^";
    assert_eq!(shown, expected);
    let shown = trouble(&format!("a,b\n{},5\"\n", "é".repeat(500))).text("t.csv");
    assert!(shown.starts_with("t.csv:2:503: a quote") && shown.len() < 400 && shown.ends_with("..."), "{shown}");
}

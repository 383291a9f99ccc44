//! Damaged files: whatever is in them, they are read or complained about, never a panic.

use super::*;

/// Numbers that look random and are the same on every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }
}

fn shown_at_a_place(text: &str) {
    for complaint in try_one(text).err().unwrap_or_default() {
        let start = format!("schema/a.toml:{}:{}: {}\n", complaint.line, complaint.column, complaint.message);
        assert!(complaint.text.starts_with(&start), "{}", complaint.text);
        assert!(complaint.line <= text.split('\n').count() + 1, "{}", complaint.text);
    }
}

#[test]
fn a_file_that_ends_anywhere_does_not_panic() {
    for end in (0..EXAMPLE.len()).filter(|end| EXAMPLE.is_char_boundary(*end)) {
        shown_at_a_place(&EXAMPLE[..end]);
    }
}

#[test]
fn a_file_with_pieces_moved_about_does_not_panic() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let pieces =
        ["", "\"", "{", "}", "[", "]", "=", "\n", ".", "é", "(", ")", "'", "1", "1.5", "true", "\\", "\\u0000"];
    for _ in 0..1500 {
        let mut text = EXAMPLE.to_owned();
        for _ in 0..=numbers.below(3) {
            let start = numbers.below(text.len());
            let end = (start + numbers.below(12)).min(text.len());
            text.replace_range(start..end, pieces[numbers.below(pieces.len())]);
        }
        shown_at_a_place(&text);
    }
}

#[test]
fn a_value_of_any_other_type_does_not_panic() {
    let values =
        ["1", "-1.5e3", "true", "\"\"", "\"x\"", "[]", "[1, \"a\", {}]", "{}", "{ x = 1 }", "1979-05-27", "inf"];
    let lines: Vec<&str> = EXAMPLE.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let Some((key, _)) = line.split_once('=').filter(|_| !line.starts_with('[')) else { continue };
        for value in values {
            let changed = format!("{key} = {value}");
            let mut all = lines.clone();
            all[at] = &changed;
            shown_at_a_place(&all.join("\n"));
        }
    }
}

#[test]
fn any_text_is_a_name_or_a_complaint() {
    let mut numbers = Numbers(42);
    for _ in 0..300 {
        let name: String =
            (0..numbers.below(80)).map(|_| ['a', 'Z', '.', '(', ')', 'ü', '"', ' ', ','][numbers.below(9)]).collect();
        let key = toml::Value::String(name).to_string();
        let text = format!(
            "[function.{key}]\nbody=''\n[enum.{key}]\nvalues=[{key}]\n[table.{key}.column.{key}]\ntype={key}\n\
             references={key}\ndefault={key}\ncollation={key}\nunique=true\ncheck={key}\n[table.{key}.index.{key}]\non=[{key}]\n"
        );
        shown_at_a_place(&text);
    }
}

//! How large a table is, and how long building an index of it takes, about.

/// A table's size, from the server's statistics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// The rows, if anybody counted them.
    pub rows: Option<u64>,
    /// The bytes of the rows, if nobody holds on to the table.
    pub bytes: Option<u64>,
}

/// What building an index costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The access method.
    pub using: String,
    /// Whether the table is read twice, so that others may go on writing it.
    pub concurrently: bool,
}

impl Build {
    /// Building an index with an access method.
    pub fn of(using: &str, concurrently: bool) -> Self {
        Self { using: using.to_owned(), concurrently }
    }

    /// The seconds that it takes, about: what reading costs, and what each row does. Rates of one core of a small server
    /// with everything in its default settings; only the order of magnitude means anything.
    pub fn seconds(&self, size: Size) -> u64 {
        const BYTES_A_SECOND: u64 = 200_000_000;
        let rows_a_second = match self.using.as_str() {
            "hnsw" => 1_000,
            "ivfflat" | "gin" => 50_000,
            "gist" | "spgist" => 100_000,
            "brin" => 10_000_000,
            _ => 1_000_000,
        };
        let reads = if self.concurrently { 2 } else { 1 };
        let bytes = size.bytes.unwrap_or_default();
        let rows = size.rows.unwrap_or(bytes / 100);
        bytes.saturating_mul(reads) / BYTES_A_SECOND + rows / rows_a_second
    }
}

impl Size {
    /// `about 1,200,000 rows, 340 MB`.
    pub fn told(&self) -> String {
        let rows = match self.rows {
            Some(1) => "about 1 row, ".to_owned(),
            Some(rows) => format!("about {} rows, ", grouped(rows)),
            None => "rows not counted yet, ".to_owned(),
        };
        self.bytes.map_or(format!("{rows}size not known"), |count| format!("{rows}{}", bytes(count)))
    }
}

/// A duration as a person would say it.
pub(crate) fn duration(seconds: u64) -> String {
    match seconds {
        0 => "less than a second".to_owned(),
        1..=119 => format!("some {seconds} s"),
        120..=7199 => format!("some {} min", seconds / 60),
        _ => format!("some {} h", seconds / 3600),
    }
}

fn bytes(count: u64) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"];
    let (mut count, mut unit) = (count, 0);
    while count >= 10 * 1024 && unit + 1 < units.len() {
        count = count.div_ceil(1024);
        unit += 1;
    }
    format!("{count} {}", units.get(unit).unwrap_or(&"bytes"))
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_a_person_says_them() {
        assert_eq!((grouped(7).as_str(), grouped(1_234_567).as_str()), ("7", "1,234,567"));
        assert_eq!((bytes(8192).as_str(), bytes(356_515_840).as_str()), ("8192 bytes", "340 MB"));
        assert_eq!(
            (duration(0).as_str(), duration(90).as_str(), duration(600).as_str()),
            ("less than a second", "some 90 s", "some 10 min")
        );
        assert_eq!(Size { rows: Some(1200), bytes: Some(40_960) }.told(), "about 1,200 rows, 40 kB");
        let large = Size { rows: Some(10_000_000), bytes: Some(1_000_000_000) };
        assert!(Build::of("hnsw", true).seconds(large) > 100 * Build::of("btree", true).seconds(large));
        assert!(Build::of("btree", true).seconds(large) > Build::of("btree", false).seconds(large));
    }
}

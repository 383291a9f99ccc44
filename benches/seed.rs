//! Bulk rows from CSV files against psql's `\copy` of the same files into the same tables.
//!
//! 1,000,000 plain rows, and 50,000 rows with a `vector(1024)`. Both are timed as whole processes, in turn, the table
//! emptied before each; the most memory that a process took is what the kernel says of it when it ends. `cargo bench`
//! prints the figures; `DBTOOL_BENCH_PART` sets the part of the rows, such as `0.1`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, dead_code, unreachable_pub)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../tests/it/support/mod.rs"]
mod support;

const RUNS: usize = 3;

/// The tables, as dbtool makes them for both.
const SCHEMA: &str = r#"
[extension.vector]
[table.plain.column]
id     = { type = "uuid", not_null = true }
number = { type = "integer", not_null = true }
word   = { type = "text", not_null = true }
at     = { type = "timestamptz", not_null = true }
price  = { type = "numeric(12,4)", not_null = true }
done   = "boolean"
[table.embedded.column]
id        = { type = "bigint", not_null = true }
word      = { type = "text", not_null = true }
embedding = { type = "vector(1024)", not_null = true }
"#;

fn main() {
    let part: f64 = std::env::var("DBTOOL_BENCH_PART").map_or(1.0, |part| part.parse().unwrap());
    let rows = |full: f64| (full * part) as u64;
    let project = support::Project::new();
    project.write("schema/app.toml", SCHEMA);
    for table in ["plain", "embedded"] {
        let seed = format!("[table.{table}]\nmode = \"insert\"\nfile = \"{table}.csv\"\n");
        project.write(&format!("seeds/{table}.toml"), &seed);
    }
    write_plain(&project.path().join("seeds/plain.csv"), rows(1e6));
    write_embedded(&project.path().join("seeds/embedded.csv"), rows(5e4));
    for major in support::with_vector() {
        let database = support::server(major).database("bench");
        let migrations = project.path().join("migrations");
        let _ = std::fs::remove_dir_all(migrations);
        for args in [&["diff", "--write", "first"][..], &["migrate"]] {
            let run = project.dbtool_at(&database.url, args);
            assert_eq!(run.code, 0, "{run}");
        }
        measure(&project, &database, "plain", rows(1e6));
        measure(&project, &database, "embedded", rows(5e4));
    }
}

/// The whole of `dbtool seed`: the guards, the transaction, the checks before and after it.
fn ours(project: &support::Project, url: &str, table: &str) -> Command {
    let (mut command, _) = project.tool().args(["-q", "--url", url, "seed", table]).into_command();
    command.stdin(Stdio::null());
    command
}

fn psql(server: &support::TestServer, url: &str, table: &str, file: &Path) -> Command {
    let mut command = Command::new(server.bin_dir.join("psql"));
    let copy = format!("\\copy {table} FROM '{}' WITH (FORMAT csv, HEADER true)", file.display());
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", &copy]);
    command
}

fn measure(project: &support::Project, database: &support::TestDatabase, table: &str, rows: u64) {
    let file = &project.path().join(format!("seeds/{table}.csv"));
    let mut figures = [Vec::new(), Vec::new()];
    let mut memory = [0, 0];
    for _ in 0..RUNS {
        for way in [0, 1] {
            database.execute(&format!("TRUNCATE {table}; CHECKPOINT"));
            let command = match way {
                0 => ours(project, &database.url, table),
                _ => psql(database.server, &database.url, table, file),
            };
            let (took, most) = timed(command);
            figures[way].push(took);
            memory[way] = memory[way].max(most);
            let count = database.query_text(&format!("SELECT count(*) FROM {table}"));
            assert_eq!(count[0][0], rows.to_string());
        }
    }
    let [ours, theirs] = figures.map(|all| median(all).as_secs_f64());
    let size = std::fs::metadata(file).unwrap().len() as f64 / 1e6;
    println!(
        "PostgreSQL {}, {rows} rows into `{table}` ({size:.0} MB), median of {RUNS} whole processes:",
        database.server.major
    );
    for (name, took, memory) in [("dbtool", ours, memory[0]), ("psql \\copy", theirs, memory[1])] {
        let rate = rows as f64 / took;
        println!("  {name:<12} {took:>7.2} s {rate:>10.0} rows/s {:>6.0} MB at most", memory as f64 / 1e3);
    }
    println!("  throughput of dbtool over psql {:>7.2}", theirs / ours);
}

/// How long a process ran, and its most resident memory in kB.
fn timed(mut command: Command) -> (Duration, u64) {
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (status, mut most) = (format!("/proc/{}/status", child.id()), 0);
    let mut pause = Duration::ZERO;
    let ended = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        // The high-water mark only grows, so looking now and then is enough.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = most.max(line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0));
        pause = (pause + Duration::from_millis(1)).min(Duration::from_millis(10));
        std::thread::sleep(pause);
    };
    let took = begin.elapsed();
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    assert!(ended.success(), "{said}");
    (took, most)
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

fn write_plain(path: &Path, rows: u64) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(file, "id,number,word,at,price,done").unwrap();
    let mut random = Random(1);
    for row in 0..rows {
        let (high, low) = (random.next(), random.next());
        let id = format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            high & 0xffff,
            (high >> 16) & 0xfff,
            low & 0xfff,
            low >> 16
        );
        let word = match row % 10 {
            0 => format!("\"said \"\"{row}\"\", and left\""),
            _ => format!("some words about row {row}"),
        };
        let (day, hour, minute) = (1 + low % 28, low % 24, high % 60);
        let done = ["t", "f", ""][(high % 3) as usize];
        let price = random.next() % 10_000_000;
        writeln!(
            file,
            "{id},{row},{word},2024-{:02}-{day:02} {hour:02}:{minute:02}:{:02}.{:06}+00,{}.{:04},{done}",
            1 + low % 12,
            high % 60,
            low % 1_000_000,
            price / 10_000,
            price % 10_000
        )
        .unwrap();
    }
    file.flush().unwrap();
}

fn write_embedded(path: &Path, rows: u64) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(file, "id,word,embedding").unwrap();
    let mut random = Random(2);
    let mut line = String::new();
    for row in 0..rows {
        line.clear();
        write!(line, "{row},word {row},\"[").unwrap();
        for dimension in 0..1024 {
            let value = (random.next() >> 40) as f32 / (1 << 23) as f32 - 1.0;
            write!(line, "{}{}", if dimension > 0 { "," } else { "" }, value / 16.0).unwrap();
        }
        line.push_str("]\"");
        writeln!(file, "{line}").unwrap();
    }
    file.flush().unwrap();
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

//! How far a long work is: bytes, rows, rows a second, time left.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::{Level, Talk};

/// How often a line is said where there is no bar.
const PAUSE: Duration = Duration::from_secs(10);

/// How far a work is. Clones tell of the same work; what is shown goes with the last of them.
#[derive(Debug, Clone, Default)]
pub struct Progress(Option<Arc<Shown>>);

#[derive(Debug)]
struct Shown {
    label: String,
    total: u64,
    begin: Instant,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Bar(ProgressBar),
    /// When the last line was said.
    Lines(Talk, Mutex<Instant>),
}

impl Progress {
    pub(super) fn start(talk: &Talk, label: String, total: u64) -> Progress {
        if talk.level == Level::Quiet {
            return Progress(None);
        }
        let begin = Instant::now();
        if !std::io::stderr().is_terminal() {
            let way = Way::Lines(*talk, Mutex::new(begin));
            return Progress(Some(Arc::new(Shown { label, total, begin, way })));
        }
        let bar = ProgressBar::new(total).with_message(label.clone());
        let template = "{msg} {wide_bar} {binary_bytes}/{binary_total_bytes}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress(Some(Arc::new(Shown { label, total, begin, way: Way::Bar(bar) })))
    }

    /// Says how many bytes and rows are done. Cheap enough for every few hundred rows.
    pub fn set(&self, bytes: u64, rows: u64) {
        let Some(shown) = &self.0 else { return };
        let took = shown.begin.elapsed();
        match &shown.way {
            Way::Bar(bar) => {
                bar.set_message(format!("{}: {} rows, {} rows/s", shown.label, grouped(rows), rate(rows, took)));
                bar.set_position(bytes);
            }
            Way::Lines(talk, last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.elapsed() >= PAUSE {
                    *last = Instant::now();
                    talk.say(line(&shown.label, bytes, shown.total, rows, took));
                }
            }
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Way::Bar(bar) = &self.way {
            bar.finish_and_clear();
        }
    }
}

/// `items: 42 %, 420,000 rows, 41,000 rows/s, 14 s left`.
fn line(label: &str, bytes: u64, total: u64, rows: u64, took: Duration) -> String {
    let part = if total == 0 { 0.0 } else { (bytes as f64 / total as f64).min(1.0) };
    let left = if part > 0.0 { took.as_secs_f64() * (1.0 - part) / part } else { 0.0 };
    let (rows, rate) = (grouped(rows), rate(rows, took));
    format!("{label}: {:.0} %, {rows} rows, {rate} rows/s, {} left", part * 100.0, span(left))
}

fn span(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

fn rate(rows: u64, took: Duration) -> String {
    grouped((rows as f64 / took.as_secs_f64().max(0.001)) as u64)
}

/// With a comma between thousands.
fn grouped(number: u64) -> String {
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
    fn a_line_says_how_far_and_how_long() {
        let said = line("items", 42, 100, 420_000, Duration::from_secs(10));
        assert_eq!(said, "items: 42 %, 420,000 rows, 42,000 rows/s, 14 s left");
        let said = line("items", 1, 100, 999, Duration::from_secs(1));
        assert_eq!(said, "items: 1 %, 999 rows, 999 rows/s, 1 min 39 s left");
        assert_eq!(line("x", 0, 0, 0, Duration::ZERO), "x: 0 %, 0 rows, 0 rows/s, 0 s left");
        Progress::default().set(1, 1);
    }
}

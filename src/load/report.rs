//! What is wrong with the files: collected while everything is read, shown all at once.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;

use crate::source;

/// A place in one of the files that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which file, by its position in [`Loaded::sources`](super::Loaded::sources).
    pub file: usize,
    /// The bytes of its text.
    pub span: Range<usize>,
}

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as messages show it.
    pub path: String,
    /// The text.
    pub text: String,
}

/// One mistake in the files, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The file, as messages show it.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// What is wrong, without its place.
    pub message: String,
    /// The whole as the user reads it: place, message, the line with a caret, a second place, a hint.
    pub text: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A mistake as the reader finds it.
#[derive(Debug, Clone)]
struct Finding {
    at: Place,
    message: String,
    hint: Option<String>,
    also: Option<(Place, String)>,
}

/// Everything found so far. Readers share it, so that one mistake does not hide the next.
#[derive(Debug, Default)]
pub(crate) struct Report {
    findings: RefCell<Vec<Finding>>,
    doubts: RefCell<Vec<Finding>>,
}

impl Report {
    /// Notes a mistake.
    pub(crate) fn say(&self, at: &Place, message: impl Into<String>) {
        self.note(at, message.into(), None, None);
    }

    /// Notes a mistake and what to do about it.
    pub(crate) fn hint(&self, at: &Place, message: impl Into<String>, hint: impl Into<String>) {
        self.note(at, message.into(), Some(hint.into()), None);
    }

    /// Notes a mistake, with a hint where there is one.
    pub(crate) fn maybe_hint(&self, at: &Place, message: impl Into<String>, hint: Option<String>) {
        self.note(at, message.into(), hint, None);
    }

    /// Notes a mistake that takes two places to understand.
    pub(crate) fn both(&self, at: &Place, message: impl Into<String>, other: &Place, about: &str) {
        self.note(at, message.into(), None, Some((other.clone(), about.to_owned())));
    }

    /// Notes what PostgreSQL accepts although nobody can want it: it may be there already.
    pub(crate) fn doubt(&self, at: &Place, message: impl Into<String>, hint: impl Into<String>) {
        let finding = Finding { at: at.clone(), message: message.into(), hint: Some(hint.into()), also: None };
        self.doubts.borrow_mut().push(finding);
    }

    /// Adds a hint to the mistake that was noted last.
    pub(crate) fn hint_on_last(&self, hint: impl Into<String>) {
        if let Some(last) = self.findings.borrow_mut().last_mut() {
            last.hint = Some(hint.into());
        }
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.findings.borrow().is_empty()
    }

    /// How much was found so far.
    pub(crate) fn count(&self) -> usize {
        self.findings.borrow().len()
    }

    fn note(&self, at: &Place, message: String, hint: Option<String>, also: Option<(Place, String)>) {
        self.findings.borrow_mut().push(Finding { at: at.clone(), message, hint, also });
    }

    /// What was found, by file and place, each mistake once.
    pub(crate) fn complaints(self, sources: &[Source]) -> Vec<Complaint> {
        in_order(self.findings.into_inner(), sources)
    }

    /// What was doubted, likewise.
    pub(crate) fn doubts(self, sources: &[Source]) -> Vec<Complaint> {
        in_order(self.doubts.into_inner(), sources)
    }
}

fn in_order(mut findings: Vec<Finding>, sources: &[Source]) -> Vec<Complaint> {
    findings.sort_by_key(|finding| (finding.at.file, finding.at.span.start));
    let mut complaints: Vec<Complaint> = findings.iter().map(|finding| finding.complaint(sources)).collect();
    complaints.dedup();
    complaints
}

impl Finding {
    fn complaint(&self, sources: &[Source]) -> Complaint {
        let mut text = shown(sources, &self.at, &self.message);
        if let Some((place, about)) = &self.also {
            text.push('\n');
            text.push_str(&shown(sources, place, about));
        }
        if let Some(hint) = &self.hint {
            text.push_str("\nhint: ");
            text.push_str(hint);
        }
        let source = sources.get(self.at.file);
        let (line, column) = source.map_or((1, 1), |source| source::place(&source.text, self.at.span.start));
        let path = source.map(|source| source.path.clone()).unwrap_or_default();
        Complaint { path, line, column, message: self.message.clone(), text }
    }
}

/// A message with its place, the line and a caret.
pub(crate) fn shown(sources: &[Source], at: &Place, message: &str) -> String {
    match sources.get(at.file) {
        Some(source) => source::snippet(&source.path, &source.text, at.span.clone(), message),
        None => message.to_owned(),
    }
}

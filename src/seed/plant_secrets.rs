//! What was drawn for rows that are inserted, kept to be shown at the end: nobody can look it up later.

use anyhow::Result;

use super::make::{Made as MadeValue, Spot};
use super::model::{Made, Piece, Rows, Value};
use super::plant::{Line, Planter, Written};
use super::read::shown;

impl Planter<'_> {
    /// Keeps the secrets of rows that were inserted, to be shown at the end.
    pub(super) fn secrets(&mut self, lines: &[Line<'_>], written: &Written) -> Result<()> {
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| is_single(line.piece)) {
            if written.fresh.contains(&i64::try_from(at + 1)?) {
                self.secrets_of(line)?;
            }
        }
        Ok(())
    }

    fn secrets_of(&mut self, line: &Line<'_>) -> Result<()> {
        let Rows::Made(made) = &line.piece.rows else { return Ok(()) };
        let file = self.seeds.files.iter().find(|file| file.pieces.iter().any(|piece| std::ptr::eq(piece, line.piece)));
        let Some(file) = file else { return Ok(()) };
        for (column, cell) in &made.cells {
            for part in cell.value.parts() {
                let (name, value) = match part {
                    Value::Token { shown: true, .. } => {
                        let place = format!("{}/{}.{column}", file.name, shown(line.piece));
                        let spot = Spot { place: &place, file: &file.name, made_for: None, position: line.position };
                        match self.maker.make(part, spot, &self.known)? {
                            MadeValue::Text(text) => (format!("{}.{column}", shown(line.piece)), text),
                            MadeValue::Sql(_) => continue,
                        }
                    }
                    Value::Secret { name, .. } if matches!(file.secrets[name].value, Value::Token { .. }) => {
                        (name.clone(), self.maker.secret(&file.name, name).unwrap_or_default().to_owned())
                    }
                    _ => continue,
                };
                if !self.secrets.iter().any(|(known, _)| *known == name) {
                    self.secrets.push((name, value));
                }
            }
        }
        Ok(())
    }
}

/// Whether any of these rows has a secret that is shown. Those of templates are not: there may be thousands.
pub(super) fn has_secrets(lines: &[Line<'_>]) -> bool {
    lines.iter().any(|line| is_single(line.piece) && has_secret(line.piece))
}

fn is_single(piece: &Piece) -> bool {
    matches!(&piece.rows, Rows::Made(Made { repeat: 1, each: None, .. }))
}

fn has_secret(piece: &Piece) -> bool {
    let Rows::Made(Made { cells, .. }) = &piece.rows else { return false };
    let secret = |value: &Value| matches!(value, Value::Secret { .. } | Value::Token { shown: true, .. });
    cells.values().any(|cell| cell.value.parts().into_iter().any(secret))
}

//! Drawing values: each from the name of its place, so that one more row changes no other, and the same seed value
//! gives the same bytes for ever. Pure but for [`Draw::new`], which may ask the system for randomness.

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

/// A source of values.
#[derive(Debug, Clone)]
pub struct Draw {
    base: [u8; 32],
}

impl Draw {
    /// A source that a seed value determines; without one, nobody can foretell it.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn new(seed_value: Option<&str>) -> anyhow::Result<Self> {
        let mut base = [0; 32];
        match seed_value {
            Some(value) => base = Sha256::digest(format!("dbtool seed value\0{value}")).into(),
            None => getrandom::fill(&mut base).context("the system gives no random bytes")?,
        }
        Ok(Self { base })
    }

    /// The source of values that depend on nothing but their name.
    pub(super) fn fixed() -> Self {
        Self { base: [0; 32] }
    }

    /// So many bytes for a place and a row. Those of another place or row are independent of them.
    pub(super) fn bytes(&self, place: &str, row: u64, count: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(count + 32);
        let mut start = Sha256::new();
        start.update(self.base);
        start.update((place.len() as u64).to_le_bytes());
        start.update(place);
        start.update(row.to_le_bytes());
        for block in 0u64.. {
            if out.len() >= count {
                break;
            }
            let mut hash = start.clone();
            hash.update(block.to_le_bytes());
            out.extend_from_slice(&hash.finalize());
        }
        out.truncate(count);
        out
    }

    /// A whole number from 0 up to, not including, `limit`, which is at least 1.
    pub(super) fn below(&self, place: &str, row: u64, limit: u64) -> u64 {
        let mut wide = [0; 16];
        wide.copy_from_slice(&self.bytes(place, row, 16));
        // 128 bits taken down to 64: the bias is too small to be seen.
        u64::try_from(u128::from_le_bytes(wide) % u128::from(limit.max(1))).unwrap_or_default()
    }

    /// A vector of length 1 in pgvector's text form.
    pub(super) fn unit_vector(&self, place: &str, dimensions: usize) -> String {
        let bytes = self.bytes(place, 0, dimensions * 4);
        let number = |chunk: &[u8]| {
            let mut four = [0; 4];
            four.copy_from_slice(chunk);
            f64::from(u32::from_le_bytes(four)) / f64::from(u32::MAX) * 2.0 - 1.0
        };
        let raw: Vec<f64> = bytes.chunks_exact(4).map(number).collect();
        let length = raw.iter().map(|x| x * x).sum::<f64>().sqrt();
        let length = if length > 0.0 { length } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, reason = "pgvector keeps single precision")]
        let shown: Vec<String> = raw.iter().map(|x| ((x / length) as f32).to_string()).collect();
        format!("[{}]", shown.join(","))
    }
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_value_gives_the_same_bytes_for_ever() {
        let draw = Draw::new(Some("7")).unwrap();
        assert_eq!(hex(&draw.bytes("a", 0, 8)), hex(&Draw::new(Some("7")).unwrap().bytes("a", 0, 8)));
        // Written down: a change here would change everybody's data.
        assert_eq!(hex(&draw.bytes("tenants.acme.api_key", 3, 8)), WRITTEN_DOWN);
        assert_ne!(draw.bytes("a", 0, 8), draw.bytes("a", 1, 8));
        assert_ne!(draw.bytes("a", 0, 8), draw.bytes("b", 0, 8));
        assert_ne!(draw.bytes("a", 0, 8), Draw::new(Some("8")).unwrap().bytes("a", 0, 8));
        assert_ne!(Draw::new(None).unwrap().bytes("a", 0, 8), Draw::new(None).unwrap().bytes("a", 0, 8));
        assert_eq!(draw.bytes("a", 0, 100)[..40], draw.bytes("a", 0, 40));
    }

    const WRITTEN_DOWN: &str = "992f2ae733fbedac";

    #[test]
    fn numbers_stay_below_their_limit() {
        let draw = Draw::fixed();
        assert!((0..1000).all(|row| draw.below("x", row, 7) < 7));
        assert_eq!(draw.below("x", 0, 1), 0);
    }

    #[test]
    fn a_vector_has_the_length_1() {
        let text = Draw::fixed().unit_vector("x", 1024);
        let numbers: Vec<f64> = text[1..text.len() - 1].split(',').map(|n| n.parse().unwrap()).collect();
        let length = numbers.iter().map(|n| n * n).sum::<f64>();
        assert!(numbers.len() == 1024 && (length - 1.0).abs() < 1e-5, "{length}");
    }
}

use super::*;

fn bytes(type_: &Type, text: &str) -> Result<Vec<u8>, String> {
    let mut out = BytesMut::new();
    Encoder::new(type_, -1).unwrap().encode(text, &mut out).map(|()| out.to_vec())
}

#[test]
fn numbers_of_base_ten_thousand() {
    let words = |text: &str| -> Vec<u16> {
        bytes(&Type::NUMERIC, text).unwrap().chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
    };
    assert_eq!(words("0"), [0, 0, 0, 0]);
    assert_eq!(words("-12345.678"), [3, 1, 0x4000, 3, 1, 2345, 6780]);
    assert_eq!(words("1e3"), [1, 0, 0, 0, 1000]);
    assert_eq!(words("0.00010"), [1, 0xFFFF, 0, 5, 1]);
    assert_eq!(words("10000"), [1, 1, 0, 0, 1]);
    assert_eq!(words("NaN"), [0, 0, 0xC000, 0]);
    for wrong in ["", ".", "1e", "1.2.3", "1e99999999999999999999", "1e-16384", "0x1", "1_0", "-nan", "1 2", "é"] {
        assert!(bytes(&Type::NUMERIC, wrong).is_err(), "{wrong}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    for (type_, text, expected) in [
        (Type::INT2, "32768", "`32768` is out of range for smallint"),
        (Type::INT4, "1.0", "`1.0` is no integer"),
        (Type::BOOL, "o", "`o` is no boolean"),
        (Type::FLOAT8, "1e400", "`1e400` is out of range for double precision"),
        (Type::FLOAT4, "1e-50", "`1e-50` is out of range for real"),
        (Type::UUID, "x", "`x` is no uuid"),
        (Type::DATE, "31.5.2024", "`31.5.2024` is no date such as `2024-05-31`"),
        (Type::DATE, "2023-02-29", "`2023-02-29` is no date such as `2024-05-31`"),
        (Type::DATE, "5874898-01-01", "`5874898-01-01` is out of range for date"),
        (
            Type::TIMESTAMPTZ,
            "2024-05-31 12:00",
            "`2024-05-31 12:00` has no time zone; end it with `Z` or one such as `+02`",
        ),
        (Type::JSONB, "{\"a\":}", "no JSON: expected value at line 1 column 6"),
    ] {
        assert_eq!(bytes(&type_, text).unwrap_err(), expected);
    }
}

#[test]
fn a_vector_has_the_dimensions_of_its_column() {
    let of = |name: &str| Type::new(name.into(), 99_999, Kind::Simple, "public".into());
    let try_ = |name: &str, modifier, text: &str| {
        let mut out = BytesMut::new();
        Encoder::new(&of(name), modifier).unwrap().encode(text, &mut out).map(|()| out.to_vec())
    };
    assert_eq!(try_("vector", 2, " [1, -0.5 ] ").unwrap(), [0, 2, 0, 0, 0x3f, 0x80, 0, 0, 0xbf, 0, 0, 0]);
    assert_eq!(try_("vector", 1024, "[1,2,3]").unwrap_err(), "expected 1024 dimensions, not 3");
    assert_eq!(try_("vector", -1, "[1,nan]").unwrap_err(), "element 2: NaN is not allowed in a vector");
    assert_eq!(try_("vector", -1, "[1e39]").unwrap_err(), "element 1: `1e39` is out of range");
    assert_eq!(try_("halfvec", 2, "[1,70000]").unwrap_err(), "element 2 (`70000`) is out of range for halfvec");
    assert_eq!(try_("sparsevec", -1, "{1:1,1:2}/3").unwrap_err(), "index 1 twice");
    assert_eq!(try_("sparsevec", 4, "{1:1}/3").unwrap_err(), "expected 4 dimensions, not 3");
    assert!(Encoder::new(&of("hstore"), -1).is_none());
    assert!(Encoder::new(&Type::INTERVAL, -1).is_none() && Encoder::new(&Type::INTERVAL_ARRAY, -1).is_none());
}

#[test]
fn an_enum_knows_its_labels() {
    let type_ = Type::new("mood".into(), 99_999, Kind::Enum(vec!["good".into(), "bad".into()]), "public".into());
    assert_eq!(bytes(&type_, "good").unwrap(), b"good");
    assert_eq!(bytes(&type_, "goud").unwrap_err(), "`goud` is no value of `mood`; did you mean `good`?");
    assert_eq!(bytes(&type_, "x").unwrap_err(), "`x` is no value of `mood`, which has `good`, `bad`");
}

#[test]
fn no_text_makes_an_encoder_panic() {
    let pieces =
        ["", "-", "+", "0", "9", "é", "{", "}", "[", "]", ",", "\"", "\\", "\\x", ":", "e", ".", "T", " ", "/1"];
    let vector = |name: &str| Type::new(name.into(), 99_999, Kind::Simple, "public".into());
    let types = [
        Type::BOOL,
        Type::INT2,
        Type::OID,
        Type::FLOAT4,
        Type::FLOAT8,
        Type::NUMERIC,
        Type::NAME,
        Type::JSONB,
        Type::UUID,
        Type::BYTEA,
        Type::DATE,
        Type::TIMESTAMP,
        Type::TIMESTAMPTZ,
        Type::TIME,
        Type::TEXT_ARRAY,
        Type::INT4_ARRAY,
        vector("vector"),
        vector("halfvec"),
        vector("sparsevec"),
    ];
    for type_ in &types {
        for head in ["", "2024-01-01", "2024-01-01 10:00", "{1:1", "{a,", "[1"] {
            for one in pieces {
                for two in pieces {
                    for three in pieces {
                        let _ = bytes(type_, &[head, one, two, three].concat());
                    }
                }
            }
        }
    }
}

//! What is written comes back, read by the crate's own reader.

use std::path::PathBuf;

use jiff::Timestamp;
use parquet::basic::{Compression, LogicalType, TimeUnit, Type as Physical};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use proptest::option;
use proptest::prelude::*;

use super::*;

const COLUMNS: [(&str, DataType); 8] = [
    ("text", DataType::Text),
    ("number", DataType::Number),
    ("yes", DataType::Bool),
    ("time", DataType::Time),
    ("cidrs", DataType::Cidrs),
    ("ips", DataType::Ips),
    ("tag:a.b", DataType::Texts),
    ("tags", DataType::Tags),
];

fn written(columns: &[(&str, DataType)], rows: Vec<Vec<Value>>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write_rows(
        columns,
        |take| rows.into_iter().try_for_each(take),
        vec![("key", "value".to_owned())],
        &mut bytes,
    )?;
    Ok(bytes)
}

/// Opens what was written; the reader wants a file.
fn open(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.parquet");
    std::fs::write(&path, bytes).unwrap();
    (directory, path)
}

fn reader(path: &PathBuf) -> SerializedFileReader<std::fs::File> {
    SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap()
}

/// Makes the value again of which a field was made.
fn back(field: &Field, holds: DataType) -> Value {
    let text = |field: &Field| match field {
        Field::Str(text) => text.clone(),
        field => panic!("{field:?} is no text"),
    };
    match (holds, field) {
        (_, Field::Null) => Value::Unknown,
        (DataType::Text, field) => Value::Text(text(field)),
        (DataType::Number, Field::Long(number)) => Value::Number(number.unsigned_abs()),
        (DataType::Bool, Field::Bool(yes)) => Value::Bool(*yes),
        (DataType::Time, Field::TimestampMicros(time)) => {
            Value::Time(Timestamp::from_microsecond(*time).unwrap())
        }
        (DataType::Tags, Field::MapInternal(map)) => {
            Value::Tags(map.entries().iter().map(|(key, value)| (text(key), text(value))).collect())
        }
        (holds, Field::ListInternal(list)) => {
            let texts = list.elements().iter().map(text);
            match holds {
                DataType::Cidrs => Value::Cidrs(texts.map(|text| text.parse().unwrap()).collect()),
                DataType::Ips => Value::Ips(texts.map(|text| text.parse().unwrap()).collect()),
                _ => Value::List(texts.collect()),
            }
        }
        (holds, field) => panic!("{field:?} is no {holds:?}"),
    }
}

fn value(holds: DataType) -> BoxedStrategy<Value> {
    let known = match holds {
        DataType::Text => any::<String>().prop_map(Value::Text).boxed(),
        DataType::Number => (0..=i64::MAX.unsigned_abs()).prop_map(Value::Number).boxed(),
        DataType::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        DataType::Time => (-1_000_000_000_000..4_000_000_000_000_000_i64)
            .prop_map(|microsecond| Value::Time(Timestamp::from_microsecond(microsecond).unwrap()))
            .boxed(),
        DataType::Cidrs => prop::collection::vec((any::<u32>(), 0..=32_u8), 0..4)
            .prop_map(|all| {
                let cidr = |(ip, length): (u32, u8)| format!("{}/{length}", std::net::Ipv4Addr::from(ip));
                Value::Cidrs(all.into_iter().map(|one| cidr(one).parse().unwrap()).collect())
            })
            .boxed(),
        DataType::Ips => prop::collection::vec(any::<std::net::IpAddr>(), 0..4).prop_map(Value::Ips).boxed(),
        DataType::Texts => prop::collection::vec(any::<String>(), 0..4).prop_map(Value::List).boxed(),
        DataType::Tags => prop::collection::btree_map(any::<String>(), any::<String>(), 0..4)
            .prop_map(|tags| Value::Tags(tags.into()))
            .boxed(),
    };
    option::of(known).prop_map(|value| value.unwrap_or(Value::Unknown)).boxed()
}

fn row() -> impl Strategy<Value = Vec<Value>> {
    COLUMNS.map(|(_, holds)| value(holds)).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn random_rows_come_back(rows in prop::collection::vec(row(), 0..40)) {
        let bytes = written(&COLUMNS, rows.clone()).unwrap();
        prop_assert_eq!(&bytes, &written(&COLUMNS, rows.clone()).unwrap());
        let (_directory, path) = open(&bytes);
        let found: Vec<Row> = reader(&path).get_row_iter(None).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(found.len(), rows.len());
        for (found, row) in found.iter().zip(&rows) {
            for ((name, field), ((column, holds), value)) in found.get_column_iter().zip(COLUMNS.iter().zip(row)) {
                prop_assert_eq!(name, column);
                prop_assert_eq!(&back(field, *holds), value);
            }
        }
    }
}

#[test]
fn columns_have_the_types_that_readers_know() {
    let bytes = written(&COLUMNS, vec![vec![Value::Unknown; 8]]).unwrap();
    let (_directory, path) = open(&bytes);
    let reader = reader(&path);
    let file = reader.metadata().file_metadata();
    let schema = file.schema_descr();
    let leaf = |path: &str| {
        let column = schema.columns().iter().find(|column| column.path().string() == path);
        let column = column.unwrap_or_else(|| panic!("{path} is in {schema:?}"));
        (column.physical_type(), column.logical_type_ref().cloned(), column.max_def_level())
    };
    let text = Some(LogicalType::String);
    assert_eq!(leaf("text"), (Physical::BYTE_ARRAY, text.clone(), 1));
    assert_eq!(leaf("number"), (Physical::INT64, None, 1));
    assert_eq!(leaf("yes"), (Physical::BOOLEAN, None, 1));
    let moment = LogicalType::timestamp(true, TimeUnit::MICROS);
    assert_eq!(leaf("time"), (Physical::INT64, Some(moment), 1));
    assert_eq!(leaf("cidrs.list.element"), (Physical::BYTE_ARRAY, text.clone(), 2));
    assert_eq!(leaf("tags.key_value.key"), (Physical::BYTE_ARRAY, text.clone(), 2));
    assert_eq!(leaf("tags.key_value.value"), (Physical::BYTE_ARRAY, text, 2));
    let creator = file.created_by().unwrap();
    assert!(creator.starts_with("netcensus version "), "{creator}");
    let column = reader.metadata().row_group(0).column(0);
    assert!(matches!(column.compression(), Compression::ZSTD(_)));
    assert_eq!(column.statistics().unwrap().null_count_opt(), Some(1));
}

#[test]
fn memory_holds_a_row_group_and_no_more() {
    let columns = [("number", DataType::Number)];
    let rows = (0..).map(|number| vec![Value::Number(number)]).take(MAX_GROUP_ROWS + 1).collect();
    let (_directory, path) = open(&written(&columns, rows).unwrap());
    let of = |path| {
        let reader = reader(path);
        reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect::<Vec<_>>()
    };
    assert_eq!(of(&path), [1 << 16, 1]);
    let columns = [("text", DataType::Text)];
    let large = vec![Value::Text("x".repeat(MAX_GROUP_BYTES / 2))];
    let (_directory, path) = open(&written(&columns, vec![large; 3]).unwrap());
    assert_eq!(of(&path), [2, 1]);
}

#[test]
fn what_a_column_has_no_room_for_is_an_error_and_not_unknown() {
    let error = written(&[("n", DataType::Number)], vec![vec![Value::Number(u64::MAX)]]).unwrap_err();
    assert_eq!(error.to_string(), "18446744073709551615 is too large for a number of Parquet");
    written(&[("n", DataType::Number)], vec![vec![Value::Bool(true)]]).unwrap_err();
}

#[test]
fn what_the_disk_said_is_said() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let columns = [("text", DataType::Text)];
    let error = write_rows(&columns, |_| Ok(()), vec![], &mut Full).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

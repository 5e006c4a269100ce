use proptest::prelude::*;

use super::*;
use crate::codecs::properties::{self, bytes};

fn codec(options: &[u32], length: usize) -> Blosc {
    Blosc::new(
        options,
        Chunk {
            itemsize: 1,
            length,
        },
    )
    .unwrap()
}

/// Options of the filter.
fn options() -> impl Strategy<Value = [u32; 7]> {
    let typesize = prop_oneof![1..20u32, Just(255), Just(256)];
    (typesize, 0..10u32, 0..3u32, 0..6u32)
        .prop_map(|(size, level, shuffle, compressor)| [2, 2, size, 0, level, shuffle, compressor])
}

/// Encodes `data` in blocks of `block` bytes.
fn encoded(options: &[u32], data: &[u8], block: usize) -> Vec<u8> {
    let mut settings = codec(options, 0).settings;
    settings.level = settings.level.max(1);
    let size = settings.typesize;
    let block = block.min(data.len());
    let grid = Grid::linear(data.len(), (block / size * size).max(size.min(block)));
    let mut target = vec![0; 2 * data.len() + 1000];
    let length = settings
        .encode(&grid, data.len(), data, &mut target)
        .unwrap();
    target.truncate(length);
    target
}

/// Counts how many bytes are read.
pub struct Counting<'a>(pub &'a [u8], pub std::cell::Cell<usize>);

impl Source for Counting<'_> {
    fn length(&self) -> usize {
        self.0.len()
    }

    fn read(&self, offset: usize, target: &mut [u8]) -> Result<(), Damage> {
        self.1.set(self.1.get() + target.len());
        (&self.0).read(offset, target)
    }
}

#[test]
fn options_that_the_filter_does_not_know_are_refused() {
    let chunk = Chunk {
        itemsize: 1,
        length: 1,
    };
    assert!(Blosc::new(&[2, 2, 1, 0, 10], chunk).is_none());
    assert!(Blosc::new(&[2, 2, 1, 0, 5, 3], chunk).is_none());
    assert!(Blosc::new(&[2, 2, 1, 0, 5, 1, 6], chunk).is_none());
    assert!(Blosc::new(&[], chunk).is_some());
}

#[test]
fn a_chunk_of_a_later_version_is_not_called_damaged() {
    let mut chunk = encoded(&[2, 2, 4, 0, 5, 1, 1], &[7; 4000], 1000);
    chunk[0] = 6;
    let failure = codec(&[], 4000).decode(&chunk, &mut [0; 4000]).unwrap_err();
    assert!(failure.is_unsupported());
}

#[test]
fn a_part_is_read_without_the_rest() {
    let data: Vec<u8> = (0..1_u32 << 20)
        .map(|i| (i.wrapping_mul(i) >> 7).to_le_bytes()[0])
        .collect();
    let chunk = encoded(&[2, 2, 2, 0, 5, 1, 1], &data, 1 << 14);
    let source = Counting(&chunk, 0.into());
    let mut target = [0; 100];
    let done = codec(&[], data.len()).decode_part(&source, 40_000..40_100, &mut target);
    assert_eq!(done, Some(Ok(())));
    assert_eq!(target, data[40_000..40_100]);
    assert!(
        source.1.get() < chunk.len() / 32,
        "{} of {}",
        source.1.get(),
        chunk.len()
    );
}

proptest! {
    #[test]
    fn holds_its_contract(options in options(), data in bytes(), damage: [u16; 2]) {
        properties::hold(&codec(&options, data.len()), &data, damage);
    }

    #[test]
    fn a_part_is_that_of_the_whole(
        options in options(),
        data in bytes(),
        block in 256..1000usize,
        ends: [prop::sample::Index; 2],
        flips: [(prop::sample::Index, u8); 3],
    ) {
        let data = [&data[..], b"not empty"].concat();
        let codec = codec(&options, data.len());
        let mut chunk = encoded(&options, &data, block);
        let mut whole = vec![0; data.len()];
        prop_assert_eq!(codec.decode(&chunk, &mut whole), Ok(data.len()));
        prop_assert!(whole == data);

        let [a, b] = ends.map(|end| end.index(data.len() + 1));
        let wanted = a.min(b)..a.max(b);
        let mut part = vec![0; wanted.len()];
        let done = codec.decode_part(&&chunk[..], wanted.clone(), &mut part);
        prop_assert_eq!(done, Some(Ok(())));
        prop_assert!(part == data[wanted.clone()]);

        for (at, byte) in flips {
            let at = at.index(chunk.len());
            chunk[at] = byte;
        }
        let whole_too = codec.decode(&chunk, &mut whole);
        let done = codec.decode_part(&&chunk[..], wanted.clone(), &mut part);
        if whole_too == Ok(data.len()) {
            prop_assert_eq!(done, Some(Ok(())));
            prop_assert!(part == whole[wanted]);
        }
    }

    #[test]
    fn any_header_is_read_or_refused(
        header: [u8; 32],
        [version, flags]: [bool; 2],
        sizes in prop::array::uniform3(0..400u32),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut chunk = [&header[..], &rest].concat();
        chunk[0] = if version { 2 } else { 5 };
        chunk[1] = 1;
        if flags {
            chunk[2] |= 5;
            chunk[30..32].fill(0);
        }
        for (i, size) in sizes.iter().enumerate() {
            chunk[4 * i + 4..4 * i + 8].copy_from_slice(&size.to_le_bytes());
        }
        let mut target = [1; 400 + 64];
        let _ = codec(&[], 400).decode(&chunk, &mut target[..400]);
        prop_assert_eq!(&target[400..], &[1; 64]);
        let _ = codec(&[], 300).decode_part(&&chunk[..], 100..150, &mut [0; 50]);
    }
}

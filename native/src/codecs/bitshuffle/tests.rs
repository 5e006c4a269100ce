use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::properties::{self, bytes};
use super::compression::ROOM;
use super::*;

const SIZES: [usize; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 100];

fn filter(options: &[u32], length: usize) -> Bitshuffle {
    let chunk = Chunk {
        itemsize: 1,
        length,
    };
    Bitshuffle::new(options, chunk).unwrap()
}

/// Filters of all kinds, each with whole elements.
fn filters() -> impl Strategy<Value = (Bitshuffle, Vec<u8>)> {
    let size = select(&SIZES[..]);
    let block = prop_oneof![Just(0), 1..40u32];
    let compression = select(&[0, 2, 3][..]);
    let options = (size, block, compression, select(Kernel::available()));
    (options, bytes()).prop_map(|((size, block, compression, kernel), mut data)| {
        data.truncate(data.len() / size * size);
        let size = u32::try_from(size).unwrap();
        let filter = filter(&[0, 4, size, 8 * block, compression], data.len());
        (filter.with(kernel), data)
    })
}

fn encoded(filter: &Bitshuffle, data: &[u8]) -> Vec<u8> {
    let mut target = vec![0; filter.bound(data.len())];
    let length = filter.encode(data, &mut target).unwrap();
    target.truncate(length);
    target
}

/// Transposes bit by bit.
fn naive(elements: &[u8], size: usize) -> Vec<u8> {
    let count = elements.len() / size;
    let mut rows = vec![0; elements.len()];
    for bit in 0..8 * size {
        for k in 0..count {
            let value = elements[k * size + bit / 8] >> (bit % 8) & 1;
            let place = bit * count + k;
            rows[place / 8] |= value << (place % 8);
        }
    }
    rows
}

#[test]
fn every_kernel_transposes_as_bit_by_bit() {
    let noise: Vec<u8> = (0..200_000_u32)
        .map(|i| i.wrapping_mul(0x9e37_79b9).to_be_bytes()[0])
        .collect();
    for size in SIZES {
        for columns in [1, 2, 15, 16, 31, 32, 33, 63, 64, 65, 127, 200] {
            let elements = &noise[columns..][..8 * size * columns];
            let rows = naive(elements, size);
            for kernel in Kernel::available() {
                let mut given = vec![0; rows.len()];
                kernel.transpose(elements, &mut given, size);
                assert_eq!(given, rows, "{kernel:?}, size {size}, {columns} columns");
                kernel.untranspose(&rows, &mut given, size);
                assert_eq!(
                    given, elements,
                    "{kernel:?}, size {size}, {columns} columns"
                );
            }
        }
    }
}

#[test]
fn every_kernel_copies_to_any_place() {
    let source: Vec<u8> = (0..=255).collect();
    for kernel in Kernel::available() {
        for (start, end) in [(0, 256), (1, 256), (31, 250), (5, 20), (7, 7), (60, 95)] {
            let mut target = vec![0; 256];
            kernel.copy_far(&source[start..end], &mut target[start..end]);
            let mut wanted = vec![0; 256];
            wanted[start..end].copy_from_slice(&source[start..end]);
            assert_eq!(target, wanted);
        }
    }
}

/// Decodes a block of LZ4 byte by byte.
fn naive_lz4(source: &[u8], limit: usize) -> Option<Vec<u8>> {
    fn length(first: u8, source: &mut impl Iterator<Item = u8>) -> Option<usize> {
        let mut length = usize::from(first);
        let mut more = if first == 15 { 255 } else { 0 };
        while more == 255 {
            more = source.next()?;
            length += usize::from(more);
        }
        Some(length)
    }
    let mut target = Vec::new();
    let mut source = source.iter().copied().peekable();
    loop {
        let token = source.next()?;
        for _ in 0..length(token >> 4, &mut source)? {
            target.push(source.next()?);
        }
        if target.len() > limit {
            return None;
        }
        if source.peek().is_none() {
            return Some(target);
        }
        let distance = u16::from_le_bytes([source.next()?, source.next()?]);
        for _ in 0..length(token & 15, &mut source)? + 4 {
            let from = target.len().checked_sub(usize::from(distance))?;
            target.push(*target.get(from)?);
        }
        if target.len() > limit {
            return None;
        }
    }
}

fn assert_lz4(source: &[u8], limit: usize) {
    let wanted = naive_lz4(source, limit);
    for kernel in Kernel::available() {
        let mut target = vec![0; limit + ROOM];
        let given = kernel
            .decompress_lz4(source, &mut target)
            .map(|length| target[..length].to_vec());
        assert_eq!(given, wanted, "{kernel:?}");
    }
}

#[test]
fn options_that_no_chunk_can_have_are_damage() {
    for options in [
        [0, 4, 0, 0, 2],
        [0, 4, 2, 12, 0],
        [0, 4, 2, 12, 2],
        [0, 4, 8, 0, 3],
        [0, 4, u32::MAX, u32::MAX, 2],
    ] {
        let filter = filter(&options, 100);
        let mut target = vec![0; 300];
        assert!(filter.encode(&[0; 100], &mut target).is_err());
        for source in [
            &[0; 100][..],
            &[0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 32, 0, 0][..],
        ] {
            assert_ne!(filter.decode(source, &mut target[..100]), Ok(100));
            let part = filter.decode_part(&source, 0..1, &mut target[..1]);
            assert!(part.unwrap().is_err());
        }
    }
}

#[test]
fn a_compression_that_is_not_known_is_left_to_others() {
    let chunk = Chunk {
        itemsize: 2,
        length: 16,
    };
    assert!(Bitshuffle::new(&[0, 4, 2, 0, 1], chunk).is_none());
    assert!(Bitshuffle::new(&[0, 4], chunk).is_none());
}

/// Remembers how far it was read, and how many bytes.
struct Watched<'a> {
    bytes: &'a [u8],
    end: Cell<usize>,
    read: Cell<usize>,
}

impl Source for Watched<'_> {
    fn length(&self) -> usize {
        self.bytes.len()
    }

    fn read(&self, offset: usize, target: &mut [u8]) -> Result<(), Damage> {
        self.end.set(self.end.get().max(offset + target.len()));
        self.read.set(self.read.get() + target.len());
        self.bytes.read(offset, target)
    }
}

proptest! {
    #[test]
    fn holds_its_contract((filter, data) in filters(), damage: [u16; 2]) {
        properties::hold(&filter, &data, damage);
    }

    #[test]
    fn far_is_as_near((filter, data) in filters()) {
        let source = encoded(&filter, &data);
        let mut target = vec![0; data.len()];
        for far in [false, true] {
            target.fill(1);
            let bytes = &source[..];
            let mut window = Window::new(&bytes);
            prop_assert_eq!(filter.whole(&mut window, &mut target, far), Ok(data.len()));
            prop_assert_eq!(&target, &data);
        }
        prop_assert_eq!(target, data);
    }

    #[test]
    fn a_part_is_that_of_the_whole((filter, data) in filters(), ends: [Index; 2]) {
        let source = encoded(&filter, &data);
        let [a, b] = ends.map(|end| end.index(data.len() + 1));
        let wanted = a.min(b)..a.max(b);
        let watched = Watched { bytes: &source, end: Cell::new(0), read: Cell::new(0) };
        let mut target = vec![0; wanted.len()];
        filter.decode_part(&watched, wanted.clone(), &mut target).unwrap().unwrap();
        prop_assert_eq!(target, &data[wanted]);
        prop_assert!(watched.read.get() <= watched.end.get());
    }

    #[test]
    fn a_part_is_read_little_further_than_its_last_block(
        block in 0..60usize, noisy: bool, compression in select(&[0, 2, 3][..]),
    ) {
        let data: Vec<u8> = (0..500_000_u32)
            .map(|i| if noisy { i.wrapping_mul(0x9e37_79b9) >> 24 } else { i % 251 })
            .map(|value| value.to_le_bytes()[0])
            .collect();
        let filter = filter(&[0, 4, 2, 0, compression], data.len());
        let source = encoded(&filter, &data);
        let watched = Watched { bytes: &source, end: Cell::new(0), read: Cell::new(0) };
        let wanted = block * 8192 + 99..block * 8192 + 500;
        let mut target = vec![0; wanted.len()];
        filter.decode_part(&watched, wanted.clone(), &mut target).unwrap().unwrap();
        prop_assert_eq!(target, &data[wanted]);
        let mut start = if filter.framed() { HEADER } else { 8192 * block };
        if filter.framed() {
            for _ in 0..block {
                start += PREFIX + u32::from_be_bytes(source[start..start + 4].try_into()?) as usize;
            }
        }
        let most = PREFIX + filter.compression.bound(8192);
        let further = if block == 0 { most } else { window::WINDOW };
        prop_assert!(watched.end.get() <= start + further);
    }

    #[test]
    fn a_damaged_part_does_no_harm(
        (filter, data) in filters(), ends: [Index; 2], flip: Index, cut: Index,
    ) {
        let mut source = encoded(&filter, &data);
        let [a, b] = ends.map(|end| end.index(data.len() + 1));
        let mut target = vec![0; a.abs_diff(b)];
        if !source.is_empty() {
            let bit = flip.index(source.len() * 8);
            source[bit / 8] ^= 1 << (bit % 8);
        }
        for source in [&source[..], &source[..cut.index(source.len() + 1)]] {
            let _ = filter.decode_part(&source, a.min(b)..a.max(b), &mut target);
        }
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(
        options: [u8; 5],
        huge: [bool; 5],
        source in bytes(),
        header in prop::option::of((0..3000_u64, 0..900_u32)),
        length in 0..3000_usize,
    ) {
        let mut options = options.map(u32::from);
        options[4] %= 4;
        for (option, huge) in options.iter_mut().zip(huge) {
            *option |= if huge { u32::MAX << 8 } else { 0 };
        }
        options[4] %= 4;
        let chunk = Chunk { itemsize: 1, length };
        let Some(filter) = Bitshuffle::new(&options, chunk) else { return Ok(()) };
        let mut source = source;
        if let Some((total, block)) = header {
            let header = [&total.to_be_bytes()[..], &block.to_be_bytes()[..]].concat();
            source.splice(..0, header);
        }
        let mut target = vec![0; length];
        let _ = filter.decode(&source, &mut target);
        let _ = filter.decode_part(&&source[..], 0..length, &mut target);
        let mut target = vec![0; filter.bound(source.len())];
        let _ = filter.encode(&source, &mut target);
    }

    #[test]
    fn a_chunk_in_pieces_is_the_chunk((filter, data) in filters(), pieces in 1..5usize) {
        let mut target = vec![0; filter.bound(data.len())];
        let mut length = filter.begin(&mut target).unwrap();
        for piece in data.chunks(pieces * filter.piece().unwrap()) {
            length += filter.append(piece, &mut target[length..]).unwrap();
        }
        prop_assert_eq!(&target[..length], &encoded(&filter, &data)[..]);
    }

    #[test]
    fn lz4_is_decoded_as_byte_by_byte(
        data in bytes(), changes: Vec<(Index, u8)>, less in 0..40usize,
    ) {
        let mut source = vec![0; Compression::Lz4.bound(data.len())];
        let length = Compression::Lz4.compress(&data, &mut source).unwrap();
        source.truncate(length);
        let decoded = naive_lz4(&source, data.len());
        prop_assert_eq!(decoded.as_ref(), Some(&data));
        assert_lz4(&source, data.len());
        assert_lz4(&source, data.len().saturating_sub(less));
        for (place, value) in changes {
            source[place.index(length)] = value;
            assert_lz4(&source, data.len());
        }
    }

    #[test]
    fn arbitrary_bytes_are_decoded_as_byte_by_byte(
        source in prop::collection::vec(prop_oneof![any::<u8>(), 0..32u8], 0..80),
        limit in 0..2000usize,
    ) {
        assert_lz4(&source, limit);
    }
}

//! The transpose with vectors, written once for every instruction set.
//!
//! A byte of eight rows is found by its row (three bits, the number of a vector) and
//! its column (four bits, the place in a lane of 16 bytes). Interleaving the lower half
//! of the vectors with the upper half rotates these seven bits by one: three times
//! brings the eight bytes of each column together, four times more tear them apart
//! again. The bytes of an element, from as many vectors, come together and apart in the
//! same way. Lanes never mix: each is loaded from, or stored at, a place of its own.
#![allow(
    clippy::inline_always,
    reason = "intrinsics must end up in a function that enables their instructions"
)]
#![allow(
    unsafe_op_in_unsafe_fn,
    reason = "every operation here is unsafe for what `Vector` and its callers promise"
)]

/// Columns that a lane covers.
const LANE: usize = 16;
/// The most lanes of a vector.
const LANES: usize = 4;

/// A vector of lanes of 16 bytes.
///
/// # Safety
/// Every method needs a machine with the vector's instructions; the pointers must be
/// valid for the bytes that they are said to reach.
pub trait Vector: Copy {
    /// How many lanes it has.
    const LANES: usize;

    /// All bits clear.
    unsafe fn zero() -> Self;
    /// The bytes at `from`, as many as the vector has.
    unsafe fn load(from: *const u8) -> Self;
    /// Puts all bytes at `to`.
    unsafe fn store(self, to: *mut u8);
    /// One lane from every `stride` bytes at `from`.
    unsafe fn load_lanes(from: *const u8, stride: usize) -> Self;
    /// Puts one lane at every `stride` bytes at `to`.
    unsafe fn store_lanes(self, to: *mut u8, stride: usize);
    /// The bytes of two vectors in turn: of the lower half of each lane, and the upper.
    unsafe fn interleave(self, other: Self) -> (Self, Self);
    /// From eight rows of bits to the bytes of eight elements, those of a column together.
    unsafe fn to_columns(rows: [Self; 8]) -> [Self; 8];
    /// Undoes `to_columns`.
    unsafe fn to_rows(columns: [Self; 8]) -> [Self; 8];
}

/// A vector whose bits change places by exchanges between pairs of vectors.
///
/// # Safety
/// As `Vector`.
pub trait Exchange: Vector {
    /// In each byte, exchanges this one's bits at `MASK << SHIFT` with the other's at `MASK`.
    unsafe fn exchange<const SHIFT: i32, const MASK: u8>(self, other: Self) -> (Self, Self);
}

/// `Vector::to_columns` by exchanges.
///
/// # Safety
/// The machine has the vector's instructions.
#[inline(always)]
pub unsafe fn to_columns<V: Exchange>(rows: [V; 8]) -> [V; 8] {
    rotate(rotate(rotate(transpose_bits(rows))))
}

/// `Vector::to_rows` by exchanges.
///
/// # Safety
/// The machine has the vector's instructions.
#[inline(always)]
pub unsafe fn to_rows<V: Exchange>(columns: [V; 8]) -> [V; 8] {
    transpose_bits(rotate(rotate(rotate(rotate(columns)))))
}

/// Swaps bit `k` of vector `j` with bit `j` of vector `k`, in every byte.
#[inline(always)]
unsafe fn transpose_bits<V: Exchange>(mut v: [V; 8]) -> [V; 8] {
    for i in [0, 1, 2, 3] {
        (v[i], v[i + 4]) = v[i].exchange::<4, 0x0f>(v[i + 4]);
    }
    for i in [0, 1, 4, 5] {
        (v[i], v[i + 2]) = v[i].exchange::<2, 0x33>(v[i + 2]);
    }
    for i in [0, 2, 4, 6] {
        (v[i], v[i + 1]) = v[i].exchange::<1, 0x55>(v[i + 1]);
    }
    v
}

/// Rotates the bits that tell where a byte is: number of the vector, place in the lane.
///
/// # Safety
/// The machine has the vector's instructions.
#[inline(always)]
pub unsafe fn rotate<V: Vector, const N: usize>(v: [V; N]) -> [V; N] {
    let mut rotated = v;
    for i in 0..N / 2 {
        (rotated[2 * i], rotated[2 * i + 1]) = v[i].interleave(v[i + N / 2]);
    }
    rotated
}

/// Untransposes as many columns as whole vectors take, and returns their number.
///
/// # Safety
/// The machine has the vector's instructions; `rows` and `elements` are equally long,
/// a multiple of eight elements of `size` bytes.
#[inline(always)]
pub unsafe fn untranspose<V: Vector>(rows: &[u8], elements: &mut [u8], size: usize) -> usize {
    let columns = rows.len() / (8 * size);
    let whole = columns - columns % (LANE * V::LANES);
    for column in (0..whole).step_by(LANE * V::LANES) {
        // A vector from here on lies in each row, and its elements in `elements`.
        let rows = rows.as_ptr().add(column);
        let elements = elements.as_mut_ptr().add(8 * column * size);
        match size {
            1 => power::untranspose::<V, 1>(rows, elements, columns),
            2 => power::untranspose::<V, 2>(rows, elements, columns),
            4 => power::untranspose::<V, 4>(rows, elements, columns),
            8 => power::untranspose::<V, 8>(rows, elements, columns),
            16 => power::untranspose::<V, 16>(rows, elements, columns),
            _ => other::untranspose::<V>(rows, elements, columns, size),
        }
    }
    whole
}

/// Transposes as many columns as whole vectors take, and returns their number.
///
/// # Safety
/// As `untranspose`.
#[inline(always)]
pub unsafe fn transpose<V: Vector>(elements: &[u8], rows: &mut [u8], size: usize) -> usize {
    let columns = rows.len() / (8 * size);
    let whole = columns - columns % (LANE * V::LANES);
    for column in (0..whole).step_by(LANE * V::LANES) {
        // A vector from here on lies in each row, and its elements in `elements`.
        let rows = rows.as_mut_ptr().add(column);
        let elements = elements.as_ptr().add(8 * column * size);
        match size {
            1 => power::transpose::<V, 1>(elements, rows, columns),
            2 => power::transpose::<V, 2>(elements, rows, columns),
            4 => power::transpose::<V, 4>(elements, rows, columns),
            8 => power::transpose::<V, 8>(elements, rows, columns),
            16 => power::transpose::<V, 16>(elements, rows, columns),
            _ => other::transpose::<V>(elements, rows, columns, size),
        }
    }
    whole
}

/// The eight rows of one byte of the elements, as columns.
#[inline(always)]
unsafe fn load_plane<V: Vector>(rows: *const u8, stride: usize) -> [V; 8] {
    let mut plane = [V::zero(); 8];
    for (j, row) in plane.iter_mut().enumerate() {
        *row = V::load(rows.add(j * stride));
    }
    V::to_columns(plane)
}

#[inline(always)]
unsafe fn store_plane<V: Vector>(plane: [V; 8], rows: *mut u8, stride: usize) {
    for (j, row) in V::to_rows(plane).into_iter().enumerate() {
        row.store(rows.add(j * stride));
    }
}

/// Elements of 1, 2, 4, 8 or 16 bytes, which come together and apart in vectors.
mod power {
    use super::{LANE, Vector, load_plane, rotate, store_plane};

    #[inline(always)]
    pub unsafe fn untranspose<V: Vector, const SIZE: usize>(
        rows: *const u8,
        elements: *mut u8,
        columns: usize,
    ) {
        let mut planes = [[V::zero(); 8]; SIZE];
        for (byte, plane) in planes.iter_mut().enumerate() {
            *plane = load_plane(rows.add(8 * byte * columns), columns);
        }
        for i in 0..8 {
            let mut group = [V::zero(); SIZE];
            for (vector, plane) in group.iter_mut().zip(&planes) {
                *vector = plane[i];
            }
            for _ in 0..SIZE.ilog2() {
                group = rotate(group);
            }
            for (k, vector) in group.into_iter().enumerate() {
                let to = elements.add((i * SIZE + k) * LANE);
                vector.store_lanes(to, 8 * SIZE * LANE);
            }
        }
    }

    #[inline(always)]
    pub unsafe fn transpose<V: Vector, const SIZE: usize>(
        elements: *const u8,
        rows: *mut u8,
        columns: usize,
    ) {
        let mut planes = [[V::zero(); 8]; SIZE];
        for i in 0..8 {
            let mut group = [V::zero(); SIZE];
            for (k, vector) in group.iter_mut().enumerate() {
                let from = elements.add((i * SIZE + k) * LANE);
                *vector = V::load_lanes(from, 8 * SIZE * LANE);
            }
            if SIZE > 1 {
                for _ in 0..LANE.ilog2() {
                    group = rotate(group);
                }
            }
            for (plane, vector) in planes.iter_mut().zip(group) {
                plane[i] = vector;
            }
        }
        for (byte, plane) in planes.into_iter().enumerate() {
            store_plane(plane, rows.add(8 * byte * columns), columns);
        }
    }
}

/// Elements of any other size, which come together and apart byte by byte.
mod other {
    use super::{LANE, LANES, Vector, load_plane, store_plane};

    #[inline(always)]
    pub unsafe fn untranspose<V: Vector>(
        rows: *const u8,
        elements: *mut u8,
        columns: usize,
        size: usize,
    ) {
        let mut bytes = [0; 8 * LANE * LANES];
        for byte in 0..size {
            let plane: [V; 8] = load_plane(rows.add(8 * byte * columns), columns);
            for (i, vector) in plane.into_iter().enumerate() {
                vector.store_lanes(bytes.as_mut_ptr().add(i * LANE), 8 * LANE);
            }
            for (k, value) in bytes[..8 * LANE * V::LANES].iter().enumerate() {
                *elements.add(k * size + byte) = *value;
            }
        }
    }

    #[inline(always)]
    pub unsafe fn transpose<V: Vector>(
        elements: *const u8,
        rows: *mut u8,
        columns: usize,
        size: usize,
    ) {
        let mut bytes = [0; 8 * LANE * LANES];
        for byte in 0..size {
            for (k, value) in bytes[..8 * LANE * V::LANES].iter_mut().enumerate() {
                *value = *elements.add(k * size + byte);
            }
            let mut plane = [V::zero(); 8];
            for (i, vector) in plane.iter_mut().enumerate() {
                *vector = V::load_lanes(bytes.as_ptr().add(i * LANE), 8 * LANE);
            }
            store_plane(plane, rows.add(8 * byte * columns), columns);
        }
    }
}

//! Selections read from layouts into memory, chunk by chunk, in threads.

use crate::chunk::StoredChunk;
use crate::layout::{Borrowed, Layout, Missing, Storage, Stored, Stretch};
use crate::pipeline::{Failure, Scratch, most_encoded};
use crate::place::{copy_block, fill_block, grow, is_dense};
use crate::selection::{Cut, Picks};
use crate::threads::{Stop, spread};

/// Bytes fetched at once though not all of them are wanted, at most.
const SPAN: usize = 1 << 20;
/// Where fewer than one byte in this many is wanted, runs are fetched one by one.
const SPARSE: usize = 8;
/// Work below this many bytes is done by the calling thread alone.
const SMALL: usize = 1 << 17;
/// A piece of a chunk of this many bytes is worth to be cut, where threads would rest.
const SPLIT: usize = 1 << 20;
/// More bytes than this are decoded past the caches, which would keep only the last.
const FAR: usize = 1 << 25;

/// One selection of one layout, and where it goes.
pub struct Job<'a> {
    /// The array.
    pub layout: &'a Layout,
    /// The files that its extents name by number.
    pub files: &'a [Borrowed],
    /// What is wanted along each axis; within the array's shape.
    pub picks: Vec<Picks>,
    /// Where the elements go.
    pub target: Target,
}

/// Memory for the elements of a selection.
pub struct Target {
    pointer: *mut u8,
    strides: Vec<isize>,
}

// SAFETY: tasks write disjoint elements, and the memory outlives the call (`Target::new`).
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

impl Target {
    /// Memory that starts at `pointer`.
    ///
    /// # Safety
    /// The elements of the selection, at these strides, must be valid for writes, no
    /// two of them at one place, and used by nobody else for as long as this lives.
    #[must_use]
    pub unsafe fn new(pointer: *mut u8, strides: Vec<isize>) -> Self {
        Self { pointer, strides }
    }
}

/// Why a selection could not be read.
#[derive(Debug)]
pub struct Unread {
    /// Which job.
    pub job: usize,
    /// The first element of the chunk.
    pub chunk: Vec<usize>,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a chunk.
#[derive(Debug)]
pub enum Reason {
    /// A filter met damage.
    Corrupt(Failure),
    /// Bytes could not be fetched.
    Missing(Missing),
}

/// Fills the targets of `jobs` in up to `threads` threads.
///
/// # Errors
/// The first chunk that could not be read, or the interruption.
pub fn read(
    jobs: &[Job<'_>],
    threads: usize,
    interrupted: impl FnMut() -> bool,
) -> Result<(), Stop<Unread>> {
    let mut plans: Vec<_> = jobs.iter().map(Plan::new).collect();
    let pieces: usize = plans.iter().map(|plan| plan.tasks).sum();
    if pieces < threads {
        for plan in &mut plans {
            plan.split(threads.div_ceil(pieces.max(1)));
        }
    }
    let mut first = 0;
    let firsts: Vec<usize> = plans
        .iter()
        .map(|plan| {
            first += plan.tasks;
            first - plan.tasks
        })
        .collect();
    let task = |number: usize, scratch: &mut Buffers| {
        let job = firsts.partition_point(|first| *first <= number) - 1;
        plans[job]
            .read(number - firsts[job], scratch)
            .map_err(|(chunk, reason)| Unread { job, chunk, reason })
    };
    let bytes = plans
        .iter()
        .map(|plan| plan.bytes)
        .fold(0, usize::saturating_add);
    let threads = if bytes < SMALL { 1 } else { threads };
    spread(first, threads, task, interrupted)
}

#[derive(Default)]
struct Buffers {
    encoded: Vec<u8>,
    decoded: Vec<u8>,
    scratch: Scratch,
}

struct Plan<'a> {
    job: &'a Job<'a>,
    storage: Storage<'a>,
    cells: Vec<usize>,
    grid: Vec<usize>,
    strides: Vec<isize>,
    /// How many parts, a task each, the piece of a chunk is cut into.
    parts: usize,
    tasks: usize,
    bytes: usize,
}

/// The part of a selection that lies in one chunk.
struct Piece {
    cell: u64,
    counts: Vec<usize>,
    /// From the chunk's first byte (or the array's, if consecutive) to the first element.
    start: usize,
    /// From one wanted element to the next.
    source: Vec<isize>,
    target: *mut u8,
}

impl Piece {
    /// Keeps one of `parts` along the first axis that can be cut; false if it is empty.
    fn keep(&mut self, part: usize, parts: usize, target: &[isize]) -> bool {
        let Some(axis) = self.counts.iter().position(|count| *count > 1) else {
            return part == 0;
        };
        let border = |part: usize| self.counts[axis] * part / parts;
        let (first, end) = (border(part), border(part + 1));
        self.counts[axis] = end - first;
        self.start += first * self.source[axis].cast_unsigned();
        let offset = target[axis] * first.cast_signed();
        self.target = self.target.wrapping_offset(offset);
        first < end
    }
}

impl<'a> Plan<'a> {
    fn new(job: &'a Job<'a>) -> Self {
        let layout = job.layout;
        let cells: Vec<_> = job
            .picks
            .iter()
            .zip(&layout.chunk)
            .map(|(picks, size)| picks.cells(*size))
            .collect();
        let elements = job.picks.iter().map(|picks| picks.count).product::<usize>();
        Self {
            job,
            storage: Storage {
                extents: &layout.extents,
                files: job.files,
            },
            parts: 1,
            tasks: cells.iter().product(),
            bytes: elements * layout.itemsize,
            cells,
            grid: layout.grid(),
            strides: layout.strides(),
        }
    }

    /// Cuts each piece into parts for as many threads, if there are bytes enough for that.
    fn split(&mut self, parts: usize) {
        if self.bytes / self.tasks.max(1) >= SPLIT && self.job.layout.pipeline.has_parts() {
            self.parts = parts;
            self.tasks *= parts;
        }
    }

    fn read(&self, task: usize, buffers: &mut Buffers) -> Result<(), (Vec<usize>, Reason)> {
        let cuts = self.cuts(task / self.parts);
        let mut piece = self.piece(&cuts);
        if self.parts > 1 && !piece.keep(task % self.parts, self.parts, &self.job.target.strides) {
            return Ok(());
        }
        let done = match &self.job.layout.stored {
            Stored::Consecutive => self
                .fetch(
                    piece.start as u64,
                    &piece.counts,
                    &piece,
                    piece.target,
                    buffers,
                )
                .map_err(Reason::Missing),
            Stored::Table(table) => {
                if let Some(stretch) = table.find(piece.cell) {
                    self.read_chunk(stretch, &piece, buffers)
                } else {
                    self.fill(&piece);
                    Ok(())
                }
            }
        };
        done.map_err(|reason| {
            let sizes = self.job.layout.chunk.iter();
            let chunk = cuts.iter().zip(sizes).map(|(cut, size)| cut.cell * size);
            (chunk.collect(), reason)
        })
    }

    fn cuts(&self, mut task: usize) -> Vec<Cut> {
        let mut cuts: Vec<_> = (0..self.cells.len())
            .rev()
            .map(|axis| {
                let k = task % self.cells[axis];
                task /= self.cells[axis];
                self.job.picks[axis].cut(k, self.job.layout.chunk[axis])
            })
            .collect();
        cuts.reverse();
        cuts
    }

    fn piece(&self, cuts: &[Cut]) -> Piece {
        let layout = self.job.layout;
        let consecutive = matches!(layout.stored, Stored::Consecutive);
        let mut piece = Piece {
            cell: 0,
            counts: Vec::with_capacity(cuts.len()),
            start: 0,
            source: Vec::with_capacity(cuts.len()),
            target: self.job.target.pointer,
        };
        for (axis, cut) in cuts.iter().enumerate() {
            let stride = self.strides[axis].cast_unsigned();
            let skipped = if consecutive {
                cut.cell * layout.chunk[axis]
            } else {
                0
            };
            piece.cell = piece.cell * self.grid[axis] as u64 + cut.cell as u64;
            piece.counts.push(cut.count);
            piece.start += (skipped + cut.first) * stride;
            let step = self.job.picks[axis].step;
            piece.source.push((stride * step).cast_signed());
            let offset = self.job.target.strides[axis] * cut.placed.cast_signed();
            piece.target = piece.target.wrapping_offset(offset);
        }
        piece
    }

    fn read_chunk(
        &self,
        stretch: Stretch,
        piece: &Piece,
        buffers: &mut Buffers,
    ) -> Result<(), Reason> {
        let layout = self.job.layout;
        let length = layout.chunk_bytes();
        if layout.pipeline.stores_as_it_is(stretch.skipped) {
            if stretch.length != length {
                let given = stretch.length;
                return Err(corrupt(
                    "storage",
                    format!("gave {given} of {length} bytes"),
                ));
            }
            let address = stretch.address.saturating_add(piece.start as u64);
            return self
                .fetch(address, &piece.counts, piece, piece.target, buffers)
                .map_err(Reason::Missing);
        }
        if stretch.length > most_encoded(length) && stretch.length > layout.pipeline.bound() {
            let given = stretch.length;
            return Err(corrupt(
                "storage",
                format!("has {given} bytes for {length}"),
            ));
        }
        let wanted = self.span(&piece.counts, &piece.source);
        if wanted < length && self.read_part(stretch, piece, wanted, buffers)? {
            return Ok(());
        }
        if wanted == length && self.is_dense(piece) {
            // SAFETY: the piece is the whole chunk, and its elements follow each other
            // in the target, which is valid for them (`Target::new`).
            let target = unsafe { std::slice::from_raw_parts_mut(piece.target, length) };
            return self.decode((piece.cell, stretch), target, self.bytes > FAR, buffers);
        }
        let mut decoded = std::mem::take(&mut buffers.decoded);
        grow(&mut decoded, length);
        self.decode(
            (piece.cell, stretch),
            &mut decoded[..length],
            false,
            buffers,
        )?;
        self.place(&decoded[piece.start..], &piece.counts, piece, piece.target);
        buffers.decoded = decoded;
        Ok(())
    }

    /// Decodes a whole chunk into `target`.
    fn decode(
        &self,
        (cell, stretch): (u64, Stretch),
        target: &mut [u8],
        far: bool,
        buffers: &mut Buffers,
    ) -> Result<(), Reason> {
        let pipeline = &self.job.layout.pipeline;
        let source = StoredChunk::new(&self.storage, stretch, &self.job.layout.index, cell);
        if let Some(done) = pipeline.decode_reading(&source, stretch.skipped, target, far) {
            return done.map_err(|failure| unread(&source, failure));
        }
        grow(&mut buffers.encoded, stretch.length);
        let encoded = &mut buffers.encoded[..stretch.length];
        self.storage
            .read(stretch.address, encoded)
            .map_err(Reason::Missing)?;
        pipeline
            .decode(encoded, stretch.skipped, &mut buffers.scratch, target)
            .map_err(Reason::Corrupt)
    }

    /// Reads only the bytes that are wanted; false where the filters don't allow that.
    fn read_part(
        &self,
        stretch: Stretch,
        piece: &Piece,
        wanted: usize,
        buffers: &mut Buffers,
    ) -> Result<bool, Reason> {
        let index = &self.job.layout.index;
        let source = StoredChunk::new(&self.storage, stretch, index, piece.cell);
        let range = piece.start..piece.start + wanted;
        let decode = |target: &mut [u8]| {
            let pipeline = &self.job.layout.pipeline;
            let done = pipeline.decode_part(&source, stretch.skipped, range, target);
            done.transpose().map_err(|failure| unread(&source, failure))
        };
        if self.is_dense(piece) {
            // SAFETY: the elements follow each other in the target, which is valid for
            // them (`Target::new`).
            let target = unsafe { std::slice::from_raw_parts_mut(piece.target, wanted) };
            return Ok(decode(target)?.is_some());
        }
        grow(&mut buffers.decoded, wanted);
        let decoded = &mut buffers.decoded[..wanted];
        if decode(decoded)?.is_none() {
            return Ok(false);
        }
        self.place(decoded, &piece.counts, piece, piece.target);
        Ok(true)
    }

    /// Fetches elements that are stored as they are.
    fn fetch(
        &self,
        address: u64,
        counts: &[usize],
        piece: &Piece,
        target: *mut u8,
        buffers: &mut Buffers,
    ) -> Result<(), Missing> {
        let itemsize = self.job.layout.itemsize;
        let wanted = counts.iter().product::<usize>() * itemsize;
        let span = self.span(counts, &piece.source);
        if wanted == span && is_dense(counts, itemsize, &self.job.target.strides) {
            // SAFETY: the elements follow each other in the target, which is valid
            // for them (`Target::new`).
            let target = unsafe { std::slice::from_raw_parts_mut(target, wanted) };
            return self.storage.read(address, target);
        }
        let splits = counts.iter().position(|count| *count > 1);
        let dense_enough = span <= SPAN.max(wanted) && span / SPARSE <= wanted.max(512);
        let Some(axis) = splits.filter(|_| !dense_enough) else {
            grow(&mut buffers.encoded, span);
            let bytes = &mut buffers.encoded[..span];
            self.storage.read(address, bytes)?;
            self.place(bytes, counts, piece, target);
            return Ok(());
        };
        let mut one = counts.to_vec();
        one[axis] = 1;
        for i in 0..counts[axis] {
            let address = address + (i * piece.source[axis].cast_unsigned()) as u64;
            let offset = i.cast_signed() * self.job.target.strides[axis];
            self.fetch(
                address,
                &one,
                piece,
                target.wrapping_offset(offset),
                buffers,
            )?;
        }
        Ok(())
    }

    /// Bytes from the first to the last wanted one.
    fn span(&self, counts: &[usize], strides: &[isize]) -> usize {
        let steps = counts.iter().zip(strides);
        let last: usize = steps
            .map(|(count, stride)| (count - 1) * stride.cast_unsigned())
            .sum();
        last + self.job.layout.itemsize
    }

    fn is_dense(&self, piece: &Piece) -> bool {
        let itemsize = self.job.layout.itemsize;
        is_dense(&piece.counts, itemsize, &self.job.target.strides)
            && is_dense(&piece.counts, itemsize, &piece.source)
    }

    fn place(&self, bytes: &[u8], counts: &[usize], piece: &Piece, target: *mut u8) {
        assert!(bytes.len() >= self.span(counts, &piece.source));
        // SAFETY: the source was checked just now; the target is valid for the
        // selection (`Target::new`), of which this is a part.
        unsafe {
            copy_block(
                counts,
                self.job.layout.itemsize,
                (bytes.as_ptr(), &piece.source),
                (target, &self.job.target.strides),
            );
        }
    }

    fn fill(&self, piece: &Piece) {
        let target = (piece.target, &self.job.target.strides[..]);
        // SAFETY: the target is valid for the selection, of which this is a part.
        unsafe { fill_block(&piece.counts, &self.job.layout.fill, target) }
    }
}

fn unread(source: &StoredChunk<'_>, failure: Failure) -> Reason {
    match source.missing() {
        Some(missing) => Reason::Missing(missing),
        None => Reason::Corrupt(failure),
    }
}

fn corrupt(filter: &'static str, text: String) -> Reason {
    let damage = crate::codecs::Damage::new(text);
    Reason::Corrupt(Failure { filter, damage })
}

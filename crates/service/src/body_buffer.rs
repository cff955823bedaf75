//! Responses that are too long to stay in memory uncompressed until slow clients have read them.
//!
//! A long answer is compressed while it is written and decompressed block by block while it is sent; each block is freed once
//! it is sent. The memory of all long answers is bounded: if a new one does not fit, an answer of the caller that holds the
//! most memory is cut off, or the new one is refused if that caller made the request.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use lz4_flex::{compress_prepend_size, decompress_size_prepended};
use tokio::task::coop::poll_proceed;

/// Length from which an answer is compressed, in bytes.
const LONG: usize = 256 * 1024;
/// Size of a block, in bytes.
const BLOCK: usize = 64 * 1024;
/// Share of a task's budget that the sending of a block takes: a task of Tokio has 128, so other tasks run after 16 blocks.
const BUDGET: usize = 8;
/// Length from which an answer counts as long, in bytes.
const COUNTED: usize = 64 * 1024;
/// Maximum memory of all long answers, in bytes.
const MOST: usize = 40 * 1024 * 1024;

/// The bytes of an answer that is being written.
#[derive(Debug, Default)]
pub struct BodyBuffer {
    packed: VecDeque<Block>,
    /// The bytes after the compressed blocks.
    rest: Vec<u8>,
}

/// Some bytes of an answer, plain or compressed.
#[derive(Clone, Debug)]
struct Block {
    bytes: Bytes,
    /// Length of the plain bytes.
    length: usize,
    is_packed: bool,
}

impl Block {
    fn plain(bytes: Bytes) -> Self {
        Self { length: bytes.len(), bytes, is_packed: false }
    }

    fn packed(plain: &[u8]) -> Self {
        // A copy, since the buffer of the compressor has room for the worst case.
        let bytes = Bytes::copy_from_slice(&compress_prepend_size(plain));
        if bytes.len() < plain.len() {
            Self { bytes, length: plain.len(), is_packed: true }
        } else {
            Self::plain(Bytes::copy_from_slice(plain))
        }
    }

    fn unpacked(&self) -> Bytes {
        if self.is_packed {
            decompress_size_prepended(&self.bytes).expect("it was packed here").into()
        } else {
            self.bytes.clone()
        }
    }
}

impl From<Vec<u8>> for BodyBuffer {
    fn from(rest: Vec<u8>) -> Self {
        let mut text = Self { packed: VecDeque::new(), rest };
        text.pack_if_long();
        text
    }
}

impl BodyBuffer {
    /// The end of the buffer, to write to. The writer calls [`Self::pack_if_long`] from time to time.
    pub fn end(&mut self) -> &mut Vec<u8> {
        &mut self.rest
    }

    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.packed.is_empty() && self.rest.is_empty()
    }

    /// Number of bytes that are not compressed.
    pub fn unpacked_len(&self) -> usize {
        self.rest.len()
    }

    /// Compresses the written bytes if they are long.
    pub fn pack_if_long(&mut self) {
        let least = if self.packed.is_empty() { LONG } else { BLOCK };
        if self.rest.len() > least {
            self.pack();
        }
    }

    fn pack(&mut self) {
        self.packed.extend(self.rest.chunks(BLOCK).map(Block::packed));
        self.rest.clear();
    }

    /// Appends another buffer.
    pub fn append(&mut self, mut other: Self) {
        if !other.packed.is_empty() {
            self.pack();
            self.packed.append(&mut other.packed);
        }
        self.rest.extend_from_slice(&other.rest);
        self.pack_if_long();
    }

    /// Calls a function with all bytes, part by part.
    pub fn visit(&self, mut part: impl FnMut(&[u8])) {
        for block in &self.packed {
            part(&block.unpacked());
        }
        part(&self.rest);
    }

    /// An answer with this body; if it is long, [`Unsent::admit`] has to admit it.
    pub fn into_response(self) -> Response {
        let Self { mut packed, rest } = self;
        if packed.is_empty() && rest.len() < COUNTED {
            return Response::new(Body::from(rest));
        }
        let mut rest = Bytes::from(rest);
        while !rest.is_empty() {
            packed.push_back(Block::plain(rest.split_to(rest.len().min(BLOCK))));
        }
        let left = packed.iter().map(|block| block.length as u64).sum();
        let held = Arc::new(Held(Mutex::new(Some(packed))));
        let mut response = Response::new(Body::new(LongBody { held: Arc::clone(&held), left }));
        response.extensions_mut().insert(Admission(held));
        response
    }
}

/// The blocks to send; `None` once the answer is cut off.
#[derive(Debug)]
struct Held(Mutex<Option<VecDeque<Block>>>);

impl Held {
    fn lock(&self) -> MutexGuard<'_, Option<VecDeque<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The memory of the blocks, in bytes.
    fn size(&self) -> usize {
        self.lock().iter().flatten().map(|block| block.bytes.len()).sum()
    }
}

/// Marks a long answer until [`Unsent::admit`].
#[derive(Clone, Debug)]
struct Admission(Arc<Held>);

/// The body of a long answer.
struct LongBody {
    held: Arc<Held>,
    /// Number of bytes to send.
    left: u64,
}

impl hyper::body::Body for LongBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        // A fast client does not block the thread for other requests.
        for _ in 0..BUDGET {
            ready!(poll_proceed(cx)).made_progress();
        }
        let next = self.held.lock().as_mut().map(VecDeque::pop_front);
        let Some(block) = next else {
            return Poll::Ready(Some(Err(io::Error::other("the answer was cut off: its client was slow"))));
        };
        self.left -= block.as_ref().map_or(0, |block| block.length as u64);
        Poll::Ready(block.map(|block| Ok(Frame::data(block.unpacked()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Long answers that are being sent.
#[derive(Debug, Default)]
pub struct Unsent(Mutex<Vec<Entry>>);

/// A long answer; entries are in the order of their creation.
#[derive(Debug)]
struct Entry {
    caller: u64,
    held: Weak<Held>,
}

/// An answer does not fit into memory beside the other answers of its caller.
#[derive(Debug)]
pub struct Full;

impl Unsent {
    /// Reserves memory for an answer if it is long. If there is too little, the oldest answers of the caller that holds the
    /// most are cut off.
    ///
    /// # Errors
    /// [`Full`] if this caller holds the most.
    pub fn admit(&self, caller: u64, response: &mut Response) -> Result<(), Full> {
        let Some(Admission(new)) = response.extensions_mut().remove::<Admission>() else { return Ok(()) };
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held: Vec<(u64, usize, Arc<Held>)> = Vec::with_capacity(entries.len() + 1);
        entries.retain(|entry| {
            let alive = entry.held.upgrade();
            held.extend(alive.map(|one| (entry.caller, one.size(), one)));
            entry.held.strong_count() > 0
        });
        held.push((caller, new.size(), Arc::clone(&new)));
        let mut total: usize = held.iter().map(|(_, size, _)| size).sum();
        while total > MOST {
            let mut sizes = HashMap::<u64, usize>::new();
            for (caller, size, _) in &held {
                *sizes.entry(*caller).or_default() += size;
            }
            let most = sizes.into_iter().max_by_key(|&(other, size)| (size, other == caller));
            let Some((largest, _)) = most.filter(|(largest, _)| *largest != caller) else { return Err(Full) };
            let oldest = held.iter().position(|(caller, size, _)| *caller == largest && *size > 0);
            let Some(oldest) = oldest else { return Err(Full) };
            let (_, size, cut) = held.remove(oldest);
            *cut.lock() = None;
            total -= size;
        }
        entries.push(Entry { caller, held: Arc::downgrade(&new) });
        Ok(())
    }
}

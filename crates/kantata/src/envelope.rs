//! The envelope of every successful response (docs/contracts/kantata.md#envelope).

use std::collections::HashSet;

use foldhash::fast::RandomState;
use schemars::JsonSchema;
use serde::Serialize;

use super::paging::Paging;
use service::body_buffer::BodyBuffer;

/// The wire object of a record.
pub trait Object: Serialize + JsonSchema {
    /// The member of the envelope that holds such objects by id.
    const KEY: &'static str;
}

/// An envelope under construction: results, their objects by id, and side-loads.
pub struct Envelope {
    resource: &'static str,
    results: Vec<i64>,
    groups: Vec<Group>,
}

/// Objects of one type by id, each as it was first added.
struct Group {
    name: &'static str,
    ids: HashSet<i64, RandomState>,
    body: BodyBuffer,
}

impl Group {
    fn new(name: &'static str) -> Self {
        Self { name, ids: HashSet::default(), body: BodyBuffer::default() }
    }

    fn add(&mut self, id: i64, object: &impl Serialize) {
        if !self.ids.insert(id) {
            return;
        }
        let is_first = self.body.is_empty();
        let body = self.body.end();
        if !is_first {
            body.push(b',');
        }
        write_key(body, id);
        serde_json::to_writer(body, object).expect("objects are made of texts, numbers and lists");
        self.body.pack_if_long();
    }

    fn write(self, out: &mut BodyBuffer) {
        let end = out.end();
        end.push(b'"');
        end.extend_from_slice(self.name.as_bytes());
        end.extend_from_slice(b"\":{");
        out.append(self.body);
        out.end().push(b'}');
    }
}

impl Envelope {
    /// An empty envelope of a resource.
    pub fn new(resource: &'static str) -> Self {
        Self { resource, results: Vec::new(), groups: vec![Group::new(resource)] }
    }

    /// Adds a result.
    pub fn push(&mut self, id: impl Into<i64>, object: &impl Serialize) {
        let id = id.into();
        self.results.push(id);
        self.groups[0].add(id, object);
    }

    /// Adds a member for side-loads of a type, even if it remains empty.
    pub fn open<O: Object>(&mut self) {
        self.open_member(O::KEY);
    }

    /// Adds a member for side-loads, even if it remains empty.
    pub fn open_member(&mut self, name: &'static str) {
        self.group(name);
    }

    /// Adds a side-load.
    pub fn add<O: Object>(&mut self, id: impl Into<i64>, object: &O) {
        self.group(O::KEY).add(id.into(), object);
    }

    /// Whether an object is in the envelope.
    pub fn holds(&self, name: &str, id: i64) -> bool {
        self.groups.iter().any(|group| group.name == name && group.ids.contains(&id))
    }

    fn group(&mut self, name: &'static str) -> &mut Group {
        let index = self.groups.iter().position(|group| group.name == name).unwrap_or_else(|| {
            self.groups.push(Group::new(name));
            self.groups.len() - 1
        });
        &mut self.groups[index]
    }

    /// The body; `count` is the number of records on all pages.
    pub fn finish(self, count: i64, paging: Paging) -> BodyBuffer {
        let bodies: usize = self.groups.iter().map(|group| group.body.unpacked_len() + 32).sum();
        let mut text = BodyBuffer::default();
        let out = text.end();
        out.reserve(bodies + self.results.len() * 48 + 128);
        out.extend_from_slice(b"{\"count\":");
        write_number(out, count);
        out.extend_from_slice(b",\"results\":[");
        for (index, id) in self.results.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"key\":\"");
            out.extend_from_slice(self.resource.as_bytes());
            out.extend_from_slice(b"\",\"id\":\"");
            write_number(out, *id);
            out.extend_from_slice(b"\"}");
        }
        out.extend_from_slice(b"],");
        let mut groups = self.groups.into_iter();
        if let Some(results) = groups.next() {
            results.write(&mut text);
        }
        let (page_count, page_number) = paging.numbers(count);
        let meta = [
            (",\"meta\":{\"count\":", count),
            (",\"page_count\":", page_count),
            (",\"page_number\":", page_number),
            (",\"page_size\":", paging.size),
        ];
        let out = text.end();
        for (member, number) in meta {
            out.extend_from_slice(member.as_bytes());
            write_number(out, number);
        }
        out.push(b'}');
        for group in groups {
            text.end().push(b',');
            group.write(&mut text);
        }
        text.end().push(b'}');
        text
    }
}

fn write_number(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn write_key(out: &mut Vec<u8>, id: i64) {
    out.push(b'"');
    write_number(out, id);
    out.extend_from_slice(b"\":");
}

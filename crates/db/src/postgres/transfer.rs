//! A copy of a database as a file of the embedded engine, and a database from such a file. Rows pass through in parts, so that
//! neither is in memory as a whole.

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{SinkExt, TryStreamExt};
use rusqlite::types::Value;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::client::{Client, Transaction};
use super::connect::{Address, Leased};
use super::engine::MIGRATION_LOCK;
use crate::migrate::Schema;
use crate::sqlite::layout::{Table, tables};
use crate::sqlite::transfer::{Filling, encoded_rows, last_ids};
use crate::{Conn, Error, Result, Timeouts, migrate};

/// The number of parts that wait for the other side.
const WAITING: usize = 4;
/// The number of rows and of bytes of a part.
const ROWS: usize = 256;
const BYTES: usize = 1 << 20;

/// What goes into a file.
enum Part {
    /// Rows of the table with this index.
    Rows(usize, Vec<Vec<Value>>),
    /// The last id of the table with this index.
    LastId(usize, i64),
    /// Everything was sent.
    End,
}

async fn connect(url: &str) -> Result<Arc<Leased>> {
    Address::new(url)?.pool(1, Timeouts::for_command(), None)?.get().await
}

async fn known_tables(number: usize) -> Result<Arc<Vec<Table>>> {
    let read = tokio::task::spawn_blocking(move || tables(number)).await;
    Ok(Arc::new(read.map_err(|_| Error::Other("the tables cannot be listed".into()))??))
}

/// Copies a snapshot of a database to a new file.
pub async fn copy(url: &str, target: &Path) -> Result<()> {
    let (leased, tables) = (connect(url).await?, known_tables(migrate::NEWEST).await?);
    let mut conn = Conn::Postgres(Client::new(Arc::clone(&leased), None, Transaction::Read));
    // The first statement begins the transaction, whose snapshot all others see.
    if migrate::schema(&mut conn).await? != Schema::Current {
        let reason =
            "another version of statuary created the store: `statuary serve` migrates an earlier one";
        return Err(Error::Unusable(reason.into()));
    }
    let (sender, receiver) = channel(WAITING);
    let (target, own) = (target.to_owned(), Arc::clone(&tables));
    let filling = tokio::task::spawn_blocking(move || fill_file(&target, &own, receiver));
    let sent = send(&leased, &tables, sender).await;
    if let Conn::Postgres(client) = &mut conn {
        client.end_read();
    }
    // Without its file, the sender has no receiver either.
    filling.await.map_err(|_| Error::Other("the copy panicked".into()))?.and(sent)
}

fn fill_file(target: &Path, tables: &[Table], mut parts: Receiver<Part>) -> Result<()> {
    let filling = Filling::create(target, tables)?;
    loop {
        match parts.blocking_recv() {
            Some(Part::Rows(table, rows)) => filling.insert(&tables[table], rows)?,
            Some(Part::LastId(table, last)) => filling.set_last_id(&tables[table], last)?,
            Some(Part::End) => return filling.finish(),
            // The reader has failed, and says why.
            None => return Ok(()),
        }
    }
}

async fn send(leased: &Leased, tables: &[Table], sender: Sender<Part>) -> Result<()> {
    let gone = |_| Error::Unavailable("the copy cannot be written".into());
    for (index, table) in tables.iter().enumerate() {
        let sql = format!("select {} from {}", table.list(), table.name);
        let rows = leased.object().query_typed_raw(&sql, std::iter::empty::<(i64, Type)>()).await?;
        let mut rows = pin!(rows);
        let (mut part, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.try_next().await? {
            let values: Vec<_> = (0..row.len()).map(|index| value(&row, index)).collect::<Result<_>>()?;
            bytes += values.iter().map(size).sum::<usize>();
            part.push(values);
            if part.len() >= ROWS || bytes >= BYTES {
                bytes = 0;
                sender.send(Part::Rows(index, std::mem::take(&mut part))).await.map_err(gone)?;
            }
        }
        sender.send(Part::Rows(index, part)).await.map_err(gone)?;
    }
    for (index, table) in tables.iter().enumerate().filter(|(_, table)| table.has_sequence) {
        let sql = format!("select last_value from {}_id_seq where is_called", table.name);
        if let Some(row) = leased.object().query_typed_opt(&sql, &[]).await? {
            sender.send(Part::LastId(index, row.try_get(0)?)).await.map_err(gone)?;
        }
    }
    sender.send(Part::End).await.map_err(gone)
}

fn value(row: &Row, index: usize) -> Result<Value> {
    let read = match *row.columns()[index].type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(index)?.map(Value::Integer),
        Type::BOOL => row.try_get::<_, Option<bool>>(index)?.map(|is_true| Value::Integer(is_true.into())),
        Type::TEXT => row.try_get::<_, Option<String>>(index)?.map(Value::Text),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.map(Value::Blob),
        _ => return Err(Error::unknown("type of a column")),
    };
    Ok(read.unwrap_or(Value::Null))
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        _ => size_of::<i64>(),
    }
}

/// Fills an empty database with the rows of a file that has the schema after a number of migrations: all of them, or none.
pub async fn fill(url: &str, file: &Path, number: usize) -> Result<()> {
    let leased = connect(url).await?;
    let filled = fill_in_transaction(&leased, file, number).await;
    if filled.is_err() {
        leased.mark_broken();
    }
    filled
}

async fn fill_in_transaction(leased: &Arc<Leased>, file: &Path, number: usize) -> Result<()> {
    let tables = known_tables(number).await?;
    let mut conn = Conn::Postgres(Client::new(Arc::clone(leased), None, Transaction::None));
    // The lock of migrations, so that no server creates the schema at the same time.
    conn.script(&format!("begin; set local statement_timeout = 0; {MIGRATION_LOCK}")).await?;
    if conn.has_schema().await? {
        return Err(Error::Unusable("there is a store in the PostgreSQL database already".into()));
    }
    migrate::run_first(&mut conn, number).await?;
    let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
    // What the migrations inserted is among the rows of the file.
    conn.script(&format!("truncate {}", names.join(", "))).await?;
    for index in 0..tables.len() {
        copy_in(leased, &tables, index, file).await?;
    }
    let (file, own) = (file.to_owned(), Arc::clone(&tables));
    let last = tokio::task::spawn_blocking(move || last_ids(&file, &own)).await;
    for (table, last) in last.map_err(|_| Error::Other("the copy panicked".into()))?? {
        conn.script(&format!("select setval('{table}_id_seq', {last})")).await?;
    }
    conn.script(&format!("analyze {}; commit", names.join(", "))).await
}

async fn copy_in(leased: &Leased, tables: &Arc<Vec<Table>>, index: usize, file: &Path) -> Result<()> {
    let (sender, mut parts) = channel(WAITING);
    let (file, own) = (file.to_owned(), Arc::clone(tables));
    let reading = tokio::task::spawn_blocking(move || {
        encoded_rows(&file, &own[index], |part| sender.blocking_send(Bytes::from(part)).is_ok())
    });
    let table = &tables[index];
    let sql = format!("copy {} ({}) from stdin", table.name, table.list());
    let sink = leased.object().copy_in::<_, Bytes>(&sql).await?;
    let mut sink = pin!(sink);
    while let Some(part) = parts.recv().await {
        sink.send(part).await?;
    }
    // Before the end is sent: a table that could not be read to its end is not complete.
    reading.await.map_err(|_| Error::Other("the copy panicked".into()))??;
    sink.finish().await?;
    Ok(())
}

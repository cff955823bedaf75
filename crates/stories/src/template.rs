//! New stores, which are copies: making the tables and importing the harbor take longer than most stories, so both are done once
//! on each engine.

use std::ffi::OsString;

use tokio::sync::OnceCell;

use super::harbor::{NOW, harbor};
use super::store::{Engine, Place, Store, import, long_timeouts, on_another_thread, run_on_server};
use db::Db;

/// Where `cargo xtask test` has a PostgreSQL server listening: a URL without a database.
const SERVER: &str = "STATUARY_TEST_POSTGRES";

/// What is in a new store.
#[derive(Clone, Copy)]
pub enum Content {
    /// The tables.
    Tables,
    /// The tables with the [`harbor`].
    Harbor,
}

/// A store that is only copied.
enum Template {
    /// The files of a folder.
    Files(Vec<(OsString, Vec<u8>)>),
    /// A database.
    Database(Store),
}

static TEMPLATES: [[OnceCell<Template>; 2]; 2] = [const { [const { OnceCell::const_new() }; 2] }; 2];

/// A new store.
pub async fn store(engine: Engine, content: Content) -> Store {
    let template = &TEMPLATES[engine as usize][content as usize];
    let template = template.get_or_init(|| async move {
        // The end of the thread ends all connections, without which a database cannot be copied.
        let made = tokio::task::spawn_blocking(move || on_another_thread(move || make(engine, content)));
        let store = made.await.expect("a thread").expect("a store");
        let Place::Directory(directory) = &store.place else { return Template::Database(store) };
        let files = std::fs::read_dir(directory.path()).expect("a folder").map(|file| {
            let file = file.expect("a file");
            (file.file_name(), std::fs::read(file.path()).expect("a file"))
        });
        Template::Files(files.collect())
    });
    copy(engine, Some(template.await)).await
}

async fn make(engine: Engine, content: Content) -> Store {
    let store = copy(engine, None).await;
    let db = Db::open_with(&store.location(), long_timeouts()).await.expect("a store");
    if matches!(content, Content::Harbor) {
        import(&db, NOW.parse().expect("a time"), &harbor()).await.expect("an archive");
    }
    store
}

/// A copy of a template; without one, a store without tables.
async fn copy(engine: Engine, template: Option<&Template>) -> Store {
    let place = match engine {
        Engine::Sqlite => {
            let directory = tempfile::tempdir().expect("a temporary directory");
            if let Some(Template::Files(files)) = template {
                for (name, content) in files {
                    std::fs::write(directory.path().join(name), content).expect("a file");
                }
            }
            Place::Directory(directory)
        }
        Engine::Postgres => {
            let server = std::env::var(SERVER).unwrap_or_else(|_| {
                panic!("{SERVER} is not set: run `cargo xtask test` or `cargo xtask postgres COMMAND...`")
            });
            let name = format!("story_{}", hex::encode(rand::random::<[u8; 8]>()));
            let of = match template {
                Some(Template::Database(Store { place: Place::Database { name, .. }, .. })) => {
                    format!(" template {name} strategy file_copy")
                }
                _ => String::new(),
            };
            run_on_server(&server, &format!("create database {name}{of}")).await;
            Place::Database { server, name }
        }
    };
    Store::at(place)
}

//! Running programs: their output, their exit codes, and servers.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The time after which a test gives up; long, because the machine may be busy.
pub const PATIENCE: Duration = Duration::from_mins(3);

/// A running program.
pub struct Process {
    child: Child,
    pub out: Lines,
    pub err: Lines,
}

/// The result of a program.
#[derive(Debug)]
pub struct Ended {
    /// The exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The rest of its standard output.
    pub out: String,
    /// The rest of its standard error.
    pub err: String,
}

/// The lines of a stream, as they arrive.
pub struct Lines(Receiver<String>);

impl Process {
    pub fn start(mut command: Command, input: &str) -> Self {
        let mut process = Self::start_with_its_input(command.stdin(Stdio::piped()));
        let mut stdin = process.child.stdin.take().expect("piped");
        let input = input.to_owned();
        // A program that ends early does not read all of its input.
        thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        process
    }

    /// Starts a program with the standard input of the command.
    pub fn start_with_its_input(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let out = Lines::of(child.stdout.take().expect("piped"));
        let err = Lines::of(child.stderr.take().expect("piped"));
        Self { child, out, err }
    }

    /// The next line of standard output, without the line break.
    #[track_caller]
    pub fn line(&mut self) -> String {
        match self.out.next(Instant::now() + PATIENCE) {
            Some(line) => line.trim_end_matches('\n').to_owned(),
            None => panic!("no more lines, but: {}", self.err.rest()),
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, name: &str) {
        let arguments = ["-c", "kill -s \"$0\" \"$1\"", name, &self.id().to_string()];
        assert!(Command::new("sh").args(arguments).status().is_ok_and(|status| status.success()));
    }

    /// Waits for the end, as long as lines come.
    #[track_caller]
    pub fn end(mut self) -> Ended {
        let (out, err) = (self.out.rest(), self.err.rest());
        let code = self.child.wait().expect("a process").code();
        Ended { code, out, err }
    }
}

impl Ended {
    /// Asserts exit code 0. Returns the standard output.
    #[track_caller]
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "\n{}{}", self.out, self.err);
        self.out
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Lines {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|length| length > 0) {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    return;
                }
            }
        });
        Self(receiver)
    }

    /// The next line, or `None` at the end of the stream.
    #[track_caller]
    pub fn next(&mut self, until: Instant) -> Option<String> {
        match self.0.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing came for {PATIENCE:?}"),
        }
    }

    #[track_caller]
    fn rest(&mut self) -> String {
        std::iter::from_fn(|| self.next(Instant::now() + PATIENCE)).collect()
    }
}

/// A running server.
pub struct Server {
    pub process: Process,
    pub url: String,
}

impl Server {
    /// Stops the server and waits for its end. Returns the rest of its standard error.
    #[track_caller]
    pub fn stop(self) -> String {
        self.process.signal("TERM");
        let ended = self.process.end();
        let err = ended.err.clone();
        assert_eq!(ended.success(), "", "\n{err}");
        err
    }

    pub fn start(command: Command) -> Self {
        let mut process = Process::start(command, "");
        let line = process.line();
        let url = line.strip_prefix("listening: ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { process, url }
    }
}

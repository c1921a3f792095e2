//! Crowds before a real login: the right answer is not delayed by them, and the program stays small.
//!
//! The login's clock is slow. A listener that waited until it may cut a connection of the crowd would wait for minutes, and
//! the right visitor would not.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use super::login::{Clock, Login};
use super::visitor::{Visitor, Way, first_words};
use crate::harness::{World, until};

const CROWD: usize = 200;
const JUNK: usize = 1000;

const MEMORY_MAX_KB: u64 = 64 * 1024;
const DESCRIPTORS_MAX: usize = 64;

#[test]
fn two_hundred_idle_connections_do_not_delay_the_answer() {
    among(|visitor| gather(visitor, b""));
}

#[test]
fn two_hundred_half_handshakes_do_not_delay_the_answer() {
    among(|visitor| gather(visitor, &first_words()[..100]));
}

#[test]
fn two_hundred_handshakes_that_stop_after_the_hello_do_not_delay_the_answer() {
    among(|visitor| gather(visitor, &first_words()));
}

#[test]
fn two_hundred_slow_senders_do_not_delay_the_answer() {
    among(|visitor| {
        let mut senders: Vec<_> = (0..CROWD).map(|_| visitor.tls(Way::Tls)).collect();
        // Those who are here already were sent away by those who came later, and may fail.
        senders.retain_mut(|tls| tls.conn.complete_io(&mut tls.sock).is_ok());
        let words = b"GET /callback?code=stranger&state=stranger HTTP/1.1\r\n"
            .iter()
            .cycle();
        let senders = Arc::new(Mutex::new(senders));
        background(1, move |said| {
            let byte = [*words.clone().nth(said).unwrap()];
            let mut senders = senders.lock().unwrap();
            senders.retain_mut(|tls| tls.write_all(&byte).and_then(|()| tls.flush()).is_ok());
        })
    });
}

#[test]
fn thirty_endless_heads_do_not_delay_the_answer() {
    among(|visitor| {
        // Fewer than are admitted at a time, so none of them is evicted.
        let senders: Vec<_> = (0..30).map(|_| visitor.tls(Way::Tls)).collect();
        let senders = Arc::new(Mutex::new(senders));
        background(1, move |_| {
            for tls in senders.lock().unwrap().iter_mut() {
                let _ = tls.write_all(b"x").and_then(|()| tls.flush());
            }
        })
    });
}

#[test]
fn a_thousand_junk_requests_do_not_delay_the_answer() {
    among(|visitor| {
        let begun = Instant::now();
        let (all, threads) = (AtomicUsize::new(0), 4);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while all.fetch_add(1, Ordering::Relaxed) < JUNK {
                        let reply = visitor
                            .ask("GET /callback?code=junk&state=junk HTTP/1.1\r\nHost: x\r\n\r\n");
                        assert!(reply.starts_with("HTTP/1.1 421 "), "{reply}");
                    }
                });
            }
        });
        println!("{JUNK} requests in {:?}", begun.elapsed());
    });
}

#[test]
fn an_endless_crowd_does_not_delay_the_answer() {
    among(|visitor| {
        let (visitor, hello) = (visitor.clone(), first_words());
        background(2, move |n| {
            // Some say nothing, some half a hello and leave; the noisy third waits for its answer, so that the flood is
            // as fast as the listener and not faster.
            let words = [&b""[..], &hello[..100], b"noise"][n % 3];
            if let Some(mut tcp) = visitor.try_tcp() {
                let _ = tcp.write_all(words);
                let _ = (n % 3 == 2).then(|| tcp.read(&mut [0; 4096]));
            }
        })
    });
}

/// Opens the crowd's connections and says the same over each.
fn gather(visitor: &Visitor, words: &[u8]) -> Vec<TcpStream> {
    let say = |_| {
        let mut tcp = visitor.tcp();
        // Who was sent away already need not be heard.
        let _ = tcp.write_all(words);
        tcp
    };
    (0..CROWD).map(say).collect()
}

/// Something that goes on until it is dropped.
struct Background {
    stop: Arc<AtomicBool>,
    threads: Vec<thread::JoinHandle<()>>,
}

fn background(threads: usize, work: impl FnMut(usize) + Clone + Send + 'static) -> Background {
    let stop = Arc::<AtomicBool>::default();
    let (count, started) = (Arc::<AtomicUsize>::default(), Instant::now());
    let threads = (0..threads)
        .map(|_| {
            let (stop, count, mut work) = (Arc::clone(&stop), Arc::clone(&count), work.clone());
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    work(count.fetch_add(1, Ordering::Relaxed));
                }
            })
        })
        .collect();
    until("a crowd", || {
        (count.load(Ordering::Relaxed) > 4 * CROWD).then_some(())
    });
    println!("{} times in {:?}", 4 * CROWD, started.elapsed());
    Background { stop, threads }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A login among the crowd: the right answer is accepted, and the login ends well.
#[track_caller]
fn among<T>(crowd: impl FnOnce(&Visitor) -> T) {
    let world = World::new();
    let Some(mut login) = Login::start(&world, Clock::Slow) else {
        return;
    };
    let target = login.consent();
    let crowd = crowd(&login.visitor);
    let begun = Instant::now();
    login.come_back(&target);
    let took = begun.elapsed();
    let id = login.running().id();
    let (memory, descriptors) = (memory_peak_kb(id), descriptors(id));
    println!("answered in {took:?}, {memory} kB at most, descriptors: {descriptors:?}");
    assert!(memory < MEMORY_MAX_KB, "{memory} kB");
    assert!(
        descriptors.is_none_or(|count| count <= DESCRIPTORS_MAX),
        "{descriptors:?}"
    );
    let _ = login.end();
    drop(crowd);
}

fn memory_peak_kb(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("Linux");
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("a peak");
    peak.trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("kilobytes")
}

/// How many are open. The program hides its descriptors from all but root.
fn descriptors(process: u32) -> Option<usize> {
    match fs::read_dir(format!("/proc/{process}/fd")) {
        Ok(all) => Some(all.count()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => None,
        Err(error) => panic!("{error}"),
    }
}

//! Open files: the limit is raised at start, and a process that has reached it keeps serving.

use std::{
    fs,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::{net::TcpStream, time::sleep};

use crate::support::{Process, Program, SECRET};

/// The CPU time of a process in ticks of 10 ms (proc(5)).
fn cpu_ticks(process: &Process) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap();
    let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[actix_web::test]
async fn the_soft_limit_is_raised_to_the_hard_one() {
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with_open_files(256, 1_000);
    let process = program.serve().await;
    let limits = fs::read_to_string(format!("/proc/{}/limits", process.id())).unwrap();
    let limit = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(limit.split_whitespace().nth(3), Some("1000"), "{limit}");
    process.has_logged("open file limit limit=1000").await;
}

#[actix_web::test]
async fn a_process_without_free_files_recovers_and_does_not_spin() {
    let program = Program::new().with("BETTER_AUTH_SECRET", SECRET).with("WORKERS", "1").with_open_files(64, 64);
    let process = program.serve().await;
    process.user("ann").get("/api/tasks").await.is(200);
    let connections: Vec<TcpStream> =
        join_all((0..100).map(|_| TcpStream::connect(process.address()))).await.into_iter().flatten().collect();
    assert_eq!(connections.len(), 100);
    sleep(Duration::from_millis(300)).await;
    let before = cpu_ticks(&process);
    sleep(Duration::from_secs(1)).await;
    let ticks = cpu_ticks(&process) - before;
    assert!(ticks < 30, "{ticks} ticks of CPU time in a second");
    drop(connections);
    let started = Instant::now();
    process.user("ann").get("/api/tasks").await.is(200);
    assert!(started.elapsed() < Duration::from_secs(3));
}

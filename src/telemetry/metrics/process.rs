//! The standard metrics of a process, from Linux's `/proc`. Other systems have none.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
};

/// Reads the metrics at each scrape.
#[derive(Debug)]
pub(super) struct ProcessCollector;

struct ProcessStatus {
    cpu_seconds: f64,
    resident_bytes: u64,
    virtual_bytes: u64,
    open_fds: u64,
    max_fds: u64,
    threads: u64,
    start_time_seconds: f64,
}

impl Collector for ProcessCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(status) = ProcessStatus::read() else { return Ok(()) };
        let cpu = ConstCounter::new(status.cpu_seconds);
        cpu.encode(encoder.encode_descriptor(
            "process_cpu_seconds",
            "CPU time of the process.",
            None,
            cpu.metric_type(),
        )?)?;
        let mut gauge = |name: &str, help: &str, value: f64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)
        };
        gauge("process_resident_memory_bytes", "Resident memory.", as_f64(status.resident_bytes))?;
        gauge("process_virtual_memory_bytes", "Virtual memory.", as_f64(status.virtual_bytes))?;
        gauge("process_open_fds", "Open file descriptors.", as_f64(status.open_fds))?;
        gauge("process_max_fds", "Limit of open file descriptors.", as_f64(status.max_fds))?;
        gauge("process_threads", "Threads.", as_f64(status.threads))?;
        gauge("process_start_time_seconds", "Start of the process since 1970.", status.start_time_seconds)
    }
}

impl ProcessStatus {
    #[cfg(target_os = "linux")]
    fn read() -> Option<Self> {
        let process = procfs::process::Process::myself().ok()?;
        let stat = process.stat().ok()?;
        let ticks = as_f64(procfs::ticks_per_second());
        let limit = process.limits().ok()?.max_open_files.soft_limit;
        Some(Self {
            cpu_seconds: as_f64(stat.utime + stat.stime) / ticks,
            resident_bytes: stat.rss * procfs::page_size(),
            virtual_bytes: stat.vsize,
            open_fds: u64::try_from(process.fd_count().ok()?).ok()?,
            max_fds: match limit {
                procfs::process::LimitValue::Value(limit) => limit,
                procfs::process::LimitValue::Unlimited => u64::MAX,
            },
            threads: u64::try_from(stat.num_threads).ok()?,
            start_time_seconds: as_f64(procfs::boot_time_secs().ok()?) + as_f64(stat.starttime) / ticks,
        })
    }

    #[cfg(not(target_os = "linux"))]
    fn read() -> Option<Self> {
        None
    }
}

#[expect(clippy::cast_precision_loss, reason = "a metric is a floating-point number")]
fn as_f64(value: u64) -> f64 {
    value as f64
}

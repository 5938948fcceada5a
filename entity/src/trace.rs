//! Spans of OpenTelemetry. A span is recorded if [`record`] has been called and its trace is sampled.

use std::sync::OnceLock;

use futures_util::{FutureExt, future::Either};
use opentelemetry::{
    Context, KeyValue,
    context::FutureExt as _,
    global::BoxedTracer,
    trace::{SpanBuilder, SpanContext, Status, TraceContextExt, Tracer},
};

static TRACER: OnceLock<BoxedTracer> = OnceLock::new();

/// A span, which ends when it is dropped. Nothing if its trace is not sampled.
pub struct Span(Option<Context>);

/// Records spans with `tracer` from now on.
pub fn record(tracer: BoxedTracer) {
    drop(TRACER.set(tracer));
}

/// Returns whether spans may be recorded.
#[must_use]
pub fn is_recording() -> bool {
    TRACER.get().is_some()
}

/// Returns the span that the current task is in; `None` outside a trace.
#[must_use]
pub fn current() -> Option<SpanContext> {
    Context::map_current(|context| context.has_active_span().then(|| context.span().span_context().clone()))
}

/// Adds an event to the span that `context` is in, if that is recorded.
pub(crate) fn add_event(context: &Context, name: &'static str, attributes: impl FnOnce() -> Vec<KeyValue>) {
    if is_sampled(context) {
        context.span().add_event(name, attributes());
    }
}

/// Adds attributes to the span that the current task is in, if that is recorded.
pub fn set_attributes<const N: usize>(attributes: impl FnOnce() -> [KeyValue; N]) {
    Context::map_current(|context| {
        if is_sampled(context) {
            context.span().set_attributes(attributes());
        }
    });
}

impl Span {
    /// Starts a span with a parent in another process or task, or a new trace if `parent` is in none. It is nothing if no
    /// spans are recorded. If the trace is not sampled, it only carries the ids of the trace.
    pub fn entry(parent: &Context, builder: impl FnOnce() -> SpanBuilder) -> Self {
        Self(TRACER.get().map(|tracer| start(tracer, builder(), parent)))
    }

    /// Starts a span inside the current one.
    pub fn child(builder: impl FnOnce() -> SpanBuilder) -> Self {
        let tracer = TRACER.get().filter(|_| Context::map_current(is_sampled));
        Self(tracer.map(|tracer| start(tracer, builder(), &Context::current())))
    }

    /// Returns whether attributes of the span are recorded.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.0.as_ref().is_some_and(is_sampled)
    }

    /// Runs `work` inside the span.
    pub fn run<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        match &self.0 {
            Some(context) => Either::Left(work.with_context(context.clone())),
            None => Either::Right(work),
        }
    }

    /// Runs `work` inside the span, which ends with it. An error is recorded by the name that `error_type` returns.
    pub fn run_to_end<F: Future<Output = Result<T, E>>, T, E>(
        self,
        work: F,
        error_type: impl Fn(&E) -> &'static str,
    ) -> impl Future<Output = Result<T, E>> {
        self.run(work).inspect(move |result| {
            if let Err(error) = result {
                self.fail(error_type(error));
            }
        })
    }

    /// Replaces the name.
    pub fn rename(&self, name: String) {
        if let Some(context) = &self.0 {
            context.span().update_name(name);
        }
    }

    /// Adds an attribute.
    pub fn set(&self, attribute: KeyValue) {
        if let Some(context) = &self.0 {
            context.span().set_attribute(attribute);
        }
    }

    /// Marks the operation as failed. Errors are recorded by their type alone, since messages may quote input.
    pub fn fail(&self, error_type: impl Into<opentelemetry::Value>) {
        if let Some(context) = &self.0 {
            context.span().set_status(Status::error(""));
            self.set(KeyValue::new("error.type", error_type));
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            context.span().end();
        }
    }
}

fn start(tracer: &BoxedTracer, builder: SpanBuilder, parent: &Context) -> Context {
    parent.with_span(tracer.build_with_context(builder, parent))
}

fn is_sampled(context: &Context) -> bool {
    context.has_active_span() && context.span().span_context().is_sampled()
}

//! The operations of a batch in the contract: one schema for each name, since which members there are depends on it.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr, Schema,
        schema::{AdditionalProperties, KnownFormat, Object, ObjectBuilder, OneOfBuilder, SchemaFormat, Type},
    },
};

use super::super::request::{CompletionInput, TaskInput, TaskPatch};

/// An operation of a batch, as the contract describes it.
pub(crate) struct BatchOperation;

impl PartialSchema for BatchOperation {
    fn schema() -> RefOr<Schema> {
        let update = operation("update", "Changes a task.").property("task", task::<TaskPatch>()).required("task");
        let complete = operation("complete", "Completes a task or opens it again. Without `task`, toggles it.");
        OneOfBuilder::new()
            .description(Some("An operation on a task."))
            .item(create())
            .item(with_id(update))
            .item(with_id(complete.property("task", task::<CompletionInput>())))
            .item(with_id(operation("delete", "Moves a task to the trash.")))
            .item(with_id(operation("restore", "Brings a task back from the trash.")))
            .into()
    }
}

impl ToSchema for BatchOperation {
    fn name() -> Cow<'static, str> {
        "BatchOperation".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend([named::<TaskInput>(), named::<TaskPatch>(), named::<CompletionInput>()]);
    }
}

fn create() -> Object {
    operation("create", "Creates a task, under an id that the client made if there is one.")
        .property("id", client_id())
        .property("task", task::<TaskInput>())
        .required("task")
        .build()
}

fn with_id(operation: ObjectBuilder) -> Object {
    operation.property("id", id("The task's id.")).required("id").property("if_match", revision()).build()
}

fn operation(name: &str, description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .description(Some(description))
        .property("op", ObjectBuilder::new().schema_type(Type::String).enum_values(Some([name])))
        .required("op")
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
}

fn id(description: &str) -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).description(Some(description))
}

/// As [`may_be_made_by_client`](entity::TaskId::may_be_made_by_client).
fn client_id() -> ObjectBuilder {
    const PATTERN: &str = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[47][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$";
    let id = ObjectBuilder::new().schema_type(Type::String).pattern(Some(PATTERN));
    id.description(Some("The id of the new task, a UUID of version 7 or 4."))
}

fn revision() -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::Int64);
    let revision = ObjectBuilder::new().schema_type(Type::Integer).format(Some(format));
    revision.description(Some("Only if the task has this revision."))
}

fn task<T: ToSchema>() -> Ref {
    Ref::from_schema_name(T::name())
}

fn named<T: ToSchema>() -> (String, RefOr<Schema>) {
    (T::name().into_owned(), T::schema())
}

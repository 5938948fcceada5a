//! The request body of a batch.

use std::{fmt, marker::PhantomData};

use entity::{
    TaskId,
    task::{Completion, Revision, TaskChange, TaskContent},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use utoipa::ToSchema;
use validator::Validate;

use super::{
    super::{
        request::TaskPatch,
        validation::{self, invalid_client_id},
    },
    operation::{Action, Operation},
    schema::BatchOperation,
};
use crate::http::{
    extract::validation_errors,
    problem::{InvalidField, Problem},
};

/// The number of operations that a batch may have.
pub(super) const MAX_OPERATIONS: usize = 100;

/// Operations on tasks, which run in order.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object")]
#[schema(example = json!({"operations": [
    {"op": "create", "task": {"title": "Buy milk"}},
    {"op": "complete", "id": "01997c3e-6c9d-7d1e-9f63-0d6a1c9f1f5e", "if_match": 7, "task": {"completed": true}}
]}))]
pub(crate) struct BatchInput {
    #[serde(deserialize_with = "operations")]
    #[schema(value_type = Vec<BatchOperation>, min_items = 1, max_items = 100)]
    operations: Vec<Object<OperationInput>>,
}

/// An operation. Which members it must have depends on `op`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct OperationInput {
    #[serde(deserialize_with = "validation::string_enum")]
    op: Name,
    #[serde(default, deserialize_with = "task_id")]
    id: Option<TaskId>,
    #[serde(default, deserialize_with = "revision")]
    if_match: Option<Revision>,
    #[serde(default, deserialize_with = "validation::present")]
    task: Option<Object<TaskPatch>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase", expecting = "one of create, update, complete, delete, restore")]
enum Name {
    Create,
    Update,
    Complete,
    Delete,
    Restore,
}

/// A value that is an object. A derived struct accepts an array as its fields in order.
#[derive(Debug)]
struct Object<T>(T);

impl BatchInput {
    /// Returns the operations.
    ///
    /// # Errors
    ///
    /// 422 with a pointer to each invalid member.
    pub(super) fn operations(self) -> Result<Vec<Operation>, Problem> {
        let (mut operations, mut errors) = (Vec::with_capacity(self.operations.len()), Vec::new());
        for (index, Object(input)) in self.operations.into_iter().enumerate() {
            let mut invalid = Vec::new();
            operations.extend(input.operation(&mut invalid));
            errors.extend(invalid.into_iter().map(|field: InvalidField| {
                InvalidField::new(format!("/operations/{index}{}", field.pointer), field.detail)
            }));
        }
        if errors.is_empty() { Ok(operations) } else { Err(Problem::invalid(errors)) }
    }
}

impl OperationInput {
    /// Returns the operation, or adds what is invalid to `errors`.
    fn operation(self, errors: &mut Vec<InvalidField>) -> Option<Operation> {
        let Self { op, id, if_match, task } = self;
        let patch = task.map(|Object(patch)| patch);
        if let Some(Err(invalid)) = patch.as_ref().map(Validate::validate) {
            errors.extend(validation_errors(&invalid).into_iter().map(with_task_pointer));
        }
        let change = patch.map(TaskChange::from);
        if let Name::Create = op {
            reject(if_match.is_some(), "/if_match", errors);
            errors.extend(id.and_then(invalid_client_id));
            return content(require(change, "/task", errors)?, errors).map(|content| Operation::Create { id, content });
        }
        let id = require(id, "/id", errors);
        let action = match op {
            Name::Create | Name::Update => require(change, "/task", errors).map(Action::Update),
            Name::Complete => completion(change, errors).map(Action::Complete),
            Name::Delete | Name::Restore => {
                reject(change.is_some(), "/task", errors);
                Some(if matches!(op, Name::Delete) { Action::Delete } else { Action::Restore })
            }
        };
        Some(Operation::Change { id: id?, if_match, action: action? })
    }
}

/// Returns the content of a new task.
fn content(change: TaskChange, errors: &mut Vec<InvalidField>) -> Option<TaskContent> {
    let TaskChange { title, description, completed, priority, due_at, tags } = change;
    Some(TaskContent {
        title: require(title, "/task/title", errors)?,
        description: description.flatten(),
        completed: completed.unwrap_or_default(),
        priority: priority.unwrap_or_default(),
        due_at: due_at.flatten(),
        tags: tags.unwrap_or_default(),
    })
}

/// Returns the requested value, or a toggle if there is no task.
fn completion(change: Option<TaskChange>, errors: &mut Vec<InvalidField>) -> Option<Completion> {
    let Some(change) = change else { return Some(Completion::Toggle) };
    let completed = change.completed;
    if change != (TaskChange { completed, ..TaskChange::default() }) {
        errors.push(InvalidField::new("/task", "must have no other member than completed"));
    }
    require(completed, "/task/completed", errors).map(Completion::Set)
}

fn require<T>(member: Option<T>, pointer: &str, errors: &mut Vec<InvalidField>) -> Option<T> {
    if member.is_none() {
        errors.push(InvalidField::new(pointer, "is required"));
    }
    member
}

fn reject(is_present: bool, pointer: &str, errors: &mut Vec<InvalidField>) {
    if is_present {
        errors.push(InvalidField::new(pointer, "must be omitted in this operation"));
    }
}

fn with_task_pointer(field: InvalidField) -> InvalidField {
    InvalidField::new(format!("/task{}", field.pointer), field.detail)
}

/// Stops reading after the greatest number of operations.
fn operations<'de, D: Deserializer<'de>>(member: D) -> Result<Vec<Object<OperationInput>>, D::Error> {
    struct Operations;

    impl<'de> Visitor<'de> for Operations {
        type Value = Vec<Object<OperationInput>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "an array of 1 to {MAX_OPERATIONS} operations")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
            let mut operations = Vec::new();
            while let Some(operation) = array.next_element()? {
                operations.push(operation);
                if operations.len() > MAX_OPERATIONS {
                    return Err(A::Error::invalid_length(operations.len(), &self));
                }
            }
            if operations.is_empty() { Err(A::Error::invalid_length(0, &self)) } else { Ok(operations) }
        }
    }

    member.deserialize_seq(Operations)
}

fn task_id<'de, D: Deserializer<'de>>(member: D) -> Result<Option<TaskId>, D::Error> {
    String::deserialize(member)?.parse().map(Some).map_err(|_invalid| D::Error::custom("expected a UUID"))
}

/// Reads a whole number, which may have a fraction of zeros: the contract's integers are those of JSON Schema.
fn revision<'de, D: Deserializer<'de>>(member: D) -> Result<Option<Revision>, D::Error> {
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    let revision = serde_json::Number::deserialize(member).ok().and_then(|number| {
        let whole = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= MAX_EXACT);
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and exact")]
        number.as_i64().or(whole.map(|number| number as i64))
    });
    revision
        .map(|revision| Some(Revision(revision)))
        .ok_or_else(|| D::Error::custom("expected a revision, a whole number"))
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        value.deserialize_map(Members(PhantomData)).map(Self)
    }
}

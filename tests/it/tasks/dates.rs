//! Dates: RFC 3339 in any offset is accepted; the same instant is returned in UTC with microseconds.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::support::{id, on_both};

/// Dates as sent, each with its instant in UTC.
const DATES: [(&str, &str); 20] = [
    ("2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z"),
    ("2026-12-24t18:00:00z", "2026-12-24T18:00:00Z"),
    ("2026-12-24T18:00:00+00:00", "2026-12-24T18:00:00Z"),
    ("2026-12-24T18:00:00-00:00", "2026-12-24T18:00:00Z"),
    ("2026-12-24T18:00:00+14:00", "2026-12-24T04:00:00Z"),
    ("2026-12-24T18:00:00-14:00", "2026-12-25T08:00:00Z"),
    ("2026-12-24T18:00:00+05:45", "2026-12-24T12:15:00Z"),
    ("2026-12-24T18:00:00.1Z", "2026-12-24T18:00:00.1Z"),
    ("2026-12-24T18:00:00.123Z", "2026-12-24T18:00:00.123Z"),
    ("2026-12-24T18:00:00.123456Z", "2026-12-24T18:00:00.123456Z"),
    ("2026-12-24T18:00:00.000001Z", "2026-12-24T18:00:00.000001Z"),
    ("2026-12-24T18:00:00.999999Z", "2026-12-24T18:00:00.999999Z"),
    ("2026-12-24T18:00:00.1234564999Z", "2026-12-24T18:00:00.123456Z"),
    ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
    ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
    ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
    ("0000-12-31T23:59:59.999999Z", "0000-12-31T23:59:59.999999Z"),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ("9999-12-31T23:59:59-00:00", "9999-12-31T23:59:59Z"),
];

/// Texts that some parsers accept as dates and the service rejects.
const INVALID_DATES: [&str; 25] = [
    "",
    "tomorrow",
    "2026-12-24",
    "2026-12-24T18:00",
    "2026-12-24T18:00:00",
    "2026-12-24 18:00",
    "18:00:00Z",
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-12-24T24:00:00Z",
    "2026-12-24T18:60:00Z",
    "2026-12-31T23:59:60Z",
    "2026-12-31T23:59:60.5Z",
    "2026-12-24T18:00:00+99:99",
    "2026-12-24T18:00:00+24:00",
    "10000-01-01T00:00:00Z",
    "+10000-01-01T00:00:00Z",
    "294277-01-01T00:00:00Z",
    "-0001-01-01T00:00:00Z",
    "0000-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "9999-12-31T23:59:59.9999996Z",
    "infinity",
    "-infinity",
];

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

fn due(date: impl Into<Value>) -> Value {
    json!({"title": "Buy milk", "due_at": date.into()})
}

on_both! {
    due_dates_keep_microseconds(app) {
        let ann = app.ann();
        for (sent, expected) in DATES {
            let task = ann.creates(due(sent)).await;
            assert_eq!(instant(&task["due_at"]), instant(&json!(expected)), "{sent}");
            assert!(task["due_at"].as_str().unwrap().ends_with('Z'), "{task}");
            ann.sees(&task).await;
            let changed = ann.patch(&format!("/api/tasks/{}", id(&task)), json!({"due_at": sent})).await.is(200).json();
            assert_eq!(changed["due_at"], task["due_at"]);
        }
    }

    invalid_dates_are_rejected(app) {
        let ann = app.ann();
        let task = ann.creates(due("2026-12-24T18:00:00Z")).await;
        let others = [json!(0), json!(1_766_599_200), json!(true), json!({}), json!(["2026-12-24T18:00:00Z"])];
        for date in INVALID_DATES.into_iter().map(Value::from).chain(others) {
            for response in [
                ann.post("/api/tasks", due(date.clone())).await,
                ann.put(&format!("/api/tasks/{}", id(&task)), due(date.clone())).await,
                ann.patch(&format!("/api/tasks/{}", id(&task)), json!({ "due_at": date })).await,
            ] {
                assert_eq!(response.is_problem(422, "invalid-content").pointers(), ["/due_at"], "{date}");
            }
        }
        ann.sees(&task).await;
    }

    filters_accept_the_same_dates(app) {
        let ann = app.ann();
        ann.creates_a_task("Buy milk").await;
        for (sent, _) in DATES {
            let sent = sent.replace('+', "%2B");
            ann.get(&format!("/api/tasks?due_before={sent}&due_after={sent}")).await.is(200);
        }
        for date in INVALID_DATES {
            let date = date.replace('+', "%2B").replace(' ', "%20");
            for name in ["due_before", "due_after"] {
                let rejected = ann.get(&format!("/api/tasks?{name}={date}")).await.is_problem(422, "invalid-content");
                assert_eq!(rejected.pointers(), [format!("/{name}")], "{date}");
            }
        }
    }

    years_0_and_9999_sort_correctly(app) {
        let ann = app.ann();
        for date in ["9999-12-31T23:59:59.999999Z", "0000-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z"] {
            ann.creates(json!({"title": date[..4], "due_at": date})).await;
        }
        ann.creates_a_task("never").await;
        for limit in 1..=5 {
            assert_eq!(ann.titles(&format!("sort=due_at&limit={limit}")).await, ["0000", "0001", "2026", "9999", "never"]);
            assert_eq!(ann.titles(&format!("sort=-due_at&limit={limit}")).await, ["9999", "2026", "0001", "0000", "never"]);
        }
        assert_eq!(ann.titles("sort=due_at&due_after=0000-01-01T00:00:00Z").await, ["0001", "2026", "9999"]);
        assert_eq!(ann.titles("sort=due_at&due_before=9999-12-31T23:59:59.999999Z").await, ["0000", "0001", "2026"]);
    }

    fractional_seconds_sort_correctly(app) {
        let ann = app.ann();
        let fractions = ["", ".000001", ".000010", ".1", ".100001", ".12", ".123", ".1234", ".999999"];
        for fraction in fractions.iter().rev() {
            ann.creates(json!({"title": format!("x{fraction}"), "due_at": format!("2026-12-24T18:00:00{fraction}Z")})).await;
        }
        let expected: Vec<_> = fractions.iter().map(|fraction| format!("x{fraction}")).collect();
        assert_eq!(ann.titles("sort=due_at&limit=2").await, expected);
        let before = "due_before=2026-12-24T18:00:00.123Z";
        assert_eq!(ann.titles(&format!("sort=due_at&{before}")).await, expected[..6]);
        assert_eq!(ann.titles("sort=due_at&due_after=2026-12-24T18:00:00.123Z").await, expected[7..]);
    }

    timestamps_follow_the_clock(app) {
        let ann = app.ann();
        let first = ann.creates_a_task("first").await;
        app.advance_clock(Duration::days(400));
        let ann = app.ann();
        let second = ann.creates_a_task("second").await;
        let apart = instant(&second["created_at"]) - instant(&first["created_at"]);
        assert!((400..=401).contains(&apart.num_days()), "{apart}");
        app.advance_clock(Duration::milliseconds(1500));
        let changed = ann.patch(&format!("/api/tasks/{}", id(&second)), json!({"title": "changed"})).await.is(200).json();
        assert_eq!(changed["created_at"], second["created_at"]);
        assert!(instant(&changed["updated_at"]) >= instant(&second["updated_at"]) + Duration::milliseconds(1500));
        ann.sees(&changed).await;
    }
}

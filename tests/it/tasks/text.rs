//! Text is stored and returned byte for byte; its length is counted in characters.

use serde_json::{Value, json};

use crate::support::{ApiClient, id, on_both};

/// Texts that an encoder, a normalizer or a database could change.
const TEXTS: [&str; 22] = [
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "שלום \u{202e}evil\u{202c} עולם",
    "caf\u{e9}",
    "cafe\u{301}",
    "\u{1e9b}\u{323} \u{fb01} ① ㎏",
    "  blanks before and behind\t ",
    "\u{a0}no-break\u{a0}",
    "line\nfeed\r\nand \u{2028} more",
    "'; drop table task; --",
    "$1 ?1 :name %s %n {0} ${jndi:ldap://x} {{7*7}} <%= 1 %>",
    "<script>alert(1)</script>&amp;&#39;",
    "\\u0041 \\\\ \\ \" / \u{7f}\u{1b}[31m",
    "percent %25 %00 + %2B",
    "𝒳𐍈\u{10ffff}",
    "\u{feff}a byte order mark",
    "zero\u{200b}width\u{200d}\u{2060}",
    "İıſẞßΣςσ",
    "null",
    "0",
    "[\"json\"]",
    "../../etc/passwd",
    "\u{fffd}\u{fffe}\u{ffff}",
];

async fn is_stored(client: &ApiClient, task: Value, expected: Value) {
    let created = client.creates(task).await;
    for member in expected.as_object().unwrap().keys() {
        assert_eq!(created[member], expected[member]);
    }
    client.sees(&created).await;
}

/// A task with `text` in `member`.
fn task_with(member: &str, text: Value) -> Value {
    let mut task = json!({"title": "Buy milk"});
    task[member] = text;
    task
}

on_both! {
    titles_are_stored_byte_for_byte(app) {
        for text in TEXTS {
            is_stored(&app.ann(), json!({"title": text}), json!({"title": text})).await;
        }
    }

    descriptions_are_stored_byte_for_byte(app) {
        for text in TEXTS.into_iter().chain(["", " ", "\n"]) {
            is_stored(&app.ann(), task_with("description", json!(text)), json!({"description": text})).await;
        }
    }

    tags_are_stored_byte_for_byte_in_order(app) {
        let ann = app.ann();
        let first: Vec<_> = TEXTS[..20].iter().map(|text| text.chars().take(50).collect::<String>()).collect();
        let last: Vec<_> = first.iter().rev().collect();
        for tags in [json!(first), json!(last), json!(["b", "a", "B", "A", " a", "caf\u{e9}", "cafe\u{301}"])] {
            is_stored(&ann, task_with("tags", tags.clone()), json!({"tags": tags})).await;
        }
    }

    updates_keep_text_byte_for_byte(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let path = format!("/api/tasks/{}", id(&task));
        for text in TEXTS {
            let short: String = text.chars().take(50).collect();
            let change = json!({"title": text, "description": text, "tags": [short]});
            let changed = ann.patch(&path, change.clone()).await.is(200).json();
            for member in ["title", "description", "tags"] {
                assert_eq!(changed[member], change[member]);
            }
            ann.sees(&changed).await;
        }
    }

    length_is_counted_in_characters(app) {
        let ann = app.ann();
        for c in ["a", "ß", "€", "👩", "\u{301}"] {
            for (member, fitting, too_long) in [
                ("title", json!(c.repeat(255)), json!(c.repeat(256))),
                ("description", json!(c.repeat(10_000)), json!(c.repeat(10_001))),
                ("tags", json!([c.repeat(50)]), json!(["a", c.repeat(51)])),
            ] {
                is_stored(&ann, task_with(member, fitting.clone()), json!({ member: fitting })).await;
                let rejected = ann.post("/api/tasks", task_with(member, too_long)).await.is_problem(422, "invalid-content");
                let pointer = if member == "tags" { "/tags/1".to_owned() } else { format!("/{member}") };
                assert_eq!(rejected.pointers(), [pointer]);
            }
        }
    }

    a_blank_title_is_rejected(app) {
        for blank in ["", " ", "\t\r\n", "\u{a0}\u{2003}\u{3000}", "\u{2028}\u{85}", "\u{feff}", "\u{1}"] {
            let rejected = app.ann().post("/api/tasks", json!({"title": blank})).await.is_problem(422, "invalid-content");
            assert_eq!(rejected.pointers(), ["/title"], "{blank:?}");
        }
        assert_eq!(app.ann().titles("").await, [""; 0]);
    }

    at_most_20_distinct_tags_are_accepted(app) {
        let ann = app.ann();
        let tags = |count: usize| (0..count).map(|tag| tag.to_string()).collect::<Vec<_>>();
        is_stored(&ann, task_with("tags", json!(tags(20))), json!({"tags": tags(20)})).await;
        for (tags, pointer) in [
            (json!(tags(21)), "/tags"), (json!(["a", "b", "a"]), "/tags/2"), (json!(["a", ""]), "/tags/1"),
            (json!(["a", 1]), "/tags/1"), (json!([null]), "/tags/0"), (json!("a"), "/tags"), (json!({"a": 1}), "/tags"),
        ] {
            let rejected = ann.post("/api/tasks", task_with("tags", tags)).await.is_problem(422, "invalid-content");
            assert_eq!(rejected.pointers(), [pointer]);
        }
    }

    nul_characters_are_rejected(app) {
        let ann = app.ann();
        for body in [
            json!({"title": "a\0b"}), json!({"title": "a", "description": "\0"}), json!({"title": "a", "tags": ["\0"]}),
            json!({"title": "a", "\0": 1}),
        ] {
            ann.post("/api/tasks", body).await.is_problem(400, "malformed-request");
        }
        for query in ["q=%00", "tag=a%00", "sort=%00", "cursor=%00", "%00=1", "priority=%00"] {
            ann.get(&format!("/api/tasks?{query}")).await.is_problem(400, "malformed-request");
        }
        ann.get("/api/tasks/%00").await.is_problem(404, "not-found");
    }
}

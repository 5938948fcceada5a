//! Lists tasks: filters, sorts, page sizes and query limits.

use chrono::Duration;
use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::support::{ApiClient, TestApp, id, on_both};

/// The titles of the matching tasks, oldest first.
async fn titles_found(client: &ApiClient, query: &[(&str, &str)]) -> Vec<String> {
    let query = Serializer::new("sort=created_at&limit=3".to_owned()).extend_pairs(query).finish();
    client.titles(&query).await
}

async fn create_all(client: &ApiClient, titles: &[&str]) {
    for title in titles {
        client.creates_a_task(title).await;
    }
}

/// The pointers of the 422 that `query` causes.
async fn pointers_of_rejected(app: &TestApp, query: &str) -> String {
    let response = app.ann().get(&format!("/api/tasks?{query}")).await.is_problem(422, "invalid-content");
    response.pointers().join(" ")
}

on_both! {
    the_default_order_is_newest_first(app) {
        let ann = app.ann();
        assert_eq!(ann.get("/api/tasks").await.is(200).json(), json!({"items": [], "next_cursor": null}));
        create_all(&ann, &["a", "b", "c"]).await;
        assert_eq!(ann.titles("").await, ["c", "b", "a"]);
        assert_eq!(ann.titles("&&").await, ["c", "b", "a"]);
    }

    filters_by_completed(app) {
        let ann = app.ann();
        ann.creates(json!({"title": "done", "completed": true})).await;
        ann.creates_a_task("open").await;
        assert_eq!(titles_found(&ann, &[("completed", "true")]).await, ["done"]);
        assert_eq!(titles_found(&ann, &[("completed", "false")]).await, ["open"]);
    }

    filters_by_priority(app) {
        let ann = app.ann();
        for priority in ["high", "none", "low", "medium"] {
            ann.creates(json!({"title": priority, "priority": priority})).await;
        }
        for priority in ["high", "none", "low", "medium"] {
            assert_eq!(titles_found(&ann, &[("priority", priority)]).await, [priority]);
        }
    }

    filters_by_all_given_tags(app) {
        let ann = app.ann();
        ann.creates(json!({"title": "both", "tags": ["b", "a"]})).await;
        ann.creates(json!({"title": "a", "tags": ["a"]})).await;
        ann.creates(json!({"title": "odd", "tags": ["A", "a b", "ä", "\"]", "%"]})).await;
        ann.creates_a_task("none").await;
        assert_eq!(titles_found(&ann, &[("tag", "a")]).await, ["both", "a"]);
        assert_eq!(titles_found(&ann, &[("tag", "a"), ("tag", "b")]).await, ["both"]);
        assert_eq!(titles_found(&ann, &[("tag", "a"), ("tag", "a")]).await, ["both", "a"]);
        assert_eq!(titles_found(&ann, &[("tag", "a"), ("tag", "c")]).await, [""; 0]);
        for tag in ["A", "a b", "ä", "\"]", "%"] {
            assert_eq!(titles_found(&ann, &[("tag", tag)]).await, ["odd"], "{tag}");
        }
        assert_eq!(titles_found(&ann, &[("tag", "a\u{308}")]).await, [""; 0]);
    }

    due_before_and_due_after_are_exclusive(app) {
        let ann = app.ann();
        for second in ["00", "01", "02"] {
            ann.creates(json!({"title": second, "due_at": format!("2026-12-24T18:00:{second}Z")})).await;
        }
        ann.creates_a_task("never").await;
        assert_eq!(titles_found(&ann, &[("due_before", "2026-12-24T18:00:01Z")]).await, ["00"]);
        assert_eq!(titles_found(&ann, &[("due_after", "2026-12-24T18:00:01Z")]).await, ["02"]);
        assert_eq!(titles_found(&ann, &[("due_after", "2026-12-24T19:00:00+01:00"), ("due_before", "2026-12-24T18:00:02Z")]).await, ["01"]);
    }

    searches_words_case_insensitively(app) {
        let ann = app.ann();
        for (title, description) in [
            ("Ünter den Linden", None), ("Straße", Some("GROẞ")), ("МОСКВА", None), ("Buy milk", Some("Two LITRES")),
            ("100% _sure_ \\o/", None), ("ΟΔΟΣΑ ΟΔΟΣ", None), ("a.*b [c] ^d$", None),
        ] {
            ann.creates(json!({"title": title, "description": description})).await;
        }
        for (words, title) in [
            ("ünter", "Ünter den Linden"), ("ÜNTER", "Ünter den Linden"), ("LINDEN ünter", "Ünter den Linden"),
            ("straße", "Straße"), ("groß", "Straße"), ("москва", "МОСКВА"), ("Москв", "МОСКВА"), ("MILK litres", "Buy milk"),
            ("%", "100% _sure_ \\o/"), ("_", "100% _sure_ \\o/"), ("\\", "100% _sure_ \\o/"), ("0% e_", "100% _sure_ \\o/"),
            ("ΟΔΟΣΑ", "ΟΔΟΣΑ ΟΔΟΣ"), ("οδοσα", "ΟΔΟΣΑ ΟΔΟΣ"), ("οδος", "ΟΔΟΣΑ ΟΔΟΣ"), ("ΟΔΟΣ", "ΟΔΟΣΑ ΟΔΟΣ"), ("ΔΟΣ", "ΟΔΟΣΑ ΟΔΟΣ"),
            (".*", "a.*b [c] ^d$"), ("[c]", "a.*b [c] ^d$"),
        ] {
            assert_eq!(titles_found(&ann, &[("q", words)]).await, [title], "{words}");
        }
        for words in ["milk linden", "100%sure", "b_y", "m%k", "milktwo"] {
            assert_eq!(titles_found(&ann, &[("q", words)]).await, [""; 0], "{words}");
        }
        assert_eq!(titles_found(&ann, &[("q", " \t ")]).await.len(), 7);
    }

    search_handles_the_greek_final_sigma(app) {
        let ann = app.ann();
        ann.creates_a_task("Ο ΣΙΣΥΦΟΣ").await;
        for words in ["ΣΙΣ", "σις", "σισ", "ΣΙΣΥΦΟΣ", "σίσυφος"] {
            assert_eq!(titles_found(&ann, &[("q", words)]).await, ["Ο ΣΙΣΥΦΟΣ"], "{words}");
        }
    }

    searches_words_without_accents(app) {
        let ann = app.ann();
        for (title, description) in [("Müller", Some("Crème brûlée")), ("muller", None), ("हिन्दी", None), ("각", None), ("ガ", None)] {
            ann.creates(json!({"title": title, "description": description})).await;
        }
        for words in ["muller", "Müller", "MÜLLER", "Mu\u{308}ller", "ulle"] {
            assert_eq!(titles_found(&ann, &[("q", words)]).await, ["Müller", "muller"], "{words}");
        }
        for (words, title) in [("creme BRULEE", "Müller"), ("हिन्दी", "हिन्दी"), ("각", "각"), ("カ\u{3099}", "ガ")] {
            assert_eq!(titles_found(&ann, &[("q", words)]).await, [title], "{words}");
        }
        for words in ["हनद", "가", "カ", "mueller"] {
            assert_eq!(titles_found(&ann, &[("q", words)]).await, [""; 0], "{words}");
        }
    }

    filters_combine_with_and(app) {
        let ann = app.ann();
        let task = json!({
            "title": "matching", "description": "x", "completed": true, "priority": "high", "tags": ["a"], "due_at": "2026-12-24T18:00:00Z",
        });
        ann.creates(task.clone()).await;
        for (member, value) in [
            ("title", json!("other")), ("completed", json!(false)), ("priority", json!("low")), ("tags", json!([])),
            ("due_at", json!("2026-12-25T18:00:00Z")),
        ] {
            let mut other = task.clone();
            other[member] = value;
            ann.creates(other).await;
        }
        let query = [
            ("q", "matching x"), ("completed", "true"), ("priority", "high"), ("tag", "a"), ("due_after", "2026-12-24T17:00:00Z"),
            ("due_before", "2026-12-24T19:00:00Z"),
        ];
        assert_eq!(titles_found(&ann, &query).await, ["matching"]);
        assert_eq!(app.bob().titles("q=matching").await, [""; 0]);
    }

    every_sort_works_in_both_directions(app) {
        let ann = app.ann();
        let first = ann.creates(json!({"title": "b", "priority": "high", "due_at": "2026-12-24T18:00:00Z"})).await;
        app.advance_clock(Duration::seconds(1));
        ann.creates(json!({"title": "a", "priority": "low"})).await;
        app.advance_clock(Duration::seconds(1));
        ann.creates(json!({"title": "c", "priority": "medium", "due_at": "2026-12-23T18:00:00Z"})).await;
        app.advance_clock(Duration::seconds(1));
        ann.patch(&format!("/api/tasks/{}", id(&first)), json!({"description": "changed"})).await.is(200);
        for (sort, up, down) in [
            ("created_at", ["b", "a", "c"], ["c", "a", "b"]),
            ("updated_at", ["a", "c", "b"], ["b", "c", "a"]),
            ("due_at", ["c", "b", "a"], ["b", "c", "a"]),
            ("priority", ["a", "c", "b"], ["b", "c", "a"]),
            ("title", ["a", "b", "c"], ["c", "b", "a"]),
        ] {
            for limit in [1, 2, 3, 100] {
                assert_eq!(ann.titles(&format!("sort={sort}&limit={limit}")).await, up, "{sort}");
                assert_eq!(ann.titles(&format!("sort=-{sort}&limit={limit}")).await, down, "-{sort}");
            }
        }
    }

    ties_are_broken_by_id(app) {
        let ann = app.ann();
        for _ in 0..7 {
            ann.creates(json!({"title": "same", "due_at": "2026-12-24T18:00:00Z"})).await;
        }
        for sort in ["title", "priority", "due_at", "-title", "-priority", "-due_at"] {
            let pages = ann.pages(&format!("sort={sort}&limit=2")).await;
            let ids: Vec<_> = pages.iter().flatten().map(|task| id(task).to_owned()).collect();
            let mut ordered = ids.clone();
            ordered.sort();
            if sort.starts_with('-') {
                ordered.reverse();
            }
            assert_eq!(ids, ordered, "{sort}");
            assert_eq!(ids.len(), 7);
        }
    }

    titles_sort_by_code_point(app) {
        let ann = app.ann();
        let ordered = ["!", " a ", "A", "B", "Z", "_", "a", "a b", "ab", "a\u{301}", "b", "z", "\u{e4}", "é", "Ω", "я", "€", "\u{fb01}", "\u{ffff}", "𐍈", "😀"];
        let mut ordered = ordered.map(str::to_owned).to_vec();
        ordered.sort();
        let titles: Vec<_> = ordered.iter().rev().map(String::as_str).collect();
        create_all(&ann, &titles).await;
        assert_eq!(ann.titles("sort=title&limit=4").await, ordered);
        ordered.reverse();
        assert_eq!(ann.titles("sort=-title&limit=4").await, ordered);
    }

    unknown_and_repeated_parameters_are_rejected(app) {
        for (query, pointer) in [
            ("page=1", "/page"), ("offset=0", "/offset"), ("user_id=bob", "/user_id"), ("filter[user_id]=bob", "/filter[user_id]"),
            ("Sort=title", "/Sort"), ("sort=title&sort=title", "/sort"), ("limit=5&limit=5", "/limit"), ("q=a&q=b", "/q"),
            ("completed=true&completed=false", "/completed"), ("cursor=a", "/cursor"), ("cursor=", "/cursor"), ("access_token=x", "/access_token"),
            ("sort=password", "/sort"), ("sort=", "/sort"), ("sort=--title", "/sort"), ("sort=+title", "/sort"), ("sort=user_id", "/sort"),
            ("completed=1", "/completed"), ("completed=", "/completed"), ("completed=True", "/completed"), ("priority=urgent", "/priority"),
            ("priority=High", "/priority"), ("priority=", "/priority"), ("tag=", "/tag"), ("tag[]=a", "/tag[]"), ("=", "/"),
            ("sort=no&limit=0&x=1", "/sort /limit /x"),
        ] {
            assert_eq!(pointers_of_rejected(&app, query).await, pointer, "{query}");
        }
    }

    limits_outside_1_to_100_are_rejected(app) {
        for limit in ["0", "-1", "101", "1000000000", "NaN", "", "1.0", "1e1", "+5", "%205", "0x10", "18446744073709551617", "٣"] {
            assert_eq!(pointers_of_rejected(&app, &format!("limit={limit}")).await, "/limit", "{limit}");
        }
    }

    a_page_has_20_tasks_unless_limit_is_given(app) {
        let ann = app.ann();
        for number in 0..101 {
            ann.creates_a_task(&number.to_string()).await;
        }
        for (query, sizes) in [("", vec![20, 20, 20, 20, 20, 1]), ("limit=100", vec![100, 1]), ("limit=1&q=99", vec![1]), ("limit=051", vec![51, 50])] {
            let pages = ann.pages(query).await;
            assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), sizes, "{query}");
        }
    }

    search_text_and_tags_have_maximum_lengths(app) {
        for (name, fitting, too_long) in [("q", "ä".repeat(200), "ä".repeat(201)), ("tag", "ä".repeat(50), "ä".repeat(51))] {
            assert_eq!(titles_found(&app.ann(), &[(name, &fitting)]).await, [""; 0]);
            assert_eq!(pointers_of_rejected(&app, &format!("{name}={too_long}")).await, format!("/{name}"));
        }
        let tags: Vec<_> = (0..21).map(|tag| format!("tag={tag}")).collect();
        app.ann().get(&format!("/api/tasks?{}", tags[..20].join("&"))).await.is(200);
        assert_eq!(pointers_of_rejected(&app, &tags.join("&")).await, "/tag");
    }
}

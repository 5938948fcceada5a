//! A write that fails at commit is not acknowledged.

use serde_json::json;

use crate::support::{SqlConnection, on_both, task::path};

/// Every write of a task violates a constraint that is checked at commit.
const POSTGRES: &str = "
    create table promise (id int primary key);
    create table debt (promise int references promise deferrable initially deferred);
    create function owe() returns trigger language plpgsql as $$ begin insert into debt values (1); return new; end $$;
    create trigger owe after insert or update on task for each row execute function owe();";

const SQLITE: &str = "
    create table promise (id integer primary key);
    create table debt (promise integer references promise deferrable initially deferred);
    create trigger owe_new after insert on task begin insert into debt values (1); end;
    create trigger owe_changed after update on task begin insert into debt values (1); end;";

on_both! {
    a_failed_commit_is_not_acknowledged(app) {
        let ann = app.ann();
        let task = ann.creates_a_task("Buy milk").await;
        let sql = SqlConnection::on(&app.database()).await;
        sql.run(if app.is_on(crate::support::Backend::Postgres) { POSTGRES } else { SQLITE }).await;
        ann.post("/api/tasks", json!({"title": "never stored"})).await.is_problem(500, "internal-error");
        ann.patch(&path(&task), json!({"title": "never changed"})).await.is_problem(500, "internal-error");
        ann.patch(&format!("{}/complete", path(&task)), json!({"completed": true})).await.is_problem(500, "internal-error");
        ann.sees(&task).await;
        assert_eq!(ann.titles("limit=100").await, ["Buy milk"]);
    }
}

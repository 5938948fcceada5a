//! A worker's connections and their prepared statements.

use std::{cell::Cell, time::SystemTime};

use actix_web::rt;
use tokio_postgres::{Client, Error, NoTls, Row, Statement, types::Json};
use uuid::Uuid;

use crate::NewTask;

const CONNECTIONS: usize = 4;
const COLUMNS: &str = "id, title, description, completed_at, priority, due_at, tags, created_at, updated_at";

struct Connection {
    client: Client,
    list: Statement,
    get: Statement,
    create: Statement,
}

/// Requests share the connections; each connection pipelines theirs.
pub(crate) struct Database {
    connections: Vec<Connection>,
    next: Cell<usize>,
}

impl Database {
    pub(crate) async fn open(url: String) -> Result<Self, Error> {
        let mut connections = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            connections.push(Connection::open(&url).await?);
        }
        Ok(Self { connections, next: Cell::new(0) })
    }

    fn connection(&self) -> &Connection {
        self.next.set((self.next.get() + 1) % CONNECTIONS);
        &self.connections[self.next.get()]
    }

    pub(crate) async fn list(&self, user: &str, limit: i64) -> Result<Vec<Row>, Error> {
        let Connection { client, list, .. } = self.connection();
        client.query(list, &[&user, &limit]).await
    }

    pub(crate) async fn get(&self, user: &str, id: Uuid) -> Result<Option<Row>, Error> {
        let Connection { client, get, .. } = self.connection();
        client.query_opt(get, &[&user, &id]).await
    }

    pub(crate) async fn create(&self, user: &str, task: &NewTask) -> Result<Row, Error> {
        let Connection { client, create, .. } = self.connection();
        let (id, now) = (Uuid::now_v7(), SystemTime::now());
        let (folded_title, folded_description) =
            (task.title.to_lowercase(), task.description.as_deref().map(str::to_lowercase));
        let (title, description, tags) = (&task.title, &task.description, Json(&task.tags));
        client
            .query_one(create, &[&user, &id, title, description, &tags, &now, &folded_title, &folded_description])
            .await
    }
}

impl Connection {
    async fn open(url: &str) -> Result<Self, Error> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        rt::spawn(connection);
        let list = format!(
            "select {COLUMNS} from task where user_id = $1 and deleted_at is null \
             order by created_at desc, id desc limit $2"
        );
        let get = format!("select {COLUMNS} from task where user_id = $1 and id = $2 and deleted_at is null");
        let create = format!(
            "insert into task (user_id, id, title, description, priority, tags, created_at, updated_at, folded_title, folded_description) \
             values ($1, $2, $3, $4, 0, $5, $6, $6, $7, $8) returning {COLUMNS}"
        );
        let (list, get, create) =
            (client.prepare(&list).await?, client.prepare(&get).await?, client.prepare(&create).await?);
        Ok(Self { client, list, get, create })
    }
}

//! 200 subscribers at two services: all have in the end exactly their user's tasks, whatever happens meanwhile.

use std::{sync::Arc, time::Duration};

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::json;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::support::{ApiClient, BACKENDS, EventStream, LocalTasks, Random, TestApp, TestDatabase, task::path};

const USERS: usize = 10;
const STREAMS_PER_USER: usize = 20;
const WRITES_PER_USER: u64 = 25;
/// Longer than all of it takes on a busy machine.
const CONVERGENCE_TIMEOUT: Duration = Duration::from_mins(1);

/// The addresses of both services, and the last revision of each user once all is written.
#[derive(Clone)]
struct State {
    services: [String; 2],
    last_revisions: Option<Vec<i64>>,
}

struct Subscriber {
    user: usize,
    token: String,
    /// The sync token of the user without tasks.
    start: String,
    /// Whether it reads slowly.
    is_slow: bool,
}

impl Subscriber {
    /// Follows the user's changes until all are applied. Connects again, to the other service, whenever the stream ends.
    async fn follow(self, mut service: usize, client: ApiClient, mut state: watch::Receiver<State>) -> LocalTasks {
        let (mut local, mut last_id) = (LocalTasks::default(), None::<String>);
        loop {
            service += 1;
            let client = client.at(&state.borrow().services[service % 2]).with(&self.token);
            let request = match &last_id {
                Some(id) => client.request(Method::GET, "/api/tasks/events").header("last-event-id", id),
                None => client.request(Method::GET, &format!("/api/tasks/events?since={}", self.start)),
            };
            let Some(response) = request.send().await.ok().filter(|response| response.status() == 200) else {
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let mut events = EventStream::new(response).await;
            loop {
                if let Some(last) = &state.borrow_and_update().last_revisions
                    && last[self.user] == local.last_revision()
                {
                    return local;
                }
                tokio::select! {
                    event = events.next() => match event {
                        Some(event) => local.apply(&event.data),
                        None => break,
                    },
                    _ = state.changed() => {}
                }
                if self.is_slow {
                    sleep(Duration::from_millis(30)).await;
                }
            }
            last_id = Some(events.last_id);
        }
    }
}

/// The sync token of a user without tasks.
async fn start(client: &ApiClient) -> String {
    let page = client.get("/api/tasks/changes").await.is(200).json();
    page["next"].as_str().unwrap().to_owned()
}

/// Writes at random, at one service or the other.
async fn write(services: [ApiClient; 2], mut random: Random) {
    let mut known = Vec::new();
    for number in 0..WRITES_PER_USER {
        let client = &services[usize::from(random.below(2) == 1)];
        match (random.below(4), known.pop()) {
            (0, Some(task)) => drop(client.delete(&path(&task)).await.is(204)),
            (1, Some(task)) => known.push(client.patch(&path(&task), json!({"completed": true})).await.is(200).json()),
            (_, task) => {
                known.extend(task);
                known.push(client.creates_a_task(&number.to_string()).await);
            }
        }
        sleep(Duration::from_millis(random.below(20))).await;
    }
}

#[actix_web::test]
async fn subscribers_converge_across_restarts() {
    for backend in BACKENDS {
        let database = Arc::new(TestDatabase::new(backend).await);
        let mut one = TestApp::start_on(Arc::clone(&database), []).await;
        let two = TestApp::start_on(Arc::clone(&database), []).await;
        let three = TestApp::start_on(database, []).await;
        let users: Vec<_> = (0..USERS).map(|user| three.user(&format!("user{user}"))).collect();
        let starts = join_all(users.iter().map(start)).await;
        let services = [one.base().to_owned(), two.base().to_owned()];
        let (state, followed) = watch::channel(State { services, last_revisions: None });
        let subscribers = (0..USERS * STREAMS_PER_USER).map(|number| {
            let (user, is_slow) = (number % USERS, number / USERS == 0);
            let token = users[user].token().unwrap();
            // those of a user are divided between the services
            Subscriber { user, token, start: starts[user].clone(), is_slow }.follow(
                number / USERS,
                users[user].clone(),
                followed.clone(),
            )
        });
        let writes = async {
            sleep(Duration::from_millis(300)).await;
            let writers =
                (0_u64..).zip(&users).map(|(seed, user)| write([user.clone(), user.at(two.base())], Random(seed)));
            let restart = async {
                sleep(Duration::from_millis(200)).await;
                one.restart().await;
                state.send_modify(|state| one.base().clone_into(&mut state.services[0]));
            };
            join(join_all(writers), restart).await;
            let last_tasks = join_all(users.iter().map(|user| user.creates_a_task("last"))).await;
            let last_revisions = last_tasks.iter().map(|task| task["revision"].as_i64().unwrap()).collect();
            state.send_modify(|state| state.last_revisions = Some(last_revisions));
        };
        let all = timeout(CONVERGENCE_TIMEOUT, join(join_all(subscribers), writes)).await;
        let (locals, ()) = all.expect("all subscribers have their user's tasks in time");
        for (number, local) in locals.iter().enumerate() {
            if number / USERS < 2 {
                local.are_those_of(&users[number % USERS]).await;
            }
            let same = &locals[number % USERS];
            assert_eq!(local.titles(), same.titles());
        }
    }
}

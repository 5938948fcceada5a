//! The least that a task API can cost, for comparison with the service: Actix, pipelined tokio-postgres, prepared
//! statements, JSON written by hand. It has no validation, limits, deadlines or reconnection.

mod database;
mod json;
mod token;

use std::env;

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    error::{ErrorInternalServerError, ErrorNotFound, ErrorUnauthorized},
    http::header::AUTHORIZATION,
    web,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{database::Database, token::Verifier};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PAGE: i64 = 20;

#[derive(Deserialize)]
pub(crate) struct NewTask {
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let setting = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let (url, secret) = (setting("DATABASE_URL"), setting("BETTER_AUTH_SECRET"));
    HttpServer::new(move || {
        let url = url.clone();
        App::new()
            .app_data(web::Data::new(Verifier::new(secret.as_bytes())))
            .data_factory(move || Database::open(url.clone()))
            .route("/api/tasks", web::get().to(list))
            .route("/api/tasks", web::post().to(create))
            .route("/api/tasks/{id}", web::get().to(get))
    })
    .workers(2)
    .bind(("127.0.0.1", setting("PORT").parse().expect("PORT is a number")))?
    .run()
    .await
}

fn user(request: &HttpRequest, verifier: &Verifier) -> actix_web::Result<String> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer "));
    token.and_then(|token| verifier.subject(token)).ok_or_else(|| ErrorUnauthorized(""))
}

async fn list(
    request: HttpRequest,
    verifier: web::Data<Verifier>,
    database: web::Data<Database>,
) -> actix_web::Result<HttpResponse> {
    let user = user(&request, &verifier)?;
    let rows = database.list(&user, PAGE + 1).await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().content_type("application/json").body(json::page(&rows, &user, PAGE as usize)))
}

async fn get(
    request: HttpRequest,
    verifier: web::Data<Verifier>,
    database: web::Data<Database>,
    id: web::Path<Uuid>,
) -> actix_web::Result<HttpResponse> {
    let user = user(&request, &verifier)?;
    let row = database.get(&user, *id).await.map_err(ErrorInternalServerError)?;
    let row = row.ok_or_else(|| ErrorNotFound(""))?;
    Ok(HttpResponse::Ok().content_type("application/json").body(json::task(&row, &user)))
}

async fn create(
    request: HttpRequest,
    verifier: web::Data<Verifier>,
    database: web::Data<Database>,
    task: web::Json<NewTask>,
) -> actix_web::Result<HttpResponse> {
    let user = user(&request, &verifier)?;
    let row = database.create(&user, &task).await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Created().content_type("application/json").body(json::task(&row, &user)))
}

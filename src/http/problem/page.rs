//! `/problems/{slug}`: the page of a problem kind, to which `type` refers.

use actix_web::{HttpResponse, http::header::ContentType, web::Path};

use super::{Kind, Problem};

/// Returns the page of a problem kind.
pub(crate) async fn problem_page(slug: Path<String>) -> Result<HttpResponse, Problem> {
    let kind = Kind::ALL.iter().copied().find(|kind| kind.slug() == slug.as_str());
    let kind = kind.ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(render(kind)))
}

fn render(kind: Kind) -> String {
    let (title, status, text) = (kind.title(), kind.status(), kind.explanation());
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <h1>{title}</h1>\n<p>Status {status}</p>\n<p>{}</p>\n</html>\n",
        text.replace('<', "&lt;")
    )
}

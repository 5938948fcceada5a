//! The routes that an unmodified Better Auth client calls. `tests/better-auth/differential` compares them with Better Auth.

mod cookies;
mod cross_site;
mod hostile;
mod mail;
mod protected_routes;
mod sessions;
mod sign_in;
mod users;

//! The client's address: that of the peer, or `X-Forwarded-For` behind trusted proxies.

use std::net::IpAddr;

use actix_web::{FromRequest, test::TestRequest, web::Data};
use taskbridge::http::extract::{ClientIp, TrustedProxies};

use crate::support::config;

/// A request and the proxies that are trusted.
struct IncomingRequest {
    trusted: &'static str,
    peer: &'static str,
    fields: Vec<Vec<u8>>,
}

fn from(peer: &'static str) -> IncomingRequest {
    IncomingRequest { trusted: "", peer, fields: Vec::new() }
}

impl IncomingRequest {
    fn trusting(mut self, trusted: &'static str) -> Self {
        self.trusted = trusted;
        self
    }

    /// Adds an `X-Forwarded-For` field.
    fn forwarded_for(mut self, field: impl AsRef<[u8]>) -> Self {
        self.fields.push(field.as_ref().to_vec());
        self
    }

    async fn is(self, address: &str) {
        let trusted = config([("TRUSTED_PROXIES", self.trusted)]).http.trusted_proxies;
        let request = TestRequest::default().app_data(Data::new(TrustedProxies::new(trusted)));
        let request = request.peer_addr((self.peer.parse::<IpAddr>().unwrap(), 40_000).into());
        let add = |request: TestRequest, field: &Vec<u8>| request.append_header(("X-Forwarded-For", field.as_slice()));
        let request = self.fields.iter().fold(request, add).to_http_request();
        let found = ClientIp::extract(&request).await.unwrap();
        assert_eq!(found.to_string(), address, "{} {:?}", self.peer, self.fields);
    }
}

#[actix_web::test]
async fn forwarded_for_is_ignored_without_trusted_proxies() {
    from("192.0.2.1").forwarded_for("203.0.113.9").is("192.0.2.1").await;
    from("192.0.2.1").forwarded_for("203.0.113.9").trusting("192.0.2.2").is("192.0.2.1").await;
    from("127.0.0.1").forwarded_for("203.0.113.9").is("127.0.0.1").await;
    from("10.0.0.1").forwarded_for("203.0.113.9").is("10.0.0.1").await;
}

#[actix_web::test]
async fn only_the_entry_of_the_trusted_proxy_counts() {
    let proxied = || from("10.0.0.1").trusting("10.0.0.1");
    proxied().is("10.0.0.1").await;
    proxied().forwarded_for("203.0.113.9").is("203.0.113.9").await;
    proxied().forwarded_for("198.51.100.1, 203.0.113.9").is("203.0.113.9").await;
    proxied().forwarded_for("10.0.0.1, 203.0.113.9").is("203.0.113.9").await;
    proxied().forwarded_for("garbage, 203.0.113.9").is("203.0.113.9").await;
    for spoofed in 0..1_000 {
        proxied()
            .forwarded_for(format!("198.51.{}.{}, 203.0.113.9", spoofed / 250, spoofed % 250))
            .is("203.0.113.9")
            .await;
    }
}

#[actix_web::test]
async fn a_chain_is_followed_through_trusted_proxies() {
    let proxied = || from("10.0.0.1").trusting("10.0.0.0/8, 192.0.2.7, 2001:db8:1::/48");
    proxied().forwarded_for("198.51.100.1, 203.0.113.9, 192.0.2.7, 10.3.2.1").is("203.0.113.9").await;
    proxied().forwarded_for("203.0.113.9, 2001:db8:1:2::3").is("203.0.113.9").await;
    proxied().forwarded_for("203.0.113.9, 2001:db8:2::3").is("2001:db8:2::3").await;
    proxied().forwarded_for("198.51.100.1, 192.0.2.8, 10.3.2.1").is("192.0.2.8").await;
    // all entries are trusted
    proxied().forwarded_for("10.0.0.9, 10.0.0.8").is("10.0.0.9").await;
}

#[actix_web::test]
async fn repeated_fields_are_one_list() {
    let proxied = || from("10.0.0.1").trusting("10.0.0.0/8");
    proxied().forwarded_for("198.51.100.1").forwarded_for("203.0.113.9").is("203.0.113.9").await;
    proxied()
        .forwarded_for("198.51.100.1, 203.0.113.9")
        .forwarded_for("10.0.0.2")
        .forwarded_for("10.0.0.3, 10.0.0.4")
        .is("203.0.113.9")
        .await;
    proxied().forwarded_for("203.0.113.9").forwarded_for("").forwarded_for(" , ,\t").is("203.0.113.9").await;
}

#[actix_web::test]
async fn ports_brackets_and_quotes_are_removed() {
    for (entry, address) in [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("  203.0.113.9\t", "203.0.113.9"),
        ("\"203.0.113.9\"", "203.0.113.9"),
        ("2001:DB8::9", "2001:db8::9"),
        ("[2001:db8::9]", "2001:db8::9"),
        ("[2001:db8::9]:4711", "2001:db8::9"),
        ("\"[2001:db8::9]:4711\"", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:4711", "203.0.113.9"),
    ] {
        from("10.0.0.1").trusting("10.0.0.1").forwarded_for(entry).is(address).await;
    }
}

#[actix_web::test]
async fn an_invalid_entry_yields_the_proxy_that_forwarded_it() {
    for entry in [
        "unknown",
        "_hidden",
        "proxy.example.com",
        "203.0.113",
        "203.0.113.256",
        "0313.0.113.9",
        "203.0.113.9:port",
        "203.0.113.9:65536",
        "[203.0.113.9]",
        "[2001:db8::9",
        "2001:db8::9]",
        "2001:db8:::9",
        "for=203.0.113.9",
        "203.0.113.9;proto=https",
        "203.0.113.9 198.51.100.1",
        "\"",
        "-1",
        "3405803785",
    ] {
        from("10.0.0.1").trusting("10.0.0.0/8").forwarded_for(entry).is("10.0.0.1").await;
        from("10.0.0.1")
            .trusting("10.0.0.0/8")
            .forwarded_for(format!("203.0.113.9, {entry}, 10.0.0.2"))
            .is("10.0.0.2")
            .await;
    }
    from("10.0.0.1").trusting("10.0.0.1").forwarded_for(b"\xff\xfe").is("10.0.0.1").await;
    from("10.0.0.1").trusting("10.0.0.1").forwarded_for(b"\xff\xfe, 203.0.113.9").is("203.0.113.9").await;
    from("10.0.0.1").trusting("10.0.0.0/8").forwarded_for("10.0.0.1,".repeat(5_000)).is("10.0.0.1").await;
}

#[actix_web::test]
async fn ipv4_mapped_addresses_equal_ipv4_addresses() {
    from("::ffff:192.0.2.1").is("192.0.2.1").await;
    for trusted in ["10.0.0.1", "10.0.0.0/24", "::ffff:10.0.0.1", "::ffff:10.0.0.0/120"] {
        for peer in ["10.0.0.1", "::ffff:10.0.0.1"] {
            from(peer).trusting(trusted).forwarded_for("203.0.113.9").is("203.0.113.9").await;
        }
    }
    from("::ffff:10.0.1.1").trusting("::ffff:10.0.0.0/120").forwarded_for("203.0.113.9").is("10.0.1.1").await;
    from("2001:db8::1").trusting("2001:db8::1").forwarded_for("203.0.113.9").is("203.0.113.9").await;
}

//! What leaves for which destination.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use asynccontext::carrier::{InjectError, Outgoing};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Uri};

/// What leaves for which destination, by the URI of a request.
///
/// The first rule that applies to a request decides. For a request to which none applies, nothing
/// leaves.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_tower::client::Destinations;
/// use http::{HeaderMap, Uri};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
/// let destinations = Destinations::new().to("inventory.internal", TO_OUR_SERVICES);
///
/// let mut headers = HeaderMap::new();
/// let uri = Uri::from_static("http://inventory.internal:8080/items");
/// TENANT.run("blue".into(), || destinations.write(&uri, &mut headers));
/// assert_eq!(headers["x-tenant"], "blue");
///
/// // The same headers for another host, as a redirect might use them.
/// let uri = Uri::from_static("http://elsewhere.example/items");
/// TENANT.run("blue".into(), || destinations.write(&uri, &mut headers));
/// assert!(headers.is_empty());
/// ```
#[derive(Default)]
pub struct Destinations {
    rules: Vec<Rule>,
    on_refused: Option<OnRefused>,
    refused: AtomicU64,
}

type OnRefused = Box<dyn Fn(&InjectError) + Send + Sync>;

struct Rule {
    applies: Applies,
    outgoing: Box<dyn Outgoing>,
    /// The headers that it writes or removes.
    headers: Vec<HeaderName>,
}

enum Applies {
    Everywhere,
    To(Authority),
    When(Box<dyn Fn(&Uri) -> bool + Send + Sync>),
}

impl Applies {
    fn to(&self, uri: &Uri) -> bool {
        match self {
            Applies::Everywhere => true,
            Applies::To(authority) => uri.authority().is_some_and(|of_uri| {
                let port = authority.port_u16();
                of_uri.host().eq_ignore_ascii_case(authority.host())
                    && (port.is_none() || port == of_uri.port_u16().or(default_port(uri)))
            }),
            Applies::When(f) => f(uri),
        }
    }
}

fn is_with_port(authority: &Authority) -> bool {
    authority.port_u16().is_some_and(|port| {
        let host = authority.host();
        !host.is_empty() && authority.as_str() == format!("{host}:{port}")
    })
}

fn default_port(uri: &Uri) -> Option<u16> {
    match uri.scheme_str() {
        Some("http") => Some(80),
        Some("https") => Some(443),
        _ => None,
    }
}

impl Destinations {
    /// Returns a policy by which nothing leaves.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::client::Destinations;
    ///
    /// let nowhere = Destinations::new();
    /// ```
    pub fn new() -> Destinations {
        Destinations::default()
    }

    /// Returns a policy by which `outgoing` leaves with every request, for a client with one
    /// destination only, such as tonic's `Channel`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Exports};
    /// use asynccontext_tower::client::Destinations;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static TO_INVENTORY: Exports = Exports::new(&[TENANT.export()]);
    ///
    /// let of_inventory_client = Destinations::everywhere(TO_INVENTORY);
    /// ```
    pub fn everywhere(outgoing: impl Outgoing + 'static) -> Destinations {
        Destinations::new().rule(Applies::Everywhere, outgoing)
    }

    /// Adds a rule: `outgoing` leaves for `authority`, which is a host, or a host and a port.
    ///
    /// A host alone stands for all its ports. Hosts are compared without regard to case, and
    /// exactly in everything else: `internal` is not `www.internal`.
    ///
    /// # Panics
    ///
    /// Panics if `authority` is not a host or a host and a port.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # use asynccontext_tower::client::Destinations;
    /// # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
    /// let destinations = Destinations::new()
    ///     .to("inventory.internal", TO_OUR_SERVICES)
    ///     .to("127.0.0.1:8080", TO_OUR_SERVICES);
    /// ```
    #[track_caller]
    pub fn to(self, authority: &str, outgoing: impl Outgoing + 'static) -> Destinations {
        match authority.parse::<Authority>() {
            Ok(parsed) if parsed.as_str() == parsed.host() || is_with_port(&parsed) => {
                self.rule(Applies::To(parsed), outgoing)
            }
            _ => panic!("{authority:?} is not a host or a host and a port"),
        }
    }

    /// Adds a rule: `outgoing` leaves for the URIs for which `f` returns true.
    ///
    /// Judge by [`Uri::host`]: it leaves out the user name of `http://name@host/`, which a
    /// comparison of the text may take for the host.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # use asynccontext_tower::client::Destinations;
    /// # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
    /// let ours = |uri: &http::Uri| uri.host().is_some_and(|host| host.ends_with(".internal"));
    /// let destinations = Destinations::new().when(ours, TO_OUR_SERVICES);
    /// ```
    pub fn when(
        self,
        f: impl Fn(&Uri) -> bool + Send + Sync + 'static,
        outgoing: impl Outgoing + 'static,
    ) -> Destinations {
        self.rule(Applies::When(Box::new(f)), outgoing)
    }

    /// Sets a function to be called when values could not be written, to log it for example.
    ///
    /// The request is sent without those values.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::client::Destinations;
    ///
    /// let destinations = Destinations::new().on_refused(|error| eprintln!("{error}"));
    /// ```
    pub fn on_refused(mut self, f: impl Fn(&InjectError) + Send + Sync + 'static) -> Destinations {
        self.on_refused = Some(Box::new(f));
        self
    }

    /// Returns the number of requests that were sent without values that could not be written.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Exports};
    /// use asynccontext_tower::client::Destinations;
    /// use http::{HeaderMap, Uri};
    ///
    /// static NOTE: Exported<String> = Variable::named("note").exported("x-note");
    /// static TO_OUR_SERVICES: Exports = Exports::new(&[NOTE.export()]);
    ///
    /// let destinations = Destinations::everywhere(TO_OUR_SERVICES);
    /// let mut headers = HeaderMap::new();
    /// NOTE.run("x".repeat(100_000), || destinations.write(&Uri::from_static("/"), &mut headers));
    /// assert!(headers.is_empty());
    /// assert_eq!(destinations.refused(), 1);
    /// ```
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Writes the current values that may leave for `uri` to `headers`, and removes those that may
    /// not.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_tower::client::Destinations;
    /// use http::{HeaderMap, Uri};
    ///
    /// let mut headers = HeaderMap::new();
    /// Destinations::new().write(&Uri::from_static("http://elsewhere.example/"), &mut headers);
    /// assert!(headers.is_empty());
    /// ```
    pub fn write(&self, uri: &Uri, headers: &mut HeaderMap) {
        let rule = self.rule_of(uri);
        for (at, other) in self.rules.iter().enumerate() {
            if Some(at) != rule {
                for header in &other.headers {
                    headers.remove(header);
                }
            }
        }
        let Some(rule) = rule.and_then(|at| self.rules.get(at)) else { return };
        if let Err(error) = rule.outgoing.inject(headers) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            if let Some(f) = &self.on_refused {
                f(&error);
            }
        }
    }

    /// Returns whether the same rule applies to both URIs, or none to both, so that a request for one
    /// may be sent to the other unchanged, as a client does that follows redirects by itself.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Exports};
    /// # use asynccontext_tower::client::Destinations;
    /// # use http::Uri;
    /// # static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// # static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
    /// let destinations = Destinations::new().to("inventory.internal", TO_OUR_SERVICES);
    ///
    /// let here = Uri::from_static("http://inventory.internal/items");
    /// assert!(destinations.is_same(&here, &Uri::from_static("https://inventory.internal/items")));
    /// assert!(!destinations.is_same(&here, &Uri::from_static("http://elsewhere.example/items")));
    /// ```
    pub fn is_same(&self, one: &Uri, other: &Uri) -> bool {
        self.rule_of(one) == self.rule_of(other)
    }

    fn rule_of(&self, uri: &Uri) -> Option<usize> {
        self.rules.iter().position(|rule| rule.applies.to(uri))
    }

    fn rule(mut self, applies: Applies, outgoing: impl Outgoing + 'static) -> Destinations {
        // No header of a request has a name that is not one.
        let headers = outgoing.keys().iter().filter_map(|key| HeaderName::from_bytes(key.as_bytes()).ok()).collect();
        self.rules.push(Rule { applies, outgoing: Box::new(outgoing), headers });
        self
    }
}

impl fmt::Debug for Destinations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules: Vec<_> = self.rules.iter().map(|rule| (&rule.applies, &rule.headers)).collect();
        f.debug_struct("Destinations").field("rules", &rules).field("refused", &self.refused).finish_non_exhaustive()
    }
}

impl fmt::Debug for Applies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Applies::Everywhere => f.write_str("everywhere"),
            Applies::To(authority) => write!(f, "to {authority}"),
            Applies::When(_) => f.write_str("when a function returns true"),
        }
    }
}

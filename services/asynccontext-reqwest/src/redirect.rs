//! Redirects, which reqwest follows with the headers of the first request.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use asynccontext_tower::client::Destinations;
use reqwest::Url;
use reqwest::redirect::Policy;

use crate::uri;

/// Returns a policy that follows redirects as `inner` does, but only to places to which the same rule
/// of `destinations` applies. At others, the request fails with [`ForeignRedirect`].
///
/// # Examples
///
/// ```
/// use asynccontext_reqwest::{Destinations, OutgoingMiddleware, redirect_policy};
/// use reqwest::redirect::Policy;
/// use std::sync::Arc;
///
/// let destinations = Arc::new(Destinations::new());
/// let policy = redirect_policy(Arc::clone(&destinations), Policy::limited(3));
/// let client = reqwest::Client::builder().redirect(policy).build()?;
/// let http = reqwest_middleware::ClientBuilder::new(client)
///     .with(OutgoingMiddleware::new(destinations))
///     .build();
/// # Ok::<_, reqwest::Error>(())
/// ```
pub fn redirect_policy(destinations: impl Into<Arc<Destinations>>, inner: Policy) -> Policy {
    let destinations = destinations.into();
    Policy::custom(move |attempt| {
        let from = attempt.previous().first().map(uri).unwrap_or_default();
        if destinations.is_same(&from, &uri(attempt.url())) {
            return inner.redirect(attempt);
        }
        let target = attempt.url().clone();
        attempt.error(ForeignRedirect::new(target))
    })
}

/// A redirect to a place for which another rule applies, and to which the headers of the request must
/// not be sent.
///
/// # Examples
///
/// ```
/// use asynccontext_reqwest::ForeignRedirect;
/// use reqwest_middleware::{ClientWithMiddleware, Result};
///
/// /// Follows one redirect to any place, where its own destination decides what leaves.
/// async fn get(http: &ClientWithMiddleware, url: &str) -> Result<reqwest::Response> {
///     let result = http.get(url).send().await;
///     match result.as_ref().err().and_then(ForeignRedirect::of) {
///         Some(redirect) => http.get(redirect.target().clone()).send().await,
///         None => result,
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignRedirect {
    target: Url,
}

impl ForeignRedirect {
    pub(crate) fn new(target: Url) -> ForeignRedirect {
        ForeignRedirect { target }
    }

    /// Returns the redirect because of which a request failed, if that is the reason.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext_reqwest::ForeignRedirect;
    ///
    /// let error = reqwest::Client::new().get("no URL").build().unwrap_err();
    /// assert_eq!(ForeignRedirect::of(&error.into()), None);
    /// ```
    pub fn of(error: &reqwest_middleware::Error) -> Option<&ForeignRedirect> {
        match error {
            reqwest_middleware::Error::Middleware(error) => error.downcast_ref(),
            reqwest_middleware::Error::Reqwest(error) => {
                let mut source = error.source();
                while let Some(error) = source {
                    if let Some(redirect) = error.downcast_ref() {
                        return Some(redirect);
                    }
                    source = error.source();
                }
                None
            }
        }
    }

    /// Returns where the redirect leads.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_reqwest::ForeignRedirect;
    /// fn is_to_storage(redirect: &ForeignRedirect) -> bool {
    ///     redirect.target().host_str() == Some("storage.example")
    /// }
    /// ```
    pub fn target(&self) -> &Url {
        &self.target
    }
}

impl fmt::Display for ForeignRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.target.host_str().unwrap_or_default();
        write!(f, "redirected to {host:?}, to which the request's headers must not be sent: send a new request there")
    }
}

impl Error for ForeignRedirect {}

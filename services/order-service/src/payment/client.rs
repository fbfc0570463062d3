//! The client of the payment service.

use asynccontext_reqwest::Destinations;
use reqwest::StatusCode;
use reqwest_middleware::ClientWithMiddleware;

use super::Charge;
use crate::context;
use crate::orders::Order;

#[derive(Clone, Debug)]
pub struct Payments {
    url: String,
    client: ClientWithMiddleware,
}

#[derive(Debug)]
pub enum Error {
    Refused(String),
    Failed(reqwest_middleware::Error),
}

impl Payments {
    /// `url` is the service's address, such as `http://127.0.0.1:4000`.
    pub fn new(url: &str) -> Result<Payments, reqwest::Error> {
        let destinations = Destinations::everywhere(&context::TO_SERVICES); // it has no other
        let client = asynccontext_reqwest::client(reqwest::Client::builder(), destinations)?; // the deadline limits it
        Ok(Payments { url: format!("{}/charges", url.trim_end_matches('/')), client })
    }

    #[tracing::instrument(name = "pay", skip_all)]
    pub async fn charge(&self, order: &Order) -> Result<(), Error> {
        let charge = Charge { order: order.id.clone(), amount: order.total };
        let response = self.client.post(&self.url).json(&charge).send().await.map_err(Error::Failed)?;
        if response.status() == StatusCode::PAYMENT_REQUIRED {
            let why = response.text().await.map_err(|error| Error::Failed(error.into()))?;
            return Err(Error::Refused(why));
        }
        response.error_for_status().map_err(|error| Error::Failed(error.into()))?;
        tracing::info!(order = order.id, "paid");
        Ok(())
    }
}

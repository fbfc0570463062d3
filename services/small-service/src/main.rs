//! Starts the service, orders tea, follows the order, and prints the log.

use std::error::Error;
use std::time::Duration;

use sqlx::sqlite::SqlitePoolOptions;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    small_service::log_to(std::io::stdout);
    let pool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    let address = small_service::start(pool).await?;
    let http = reqwest::Client::new();
    let request = http.post(format!("http://{address}/orders/tea")).bearer_auth("ann");
    let order = request.send().await?.error_for_status()?.text().await?;
    let request = http.get(format!("http://{address}/states/{order}")).bearer_auth("ann");
    request.send().await?.error_for_status()?.text().await?;
    tokio::time::sleep(Duration::from_millis(100)).await; // for the invoice
    Ok(())
}

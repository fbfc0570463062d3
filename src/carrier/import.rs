//! `Import`, a variable that is read at one boundary, and how far its sender is trusted.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use super::Extractor;
use super::error::Reason;
use super::exported::{Export, Exported, Holds};
use super::text::{self, LIMIT};
use crate::snapshot::Snapshot;

type Verify = fn(&str, &dyn Extractor) -> Result<(), Box<dyn Error + Send + Sync>>;

#[expect(private_bounds)]
impl<T: Send + Sync + 'static, V: Holds<T>> Exported<T, V> {
    /// Returns the variable as an entry for the list of an [`Imports`](super::Imports).
    ///
    /// Its text may have [`LIMIT`] bytes, and the sender is trusted; the methods of [`Import`]
    /// change both.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports};
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_OUR_SERVICES: Imports = Imports::new(&[TENANT.import().limit(64)]);
    /// ```
    pub const fn import(&'static self) -> Import {
        Import { export: self.export(), limit: LIMIT, policy: Policy::Trust }
    }
}

/// A variable of any type, on the list of an [`Imports`](super::Imports), with its limit and policy.
///
/// Returned by [`Exported::import`].
///
/// # Examples
///
/// ```
/// # use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Import, Imports};
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static LIST: [Import; 1] = [TENANT.import().limit(64)];
/// static FROM_OUR_SERVICES: Imports = Imports::new(&LIST);
/// ```
#[derive(Clone, Copy)]
pub struct Import {
    export: Export,
    limit: usize,
    policy: Policy,
}

#[derive(Clone, Copy)]
enum Policy {
    Trust,
    Verify(Verify),
    Ignore,
}

impl Import {
    /// Returns the entry with a limit for the encoded text, in bytes. Longer texts are dropped.
    ///
    /// # Panics
    ///
    /// Panics if the limit is zero or greater than [`LIMIT`]. In a `static` this is a compile-time
    /// error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Imports};
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_OUR_SERVICES: Imports = Imports::new(&[TENANT.import().limit(4)]);
    ///
    /// let imported = FROM_OUR_SERVICES.extract(&vec![("x-tenant".to_owned(), "green".to_owned())]);
    /// assert!(imported.snapshot.is_empty());
    /// ```
    pub const fn limit(mut self, limit: usize) -> Import {
        assert!(limit > 0 && limit <= LIMIT, "the limit of an import is between 1 and LIMIT bytes");
        self.limit = limit;
        self
    }

    /// Returns the entry with a function that decides whether the sender may set the value.
    ///
    /// The function gets the decoded text and the carrier, in which it may look up a signature or
    /// the name of the sender. It is called before the text is parsed. If it returns an error, the
    /// text is dropped; logs print the error, so it should not repeat the text.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Imports, Reason};
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_THE_GATEWAY: Imports = Imports::new(&[TENANT.import().verified_by(|tenant, carrier| {
    ///     # fn sign(text: &str) -> String { text.bytes().rev().map(char::from).collect() }
    ///     let signature = carrier.get("x-tenant-signature")?; // in real life: an HMAC
    ///     if signature == Some(&*sign(tenant)) { Ok(()) } else { Err("the signature is wrong".into()) }
    /// })]);
    ///
    /// let signed = |by: &str| vec![("x-tenant".to_owned(), "blue".to_owned()), ("x-tenant-signature".into(), by.into())];
    /// assert_eq!(FROM_THE_GATEWAY.extract(&signed("eulb")).snapshot.run(|| TENANT.get()).unwrap(), "blue");
    ///
    /// let imported = FROM_THE_GATEWAY.extract(&signed("forged"));
    /// assert!(matches!(imported.refused[0].reason(), Reason::Unverified(_)));
    /// ```
    pub const fn verified_by(mut self, verify: Verify) -> Import {
        self.policy = Policy::Verify(verify);
        self
    }

    /// Returns the entry with the policy that its texts are dropped and counted.
    ///
    /// Not listing a variable drops its texts too, but nothing counts them then.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::{Exported, Imports};
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static FROM_ANYONE: Imports = Imports::new(&[TENANT.import().ignored()]);
    ///
    /// let imported = FROM_ANYONE.extract(&vec![("x-tenant".to_owned(), "blue".to_owned())]);
    /// assert!(imported.snapshot.is_empty());
    /// assert_eq!(FROM_ANYONE.dropped().ignored, 1);
    /// ```
    pub const fn ignored(mut self) -> Import {
        self.policy = Policy::Ignore;
        self
    }

    pub(super) const fn export(&self) -> &Export {
        &self.export
    }

    /// Returns the text in the carrier, if there is one that may be read.
    pub(super) fn find<'a>(&self, carrier: &'a dyn Extractor) -> Result<Option<&'a str>, Reason> {
        let found = carrier.get(self.export.key());
        if let (Policy::Ignore, Ok(Some(_)) | Err(_)) = (self.policy, &found) {
            return Err(Reason::Ignored);
        }
        match found? {
            Some(text) if text.len() > self.limit => Err(Reason::TooLong { length: text.len() }),
            found => Ok(found),
        }
    }

    /// Returns `onto` with the value read from `text`, if the policy accepts it.
    pub(super) fn read(&self, text: &str, carrier: &dyn Extractor, onto: &Snapshot) -> Result<Snapshot, Reason> {
        let plain = text::decode(text)?;
        // What is not encoded is visible ASCII.
        if matches!(&plain, Cow::Owned(plain) if plain.contains(breaks_a_line)) {
            return Err(Reason::ControlCharacter);
        }
        if let Policy::Verify(verify) = self.policy {
            verify(&plain, carrier).map_err(Reason::Unverified)?;
        }
        self.export.parse(&plain, onto)
    }
}

/// Whether the character, written to a log or a header, could end the line, or change the order in
/// which a line is shown.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policy = match self.policy {
            Policy::Trust => "trust",
            Policy::Verify(_) => "verify",
            Policy::Ignore => "ignore",
        };
        let mut fields = f.debug_struct("Import");
        fields.field("name", &self.export.name()).field("key", &self.export.key());
        fields.field("limit", &self.limit).field("policy", &format_args!("{policy}")).finish()
    }
}

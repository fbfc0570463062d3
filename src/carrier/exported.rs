//! `Exported`, a variable that may leave the process.

use std::error::Error;
use std::fmt::{self, Display};
use std::ops::Deref;
use std::str::FromStr;

use super::error::Reason;
use super::text;
use crate::als::AsyncLocalStorage;
use crate::mapping::{self, How};
use crate::snapshot::Snapshot;
use crate::variable::Variable;

type Write<T> = fn(&T) -> Result<String, Box<dyn Error + Send + Sync>>;
type Read<T> = fn(&str) -> Result<T, Box<dyn Error + Send + Sync>>;

/// A [`Variable`] that may leave the process, with its key in a carrier and its text format.
///
/// Returned by [`Variable::exported`] and [`Variable::exported_as`], or by the same methods of an
/// [`AsyncLocalStorage`]. It dereferences to the variable or the storage, so it is bound and read
/// as any other. It leaves the process only where an [`Exports`](super::Exports) lists it.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::carrier::Exported;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// assert_eq!(TENANT.run("blue".into(), || TENANT.get()).as_deref(), Some("blue"));
/// ```
pub struct Exported<T: Send + Sync + 'static, V = Variable<T>> {
    variable: V,
    key: &'static str,
    write: Write<T>,
    read: Read<T>,
}

impl<T: Send + Sync + 'static> Variable<T> {
    /// Returns the variable as an exported one, written by `Display` and read by `FromStr`.
    ///
    /// `key` is the variable's name in a carrier. It is part of the protocol, while the variable's
    /// own name is for people. In HTTP it is the name of a header, so it should not be that of a
    /// standard header.
    ///
    /// # Panics
    ///
    /// Panics if `key` is empty, longer than 64 bytes, or has characters other than lower-case
    /// ASCII letters, digits, `-`, `_` and `.`. In a `static` this is a compile-time error.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::Exported;
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// assert_eq!((TENANT.name(), TENANT.key()), ("tenant", "x-tenant"));
    /// ```
    pub const fn exported(self, key: &'static str) -> Exported<T>
    where
        T: Display + FromStr<Err: Error + Send + Sync + 'static>,
    {
        self.exported_as(key, display, parse)
    }

    /// Returns the variable as an exported one, written by `write` and read by `read`.
    ///
    /// Both functions work with plain text, which is encoded for the carrier. `read` receives text
    /// from other processes and should validate it.
    ///
    /// # Panics
    ///
    /// Panics as [`exported`](Self::exported) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::Exported;
    /// use std::time::Duration;
    ///
    /// static BUDGET: Exported<Duration> = Variable::named("budget").exported_as(
    ///     "x-budget-ms",
    ///     |budget| Ok(budget.as_millis().to_string()),
    ///     |text| Ok(Duration::from_millis(text.parse()?)),
    /// );
    /// ```
    pub const fn exported_as(
        self,
        key: &'static str,
        write: fn(&T) -> Result<String, Box<dyn Error + Send + Sync>>,
        read: fn(&str) -> Result<T, Box<dyn Error + Send + Sync>>,
    ) -> Exported<T> {
        Exported { variable: self, key: checked(key), write, read }
    }
}

/// The same methods as those of [`Variable`]. The store is written to the carrier; if there is
/// none, nothing is.
impl<T: Send + Sync + 'static> AsyncLocalStorage<T> {
    /// Returns the storage as an exported one: see [`Variable::exported`].
    ///
    /// # Panics
    ///
    /// Panics as [`Variable::exported`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Snapshot;
    /// use asynccontext::als::AsyncLocalStorage;
    /// use asynccontext::carrier::{Exported, Exports};
    /// use std::collections::HashMap;
    ///
    /// static TENANT: Exported<String, AsyncLocalStorage<String>> =
    ///     AsyncLocalStorage::named("tenant").exported("x-tenant");
    /// static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
    ///
    /// let mut headers = HashMap::<String, String>::new();
    /// TENANT.run("blue".into(), || TO_OUR_SERVICES.inject(&mut headers))?;
    /// let there = TO_OUR_SERVICES.extract(&headers)?;
    /// assert_eq!(there.run(|| TENANT.get_store()).as_deref(), Some("blue"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub const fn exported(self, key: &'static str) -> Exported<T, AsyncLocalStorage<T>>
    where
        T: Display + FromStr<Err: Error + Send + Sync + 'static>,
    {
        self.exported_as(key, display, parse)
    }

    /// Returns the storage as an exported one, written by `write` and read by `read`: see
    /// [`Variable::exported_as`].
    ///
    /// # Panics
    ///
    /// Panics as [`Variable::exported`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::als::AsyncLocalStorage;
    /// use asynccontext::carrier::Exported;
    /// use std::time::Duration;
    ///
    /// static BUDGET: Exported<Duration, AsyncLocalStorage<Duration>> = AsyncLocalStorage::named("budget").exported_as(
    ///     "x-budget-ms",
    ///     |budget| Ok(budget.as_millis().to_string()),
    ///     |text| Ok(Duration::from_millis(text.parse()?)),
    /// );
    /// assert_eq!(BUDGET.key(), "x-budget-ms");
    /// ```
    pub const fn exported_as(
        self,
        key: &'static str,
        write: fn(&T) -> Result<String, Box<dyn Error + Send + Sync>>,
        read: fn(&str) -> Result<T, Box<dyn Error + Send + Sync>>,
    ) -> Exported<T, AsyncLocalStorage<T>> {
        Exported { variable: self, key: checked(key), write, read }
    }
}

/// Returns the key, or panics if it is not valid.
const fn checked(key: &'static str) -> &'static str {
    assert!(text::is_key(key), "a key has 1 to 64 lower-case ASCII letters, digits, `-`, `_` and `.`");
    key
}

/// As `to_string`, which panics if `Display` fails.
fn display<T: Display>(value: &T) -> Result<String, Box<dyn Error + Send + Sync>> {
    let mut text = String::new();
    fmt::write(&mut text, format_args!("{value}"))?;
    Ok(text)
}

fn parse<T: FromStr<Err: Error + Send + Sync + 'static>>(text: &str) -> Result<T, Box<dyn Error + Send + Sync>> {
    Ok(text.parse()?)
}

#[expect(private_bounds)]
impl<T: Send + Sync + 'static, V: Holds<T>> Exported<T, V> {
    /// Returns the variable's key in a carrier.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::carrier::Exported;
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// assert_eq!(TENANT.key(), "x-tenant");
    /// ```
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Returns the variable as an entry for the list of an [`Exports`](super::Exports).
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::carrier::{Exported, Exports};
    ///
    /// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
    /// static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export()]);
    /// ```
    pub const fn export(&'static self) -> Export {
        Export { key: self.key, variable: self }
    }
}

impl<T: Send + Sync + 'static, V> Deref for Exported<T, V> {
    type Target = V;

    #[inline(always)]
    fn deref(&self) -> &V {
        &self.variable
    }
}

impl<T: Send + Sync + 'static, V: Holds<T>> fmt::Debug for Exported<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Exported");
        fields.field("name", &self.variable.name()).field("key", &self.key).finish_non_exhaustive()
    }
}

/// An exported variable of any type, on the list of an [`Exports`](super::Exports).
///
/// Returned by [`Exported::export`].
///
/// # Examples
///
/// ```
/// # use asynccontext::Variable;
/// # use asynccontext::carrier::{Export, Exported, Exports};
/// static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
/// static LIST: [Export; 1] = [TENANT.export()];
/// static TO_OUR_SERVICES: Exports = Exports::new(&LIST);
/// ```
#[derive(Clone, Copy)]
pub struct Export {
    key: &'static str,
    variable: &'static (dyn AnyType + Sync),
}

impl Export {
    pub(super) const fn key(&self) -> &'static str {
        self.key
    }

    pub(super) fn name(&self) -> &'static str {
        self.variable.name()
    }

    /// Returns the encoded text of the current value, if there is one.
    pub(super) fn write(&self) -> Result<Option<String>, Reason> {
        let Some(plain) = self.variable.write()? else { return Ok(None) };
        text::encode(&plain).map(Some)
    }

    /// Returns `onto` with the value read from `text`.
    pub(super) fn read(&self, text: &str, onto: &Snapshot) -> Result<Snapshot, Reason> {
        self.parse(&text::decode(text)?, onto)
    }

    /// Returns `onto` with the value read from decoded text.
    pub(super) fn parse(&self, plain: &str, onto: &Snapshot) -> Result<Snapshot, Reason> {
        self.variable.read(plain, onto)
    }

    /// Returns `snapshot` without a value of the variable.
    pub(super) fn unbound(&self, snapshot: Snapshot) -> Snapshot {
        self.variable.unbound(snapshot)
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export").field("name", &self.name()).field("key", &self.key).finish()
    }
}

/// An [`Exported`] with its type erased.
trait AnyType {
    fn name(&self) -> &str;

    fn write(&self) -> Result<Option<String>, Reason>;

    fn read(&self, plain: &str, onto: &Snapshot) -> Result<Snapshot, Reason>;

    fn unbound(&self, snapshot: Snapshot) -> Snapshot;
}

impl<T: Send + Sync + 'static, V: Holds<T>> AnyType for Exported<T, V> {
    fn name(&self) -> &str {
        self.variable.name()
    }

    fn write(&self) -> Result<Option<String>, Reason> {
        self.variable.with_bound(|value| value.map(self.write).transpose().map_err(Reason::Unwritable))
    }

    fn read(&self, plain: &str, onto: &Snapshot) -> Result<Snapshot, Reason> {
        let value = (self.read)(plain).map_err(Reason::Unreadable)?;
        Ok(self.variable.extracted(onto.clone(), value))
    }

    fn unbound(&self, snapshot: Snapshot) -> Snapshot {
        self.variable.unbound(snapshot)
    }
}

/// A variable or a storage with values of type `T`.
pub(crate) trait Holds<T>: Sync + 'static {
    fn name(&self) -> &str;

    /// Calls `f` with the bound value, without the default.
    fn with_bound<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R;

    /// Returns `snapshot` with `value` bound.
    fn extracted(&self, snapshot: Snapshot, value: T) -> Snapshot;

    /// Returns `snapshot` without a value.
    fn unbound(&self, snapshot: Snapshot) -> Snapshot;
}

impl<T: Send + Sync + 'static> Holds<T> for Variable<T> {
    fn name(&self) -> &str {
        self.name()
    }

    fn with_bound<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        mapping::with(&self.key, f)
    }

    fn extracted(&self, snapshot: Snapshot, value: T) -> Snapshot {
        let site = snapshot.0.site();
        Snapshot(snapshot.0.with(&self.key, value, How::Extract, site))
    }

    fn unbound(&self, snapshot: Snapshot) -> Snapshot {
        let site = snapshot.0.site();
        Snapshot(snapshot.0.without(&self.key, site))
    }
}

impl<T: Send + Sync + 'static> Holds<T> for AsyncLocalStorage<T> {
    fn name(&self) -> &str {
        self.name()
    }

    fn with_bound<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        self.variable.with_bound(|store| f(store.and_then(Option::as_ref)))
    }

    fn extracted(&self, snapshot: Snapshot, value: T) -> Snapshot {
        self.variable.extracted(snapshot, Some(value))
    }

    fn unbound(&self, snapshot: Snapshot) -> Snapshot {
        self.variable.unbound(snapshot)
    }
}

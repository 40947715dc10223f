//! The stable names of closed sets, for what is read and what is said of it.

/// The names of a closed set of the core.
macro_rules! names {
    ($kind:ty) => {
        <$kind>::ALL.iter().map(|one| one.name()).collect::<Vec<_>>()
    };
}
pub(crate) use names;

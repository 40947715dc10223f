//! Structs of what a host chooses, which grow without breaking anybody.

/// A struct of what a host chooses: outside its crate it is made by its `Default`, or by the function that takes what has none, and
/// changed by a method for each field, which is named after it. A field more breaks nobody.
#[doc(hidden)]
#[macro_export]
macro_rules! options {
    ($(#[$about:meta])* pub struct $name:ident { $($(#[$doc:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[non_exhaustive]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl $name {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $field(self, $field: $type) -> Self {
                    Self { $field, ..self }
                }
            )*
        }
    };
}

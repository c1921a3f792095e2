//! Enums that are written as words: in the cache, in the contract, to people.

/// Defines one by its variants and their words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$case_doc:meta])* $case:ident $(($held:ty))? = $word:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(unreachable_pub, reason = "some are public, some are not")]
        pub enum $name { $($(#[$case_doc])* $case $(($held))?,)* }

        impl $name {
            /// Every word, for the schema.
            #[cfg(test)]
            #[allow(unreachable_pub, reason = "as the enum")]
            pub const WORDS: &[&str] = &[$($word),*];

            /// The word for it.
            #[allow(unreachable_pub, reason = "as the enum")]
            pub fn word(self) -> &'static str {
                match self { $(Self::$case { .. } => $word,)* }
            }
        }
    };
}

/// Defines one that is also read back.
macro_rules! recorded_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal,)* }) => {
        $crate::account::words! { $(#[$doc])* $name { $($(#[$case_doc])* $case = $word,)* } }

        impl $name {
            /// The reverse of [`Self::word`].
            #[allow(unreachable_pub, reason = "as the enum")]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$case),)* _ => None }
            }
        }
    };
}

pub(crate) use {recorded_words, words};

//! Doubles of what a host gives to the book, made by mockall: what is expected of a call, and what it answers. A call that
//! nobody expects fails the test.
//!
//! For a clock that is simply moved there is [`ManualClock`](super::ManualClock), for a store [`MemoryStore`](crate::memory::MemoryStore).

use async_trait::async_trait;
use mockall::mock;

use crate::clock::Timestamp;
use crate::id::AccountId;
use crate::messager::{Message, OutgoingMessage, Receipt, WebhookResponse};
use crate::notice::{Audience, Channel, Notice};
use crate::notification::{Notification, Recipient};
use crate::queue::Report;
use crate::store::StoreError;

mock! {
    /// A double of [`Notifier`](crate::notification::Notifier).
    pub Notifier {}

    #[async_trait]
    impl crate::notification::Notifier for Notifier {
        fn is_on(&self, channel: Channel) -> bool;
        async fn send(&self, job: u64, notification: &Notification) -> Report;
    }
}

mock! {
    /// A double of [`Directory`](crate::notification::Directory).
    pub Directory {}

    #[async_trait]
    impl crate::notification::Directory for Directory {
        async fn recipients(
            &self,
            audience: Audience,
            channel: Channel,
            notice: Notice,
            account: Option<AccountId>,
        ) -> Result<Vec<Recipient>, StoreError>;
    }
}

mock! {
    /// A double of [`Messager`](crate::messager::Messager).
    pub Messager {}

    #[async_trait]
    impl crate::messager::Messager for Messager {
        async fn submit(&self, message: &OutgoingMessage) -> Result<Receipt, Report>;
    }
}

mock! {
    /// A double of [`Transport`](crate::messager::Transport).
    pub Transport {}

    #[async_trait]
    impl crate::messager::Transport for Transport {
        async fn call(&self, message: &Message) -> WebhookResponse;
    }
}

mock! {
    /// A double of [`Clock`](crate::clock::Clock).
    pub Clock {}

    impl crate::clock::Clock for Clock {
        fn now(&self) -> Timestamp;
    }
}

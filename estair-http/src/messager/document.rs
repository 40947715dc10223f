//! Messager's OpenAPI document: what the handlers' own annotations do not say.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Schema};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};

use crate::shapes::ProblemShape;

/// The document before its routes.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Messager",
        description = "The durable, traced queue between ESTAIR and its webhook.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "messages", description = "messages, their attempts, replays"),
        (name = "deliveries", description = "pausing and resuming"),
        (name = "alerts", description = "what operators were told of failures")
    )
)]
struct Base;

pub(super) fn base() -> OpenApi {
    Base::openapi()
}

/// Adds what every route shares: who may ask, and what a refusal looks like.
pub(super) fn complete(document: &mut OpenApi) {
    document.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
    let components = document.components.get_or_insert_default();
    for (name, what) in
        [("bearer", "a member of staff, as the host knows them"), ("domain_token", "the domain's token")]
    {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(what)).build();
        components.security_schemes.insert(name.to_owned(), RefOr::T(SecurityScheme::Http(scheme)));
    }
    components.schemas.insert(ProblemShape::name().into_owned(), ProblemShape::schema());
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    for item in document.paths.paths.values_mut() {
        let body = item.post.as_mut().and_then(|operation| operation.request_body.as_mut());
        if let Some(RefOr::T(body)) = body {
            body.content.values_mut().for_each(never_null);
        }
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            let refused = ResponseBuilder::new()
                .description("refused, with the rule's code")
                .content("application/problem+json", content.clone());
            operation.responses.responses.insert("default".to_owned(), RefOr::T(refused.build()));
        }
    }
}

/// A body that may be left out is no JSON null all the same.
fn never_null(content: &mut RefOr<Content>) {
    let RefOr::T(content) = content else { return };
    let Some(RefOr::T(Schema::OneOf(choice))) = &content.schema else { return };
    let named = choice.items.iter().find(|item| matches!(item, RefOr::Ref(_))).cloned();
    if named.is_some() {
        content.schema = named;
    }
}

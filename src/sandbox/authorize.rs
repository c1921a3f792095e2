//! `GET /oauth/authorize`: the consent page for a right request, Instagram's own page for a wrong one.

use super::{
    answers::Facts,
    consent,
    door::Door,
    pages,
    people::FIRST,
    request::{back, code, judge},
    scenario::Scenario,
    wire::{Ask, Reply},
    world::World,
};

/// Shows the consent page, or plays the recorded answer of this door.
pub(super) fn authorize(world: &World, ask: &Ask) -> Result<Reply, Reply> {
    let request = judge(ask, "scope")?;
    let played = match world.scenario() {
        Scenario::Answer(answer) if answer.door == Door::Authorize => Some(answer),
        _ => None,
    };
    Ok(match played {
        Some(answer) if answer.text("location").is_some() => back(
            &request,
            answer,
            Some(&code(world, &request, FIRST, request.asked, None)),
        ),
        Some(answer) => answer.text("page_text").map_or_else(
            || answer.reply(&Facts::default()),
            |text| pages::refusal(answer.status, text),
        ),
        None => consent::page(world, &request),
    })
}

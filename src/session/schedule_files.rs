//! Where schedulers look for what is ours in this world.

use crate::schedule::Place;
use crate::settings::{Settings, launch_agents, systemd_stamps, systemd_units};

/// One name for each world: a stand-in's schedule is beside the real one.
pub(crate) fn place(settings: &Settings) -> Place {
    let world = settings.world.key();
    Place {
        name: match world {
            Some(world) => format!("igconnect-refresh-{world}"),
            None => "igconnect-refresh".to_owned(),
        },
        units: systemd_units(),
        stamps: systemd_stamps(),
        agents: launch_agents(),
    }
}

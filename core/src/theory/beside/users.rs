//! Models whose load is one group of users who wait for their answers: a closed network.

use super::chain::{Seen, Visited, walk};
use super::flow::{Scene, at_once, several_at_once};
use super::plan::Stage;
use super::queue::{Pattern, Queue, Rule};
use super::words::Words;
use super::{Prediction, Quantity, Standing};
use crate::components::Settings;
use crate::components::clients::Load;
use crate::policy::balance::Policy;
use crate::theory::network::{Closed, Place, closed};

/// Steps of the solution that are taken for a prediction: some tens of milliseconds.
const MOST_STEPS: f64 = 2e6;

/// Rounds a second while visits are counted: so few that nothing is ever full.
const ROUND: f64 = 1e-6;

/// Users who think, ask, and wait for the answer.
pub(super) struct Group {
    client: usize,
    users: u32,
    think_s: f64,
}

/// The only clients of the model, if they are such a group.
pub(super) fn group(scene: &Scene<'_>) -> Option<Group> {
    let mut clients = scene.model.components.iter().enumerate().filter_map(|(at, c)| match &c.settings {
        Settings::Clients(config) => Some((at, config)),
        _ => None,
    });
    let (client, config) = clients.next()?;
    let Load::Closed { users, think } = &config.load else { return None };
    let users = libm::round(f64::from(*users) * scene.model.head.load).min(1e7) as u32;
    clients.next().is_none().then(|| Group { client, users, think_s: think.mean().secs() })
}

/// What each component is in the closed network: where in the list of places it begins, and how many of them it is.
struct Spots {
    places: Vec<Place>,
    /// By component: first place, number of places, whether the formula is exact.
    of: Vec<(usize, usize, bool)>,
}

pub(super) fn predictions(scene: &Scene<'_>, group: &Group, seen: Seen<'_>) -> Vec<Prediction> {
    let mut visited = walk(scene, seen, &|scene, client, config| {
        scene.source(client, ROUND, Pattern::Visits, &config.classes)
    });
    for v in &mut visited {
        v.rate /= ROUND;
        v.sent.iter_mut().for_each(|sent| *sent /= ROUND);
    }
    let mut all: Vec<Prediction> = visited.iter().map(|v| kept(&v.prediction)).collect();
    let (spots, solved) = match solve(scene, group, &visited) {
        Ok(solved) => solved,
        Err(why) => {
            all.iter_mut().for_each(|prediction| prediction.remarks = vec![scene.text(why)]);
            return all;
        }
    };
    let exact = spots.of.iter().all(|spot| spot.2) && !all.iter().any(|p| !p.figures.is_empty());
    let standing = Standing::unless(exact);
    for (at, v) in visited.iter().enumerate() {
        if v.rate <= 0.0 {
            continue;
        }
        let rate = solved.throughput_per_s * v.rate;
        let prediction = &mut all[at];
        prediction.formula = "Closed network, mean value analysis".to_owned();
        prediction.put(Quantity::Arrivals, rate, standing);
        if at == group.client {
            let answer_s = f64::from(group.users) / solved.throughput_per_s - group.think_s;
            prediction.put(Quantity::Answer, answer_s, standing);
            continue;
        }
        let (first, many, mine) = spots.of[at];
        match v.plan.stage {
            Stage::Delay(work) => prediction.put(Quantity::Here, work.mean_s, Standing::Exact),
            Stage::Servers(queue) => {
                let inside = solved.mean_numbers[first..first + many].iter().sum::<f64>();
                station(prediction, rate, inside, v.plan.instances, &queue, standing);
            }
        }
        if !mine {
            prediction.say("Work, discipline or the choice of instances is not what the formula asks for.");
        }
        if !exact && mine {
            prediction.say("An approximation, because other components do not match the formula.");
        }
    }
    all
}

/// What was said of a cache, which is the same whoever asks; all else is not of the closed network.
fn kept(said: &Prediction) -> Prediction {
    let mut kept = Prediction { from_run: said.from_run, ..Prediction::default() };
    if said.from_run || said.figure(Quantity::HitRatio).is_some() || said.figures.is_empty() {
        kept.remarks.clone_from(&said.remarks);
    }
    kept.figures.extend(said.figure(Quantity::HitRatio));
    kept
}

/// The figures of a station with `inside` requests in it on average.
fn station(
    prediction: &mut Prediction,
    rate: f64,
    inside: f64,
    instances: u32,
    queue: &Queue,
    standing: Standing,
) {
    let busy = rate * queue.work.mean_s;
    let here_s = inside / rate;
    prediction.put(Quantity::Utilisation, busy / f64::from(instances) / f64::from(queue.cores), standing);
    prediction.put(Quantity::Here, here_s, standing);
    prediction.put(Quantity::Waiting, (inside - busy).max(0.0), standing);
    if queue.rule == Rule::InTurn {
        prediction.put(Quantity::Wait, (here_s - queue.work.mean_s).max(0.0), standing);
    }
}

fn solve(scene: &Scene<'_>, group: &Group, visited: &[Visited]) -> Result<(Spots, Closed), Words> {
    let mut spots = Spots { places: vec![Place::Delay { demand_s: group.think_s }], of: Vec::new() };
    let (mut away_s, mut several) = (0.0, false);
    for (at, v) in visited.iter().enumerate() {
        let first = spots.places.len();
        let mut exact = true;
        if v.rate > 0.0 {
            let hops = &scene.hops[at];
            let balancer = matches!(scene.model.components[at].settings, Settings::LoadBalancer(_));
            if !balancer && (at_once(hops) || several_at_once(hops)) {
                return Err(Words::plain("Calls are made at once: no formula for users who wait for them."));
            }
            if v.prediction.figures.is_empty() && at != group.client {
                return Err(Words::of("Nothing can be said of @, nor of those who wait for it.", at));
            }
            away_s +=
                hops.iter().zip(&v.sent).map(|(hop, sent)| hop.link.rtt.mean().secs() * sent).sum::<f64>();
            let limit = v.plan.held;
            if limit.is_some_and(|held| held < group.users) {
                return Err(Words::of("@ has fewer workers than there are users.", at));
            }
            match v.plan.stage {
                Stage::Delay(work) => away_s += v.rate * work.mean_s,
                Stage::Servers(queue) => {
                    let by_chance = v.plan.instances == 1 || chosen_by_chance(scene, at);
                    exact = by_chance && (queue.rule == Rule::Shared || queue.work.exponential);
                    several |=
                        add(&mut spots, v, &queue, group.users).map_err(|words| Words::of(words, at))?;
                }
            }
        }
        spots.of.push((first, spots.places.len() - first, exact));
    }
    spots.places.push(Place::Delay { demand_s: away_s });
    let users = f64::from(group.users);
    let steps = if several { users * users } else { users } * spots.places.len() as f64;
    if steps > MOST_STEPS {
        return Err(Words::plain("There are too many users to be computed here."));
    }
    let solved = closed(&spots.places, group.users).map_err(|_| Words::plain("Nobody asks for anything."))?;
    Ok((spots, solved))
}

/// Adds a station's instances; whether some have several servers.
fn add(spots: &mut Spots, v: &Visited, queue: &Queue, users: u32) -> Result<bool, &'static str> {
    if queue.places.is_some_and(|places| places < users) {
        return Err("@ has less room than there are users, and may turn some away.");
    }
    if v.plan.instances > 1000 {
        return Err("@ has too many instances to be computed.");
    }
    let instances = v.plan.instances;
    let demand_s = v.rate * queue.work.mean_s / f64::from(instances);
    for _ in 0..instances {
        // Servers for everybody are a delay.
        spots.places.push(if queue.servers >= users {
            Place::Delay { demand_s }
        } else {
            Place::Queue { demand_s, servers: queue.servers }
        });
    }
    Ok(queue.servers > 1 && queue.servers < users)
}

/// Whether all that call the component choose its instances by chance.
fn chosen_by_chance(scene: &Scene<'_>, to: usize) -> bool {
    scene.hops.iter().enumerate().all(|(from, hops)| {
        hops.iter().all(|hop| {
            let by_chance = match &scene.model.components[from].settings {
                Settings::LoadBalancer(config) => config.policy == Policy::Random,
                _ => false,
            };
            hop.to != to || by_chance
        })
    })
}

//! KEDA: from none to the first instance by itself, from there on by the [HorizontalPodAutoscaler](super::hpa).
//!
//! Two loops share the work. Every polling period [`decide`] looks whether any trigger is *active*: above its activation value. If so, and there is
//! none, there is one (or as many as `min`). If none has been active for the cooldown, there is none, or as many as `idle`. In between it keeps its hands
//! off. Every period of the HPA [`hand_over`] turns what triggers read into readings for [`hpa::decide`] with the settings of
//! [`Settings::hpa`], where each trigger is a total divided by the pods (`AverageValue`).
//!
//! A trigger that cannot be read counts as not active, keeps the last instance from going, and is left to the HPA, which never removes anything on its
//! account. With a [`Fallback`] it reads, after more failures in a row than allowed, what asks for just the number that is set.
//!
//! Readings and targets are whole thousandths. Nothing fails.
//!
//! Source: kedacore/keda `pkg/scaling/executor/scale_scaledobjects.go`, `pkg/fallback/fallback.go`; keda.sh "ScaledObject specification".
//!
//! ```
//! use tenfold::policy::scaling::{hpa, keda};
//! use tenfold::units::{SimTime, Span};
//! // Five messages for each instance are wanted.
//! let settings = keda::Settings { triggers: vec![keda::Trigger { target: 5_000, activation: 0 }], ..Default::default() };
//! let mut history = keda::History::new(SimTime::ZERO);
//! let now = SimTime::ZERO + Span::from_secs(600);
//! let seen = keda::Observation { now, replicas: 0, readings: &[Some(40_000)] };
//! let decision = keda::decide(&seen, &settings, &mut history);
//! assert_eq!((decision.desired, decision.to_string().as_str()), (1, "up to 1 from 0: trigger 1 reads 40, above 0"));
//! // The HPA takes over from there: eight are needed, and from one it goes to four at first.
//! let mut readings = Vec::new();
//! keda::hand_over(&seen, &settings, &mut history, &mut readings);
//! let pods = [hpa::Pod::ready_since(now)];
//! let seen = hpa::Observation { now, desired: 1, pods: &pods, readings: &readings };
//! assert_eq!(hpa::decide(&seen, &settings.hpa(), &mut hpa::History::default()).desired, 4);
//! ```

use super::fault::Faults;
use super::hpa::{self, Reading, Target};
use super::{Bounds, Decision, Fault, lead};
use crate::units::{SimTime, Span};
use std::fmt;

/// Something that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trigger {
    /// What an instance should have of it, thousandths.
    pub target: u64,
    /// Above this it is active, thousandths. Default 0 with every scaler.
    pub activation: u64,
}

/// How many instances there are when a trigger cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Instead {
    /// As many as are set.
    #[default]
    Static,
    /// As many as there are.
    Current,
    /// As many as there are, if that is more.
    CurrentIfHigher,
    /// As many as there are, if that is fewer.
    CurrentIfLower,
}

/// What a trigger reads when it cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallback {
    /// After more failures in a row than so many.
    pub failures: u32,
    /// Instances that are then asked for.
    pub replicas: u32,
    /// Whether those there are count as well.
    pub instead: Instead,
}

/// How it decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What is read; at least one.
    pub triggers: Vec<Trigger>,
    /// How often [`decide`] should be asked. Default 30 s (`pollingInterval`).
    pub polling: Span,
    /// How long no trigger must have been active before there is none. Default 300 s (`cooldownPeriod`).
    pub cooldown: Span,
    /// How long after it was set up there stays something that was there before and was never needed. Default 0 s (`initialCooldownPeriod`).
    pub initial_cooldown: Span,
    /// Fewest while active. Default 0 (`minReplicaCount`).
    pub min: u32,
    /// Most. Default 100 (`maxReplicaCount`).
    pub max: u32,
    /// As many while not active, where that is not `min`; fewer than it. Default none (`idleReplicaCount`).
    pub idle: Option<u32>,
    /// What replaces a trigger that cannot be read. Default none (`fallback`).
    pub fallback: Option<Fallback>,
    /// How fast the HPA may change the number. KEDA leaves that open, as the default here does.
    pub behaviour: hpa::Behaviour,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            triggers: vec![Trigger { target: 5_000, activation: 0 }],
            polling: Span::from_secs(30),
            cooldown: Span::from_secs(300),
            initial_cooldown: Span::ZERO,
            min: 0,
            max: 100,
            idle: None,
            fallback: None,
            behaviour: hpa::Behaviour::ABSENT,
        }
    }
}

impl Settings {
    /// Settings of the HPA that it sets up: at least one pod, since an HPA does not go below.
    pub fn hpa(&self) -> hpa::Settings {
        hpa::Settings {
            bounds: Bounds { min: self.min.max(1), max: self.max },
            targets: self.triggers.iter().map(|trigger| Target::AverageValue(trigger.target)).collect(),
            behaviour: self.behaviour.clone(),
            ..hpa::Settings::default()
        }
    }

    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        Bounds { min: self.min, max: self.max }.check(&mut faults);
        faults.unless(!self.triggers.is_empty(), "triggers", || {
            "there is none; at least one must be read".into()
        });
        for trigger in &self.triggers {
            faults
                .unless(trigger.target > 0, "triggers", || "a target of 0 would need endlessly many".into());
        }
        faults.some_time("polling", self.polling);
        if let Some(idle) = self.idle {
            faults.unless(idle < self.min, "idle", || format!("{idle} is not fewer than min, {}", self.min));
        }
        if let Some(fallback) = self.fallback {
            faults.unless(fallback.replicas <= self.max, "fallback", || {
                format!("{} instances are more than max, {}", fallback.replicas, self.max)
            });
        }
        self.behaviour.check(&mut faults);
        faults.0
    }
}

/// What is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation<'a> {
    /// Now.
    pub now: SimTime,
    /// Instances asked for.
    pub replicas: u32,
    /// What each trigger reads, thousandths; `None` where it cannot be read.
    pub readings: &'a [Option<u64>],
}

/// What it remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    created: SimTime,
    last_active: Option<SimTime>,
    /// Failures in a row of each trigger, as the HPA asks for it.
    failures: Vec<u32>,
}

impl History {
    /// That of one that is set up now.
    pub fn new(now: SimTime) -> Self {
        History { created: now, last_active: None, failures: Vec::new() }
    }
}

/// Why so many instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A trigger became active.
    Activated {
        /// There were.
        from: u32,
        /// There should be.
        to: u32,
        /// Which trigger, counted from 0.
        trigger: usize,
        /// What it reads, thousandths.
        reads: u64,
        /// Above what, thousandths.
        activation: u64,
    },
    /// Between the first and the most the HPA decides.
    HandedOver {
        /// As many as before.
        at: u32,
    },
    /// No trigger is active, but one was.
    CoolingDown {
        /// As many as before.
        at: u32,
        /// Longer than until then.
        until: SimTime,
    },
    /// No trigger has been active for the cooldown.
    Deactivated {
        /// There were.
        from: u32,
        /// There should be.
        to: u32,
    },
    /// No trigger is active and some cannot be read.
    Blind {
        /// As many as before.
        at: u32,
    },
    /// There were fewer than the fewest.
    BelowMin {
        /// There were.
        from: u32,
        /// The fewest.
        min: u32,
    },
    /// There is nothing to do.
    Idle {
        /// As many as before.
        at: u32,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Activated { from, to, trigger, reads, activation } => {
                let (reads, activation) = (*reads as f64 / 1_000.0, *activation as f64 / 1_000.0);
                lead(f, format_args!("up to {to} from {from}"))?;
                write!(f, "trigger {} reads {reads}, above {activation}", trigger + 1)
            }
            Reason::HandedOver { at } => write!(f, "{at} left to the HPA: a trigger is active"),
            Reason::CoolingDown { at, until } => write!(f, "held at {at}: cooling down until {until}"),
            Reason::Deactivated { from, to } => {
                lead(f, format_args!("down to {to} from {from}"))?;
                f.write_str("no trigger was active for long")
            }
            Reason::Blind { at } => write!(f, "held at {at}: a trigger cannot be read"),
            Reason::BelowMin { from, min } => write!(f, "up to {min}, the fewest: there were {from}"),
            Reason::Idle { at } => write!(f, "kept at {at}: no trigger is active"),
        }
    }
}

/// How many instances there should be, as far as that is KEDA's own business: the first and the last.
pub fn decide(seen: &Observation<'_>, settings: &Settings, history: &mut History) -> Decision<Reason> {
    let Observation { now, replicas, .. } = *seen;
    let read = |index| seen.readings.get(index).copied().flatten();
    let mut active = settings.triggers.iter().enumerate().filter_map(|(index, trigger)| {
        let reads = read(index)?;
        (reads > trigger.activation).then_some((index, reads, trigger.activation))
    });
    if let Some((trigger, reads, activation)) = active.next() {
        let from_idle = settings.idle.is_some() && replicas < settings.min;
        let failed = (0..settings.triggers.len()).any(|index| read(index).is_none());
        if replicas == 0 || from_idle {
            history.last_active = Some(now);
            let to = settings.min.max(1);
            return Decision {
                desired: to,
                reason: Reason::Activated { from: replicas, to, trigger, reads, activation },
            };
        }
        // What is active while another trigger fails is not noted: so does the original.
        if !failed {
            history.last_active = Some(now);
        }
        return Decision { desired: replicas, reason: Reason::HandedOver { at: replicas } };
    }
    let failed = (0..settings.triggers.len()).any(|index| read(index).is_none());
    let rescued = settings.fallback.is_some_and(|fallback| fallback.replicas > 0);
    if failed && (rescued || settings.fallback.is_none()) {
        return Decision { desired: replicas, reason: Reason::Blind { at: replicas } };
    }
    let above_idle = settings.idle.is_some_and(|idle| replicas > idle);
    if above_idle || (replicas > 0 && settings.min == 0) {
        let until = match history.last_active {
            Some(last) => last + settings.cooldown,
            None => history.created + settings.initial_cooldown,
        };
        if until < now {
            let to = settings.idle.unwrap_or(settings.min);
            return Decision { desired: to, reason: Reason::Deactivated { from: replicas, to } };
        }
        return Decision { desired: replicas, reason: Reason::CoolingDown { at: replicas, until } };
    }
    if settings.idle.is_none() && replicas < settings.min {
        let min = settings.min;
        return Decision { desired: min, reason: Reason::BelowMin { from: replicas, min } };
    }
    Decision { desired: replicas, reason: Reason::Idle { at: replicas } }
}

/// What triggers read, as readings for the HPA; `into` is emptied first. With a fallback, a trigger that fails too often reads what asks for its number.
pub fn hand_over(
    seen: &Observation<'_>,
    settings: &Settings,
    history: &mut History,
    into: &mut Vec<Reading<'static>>,
) {
    history.failures.resize(settings.triggers.len(), 0);
    into.clear();
    for (index, trigger) in settings.triggers.iter().enumerate() {
        let failures = &mut history.failures[index];
        let reading = match seen.readings.get(index).copied().flatten() {
            Some(reads) => {
                *failures = 0;
                Reading::Total(reads)
            }
            None => {
                *failures = failures.saturating_add(1);
                match settings.fallback {
                    Some(fallback) if *failures > fallback.failures => {
                        let replicas = match fallback.instead {
                            Instead::Static => fallback.replicas,
                            Instead::Current => seen.replicas,
                            Instead::CurrentIfHigher => seen.replicas.max(fallback.replicas),
                            Instead::CurrentIfLower => seen.replicas.min(fallback.replicas),
                        };
                        Reading::Total(trigger.target.saturating_mul(u64::from(replicas)))
                    }
                    _ => Reading::Failed,
                }
            }
        };
        into.push(reading);
    }
}

//! How many pods a target proposes, before anything slows it down.

use super::{Failure, Finding, Observation, Phase, Reading, Reason, Resource, Sample, Settings, Target};
use crate::policy::scaling::ceil;
use crate::units::SimTime;

/// What the targets propose together.
pub(super) fn of_all(seen: &Observation<'_>, settings: &Settings) -> Result<Finding, Reason> {
    let mut most: Option<Finding> = None;
    let (mut failed, mut first) = (0, None);
    for (index, target) in settings.targets.iter().enumerate() {
        let reading = seen.readings.get(index).unwrap_or(&Reading::Failed);
        match of_one(*target, reading, seen, settings) {
            Ok(finding) if most.is_none_or(|most| finding.proposed > most.proposed) => most = Some(finding),
            Ok(_) => (),
            Err(failure) => (failed, first) = (failed + 1, first.or(Some(failure))),
        }
    }
    let of = settings.targets.len() as u32;
    let blind = |first| Reason::Blind { at: seen.desired, failed, of, first };
    match (most, first) {
        (Some(finding), Some(first)) if finding.proposed < seen.desired => Err(blind(first)),
        (Some(finding), _) => Ok(finding),
        (None, first) => Err(blind(first.unwrap_or(Failure::NotMeasured))),
    }
}

fn of_one(
    target: Target,
    reading: &Reading<'_>,
    seen: &Observation<'_>,
    settings: &Settings,
) -> Result<Finding, Failure> {
    match (target, *reading) {
        (_, Reading::Failed) => Err(Failure::NotMeasured),
        (
            Target::Utilisation { resource, .. } | Target::PodsAverage { resource, .. },
            Reading::Pods { samples, requests },
        ) => {
            let split = Split::of(target, resource, samples, requests, seen, settings)?;
            split.propose(target, seen.desired, settings)
        }
        (Target::Value(wanted), Reading::Total(total)) => of_value(target, wanted, total, seen, settings),
        (Target::AverageValue(wanted), Reading::Total(total)) => {
            let there = seen.pods.iter().filter(|pod| pod.phase != Phase::Gone).count() as u32;
            let ratio = total as f64 / (wanted as f64 * f64::from(there));
            let kept = settings.within_tolerance(ratio);
            let proposed = if kept { there } else { ceil(total as f64 / wanted as f64) };
            Ok(Finding { target, seen: total, pods: there, proposed })
        }
        _ => Err(Failure::WrongReading),
    }
}

fn of_value(
    target: Target,
    wanted: u64,
    total: u64,
    seen: &Observation<'_>,
    settings: &Settings,
) -> Result<Finding, Failure> {
    let ratio = total as f64 / wanted as f64;
    if seen.desired == 0 {
        return Ok(Finding { target, seen: total, pods: 0, proposed: ceil(ratio) });
    }
    let ready = seen.pods.iter().filter(|pod| pod.phase == Phase::Running && pod.ready).count() as u32;
    if settings.within_tolerance(ratio) {
        return Ok(Finding { target, seen: total, pods: ready, proposed: seen.desired });
    }
    if seen.pods.is_empty() {
        return Err(Failure::NoPods);
    }
    Ok(Finding { target, seen: total, pods: ready, proposed: ceil(ratio * f64::from(ready)) })
}

/// Sums over some pods.
#[derive(Clone, Copy, Default)]
struct Sum {
    pods: u32,
    value: u64,
    request: u64,
}

impl Sum {
    fn add(&mut self, value: u64, request: u64) {
        self.pods += 1;
        self.value = self.value.saturating_add(value);
        self.request = self.request.saturating_add(request);
    }

    fn and(self, other: Sum) -> Sum {
        let (value, request) =
            (self.value.saturating_add(other.value), self.request.saturating_add(other.request));
        Sum { pods: self.pods + other.pods, value, request }
    }

    /// What is compared with the target: whole per cent of the requests, or the mean in whole thousandths.
    fn compared(&self, target: Target) -> u64 {
        match target {
            Target::Utilisation { .. } => self.value.saturating_mul(100) / self.request.max(1),
            _ => self.value / u64::from(self.pods.max(1)),
        }
    }
}

/// Pods told apart by whether their samples can be trusted.
struct Split {
    ready: Sum,
    /// Not ready yet: counted at nothing.
    unready: Sum,
    /// Without a sample: counted at what they would use at most.
    missing: Sum,
}

impl Split {
    fn of(
        target: Target,
        resource: Resource,
        samples: &[Option<Sample>],
        requests: &[u64],
        seen: &Observation<'_>,
        settings: &Settings,
    ) -> Result<Split, Failure> {
        let mut split = Split { ready: Sum::default(), unready: Sum::default(), missing: Sum::default() };
        let last_request = requests.last().copied().unwrap_or(0);
        // A pod without a sample uses all it requests, or the whole target where that is more or is no share of a request.
        let (of_requests, percent, milli) = match target {
            Target::Utilisation { percent, .. } => (true, u64::from(percent.max(100)), 0),
            Target::PodsAverage { milli, .. } => (false, 0, milli),
            Target::Value(_) | Target::AverageValue(_) => (false, 0, 0),
        };
        for (index, pod) in seen.pods.iter().enumerate() {
            let request = requests.get(index).copied().unwrap_or(last_request);
            if of_requests && request == 0 {
                return Err(Failure::NoRequest);
            }
            match (pod.phase, samples.get(index).and_then(Option::as_ref)) {
                (Phase::Gone, _) => (),
                (Phase::Pending, _) => split.unready.add(0, request),
                (Phase::Running, None) => {
                    let full = if of_requests { request.saturating_mul(percent) / 100 } else { milli };
                    split.missing.add(full, request);
                }
                (Phase::Running, Some(sample)) => {
                    if resource == Resource::Cpu && is_new(pod, sample, seen.now, settings) {
                        split.unready.add(0, request);
                    } else {
                        split.ready.add(sample.value, request);
                    }
                }
            }
        }
        match (seen.pods.is_empty(), split.ready.pods) {
            (true, _) => Err(Failure::NoPods),
            (false, 0) => Err(Failure::NoSamples),
            _ => Ok(split),
        }
    }

    fn propose(&self, target: Target, desired: u32, settings: &Settings) -> Result<Finding, Failure> {
        let wanted = match target {
            Target::Utilisation { percent, .. } => f64::from(percent),
            Target::PodsAverage { milli, .. } => milli as f64,
            Target::Value(_) | Target::AverageValue(_) => return Err(Failure::WrongReading),
        };
        let value = self.ready.compared(target);
        let ratio = value as f64 / wanted;
        let finding = |proposed| Finding { target, seen: value, pods: self.ready.pods, proposed };
        let up = ratio > 1.0;
        let with_unready = self.unready.pods > 0 && up;
        if !with_unready && self.missing.pods == 0 {
            let kept = settings.within_tolerance(ratio);
            return Ok(finding(if kept { desired } else { ceil(ratio * f64::from(self.ready.pods)) }));
        }
        let mut all = self.ready;
        if ratio < 1.0 {
            all = all.and(self.missing);
        } else if up {
            all = all.and(Sum { value: 0, ..self.missing });
        }
        if with_unready {
            all = all.and(self.unready);
        }
        let again = all.compared(target) as f64 / wanted;
        let turned = (ratio < 1.0 && again > 1.0) || (up && again < 1.0);
        if settings.within_tolerance(again) || turned {
            return Ok(finding(desired));
        }
        let proposed = ceil(again * f64::from(all.pods));
        let turned = (again < 1.0 && proposed > desired) || (again > 1.0 && proposed < desired);
        Ok(finding(if turned { desired } else { proposed }))
    }
}

/// Whether a pod's CPU says nothing yet of the load: what starts may be busy with itself.
fn is_new(pod: &super::Pod, sample: &Sample, now: SimTime, settings: &Settings) -> bool {
    if pod.started + settings.cpu_initialization > now {
        !pod.ready || sample.at < pod.changed + sample.over
    } else {
        !pod.ready && pod.started + settings.initial_readiness > pod.changed
    }
}

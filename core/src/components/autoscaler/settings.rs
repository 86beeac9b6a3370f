//! What can be set of an autoscaler.

use crate::model::{Check, Field, FieldPath, Shape};
use crate::policy::scaling::budget::micros;
use crate::policy::scaling::scheduled::{Action, Day, Days};
use crate::units::Span;
use crate::{choices, fields, variants};
use std::fmt;

/// Settings of an autoscaler.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How it decides.
    pub algorithm: Algorithm,
    /// Fewest instances.
    pub min: u32,
    /// Most instances.
    pub max: u32,
    /// Other bounds by the time of the day, such as `mon-fri 08:00 4..20`.
    pub schedule: Vec<String>,
    /// Requests a second that an instance should have: scales out ahead of what the same hour of earlier days had. `None` does not look ahead.
    pub forecast_per_s: Option<f64>,
    /// US dollars an hour that the instances may cost; `None` for any.
    pub budget_usd_per_hour: Option<f64>,
}

choices! {
    /// What an alarm or a target is about.
    Metric {
        /// Busy cores over cores, per cent.
        Cpu = "cpu", "CPU, %";
        /// Requests a second that come to each instance.
        Rate = "rate", "Requests/s each";
        /// Requests inside each instance.
        Concurrency = "concurrency", "At once, each";
        /// Messages that wait for each instance, those in its hands included.
        Backlog = "backlog", "Messages, each";
        /// Seconds that the oldest message has waited.
        Age = "age", "Oldest message, s";
        /// Mean seconds from a request's arrival to its answer. It is no measure of how many are needed: twice the instances do not halve it.
        Latency = "latency", "Latency, s";
    }
}

impl Metric {
    /// Why it was decided so, with what was looked at.
    pub(super) fn told(self, decision: impl fmt::Display) -> String {
        format!("{}, {decision:#}", self.noun())
    }

    /// What it is called in a sentence.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Metric::Cpu => "CPU",
            Metric::Rate => "requests/s",
            Metric::Concurrency => "requests at once",
            Metric::Backlog => "messages",
            Metric::Age => "oldest message",
            Metric::Latency => "latency",
        }
    }
}

const SOME_TIME: Shape = Shape::span(Span::from_millis(100), Span::from_secs(86_400));
const ANY_TIME: Shape = Shape::span(Span::ZERO, Span::from_secs(86_400));
const LEVEL: Shape = Shape::Number { min: 0.001, max: 1e9, unit: "" };
const SHARE: Shape = Shape::Number { min: 0.0, max: 10.0, unit: "" };
const PER_CENT: Shape = Shape::count(0, 100_000, "%");
const PODS: Shape = Shape::count(0, 10_000, "instances");
const PERIODS: Shape = Shape::count(1, 1000, "periods");
const TARGET: Shape = Shape::optional(&LEVEL, "not looked at");
const RULE: Shape = Shape::optional(&Shape::Count { min: 0, max: 100_000, unit: "" }, "no such rule");

variants! {
    /// How an autoscaler decides.
    Algorithm by "by" {
        Hpa = "hpa", "Kubernetes HPA", "Once a period: as many as bring the mean of a metric to its target; of several metrics, the one that asks for most." {
            cpu: Option<f64> = "80", Shape::optional(&Shape::Number { min: 1.0, max: 1000.0, unit: "%" }, "not looked at"), "CPU",
                "Busy cores over cores that the instances have, per cent.", "80 % (Kubernetes API, DefaultCPUUtilization)";
            rate: Option<f64> = "null", TARGET, "Requests/s each", "Requests a second that come to an instance.";
            concurrency: Option<f64> = "null", TARGET, "At once, each", "Requests inside an instance.";
            backlog: Option<f64> = "null", TARGET, "Messages, each", "Messages that wait for an instance, those in its hands included.";
            age_s: Option<f64> = "null", TARGET, "Oldest message", "Seconds that the oldest message may have waited.";
            latency_s: Option<f64> = "null", TARGET, "Latency",
                "Mean seconds from arrival to answer. No measure of how many are needed: twice the instances do not halve it.";
            tolerance: f64 = "0.1", SHARE, "Tolerance", "A ratio of metric and target no further from 1 changes nothing.",
                "0.1 (kube-controller-manager, --horizontal-pod-autoscaler-tolerance)";
            settle_up: Span = "\"0s\"", ANY_TIME, "Settles up", "Goes up to the least that was asked for within this time.", "0 s (Kubernetes API, HPAScalingRules)";
            settle_down: Span = "\"5m\"", ANY_TIME, "Settles down", "Goes down to the most that was asked for within this time.",
                "300 s (kube-controller-manager, --horizontal-pod-autoscaler-downscale-stabilization)";
            up_percent: Option<u32> = "100", RULE, "Up by, %", "Per cent more in a rule period; of this and the next rule, the one that allows more.", "100 % in 15 s (Kubernetes API, HPAScalingRules)";
            up_count: Option<u32> = "4", RULE, "Up by", "Instances more in a rule period.", "4 in 15 s (Kubernetes API, HPAScalingRules)";
            down_percent: Option<u32> = "100", RULE, "Down by, %", "Per cent fewer in a rule period.", "100 % in 15 s (Kubernetes API, HPAScalingRules)";
            down_count: Option<u32> = "null", RULE, "Down by", "Instances fewer in a rule period.";
            rule_period: Span = "\"15s\"", Shape::span(Span::from_secs(1), Span::from_secs(1800)), "Rule period", "The time that the rules are about.", "15 s (Kubernetes API, HPAScalingRules)";
            period: Span = "\"15s\"", SOME_TIME, "Period", "How often it decides, and how often metrics are taken.", "15 s (kube-controller-manager, --horizontal-pod-autoscaler-sync-period)";
            metrics_age: Span = "\"15s\"", ANY_TIME, "Metrics' age", "How old the metrics are that it sees, at least.", "15 s (metrics-server, --metric-resolution)";
        }
        Kpa = "kpa", "Knative KPA", "Every 2 s: as many as the concurrency of the last minute needs, or of the last 6 s where that is twice what there is; none without load." {
            concurrency: f64 = "70", LEVEL, "At once, each", "Requests that an instance should have inside.", "70: 70 % of 100 (Knative, container-concurrency-target-default and -percentage)";
            stable: Span = "\"1m\"", Shape::span(Span::from_secs(6), Span::from_secs(3600)), "Stable window", "What the average is taken over.", "60 s (Knative, stable-window)";
            panic_percent: f64 = "10", Shape::Number { min: 1.0, max: 100.0, unit: "%" }, "Panic window", "Of the stable window.", "10 % (Knative, panic-window-percentage)";
            panic_threshold: f64 = "2", Shape::Number { min: 1.1, max: 10.0, unit: "×" }, "Panics at", "Times the instances that are ready.", "2: 200 % (Knative, panic-threshold-percentage)";
            to_zero: bool = "true", Shape::Flag, "To zero", "Whether the last instance goes when there is no load. A load balancer in front must hold requests then.", "true (Knative, enable-scale-to-zero)";
            grace: Span = "\"30s\"", ANY_TIME, "Grace", "How long the last instance stays at most while requests are turned to whoever holds them.", "30 s (Knative, scale-to-zero-grace-period)";
            down_delay: Span = "\"0s\"", Shape::span(Span::ZERO, Span::from_secs(3600)), "Down delay", "How long fewer must have been enough.", "0 s (Knative, scale-down-delay)";
        }
        Keda = "keda", "KEDA", "None while nothing waits, one as soon as something does; between the first and the most it leaves it to the HPA." {
            backlog: f64 = "5", LEVEL, "Messages, each", "Messages for an instance, those in its hands included.", "5 (KEDA, aws-sqs-queue: queueLength)";
            activation: f64 = "0", Shape::Number { min: 0.0, max: 1e9, unit: "" }, "Active above", "Messages above which something is there to do.", "0 (KEDA, activationQueueLength)";
            polling: Span = "\"30s\"", SOME_TIME, "Polls", "How often it looks while there are none.", "30 s (KEDA, pollingInterval)";
            cooldown: Span = "\"5m\"", ANY_TIME, "Cooldown", "How long nothing must have been there to do before the last goes.", "300 s (KEDA, cooldownPeriod)";
        }
        TargetTracking = "target-tracking", "AWS target tracking", "As many as bring the metric to its target, once an alarm is on: soon when it is above, late when it is below." {
            metric: Metric = "\"cpu\"", Shape::Choice(Metric::CHOICES), "Metric", "What is looked at.";
            target: f64 = "50", LEVEL, "Target", "What the metric should be.";
            low: f64 = "0.9", Shape::Number { min: 0.1, max: 1.0, unit: "" }, "Low alarm", "The alarm that scales in is below this share of the target.", "0.9: alarms of Application Auto Scaling policies (AWS documentation)";
            high_periods: u32 = "3", PERIODS, "Above for", "Periods above the target before it scales out.", "3 (alarms that the policy creates, AWS documentation)";
            low_periods: u32 = "15", PERIODS, "Below for", "Periods below the low alarm before it scales in.", "15 (alarms that the policy creates, AWS documentation)";
            period: Span = "\"1m\"", SOME_TIME, "Period", "How often there is a value of the metric.", "1 min: detailed monitoring (EC2 Auto Scaling user guide)";
            warm_up: Span = "\"5m\"", ANY_TIME, "Warm-up", "How long an instance that is ready is not counted yet.", "300 s: the default cooldown, where no warm-up is set (EC2 Auto Scaling user guide)";
            scale_in: bool = "true", Shape::Flag, "Scales in", "Whether it removes instances at all.", "true (DisableScaleIn is false unless set)";
        }
        Step = "step", "AWS step scaling", "An alarm at a threshold, and a change by how far it is exceeded." {
            metric: Metric = "\"cpu\"", Shape::Choice(Metric::CHOICES), "Metric", "What is looked at.";
            high: f64 = "60", LEVEL, "Above", "Scales out from here on.", "60 (EC2 Auto Scaling user guide, the example of step scaling)";
            first: u32 = "10", PER_CENT, "Then, %", "Per cent more.", "10 % (the same)";
            further: f64 = "10", LEVEL, "Further by", "So much above it is the second step.", "10 (the same)";
            second: u32 = "30", PER_CENT, "Then, %", "Per cent more there.", "30 % (the same)";
            low: f64 = "40", LEVEL, "Below", "Scales in from here on.", "40 (the same)";
            less: u32 = "10", PER_CENT, "Less, %", "Per cent fewer.", "10 % (the same)";
            periods: u32 = "1", PERIODS, "For", "Periods in a row.";
            period: Span = "\"1m\"", SOME_TIME, "Period", "How often there is a value of the metric.", "1 min: detailed monitoring (EC2 Auto Scaling user guide)";
            warm_up: Span = "\"5m\"", ANY_TIME, "Warm-up", "How long an instance that is ready is not counted yet.", "300 s: the default cooldown, where no warm-up is set (EC2 Auto Scaling user guide)";
        }
        Simple = "simple", "AWS simple scaling", "An alarm, one change, and a cooldown before the next." {
            metric: Metric = "\"cpu\"", Shape::Choice(Metric::CHOICES), "Metric", "What is looked at.";
            high: f64 = "60", LEVEL, "Above", "Scales out from here on.";
            more: u32 = "1", PODS, "More", "Instances more.";
            low: f64 = "40", LEVEL, "Below", "Scales in from here on.";
            less: u32 = "1", PODS, "Less", "Instances fewer.";
            periods: u32 = "1", PERIODS, "For", "Periods in a row.";
            period: Span = "\"1m\"", SOME_TIME, "Period", "How often there is a value of the metric.", "1 min: detailed monitoring (EC2 Auto Scaling user guide)";
            cooldown: Span = "\"5m\"", ANY_TIME, "Cooldown", "How long after a change it does nothing.", "300 s (EC2 Auto Scaling user guide, cooldowns)";
        }
        Vertical = "vertical", "Kubernetes VPA", "Sets the cores of each instance, not their number, by what they used over days: the 90th percentile and a margin." {
            percentile: f64 = "0.9", Shape::Number { min: 0.01, max: 1.0, unit: "" }, "Percentile", "Of the use of cores, as a share.", "0.9 (VPA recommender, --target-cpu-percentile)";
            margin: f64 = "0.15", SHARE, "Margin", "Added to it, as a share.", "0.15 (VPA recommender, --recommendation-margin-fraction)";
            half_life: Span = "\"1d\"", SOME_TIME, "Half-life", "After so long a sample counts half.", "24 h (VPA recommender, --cpu-histogram-decay-half-life)";
            min_cores: u32 = "1", Shape::count(1, 1024, "cores"), "At least", "Fewest cores of an instance.";
            max_cores: u32 = "16", Shape::count(1, 1024, "cores"), "At most", "Most cores of an instance.";
            period: Span = "\"1m\"", SOME_TIME, "Period", "How often it looks.", "1 min (VPA recommender, --recommender-interval)";
        }
        Schedule = "schedule", "Schedule alone", "The schedule, and the forecast if there is one; nothing that is measured." {
            period: Span = "\"1m\"", SOME_TIME, "Period", "How often it looks at the clock.";
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            algorithm: Algorithm::of_word("hpa"),
            min: 1,
            max: 10,
            schedule: Vec::new(),
            forecast_per_s: None,
            budget_usd_per_hour: None,
        }
    }
}

impl Algorithm {
    /// The algorithm of this name with its defaults.
    ///
    /// # Panics
    /// When there is none of this name.
    pub fn of_word(word: &str) -> Algorithm {
        let json = crate::model::case_json("by", word, Vec::new());
        crate::model::FieldValue::from_json(&json).expect("an algorithm of this name")
    }

    /// Whether this metric is one that it goes by.
    pub(crate) fn goes_by(&self, wanted: Metric) -> bool {
        match self {
            Algorithm::Hpa { cpu, rate, concurrency, backlog, age_s, latency_s, .. } => match wanted {
                Metric::Cpu => cpu,
                Metric::Rate => rate,
                Metric::Concurrency => concurrency,
                Metric::Backlog => backlog,
                Metric::Age => age_s,
                Metric::Latency => latency_s,
            }
            .is_some(),
            Algorithm::Kpa { .. } => wanted == Metric::Concurrency,
            Algorithm::Keda { .. } => wanted == Metric::Backlog,
            Algorithm::TargetTracking { metric, .. }
            | Algorithm::Step { metric, .. }
            | Algorithm::Simple { metric, .. } => *metric == wanted,
            Algorithm::Vertical { .. } => wanted == Metric::Cpu,
            Algorithm::Schedule { .. } => false,
        }
    }
}

impl Config {
    pub(super) const FIELDS: &'static [Field<Config>] = fields![Config;
        algorithm: Algorithm::SHAPE, "Decides", "How it decides.";
        min: Shape::count(0, 10_000, "instances"), "At least", "Fewest instances.", "1 (Kubernetes API, minReplicas)";
        max: Shape::count(1, 10_000, "instances"), "At most", "Most instances.";
        "Ahead of the load" =>
        schedule: Shape::List(&Shape::Text { max_chars: 60 }), "Schedule",
            "Other bounds from a time of the day on: `08:00 4..20`, with days `mon-fri 08:00 4..20`, or `22:00 2` for just as many. A run begins at 00:00 on a Monday.";
        forecast_per_s: Shape::optional(&LEVEL, "does not look ahead"), "Forecast",
            "Requests a second that an instance should have: scales out ahead of what the same hour of earlier days had, from the second day on.";
        "Money" =>
        budget_usd_per_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1e9, unit: "USD/h" }, "no limit"), "Budget",
            "What the instances may cost in an hour. It never asks for more than that buys, unless fewer than the fewest, and says so.";
    ];

    pub(super) fn describe(&self) -> String {
        let label = self.algorithm.label();
        // On a card there is no room for who made it.
        let makers = ["Kubernetes ", "Knative ", "AWS "];
        let short = makers.into_iter().find_map(|maker| label.strip_prefix(maker)).unwrap_or(label);
        let Config { min, max, .. } = self;
        if min == max { format!("{short}, {max}") } else { format!("{short}, {min}–{max}") }
    }

    pub(super) fn check(&self, at: &FieldPath, check: &mut Check) {
        if self.min > self.max {
            check.together(
                at,
                &["min", "max"],
                &format!(
                    "at least {} and at most {} contradict each other; lower the one or raise the other",
                    self.min, self.max
                ),
            );
        }
        if matches!(self.algorithm, Algorithm::Schedule { .. })
            && self.schedule.is_empty()
            && self.forecast_per_s.is_none()
        {
            check.together(
                at,
                &["schedule", "algorithm", "forecast_per_s"],
                "a schedule alone decides nothing without an entry; give it one, such as `08:00 4..20`, give a forecast, or choose \
                 another algorithm",
            );
        }
        if self.budget_usd_per_hour.is_some_and(|budget| micros(budget) == 0) {
            check.rule(
                &at.field("budget_usd_per_hour"),
                "this pays for nothing, so there would always be the fewest; give more, or leave it out for no limit",
            );
        }
        self.check_schedule(&at.field("schedule"), check);
        let by = at.field("algorithm");
        match &self.algorithm {
            Algorithm::Hpa { cpu, rate, concurrency, backlog, age_s, latency_s, .. }
                if [cpu, rate, concurrency, backlog, age_s, latency_s]
                    .iter()
                    .all(|target| target.is_none()) =>
            {
                check.rule(&by, "no metric is looked at; give one of cpu, rate, concurrency, backlog, age_s, latency_s a target");
            }
            Algorithm::Vertical { min_cores, max_cores, .. } if min_cores > max_cores => {
                check.rule(
                    &by.field("min_cores"),
                    format!("at least {min_cores} cores and at most {max_cores} contradict each other"),
                );
            }
            Algorithm::Step { high, low, .. } | Algorithm::Simple { high, low, .. } if low >= high => {
                check.rule(
                    &by.field("low"),
                    format!("scaling in below {low} and out above {high} would undo each other; lower this, or raise `high`"),
                );
            }
            Algorithm::Step { first: 0, second: 0, less: 0, .. }
            | Algorithm::Simple { more: 0, less: 0, .. } => {
                check.rule(&by, "each of its changes is 0, so it never changes anything; make one larger");
            }
            _ => {}
        }
    }

    /// Entries that can be read, each due at a time of its own.
    fn check_schedule(&self, at: &FieldPath, check: &mut Check) {
        let mut read: Vec<(&str, Action)> = Vec::new();
        for (place, entry) in self.schedule.iter().enumerate() {
            match action(entry) {
                Err(words) => check.rule(&at.index(place), words),
                Ok(new) => {
                    // Two actions with one start time are refused by AWS as well.
                    if let Some((other, _)) = read.iter().find(|(_, other)| other.meets(&new)) {
                        check.rule(
                            &at.index(place),
                            format!("`{entry}` is due at the same time as `{other}`; give it another time, or leave one out"),
                        );
                    }
                    read.push((entry, new));
                }
            }
        }
    }
}

/// What an entry of the schedule means, or what is wrong with it.
pub(super) fn action(entry: &str) -> Result<Action, String> {
    let wrong = || {
        format!(
            "`{entry}` is no entry of a schedule; write it like `08:00 4..20`, `mon-fri 08:00 4..20` or `22:00 2`"
        )
    };
    let words: Vec<&str> = entry.split_whitespace().collect();
    let (days, time, count) = match words.as_slice() {
        [time, count] => (Days::ALL, *time, *count),
        [days, time, count] => (days_of(days).ok_or_else(wrong)?, *time, *count),
        _ => return Err(wrong()),
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n <= 10_000);
    let (hour, minute) = time.split_once(':').ok_or_else(wrong)?;
    let hour = number(hour).filter(|hour| *hour < 24).ok_or_else(wrong)?;
    let minute = number(minute).filter(|minute| *minute < 60).ok_or_else(wrong)?;
    let (min, max) = match count.split_once("..") {
        Some((min, max)) => (number(min).ok_or_else(wrong)?, number(max).ok_or_else(wrong)?),
        None => number(count).map(|n| (n, n)).ok_or_else(wrong)?,
    };
    if min > max {
        return Err(format!("`{entry}`: at least {min} and at most {max} contradict each other"));
    }
    let at = Span::from_secs(u64::from(hour * 3600 + minute * 60));
    Ok(Action { days, at, min: Some(min), max: Some(max), desired: None })
}

/// `mon`, `sat,sun`, `mon-fri`.
fn days_of(text: &str) -> Option<Days> {
    const WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let place = |word: &str| WORDS.iter().position(|known| word.eq_ignore_ascii_case(known));
    let mut days: Vec<Day> = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (place(from)?, place(to)?);
        if from > to {
            return None;
        }
        days.extend(&Day::ALL[from..=to]);
    }
    Some(Days::of(&days))
}

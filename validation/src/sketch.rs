//! Models whose steady state is known, written down quickly, as a model file would be.

use crate::Figure;
use serde_json::{Value as Json, json};

/// A model file and what is known of it.
#[derive(Debug)]
pub struct Scenario {
    /// Which part of the report it belongs to.
    pub group: &'static str,
    /// Its name, of which there is only one.
    pub name: String,
    /// The model file.
    pub model: Json,
    /// What is known of it.
    pub figures: Vec<Figure>,
}

/// A model file in the making.
#[derive(Debug, Clone)]
pub struct Sketch {
    components: Vec<Json>,
    links: Vec<Json>,
    classes: Vec<Json>,
    warm_up_s: f64,
    measured_s: f64,
}

/// The record with the entries of another one.
fn with(mut record: Json, more: Json) -> Json {
    if let (Some(record), Json::Object(more)) = (record.as_object_mut(), more) {
        record.extend(more);
    }
    record
}

/// A law that always gives the same.
pub(crate) fn constant(secs: f64) -> Json {
    json!({ "law": "constant", "mean": span(secs) })
}

/// An exponential law.
pub(crate) fn exponential(secs: f64) -> Json {
    json!({ "law": "exponential", "mean": span(secs) })
}

/// A duration as a file writes it, to the nanosecond.
pub(crate) fn span(secs: f64) -> String {
    format!("{}ns", libm::round(secs * 1e9))
}

/// A rate as a file writes it.
pub(crate) fn rate(per_s: f64) -> String {
    format!("{per_s}/s")
}

impl Sketch {
    pub(crate) fn new() -> Self {
        Sketch {
            components: Vec::new(),
            links: Vec::new(),
            classes: Vec::new(),
            warm_up_s: 0.0,
            measured_s: 0.0,
        }
    }

    pub(crate) fn component(mut self, id: &str, kind: &str, settings: Json) -> Self {
        self.components.push(with(json!({ "id": id, "kind": kind }), settings));
        self
    }

    /// Clients who send so many requests a second, with Poisson arrivals.
    pub(crate) fn open(self, id: &str, per_s: f64) -> Self {
        self.component(id, "clients", json!({ "load": { "shape": "steady", "rate": rate(per_s) } }))
    }

    /// A service of one instance with one core and no limits, unless `settings` say otherwise.
    pub(crate) fn service(self, id: &str, settings: Json) -> Self {
        let plain = json!({ "instances": 1, "cores": 1, "workers": null, "backlog": null });
        self.component(id, "service", with(plain, settings))
    }

    /// A link that takes no time and never times out, unless `settings` say otherwise.
    pub(crate) fn link(mut self, from: &str, to: &str, settings: Json) -> Self {
        let plain = json!({ "from": from, "to": to, "rtt": constant(0.0), "timeout": null });
        self.links.push(with(plain, settings));
        self
    }

    /// A class of requests, all for one object, unless `settings` say otherwise.
    pub(crate) fn class(mut self, id: &str, settings: Json) -> Self {
        self.classes.push(with(json!({ "id": id, "keys": 1, "skew": 0, "reply_cv": 0 }), settings));
        self
    }

    /// How long each replication runs: the time in which `requests` come at `per_s`, after a tenth as much of warm-up.
    pub(crate) fn lasting(mut self, requests: f64, per_s: f64) -> Self {
        self.measured_s = requests / per_s;
        self.warm_up_s = 0.1 * self.measured_s;
        self
    }

    /// At least so much warm-up, in seconds.
    pub(crate) fn warm_up(mut self, secs: f64) -> Self {
        self.warm_up_s = self.warm_up_s.max(secs);
        self
    }

    /// The model file.
    pub(crate) fn model(&self) -> Json {
        // Ten windows; the warm-up ends with one.
        let window_s = libm::ceil(self.measured_s * 100.0) / 1000.0;
        let windows = libm::ceil(self.warm_up_s / window_s);
        let mut file = json!({
            "format": 1,
            "duration": span((windows + 10.0) * window_s), "warm_up": span(windows * window_s), "window": span(window_s),
            "components": self.components, "links": self.links
        });
        if !self.classes.is_empty() {
            file["classes"] = self.classes.clone().into();
        }
        file
    }

    pub(crate) fn scenario(
        &self,
        group: &'static str,
        name: impl Into<String>,
        figures: Vec<Figure>,
    ) -> Scenario {
        Scenario { group, name: name.into(), model: self.model(), figures }
    }
}

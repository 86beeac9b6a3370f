//! The price book: list prices as data, each with its date and source.
//!
//! All are on-demand list prices in US dollars, for AWS us-east-1 and GCP us-central1. A month has 730 hours.

use crate::choices;
use crate::units::Bytes;

/// Hours in a month, as the clouds count them.
pub const HOURS_PER_MONTH: f64 = 730.0;

choices! {
    /// Whose price list is used.
    Provider {
        /// Amazon Web Services, us-east-1.
        Aws = "aws", "AWS";
        /// Google Cloud, us-central1.
        Gcp = "gcp", "Google Cloud";
    }
}

choices! {
    /// The size of a server: virtual CPUs and memory.
    Machine {
        /// 2 vCPU that may burst, 4 GiB.
        Burst2 = "burst-2x4", "2 vCPU burst, 4 GiB";
        /// 2 vCPU, 4 GiB: for work that needs little memory.
        Compute2 = "compute-2x4", "2 vCPU, 4 GiB";
        /// 2 vCPU, 8 GiB.
        General2 = "general-2x8", "2 vCPU, 8 GiB";
        /// 4 vCPU, 16 GiB.
        General4 = "general-4x16", "4 vCPU, 16 GiB";
        /// 8 vCPU, 32 GiB.
        General8 = "general-8x32", "8 vCPU, 32 GiB";
        /// 16 vCPU, 64 GiB.
        General16 = "general-16x64", "16 vCPU, 64 GiB";
    }
}

impl Machine {
    /// Virtual CPUs.
    pub const fn cores(self) -> u32 {
        match self {
            Machine::Burst2 | Machine::Compute2 | Machine::General2 => 2,
            Machine::General4 => 4,
            Machine::General8 => 8,
            Machine::General16 => 16,
        }
    }

    /// Memory.
    pub const fn memory(self) -> Bytes {
        let gib = match self {
            Machine::Burst2 | Machine::Compute2 => 4,
            Machine::General2 => 8,
            Machine::General4 => 16,
            Machine::General8 => 32,
            Machine::General16 => 64,
        };
        Bytes::new(gib << 30)
    }
}

/// A price with what it is for, and where it was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// What is sold, by the seller's name for it.
    pub item: &'static str,
    /// US dollars for one unit.
    pub usd: f64,
    /// The unit: `hour`, `GB`, `GB-month`, `10,000 requests`.
    pub per: &'static str,
    /// The day the price was read.
    pub as_of: &'static str,
    /// Where it was read, or how it follows from what was read.
    pub source: &'static str,
}

const fn price(
    item: &'static str,
    usd: f64,
    per: &'static str,
    as_of: &'static str,
    source: &'static str,
) -> Price {
    Price { item, usd, per, as_of, source }
}

const EC2: &str = "EC2 on-demand list in karpenter-provider-aws (zz_generated.pricing_aws.go)";
const GCE: &str = "Compute Engine list in karpenter-provider-gcp (initial-prices.json)";
const GCE_TWICE: &str = "twice or four times the listed t2d-standard-4; the list is linear in size";
const INFRACOST: &str = "AWS price list as recorded in infracost's golden test outputs";
const RDS_LINEAR: &str = "multiple of the listed db.m5.large; the list is linear in size";
const ELASTICACHE: &str = "AWS Price List read for ElastiCache";
const NO_GCP: &str = "no primary source for Google Cloud at hand: the AWS figure stands in";
const AS_GCE: &str = "no primary source for Cloud SQL at hand: billed as the compute machine of this size";

/// The days of the recorded outputs.
const TABLE_DAY: &str = "2024-11-15";
const OBJECT_DAY: &str = "2024-07-01";
const TOPIC_DAY: &str = "2024-12-04";

/// A provider's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceBook {
    /// Whose list.
    pub provider: Provider,
}

impl PriceBook {
    /// A server for a service, per hour.
    pub const fn machine(self, machine: Machine) -> Price {
        const EC2_DAY: &str = "2026-07-20";
        const GCE_DAY: &str = "2026-08-03";
        match (self.provider, machine) {
            (Provider::Aws, Machine::Burst2) => price("t4g.medium", 0.0336, "hour", EC2_DAY, EC2),
            (Provider::Aws, Machine::Compute2) => price("c7g.large", 0.0725, "hour", EC2_DAY, EC2),
            (Provider::Aws, Machine::General2) => price("m7g.large", 0.0816, "hour", EC2_DAY, EC2),
            (Provider::Aws, Machine::General4) => price("m7g.xlarge", 0.1632, "hour", EC2_DAY, EC2),
            (Provider::Aws, Machine::General8) => price("m7g.2xlarge", 0.3264, "hour", EC2_DAY, EC2),
            (Provider::Aws, Machine::General16) => price("m7g.4xlarge", 0.6528, "hour", EC2_DAY, EC2),
            (Provider::Gcp, Machine::Burst2) => price("e2-medium", 0.0335, "hour", GCE_DAY, GCE),
            (Provider::Gcp, Machine::Compute2 | Machine::General2) => {
                price("e2-standard-2", 0.0670, "hour", GCE_DAY, GCE)
            }
            (Provider::Gcp, Machine::General4) => price("t2d-standard-4", 0.1690, "hour", GCE_DAY, GCE),
            (Provider::Gcp, Machine::General8) => price("t2d-standard-8", 0.3380, "hour", GCE_DAY, GCE_TWICE),
            (Provider::Gcp, Machine::General16) => {
                price("t2d-standard-16", 0.6760, "hour", GCE_DAY, GCE_TWICE)
            }
        }
    }

    /// Requests to a queue, per million; `fifo` where their order is kept.
    pub const fn messages(self, fifo: bool) -> Price {
        match (self.provider, fifo) {
            (Provider::Aws, false) => price("SQS standard", 0.40, "million requests", OBJECT_DAY, INFRACOST),
            (Provider::Aws, true) => price("SQS FIFO", 0.50, "million requests", OBJECT_DAY, INFRACOST),
            (Provider::Gcp, false) => price("SQS standard", 0.40, "million requests", OBJECT_DAY, NO_GCP),
            (Provider::Gcp, true) => price("SQS FIFO", 0.50, "million requests", OBJECT_DAY, NO_GCP),
        }
    }

    /// Messages published to a topic, per million requests of 64 KB.
    pub const fn publishes(self) -> Price {
        price("SNS requests", 0.50, "million requests", TOPIC_DAY, self.infracost())
    }

    /// Messages that a topic pushes to servers, per million; into queues it gives them for nothing.
    pub const fn pushes(self) -> Price {
        price("SNS HTTP notifications", 0.60, "million notifications", TOPIC_DAY, self.infracost())
    }

    /// A partition of a stream, per hour.
    pub const fn partition(self) -> Price {
        price("Kinesis shard", 0.015, "hour", OBJECT_DAY, self.infracost())
    }

    /// Records put into a stream, per million units of 25 KB.
    pub const fn puts(self) -> Price {
        price("Kinesis PUT payload units", 0.014, "million units", OBJECT_DAY, self.infracost())
    }

    /// A managed database server, per hour.
    pub const fn database(self, machine: Machine) -> Price {
        const DAY: &str = "2026-05-31";
        match (self.provider, machine) {
            (Provider::Aws, Machine::Burst2) => price("RDS db.t3.large", 0.136, "hour", DAY, INFRACOST),
            (Provider::Aws, Machine::Compute2 | Machine::General2) => {
                price("RDS db.m5.large", 0.171, "hour", DAY, INFRACOST)
            }
            (Provider::Aws, Machine::General4) => price("RDS db.m5.xlarge", 0.342, "hour", DAY, RDS_LINEAR),
            (Provider::Aws, Machine::General8) => price("RDS db.m5.2xlarge", 0.684, "hour", DAY, RDS_LINEAR),
            (Provider::Aws, Machine::General16) => price("RDS db.m5.4xlarge", 1.368, "hour", DAY, RDS_LINEAR),
            (Provider::Gcp, machine) => Price { source: AS_GCE, ..self.machine(machine) },
        }
    }

    /// Database storage, per GB and month.
    pub const fn database_storage(self) -> Price {
        let source = match self.provider {
            Provider::Aws => INFRACOST,
            Provider::Gcp => NO_GCP,
        };
        price("gp2 storage", 0.115, "GB-month", "2026-05-31", source)
    }

    /// A managed cache node, per hour.
    pub const fn cache_node(self, node: CacheNode) -> Price {
        const DAY: &str = "2026-10-02";
        let source = match self.provider {
            Provider::Aws => ELASTICACHE,
            Provider::Gcp => NO_GCP,
        };
        match node {
            CacheNode::Small => price("ElastiCache t4g.small", 0.032, "hour", DAY, source),
            CacheNode::Medium => price("ElastiCache m7g.large", 0.158, "hour", DAY, source),
            CacheNode::Large => price("ElastiCache r7g.large", 0.219, "hour", DAY, source),
            CacheNode::XLarge => price("ElastiCache r7g.xlarge", 0.437, "hour", DAY, source),
        }
    }

    /// Bytes from a CDN to its users, per GB, first tier.
    pub const fn cdn_egress(self) -> Price {
        let source = match self.provider {
            Provider::Aws => INFRACOST,
            Provider::Gcp => NO_GCP,
        };
        price("CloudFront egress, US and Europe, first 10 TB", 0.085, "GB", "2026-05-31", source)
    }

    /// Requests to a CDN, per 10,000.
    pub const fn cdn_requests(self) -> Price {
        let source = match self.provider {
            Provider::Aws => INFRACOST,
            Provider::Gcp => NO_GCP,
        };
        price("CloudFront HTTPS requests, US", 0.010, "10,000 requests", "2026-05-31", source)
    }

    /// A load balancer, per hour.
    pub const fn balancer_hour(self) -> Price {
        let source = match self.provider {
            Provider::Aws => INFRACOST,
            Provider::Gcp => NO_GCP,
        };
        price("Application Load Balancer", 0.0225, "hour", "2026-05-31", source)
    }

    /// What a load balancer carries, per GB (an LCU-hour carries one GB).
    pub const fn balancer_gb(self) -> Price {
        let source = match self.provider {
            Provider::Aws => INFRACOST,
            Provider::Gcp => NO_GCP,
        };
        price("Load balancer capacity unit, by bytes", 0.008, "GB", "2026-05-31", source)
    }

    /// What a table may use, per hour and unit a second: read units, write units.
    pub const fn table_units(self) -> [Price; 2] {
        let source = self.infracost();
        [
            price("DynamoDB provisioned read unit", 0.00013, "hour", TABLE_DAY, source),
            price("DynamoDB provisioned write unit", 0.00065, "hour", TABLE_DAY, source),
        ]
    }

    /// What is used of a table on demand, per million units: read units, write units.
    pub const fn table_requests(self) -> [Price; 2] {
        let source = self.infracost();
        [
            price("DynamoDB on-demand read units", 0.125, "million", TABLE_DAY, source),
            price("DynamoDB on-demand write units", 0.625, "million", TABLE_DAY, source),
        ]
    }

    /// What a table stores, per GB and month.
    pub const fn table_storage(self) -> Price {
        price("DynamoDB storage", 0.25, "GB-month", TABLE_DAY, self.infracost())
    }

    /// Requests to an object store, per 1,000: reads, writes.
    pub const fn object_requests(self) -> [Price; 2] {
        let source = self.infracost();
        [
            price("S3 Standard, GET requests", 0.0004, "1,000 requests", OBJECT_DAY, source),
            price(
                "S3 Standard, PUT, COPY, POST and LIST requests",
                0.005,
                "1,000 requests",
                OBJECT_DAY,
                source,
            ),
        ]
    }

    /// What an object store keeps, per GB and month.
    pub const fn object_storage(self) -> Price {
        price("S3 Standard storage, first 50 TB", 0.023, "GB-month", OBJECT_DAY, self.infracost())
    }

    const fn infracost(self) -> &'static str {
        match self.provider {
            Provider::Aws => INFRACOST,
            Provider::Gcp => NO_GCP,
        }
    }

    /// Every price in the list, for the price book in the page and the documentation.
    pub fn all(self) -> Vec<Price> {
        let machines = [
            Machine::Burst2,
            Machine::Compute2,
            Machine::General2,
            Machine::General4,
            Machine::General8,
            Machine::General16,
        ];
        let nodes = [CacheNode::Small, CacheNode::Medium, CacheNode::Large, CacheNode::XLarge];
        let mut list: Vec<Price> = machines.iter().map(|m| self.machine(*m)).collect();
        list.extend(machines.iter().map(|m| self.database(*m)));
        list.push(self.database_storage());
        list.extend(nodes.iter().map(|n| self.cache_node(*n)));
        list.extend(self.table_units());
        list.extend(self.table_requests());
        list.push(self.table_storage());
        list.extend(self.object_requests());
        list.push(self.object_storage());
        list.extend([self.publishes(), self.pushes(), self.partition(), self.puts()]);
        list.extend([self.cdn_egress(), self.cdn_requests(), self.balancer_hour(), self.balancer_gb()]);
        list.dedup_by(|a, b| a.item == b.item);
        list
    }
}

choices! {
    /// The size of a managed cache node.
    CacheNode {
        /// 2 vCPU, about 1.4 GiB.
        Small = "small", "Small, 1.4 GiB";
        /// 2 vCPU, 6.4 GiB.
        Medium = "medium", "Medium, 6.4 GiB";
        /// 2 vCPU, 13.1 GiB.
        Large = "large", "Large, 13.1 GiB";
        /// 4 vCPU, 26.3 GiB.
        XLarge = "xlarge", "Extra large, 26.3 GiB";
    }
}
